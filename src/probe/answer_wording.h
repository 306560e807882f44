// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a probe makes of what it hears, beside packet/answer_wording.h, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- this host cannot send
inline constexpr Translated kNoRouteToIt{"this host has no route to it",
                                         "このホストには、そこへの経路がありません"};
inline constexpr Translated kNoSuchSource{"this host has no such address to send from",
                                          "このホストには、指定された送信元アドレスがありません"};
inline constexpr Translated kNotPermitted{
    "this host's own firewall, or a missing permission, keeps it from sending",
    "このホスト自身のファイアウォール、または権限の不足により、送信できません"};
inline constexpr Translated kNoSuchInterface{"there is no such interface",
                                             "そのインターフェースはありません"};
inline constexpr Translated kNoSuchFamily{"this host does not have this address family",
                                          "このホストは、このアドレスファミリーに対応していません"};
inline constexpr Translated kTooManyFiles{"too many files are open",
                                          "開いているファイルが多すぎます"};
inline constexpr Translated kTlsNotInstalled{
    "it cannot speak TLS: libssl.so.3 is not installed, or lacks a function (apt install libssl3)",
    "TLS を使えません: libssl.so.3 がないか、必要な関数がありません(apt install libssl3)"};
inline constexpr Translated kSendingFails{"sending fails: {0}", "送信に失敗しました: {0}"};
inline constexpr Translated kNeighbourSilent{
    "the next hop, or the target on the same link, does not answer",
    "次のホップ、または同じリンク上の宛先が応答しません"};
inline constexpr Translated kOwnRulesRefuse{"this host's own rules refuse to send it ({0})",
                                            "このホスト自身のルールが送信を拒否しました({0})"};
inline constexpr Translated kOwnRulesReset{"this host's own rules refuse it with a TCP reset",
                                           "このホスト自身のルールが TCP リセットで拒否しました"};
inline constexpr Translated kOverLoopback{
    "the reset comes back over the loopback: the packet never left",
    "リセットはループバックから返っています。パケットはホストから出ていません"};

// ---- the exchange
inline constexpr Translated kCompletedIn{"completed in {0}", "{0}で完了"};
inline constexpr Translated kAskedOverTcp{
    "the answer over UDP was cut short, and asked for again over TCP",
    "UDP の応答が切り詰められたため、TCP で問い合わせ直しました"};
inline constexpr Translated kCameWithTtl{"the answer came in with TTL {0}",
                                         "応答の TTL は {0} でした"};
inline constexpr Translated kHandshakeSuffices{"{0}; the handshake is all that is required",
                                               "{0}。要件はハンドシェイクだけです"};
inline constexpr Translated kBehindSilent{"what was asked behind it was not answered",
                                          "その後の要求には応答がありません"};
inline constexpr Translated kBehindReset{"what was asked behind it was reset",
                                         "その後の要求はリセットされました"};
inline constexpr Translated kBehindClosed{"the peer closed the connection",
                                          "相手がコネクションを閉じました"};
inline constexpr Translated kBehindNoDns{"what came behind it was no DNS",
                                         "その後に届いたものは DNS ではありません"};
inline constexpr Translated kBehindHalf{"half an answer came behind it",
                                        "その後に、応答の一部だけが届きました"};
inline constexpr Translated kBehindOther{
    "the answer behind it is not that of the service's resolvers",
    "その後の応答は、サービスのリゾルバーのものではありません"};
inline constexpr Translated kBehindNoCertificate{"no certificate came behind it",
                                                 "その後に証明書は届きませんでした"};
inline constexpr Translated kResetAfterAsking{
    "the connection was reset after the handshake, once something was asked: a device that reads "
    "along, or the server",
    "ハンドシェイクの後、要求を送るとコネクションがリセットされました。中身を読む途中の機器、または"
    "サーバーによるものです"};
inline constexpr Translated kClosedUnanswered{"the connection was closed without an answer",
                                              "応答のないままコネクションが閉じられました"};
inline constexpr Translated kHalfAnAnswer{
    "half an answer came: somebody answers, and who it is is not known",
    "応答の一部だけが届きました。誰が応答したかは分かりません"};
inline constexpr Translated kWhoWasNotAsked{
    "the handshake was completed; who answers was not asked",
    "ハンドシェイクは完了しました。誰が応答したかは調べていません"};

// ---- DNS
inline constexpr Translated kSeenAs{"the service sees us as {0}",
                                    "サービスから見たアドレスは{0}です"};
