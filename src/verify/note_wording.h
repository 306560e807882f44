// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of a check, and of what was seen beside it, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- ranges, ports, interfaces
inline constexpr Translated kRetiredButOpen{
    "{0} ({1}, {2}) was in effect until {3}, and the rules still let packets to it pass",
    "{0}({1}、{2})は{3}まで有効でしたが、ルールはここへのパケットを今も許可しています"};
inline constexpr Translated kInterfacesNotGiven{
    "{0}: the interfaces are not given ({1}); what depends on one is undecided. The rules mention: "
    "{2}",
    "{0}: インターフェースの指定がありません({1})。それに左右されるものは判定不能です。ルールに"
    "現れる名前: {2}"};
inline constexpr Translated kInterfaceNotGiven{
    "{0}: an interface is not given ({1}); what depends on it is undecided. The rules mention: {2}",
    "{0}: インターフェースの指定がありません({1})。それに左右されるものは判定不能です。ルールに"
    "現れる名前: {2}"};
inline constexpr Translated kInterfaceStrange{
    "{0}: the packets come or go by {1}, which none of the rules names that matter here; they tell "
    "apart: {2}",
    "{0}: パケットが通る {1} を挙げるルールが、関係するものの中にありません。ルールが区別する名前: "
    "{2}"};
// {0}: device, {1}: hook, {2}: "IPv4, IPv6"
inline constexpr Translated kNothingFilters{
    "{0}: no chain filters packets of {2} at hook {1}; is this the whole export ('nft list "
    "ruleset', "
    "'iptables-save')?",
    "{0}: フック {1} で {2} "
    "のパケットをフィルタリングするチェーンがありません。書き出しはこれで全部"
    "ですか('nft list ruleset'、'iptables-save')"};
inline constexpr Translated kNamesMore{"{0} and {1} more", "{0} ほか{1}件"};
inline constexpr Translated kCutIntoPieces{
    "the rules cut the packets into more pieces than are followed: the rules that are named stop "
    "some for sure, the rest is undecided, and further rules may stop it; ask about fewer clients, "
    "regions or policies at a time",
    "ルールによって、パケットが解析の上限を超える数に分かれます。示したルールが一部を止めることは確"
    "実ですが、残りは判定不能で、ほかのルールが止める可能性もあります。クライアント、リージョン、"
    "ポリシーを減らして検査してください"};
inline constexpr Translated kLowPortsLost{
    "packets from source ports below 1024 do not pass; clients do not use those, so this does not "
    "count",
    "1024 未満の送信元ポートからのパケットは通りません。クライアントはそれを使わないため、数えませ"
    "ん"};

// ---- path MTU, this host's own packets
inline constexpr Translated kTooBig6{"ICMPv6 packet-too-big (type 2)",
                                     "ICMPv6 の packet-too-big(タイプ 2)"};
inline constexpr Translated kTooBig4{"ICMP fragmentation-needed (type 3, code 4)",
                                     "ICMP の fragmentation-needed(タイプ 3、コード 4)"};
inline constexpr Translated kErrorDoesNotReturn{
    "{0}: {1} about the clients' connections does not get back to them ({2}): where a link on the "
    "way takes smaller packets, connections open and then stall",
    "{0}: クライアントのコネクションについての{1}が、クライアントに届きません({2})。途中により小さ"
    "いパケットしか通さない回線があると、コネクションは確立した後で停止します"};
// {0}: the device; {1}: one of the next four; {2}: where it is lost
inline constexpr Translated kNoNeighbours{
    "{0}: {1} ({2}): hosts on that link do not find each other, and no IPv6 packet passes, "
    "whatever else the rules allow, which is undecided for that; where nobody asks (PPP, tunnels, "
    "neighbours entered by hand), say so: --known-neighbours, or known-neighbours in the site file",
    "{0}: {1}({2})。その回線の機器は互いを見つけられず、ほかのルールが何を許可していても IPv6 "
    "のパケットは通らないため、保留とします。近隣探索を使わない回線("
    "PPP、トンネル、手で登録した近隣)"
    "であれば、--known-neighbours、またはサイトファイルの known-neighbours で指定します"};
inline constexpr Translated kKnownNeighbours{
    "hosts on the links of {0} are taken to be known without IPv6 neighbour discovery, as was said "
    "(--known-neighbours, known-neighbours)",
    "{0}の回線上の機器は、指定のとおり(--known-neighbours、known-neighbours)、IPv6 "
    "の近隣探索なしで分かっているものとします"};
inline constexpr Translated kSolicitationIn{
    "IPv6 neighbour solicitations that come in by {0} are lost",
    "{0}に届く IPv6 の近隣要請が失われます"};
inline constexpr Translated kAdvertisementOut{
    "IPv6 neighbour advertisements that it sends by {0} are lost",
    "{0}から送る IPv6 の近隣広告が失われます"};
inline constexpr Translated kSolicitationOut{
    "IPv6 neighbour solicitations that it sends by {0} are lost",
    "{0}から送る IPv6 の近隣要請が失われます"};
