// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What became of something that was asked, as probes and captures both say it, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- nobody, or a device
inline constexpr Translated kNothingCameBack{
    "nothing came back; that alone does not say who drops it",
    "何も返ってきません。それだけでは、どこで破棄されたか分かりません"};
inline constexpr Translated kSilentAfterHandshake{
    "the handshake was completed, and what was asked then was never answered",
    "ハンドシェイクは完了しましたが、その後の要求に応答がありません"};
inline constexpr Translated kRefusedByReset{
    "refused with a TCP reset, by the target or by a device in its name",
    "宛先または宛先を名乗る機器が、TCP リセットで拒否しました"};
inline constexpr Translated kRefusedBy{"refused by {0} ({1})", "{0}が拒否しました({1})"};
inline constexpr Translated kTargetSaysClosed{
    "the target itself says that nothing listens there, or a device in its name",
    "待ち受けがないと、宛先自身または宛先を名乗る機器が応答しました"};
inline constexpr Translated kNoNextHop{
    "{0} looked for the next hop for {1} and did not find it: broken beyond it, and no rule",
    "{0}が次のホップを{1}探しましたが、見つかりませんでした。その先の障害で、ルールではありません"};
inline constexpr Translated kClosedByPeer{
    "the handshake was completed, then the peer closed the connection: it passes, and who answers "
    "is not known",
    "ハンドシェイクは完了し、その後、相手がコネクションを閉じました。通りますが、誰が応答したかは分"
    "かりません"};
inline constexpr Translated kHandshakeCompleted{"the handshake was completed",
                                                "ハンドシェイクは完了しました"};
inline constexpr Translated kAnswered{"answered", "応答がありました"};
inline constexpr Translated kIcmpFrom{"type {0} code {1} ({2}) from {3}",
                                      "タイプ {0}、コード {1}({2})、{3}から"};

// ---- DNS
inline constexpr Translated kErrorOfAnother{
    "the answer is an error ({0}), which the service's resolvers do not give: another resolver "
    "answers",
    "応答はエラー({0})で、サービスのリゾルバーは返さないものです。別のリゾルバーが応答しています"};
inline constexpr Translated kNoSourceLine{
    "the answer lacks the address that the service saw: another resolver answers",
    "サービスから見えたアドレスが応答にありません。別のリゾルバーが応答しています"};
inline constexpr Translated kNoServerLine{
    "the answer has no 'server' line: another resolver answers",
    "応答に 'server' の行がありません。別のリゾルバーが応答しています"};
inline constexpr Translated kNotWhatWasAsked{
    "somebody answered, and not what was asked",
    "応答がありましたが、尋ねたものへの応答ではありません"};
inline constexpr Translated kNotWhatWasAskedFault{
    "somebody answered, and not what was asked: {0}",
    "応答がありましたが、尋ねたものへの応答ではありません: {0}"};
inline constexpr Translated kNoCertificate{
    "answered, without the proof of a DNSCrypt certificate: who answers is not known",
    "応答がありましたが、DNSCrypt の証明書による証明がありません。誰が応答したかは分かりません"};
inline constexpr Translated kBadSignature{
    "the DNSCrypt certificate is not signed by the published key: somebody else answers",
    "DNSCrypt の証明書が、公開された鍵で署名されていません。別の者が応答しています"};
inline constexpr Translated kBogusAddress{
    "the name leads to {0}, which no service on the internet has",
    "名前の解決先は{0}で、インターネット上のサービスが持つアドレスではありません"};
inline constexpr Translated kResolverCode{"the resolver answers with code {0}",
                                          "リゾルバーがコード {0} で応答しました"};

// ---- TLS, HTTP
inline constexpr Translated kIssuerNotExpected{
    "the certificate is issued by {0}, which the policy does not expect",
    "証明書の発行者は{0}で、ポリシーの期待と異なります"};
inline constexpr Translated kOtherPage{
    "answered, but not with what was asked for: a captive portal or a proxy may be on the way",
    "応答がありましたが、求めたものではありません。途中にキャプティブポータルまたはプロキシがある可"
    "能"
    "性があります"};
inline constexpr Translated kYes{"yes", "はい"};
inline constexpr Translated kNo{"no", "いいえ"};

}  // namespace safeconduct::wording