inline constexpr Translated kCode{"code {0}", "コード {0}"};
inline constexpr Translated kServerFailure{
    "the answer is a server failure: a resolver that has no way on itself, or the service in "
    "trouble",
    "応答はサーバー障害(SERVFAIL)です。先へ問い合わせできないリゾルバーか、サービスの障害です"};
inline constexpr Translated kCertificateUnanswered{"the question for it was not answered",
                                                   "証明書の問い合わせに応答がありません"};
inline constexpr Translated kSignedToday{
    "answered, with a certificate of today that the published key signed",
    "応答があり、公開された鍵で署名された本日有効な証明書が示されました"};
inline constexpr Translated kNotOfToday{
    "the DNSCrypt certificate is the service's, but not of today: somebody replays an old one, or "
    "the clock of this host is wrong",
    "DNSCrypt "
    "の証明書はサービスのものですが、本日有効ではありません。古い証明書の再利用か、このホスト"
    "の時計の誤りです"};
inline constexpr Translated kRelayNotExcluded{
    "answered, with a certificate of today that the published key signed; whether a relay on the "
    "way passed it on cannot be told, as the way to the target is not known",
    "応答があり、公開された鍵で署名された本日有効な証明書が示されました。宛先までの経路が分からない"
    "ため、途中で中継されたかどうかは分かりません"};

// ---- TLS
inline constexpr Translated kIssuedUntil{"{0}, issued by {1}, until {2}",
                                         "{0}、発行者 {1}、期限 {2}"};
inline constexpr Translated kNoBecause{"no: {0}", "いいえ: {0}"};
inline constexpr Translated kNoTlsButHttp{
    "the handshake was completed, but what answers speaks HTTP, not TLS: it passes, and who "
    "answers "
    "is not known",
    "ハンドシェイクは完了しましたが、TLS ではなく HTTP "
    "の応答でした。通りますが、誰が応答したかは分か"
    "りません"};
inline constexpr Translated kTlsFailed{
    "the TCP handshake was completed, the TLS handshake failed",
    "TCP のハンドシェイクは完了しましたが、TLS のハンドシェイクは失敗しました"};
inline constexpr Translated kBecauseOf{"{0}: {1}", "{0}: {1}"};
inline constexpr Translated kIssuerNotTrusted{
    "the certificate is issued by {0}, which is not trusted here: {1}",
    "証明書の発行者は{0}で、このホストでは信頼されていません: {1}"};
inline constexpr Translated kNameDiffers{
    "the certificate is trusted, and is for another name ({0})",
    "証明書は信頼できますが、別の名前のものです({0})"};
inline constexpr Translated kHandshakeUnfinished{
    "the certificate is the name's own, and the handshake came to no end: whoever answers may have "
    "it from elsewhere",
    "証明書はこの名前のものですが、ハンドシェイクが完了していません。証明書だけを入手した者が応答し"
    "て"
    "いる可能性があります"};
inline constexpr Translated kHandshakeUnfinishedFault{
    "the certificate is the name's own, and the handshake came to no end: {0}: whoever answers may "
    "have it from elsewhere",
    "証明書はこの名前のものですが、ハンドシェイクが完了していません({0})"
    "。証明書だけを入手した者が応答"
    "している可能性があります"};
inline constexpr Translated kAuthorityAdded{
    "the certificate is issued by {0}, whose authority was added on this host ({1}): no service on "
    "the internet is certified by it",
    "証明書の発行者は{0}で、その認証局はこのホストに追加されたものです({1})"
    "。インターネット上のサービ"
    "スを証明するものではありません"};
inline constexpr Translated kNoIssuerExpected{
    "none: the policy does not say who certifies the service, so that the authority is one that "
    "this host trusts, and no more",
    "なし: "
    "サービスを証明する者がポリシーにないため、このホストが信頼する認証局であることしか確かめて"
    "いません"};
inline constexpr Translated kTrustedHere{
    "the certificate is for the name, issued by {0}, which this host trusts; whether it is the "
    "service's cannot be told",
    "証明書はこの名前のもので、発行者{0}"
    "はこのホストで信頼されています。サービスのものかどうかは分か"
    "りません"};
inline constexpr Translated kIssuerAsExpected{
    "the certificate is the name's own, issued by {0}, as the policy expects",
    "証明書はこの名前のもので、発行者はポリシーの期待どおり{0}です"};