inline constexpr Translated kAdvertisementIn{
    "IPv6 neighbour advertisements that come in by {0} are lost",
    "{0}に届く IPv6 の近隣広告が失われます"};
inline constexpr Translated kAnInterface{"any interface", "どのインターフェース"};
inline constexpr Translated kNoChainThere{"no chain", "チェーンなし"};
inline constexpr Translated kToDestination{"{0} to {1}", "{1}への{0}"};
inline constexpr Translated kToDestinationPort{"{0} to {1} port {2}", "{1}のポート{2}への{0}"};
// {0}: the flow; {1}, {2}: where it is decided, of the host's own and of forwarded packets
inline constexpr Translated kOwnPassesOthersStop{
    "{0} passes from there ({1}) and is stopped when forwarded ({2})",
    "{0}は、機器自身が送る場合は通り({1})、転送する場合は止まります({2})"};
inline constexpr Translated kOwnStopsOthersPass{
    "{0} is stopped from there ({1}) and is let through when forwarded ({2})",
    "{0}は、機器自身が送る場合は止まり({1})、転送する場合は通ります({2})"};
inline constexpr Translated kHostDiffersFromClients{
    "{0}: packets that it sends itself end otherwise than those that it forwards, for {1} of {2} "
    "required flows: {3}. A probe on the device says nothing of its clients.",
    "{0}: "
    "必要な通信{2}件のうち{1}件で、機器自身が送るパケットと転送するパケットの結果が異なります。"
    "{3}。機器でのプローブからは、クライアントのことは分かりません。"};
inline constexpr Translated kClientsDifferFromHost{
    "{0}: packets that it sends itself end otherwise than those that it forwards, for {1} of {2} "
    "required flows: {3}. A probe on the device says nothing of its clients' packets.",
    "{0}: "
    "必要な通信{2}件のうち{1}件で、機器自身が送るパケットと転送するパケットの結果が異なります。"
    "{3}。機器でのプローブからは、クライアントのパケットのことは分かりません。"};

// ---- waivers. {0}: the requirement
inline constexpr Translated kWaiverOf{"the waiver of {0}", "{0}の例外(waiver)"};
inline constexpr Translated kWaiverOwned{"{0} ({1})", "{0}({1})"};
inline constexpr Translated kWaiverExpired{
    "{0} has expired on {1}, and nothing that it covers fails",
    "{0}は{1}に期限が切れました。対象に満たされないものはあり"
    "ません"};
inline constexpr Translated kWaiverExpiredCounts{
    "{0} has expired on {1}: the finding counts again",
    "{0}は{1}に期限が切れました。指摘は再び数えられます"};
inline constexpr Translated kWaiverOwnedExpired{
    "{0} has expired on {1} ({2}), and nothing that it covers fails",
    "{0}は{1}に期限が切れました({2})。対象に満たされないものはありません"};
inline constexpr Translated kWaiverOwnedExpiredCounts{
    "{0} has expired on {1} ({2}): the finding counts again",
    "{0}は{1}に期限が切れました({2})。指摘は再び数えられます"};
inline constexpr Translated kWaiverNotAsked{
    "{0} waives nothing: the requirement is not asked for here",
    "{0}は何も免除しません。ここではその要件を検査していません"};
inline constexpr Translated kWaiverOfPart{
    "{0} covers only a part of what does not hold: the finding counts",
    "{0}は、満たされないものの一部しか対象としません。指摘は数えられます"};
inline constexpr Translated kWaiverOfNothing{
    "{0} waives nothing: nothing that it covers fails",
    "{0}は何も免除しません。対象に満たされないものはありません"};
inline constexpr Translated kOwnedBy{"owner {0}", "所有者{0}"};

// ---- what was not asked or seen
inline constexpr Translated kPassesButUnasked{"{0}: what was asked passes, and {1}: undecided",
                                              "{0}: 尋ねたものは通りますが、{1}ため、判定不能です"};
inline constexpr Translated kNothingProbed{
    "{0} is required, and nothing of it was probed: undecided",
    "{0}は必須ですが、何もプローブしていないため、判定不能です"};
inline constexpr Translated kItsAddresses{"its addresses", "そのアドレス"};
inline constexpr Translated kAskedNothing{"of {0} ({1}) nothing was asked",
                                          "{0}({1})には何も尋ねていない"};
inline constexpr Translated kAskedOne{"of {0} ({1}) 1 address was asked",
                                      "{0}({1})のうち 1 アドレスにしか尋ねていない"};
inline constexpr Translated kAskedSome{"of {0} ({1}) {2} addresses were asked",
                                       "{0}({1})のうち{2}アドレスにしか尋ねていない"};
inline constexpr Translated kAndAlso{"{0}; {1}", "{0}、{1}"};
inline constexpr Translated kEvidenceSilent{
    "required, and nothing in the evidence speaks of it: undecided: {0}",
    "必須ですが、証拠に現れないため判定不能です: {0}"};
inline constexpr Translated kOutcomes{"{0}, {1}", "{0}、{1}"};
inline constexpr Translated kSomeMore{"{0} and {1} more", "{0} ほか{1}件"};

}  // namespace safeconduct::wording
