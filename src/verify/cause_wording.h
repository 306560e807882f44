// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What may be behind failures, what speaks for and against it, and how what was seen stands to the
// rules, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- what speaks
inline constexpr Translated kTargetOutcome{"{0}: {1}", "{0}: {1}"};
inline constexpr Translated kMoreCauses{"and {0} more", "ほか{0}件"};
inline constexpr Translated kRuleOfTarget{"{0}: {1} ({2})", "{0}: {1}({2})"};
inline constexpr Translated kLogIsVague{
    "the client's log does not tell silence from a refusal, an answer that it does not believe, or "
    "a fault of its own: a capture does",
    "クライアントのログでは、応答なし、拒否、信用しない応答、クライアント自身の障害を区別できません"
    "。"
    "キャプチャなら区別できます"};
inline constexpr Translated kSilenceIsVague{
    "silence alone does not tell a firewall from a target that is down, a broken route or a region "
    "that the service refuses",
    "応答がないだけでは、ファイアウォール、宛先の停止、経路の障害、サービスが拒否する地域を区別でき"
    "ません"};
inline constexpr Translated kOwnAuthority{
    "the service may use an authority of its own, which this host does not know",
    "サービスが、このホストの知らない独自の認証局を使っている可能性があります"};
inline constexpr Translated kDeviceMaySpeak{"a device on the way can speak in the target's name",
                                            "途中の機器が、宛先を名乗って応答することもできます"};
inline constexpr Translated kClockMayBeWrong{"the clock of this host may be wrong",
                                             "このホストの時計が誤っている可能性があります"};
inline constexpr Translated kMomentsMayDiffer{
    "the capture and the log may be of different moments: see the clock",
    "キャプチャとログの時点が異なる可能性があります。時計についての行を参照してください"};
inline constexpr Translated kFailOpenNeedsNetwork{
    "the client speaks of failing open, which is of use where there is a network",
    "クライアントはフェイルオープンと述べており、それはネットワークがある場合に意味を持ちます"};
inline constexpr Translated kDnsFailsToo{
    "DNS fails as well, and from such countries it is still answered",
    "DNS も失敗していますが、そのような国からでも DNS には応答があります"};
inline constexpr Translated kVpnOrTrustedNetwork{
    "the log does not say which of VPN and trusted network it stands back for",
    "ログからは、VPN と信頼済みネットワークのどちらのために停止したのか分かりません"};

// ---- causes
inline constexpr Translated kRulesStopIt{
    "the rules that were read stop it: what was lost is what they say is lost",
    "読んだルールが止めています。失われた通信は、ルールが止めるとおりのものです"};
inline constexpr Translated kBeyondTheRules{
    "the rules that were read allow it: look beyond this device (the host's own firewall, a "
    "further "
    "device, the provider), or for rules that run and are not in the export",
    "読んだルールでは許可されます。この機器より先("
    "ホスト自身のファイアウォール、ほかの機器、回線事業"
    "者)か、書き出しに含まれない稼働中のルールを確かめてください"};
inline constexpr Translated kDeviceNearby{
    "a device near the client refuses it: the answer comes from before the target",
    "クライアントに近い機器が拒否しています。応答は宛先より手前から来ています"};
inline constexpr Translated kSomebodyElseAnswers{
    "somebody on the way answers in the service's place",
    "途中の何者かが、サービスに代わって応答しています"};
inline constexpr Translated kAnswersNotTaken{
    "the capture shows answers from where the client says there are none: forged answers that it "
    "does not believe, answers that come too late, or different moments",
    "クライアントが応答なしとする相手からの応答が、キャプチャにあります。信用されない偽の応答、遅す"
    "ぎる応答、または時点の違いです"};
inline constexpr Translated kRuleAgainstQuic{
    "a rule against QUIC, a deny of UDP 443, stops encrypted DNS: plain DNS gets through to the "
    "same resolvers",
    "QUIC を禁じるルール(UDP 443 の拒否)が、暗号化 DNS を止めています。平文の DNS は同じリゾルバー"
    "に届きます"};
inline constexpr Translated kNoInternet{
    "the client has no way to the internet at all: nothing of what it tried was answered",
    "クライアントからインターネットへの経路がありません。試みたものに一つも応答がありません"};
inline constexpr Translated kFirewallDrops{
    "a firewall on the way drops it: other traffic of the same client gets through",
    "途中のファイアウォールが破棄しています。同じクライアントのほかの通信は通っています"};
inline constexpr Translated kFirewallMayDrop{
    "a firewall on the way may drop it", "途中のファイアウォールが破棄している可能性があります"};
inline constexpr Translated kSanctions{
    "the gateway is shut for clients in countries under sanctions: there it looks offline",
    "制裁対象国のクライアントに対して、ゲートウェイは閉じられています。そこからは停止しているように"
    "見えます"};
inline constexpr Translated kVpnTakesOver{
    "a VPN takes the traffic over, or the agent stands back for one",
    "VPN が通信を引き受けているか、エージェントが VPN のために停止しています"};
inline constexpr Translated kProxyEnds{
    "a proxy on the way ends the connections: the certificate, or the end of the handshake, is not "
    "the service's",
    "途中のプロキシがコネクションを終端しています。証明書またはハンドシェイクの相手がサービスではあ"
    "りません"};

// ---- beside the rules
inline constexpr Translated kTargetRefuses{
    "the packets arrive: the target itself refuses them, so the rules are right",
    "パケットは届いています。宛先自身が拒否しており、ルールは正しいものです"};
inline constexpr Translated kDeviceBeyond{
    "a device beyond the one whose rules were read stops it, or the export is not what runs",
    "ルールを読んだ機器より先の機器が止めているか、書き出しが稼働中のルールと異なります"};
inline constexpr Translated kExportDiffers{
    "the export is not what runs, or this host's packets go another way than those of the clients",
    "書き出しが稼働中のルールと異なるか、このホストのパケットがクライアントとは別の経路を通ります"};
inline constexpr Translated kStoppedInPlace{
    "by the rules it would be seen as {0}: something else stops it, before the rule{1} or in its "
    "place",
    "ルールによれば{0}となるはずです。ルール{1}より手前で、またはその代わりに、別のものが止めていま"
    "す"};
inline constexpr Translated kRulesDoNotDecide{"the rules do not decide it",
                                              "ルールからは決まりません"};
inline constexpr Translated kWireDoesNotDecide{"the wire does not decide it",
                                               "実際の通信からは決まりません"};
inline constexpr Translated kInBrackets{" ({0})", "({0})"};

}  // namespace safeconduct::wording