// ---- HTTP
inline constexpr Translated kNoHttp{"what answers does not speak HTTP",
                                    "応答は HTTP ではありません"};
inline constexpr Translated kPageUnknown{
    "a page came, and the policy does not say what it must read: a captive portal answers the same "
    "way",
    "ページが届きましたが、その内容がポリシーにありません。キャプティブポータルも同じように応答しま"
    "す"};
inline constexpr Translated kAnotherPage{
    "a page came, and not the one that was asked for: a captive portal or a proxy answers",
    "届いたページは求めたものではありません。キャプティブポータルまたはプロキシが応答しています"};
inline constexpr Translated kRightPage{"the page that was asked for came",
                                       "求めたページが届きました"};

// ---- names
inline constexpr Translated kNotConnectedTo{
    "the name leads to {0}, which no service on the internet has; not connected to (see "
    "--allow-target)",
    "名前の解決先は{0}で、インターネット上のサービスが持つアドレスではないため、接続していません"
    "(--allow-target を参照)"};
inline constexpr Translated kNoAddressOfFamily{"{0} has no address of this family",
                                               "{0}には、このファミリーのアドレスがありません"};
inline constexpr Translated kAskedOf{"asked of {0}", "問い合わせ先 {0}"};
inline constexpr Translated kChainAskedOf{"{0} > {1}, asked of {2}", "{0} > {1}、問い合わせ先 {2}"};
inline constexpr Translated kFirstAddresses{"only {0} of its {1} addresses are probed",
                                            "アドレス{1}個のうち{0}個だけをプローブします"};
inline constexpr Translated kMadeByDns64{
    "made up by a DNS64 for {0}: packets to it are translated on the way",
    "DNS64 が{0}のために作ったアドレスです。そこへのパケットは途中で変換されます"};
inline constexpr Translated kWithinRanges{"the address is within the known ranges",
                                          "アドレスは既知の範囲内です"};
inline constexpr Translated kOutsideRanges{"the address is not among the known ranges",
                                           "アドレスは既知の範囲にありません"};

// ---- asked again, interrupted
inline constexpr Translated kAnotherSilent{
    "not itself: another of its kind stayed silent when asked alone",
    "これ自体は再試行していません。同種の別のものを単独で試しても応答がありませんでした"};
inline constexpr Translated kAnotherTheSame{
    "not itself: another of its kind fared the same when asked alone",
    "これ自体は再試行していません。同種の別のものを単独で試しても同じ結果でした"};
inline constexpr Translated kAtFirst{"at first {0} ({1}), which passed",
                                     "最初は{0}({1})でしたが、解消しました"};
inline constexpr Translated kTheSameAlone{"the same when asked alone, too",
                                          "単独で試しても同じ結果でした"};
inline constexpr Translated kRateLimited{
    "silent among others, answered when asked alone: the answers of some device are limited in "
    "their rate",
    "ほかと同時では応答がなく、単独では応答がありました。どこかの機器の応答がレート制限されていま"
    "す"};
inline constexpr Translated kSilentAlone{"silent when asked alone, too",
                                         "単独で試しても応答がありません"};
inline constexpr Translated kTooManyWays{"not looked at: there are too many ways for one run",
                                         "調べていません。一度に調べる経路が多すぎます"};
inline constexpr Translated kInterruptedBefore{"not looked at: interrupted before",
                                               "調べる前に中断されました"};
inline constexpr Translated kInterruptedMidway{"interrupted before it came to an end",
                                               "終わる前に中断されました"};
inline constexpr Translated kInterruptedUnbegun{"interrupted before it began",
                                                "始まる前に中断されました"};

// ---- ranges
inline constexpr Translated kAndBefore{"{0}; {1}", "{0}。{1}"};
inline constexpr Translated kSilentInRange{
    "silence; whether anybody has this address of the range is not known",
    "応答がありません。範囲内のこのアドレスが使われているかどうかは分かりません"};
inline constexpr Translated kNobodyInRange{
    "a router says that it does not find this address of the range",
    "範囲内のこのアドレスが見つからないと、ルーターが応答しました"};
inline constexpr Translated kArrivesRefused{
    "the packets arrive: the host at this address of the range refuses them itself",
    "パケットは届いています。範囲内のこのアドレスのホスト自身が拒否しています"};
inline constexpr Translated kStrangerInRange{
    "whoever has this address of the range answers so, or a device in its name",
    "範囲内のこのアドレスを使う者、またはそれを名乗る機器の応答です"};

}  // namespace safeconduct::wording
