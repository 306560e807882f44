// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The texts of a check's report, as text, HTML and Markdown, in each language. What files, policies
// and the vendor's client say is not among them, and stays as it is.

#include "base/language.h"

namespace safeconduct::wording {

// ---- verdicts. The word that machines read stands beside the Japanese one.
inline constexpr Translated kAllowed{"allowed", "許可(allowed)"};
inline constexpr Translated kBlocked{"blocked", "遮断(blocked)"};
inline constexpr Translated kPartial{"blocked in part", "一部遮断(partial)"};
inline constexpr Translated kIntercepted{"intercepted", "別宛先へ転送(intercepted)"};
inline constexpr Translated kUndecided{"undecided", "判定不能(undecided)"};
inline constexpr Translated kPassesAndMustNot{"passes, and must not", "禁止すべき通信が通ります"};
inline constexpr Translated kPassesInPart{"passes in part, and must not",
                                          "禁止すべき通信の一部が通ります"};
inline constexpr Translated kLedOnAndMustNot{"led elsewhere, and must not pass",
                                             "禁止すべき通信が別宛先へ転送されます"};
inline constexpr Translated kStoppedAsAsked{"stopped, as it must be", "禁止どおり止められます"};
inline constexpr Translated kPassesWhatMustNot{"passes what must not",
                                               "禁止すべき通信を通す(partial)"};

// ---- lists
inline constexpr Translated kComma{", ", "、"};
inline constexpr Translated kLastComma{" and ", "、"};
inline constexpr Translated kAndMore{" and {0} more", " ほか{0}件"};
inline constexpr Translated kMoreLine{"and {0} more", "ほか{0}件"};

// ---- packets, and what becomes of them. {0}: the packets
inline constexpr Translated kAnyAddress{"any {0} address", "すべての{0}アドレス"};
inline constexpr Translated kAnyAddressBut{"any {0} address but {1}",
                                           "{1}を除くすべての{0}アドレス"};
inline constexpr Translated kFromPort{" from port {0}", " の送信元ポート{0}"};
inline constexpr Translated kPort{" port {0}", " のポート{0}"};
inline constexpr Translated kThem{"them", "それら"};
inline constexpr Translated kPackets{"packets", "次のパケット"};
// Of packets that are listed below: no word in English.
inline constexpr Translated kBelow{" ", "次のパケット"};
inline constexpr Translated kAnswers{"the answers to {0}", "{0}への応答"};
inline constexpr Translated kFurther{"the further packets of {0}", "{0}の以降のパケット"};
inline constexpr Translated kLetsPass{"lets pass {0}", "{0}を許可します"};
inline constexpr Translated kMayStop{"may or may not stop {0}", "{0}を止めるかどうか決まりません"};
inline constexpr Translated kDiverts{"diverts {0}", "{0}を別の宛先へ向けます"};
inline constexpr Translated kDivertsTo{"diverts ({1}) {0}", "{0}を別の宛先へ向けます({1})"};
inline constexpr Translated kRefuses{"refuses, with {1}, {0}", "{0}を拒否します({1})"};
inline constexpr Translated kRefusesThem{"refuses {0}, with {1}", "{0}を拒否します({1})"};
inline constexpr Translated kDrops{"silently drops {0}", "{0}を黙って破棄します"};
inline constexpr Translated kTcpReset{"a TCP reset", "TCP リセット"};

// ---- rules
inline constexpr Translated kNoPlace{"(no place)", "(場所なし)"};
inline constexpr Translated kNoChain{"no chain of {0} sees these packets",
                                     "これらのパケットを扱うチェーンが{0}にありません"};
inline constexpr Translated kTableAndChain{"table {0}, chain {1}", "テーブル{0}、チェーン{1}"};
inline constexpr Translated kOfPolicy{", policy", "、ポリシー"};
inline constexpr Translated kRuleNumber{", rule {0}", "、ルール{0}"};
inline constexpr Translated kRuleName{", rule '{0}'", "、ルール '{0}'"};
inline constexpr Translated kRegion{"region ", "リージョン "};
inline constexpr Translated kPath{"path   ", "経路       "};
inline constexpr Translated kWay{"way    ", "通過順     "};
inline constexpr Translated kHangsOn{"hangs on  ", "未定の語句  "};
inline constexpr Translated kAlsoOn{"also on   ", "ほかの要因  "};
inline constexpr Translated kMayStopFirst{"may stop them first  ", "先に止める可能性  "};
inline constexpr Translated kMoreVerbose{"and {0} more (--verbose lists all)",
                                         "ほか{0}件(--verbose ですべて表示)"};
inline constexpr Translated kMoreRulesVerbose{"and {0} more rules (--verbose lists all)",
                                              "ほか{0}個のルール(--verbose ですべて表示)"};
inline constexpr Translated kFurtherRules{"and {0} further rules (--verbose)",
                                          "ほか{0}個のルール(--verbose で表示)"};
inline constexpr Translated kToMend{"to mend: ", "直し方: "};
inline constexpr Translated kThen{"without it: ", "これがなければ: "};
inline constexpr Translated kEnough{"they pass", "通ります。"};
inline constexpr Translated kTheseEnough{"they pass, once these {0} are gone",
                                         "この{0}個がすべてなければ通ります。"};

// ---- the first lines
inline constexpr Translated kFullStop{".", "。"};
inline constexpr Translated kButWaived{" but for what is waived", "(例外を除く)"};
inline constexpr Translated kRequired{" Required: {0}", "必須: {0}"};
inline constexpr Translated kRecommended{" Recommended: {0}", "推奨: {0}"};
inline constexpr Translated kBreaksOnDays{" Breaks on {0}.", "{0}に支障が生じます。"};
inline constexpr Translated kOneHolds{"{0} of {1} holds", "{1}件中{0}件を満たします"};
inline constexpr Translated kSomeHold{"{0} of {1} hold", "{1}件中{0}件を満たします"};
inline constexpr Translated kTally{"{0}.", "{0}。"};
inline constexpr Translated kTallyWithRest{"{0}, {1}.", "{0}({1})。"};
inline constexpr Translated kCountBlocked{"{0} blocked", "遮断{0}件"};
inline constexpr Translated kCountPartial{"{0} blocked in part", "一部遮断{0}件"};
inline constexpr Translated kCountIntercepted{"{0} intercepted", "別宛先へ転送{0}件"};
inline constexpr Translated kCountNotStopped{"{0} not stopped", "止められていない{0}件"};
inline constexpr Translated kCountUndecided{"{0} undecided", "判定不能{0}件"};
inline constexpr Translated kCountWaived{"{0} waived", "例外{0}件"};
inline constexpr Translated kRead{"read  ", "入力  "};
inline constexpr Translated kFor{"for   ", "対象  "};
inline constexpr Translated kRegions{"regions {0}", "リージョン{0}"};

// ---- sections
inline constexpr Translated kUsersSee{"What the users will see", "利用者に見える状態"};
inline constexpr Translated kNotHolding{"What does not hold", "満たされていない要件"};
inline constexpr Translated kNotDecided{"What cannot be decided", "判定できない要件"};
inline constexpr Translated kLater{"What breaks later", "後日支障が生じる要件"};
inline constexpr Translated kAtFault{"The rules at fault", "原因のルール"};
inline constexpr Translated kHangingOn{"The rules that it hangs on", "判定を左右するルール"};
inline constexpr Translated kNoAddress{"Recommended, and not checked: no address is known",
                                       "推奨の要件のうち、アドレスが分からず検査していないもの"};
inline constexpr Translated kWaivedOnes{"Waived", "例外(waiver)"};
inline constexpr Translated kHolding{"What holds", "満たされている要件"};
inline constexpr Translated kNotes{"Notes", "注記"};
inline constexpr Translated kMoreOfThese{"and {0} more of these (--verbose)",
                                         "同様の注記がほか{0}件(--verbose で表示)"};

// ---- findings
inline constexpr Translated kOnlyRecommended{" (recommended)", "、推奨"};
inline constexpr Translated kBy{", by {0}", "、原因{0}"};
inline constexpr Translated kFindingHangsOn{", hangs on {0}", "、左右するルール{0}"};
inline constexpr Translated kBreaksOn{"{0} breaks on {1}", "{1}に支障: {0}"};
inline constexpr Translated kFromOn{"{0} from {1} on", "{1}から: {0}"};
inline constexpr Translated kFromDay{"from {0} on", "{0}から"};
inline constexpr Translated kWantedBy{"wanted by {0} ({1})", "要件の定義: {0}({1})"};
inline constexpr Translated kWaivedBecause{"waived: {0}", "例外: {0}"};
inline constexpr Translated kAndWaived{"{0}; waived: {1}", "{0}。例外: {1}"};
inline constexpr Translated kOwner{"owner {0}, ", "所有者{0}、"};
inline constexpr Translated kWaivedUntil{"{0} ({1}until {2})", "{0}({1}{2}まで)"};
inline constexpr Translated kAddressUnknown{"no address is known", "アドレスが分かりません"};
inline constexpr Translated kOverBudget{"budget", "解析が上限に達しました"};
// Reasons, as verify says them; {0}, {1}, ... stand for any words.
inline constexpr Translated kOutOfReach{
    "the clients have no IPv4 address, and its destinations have no other: whether a translator "
    "(NAT64) leads there, no rule tells",
    "クライアントにIPv4アドレスがなく、宛先はIPv4だけです。変換装置(NAT64)が届けるかどうかは、"
    "ルールからは分かりません"};
inline constexpr Translated kNoFamilyRules{
    "no {0} rules of {1} were given: add the output of {2}",
    "{1}の{0}のルールが渡されていません。{2}の出力も渡してください"};
inline constexpr Translated kNoRangeNamed{
    "no range of service {0} is known in region {1} of provider {2}; clients resolve {3}",
    "提供元{2}のリージョン{1}に、サービス{0}のアドレス範囲がありません。クライアントは{3}を"
    "名前解決します"};
inline constexpr Translated kNoRange{
    "no range of service {0} is known in region {1} of provider {2}",
    "提供元{2}のリージョン{1}に、サービス{0}のアドレス範囲がありません"};
inline constexpr Translated kNoRangeOfSiteNamed{
    "no range of service {0} is known for the regions of the site of provider {1}; clients resolve "
    "{2}",
    "提供元{1}の、拠点のリージョンに、サービス{0}のアドレス範囲がありません。クライアントは{2}を"
    "名前解決します"};
inline constexpr Translated kNoRangeOfSite{
    "no range of service {0} is known for the regions of the site of provider {1}",
    "提供元{1}の、拠点のリージョンに、サービス{0}のアドレス範囲がありません"};
inline constexpr Translated kStoppedBy{"stopped by {0}", "{0}で遮断"};
inline constexpr Translated kPassesBy{"by {0}", "{0}による"};
inline constexpr Translated kNoRule{"no rule: no chain sees them",
                                    "ルールなし(扱うチェーンがない)"};
inline constexpr Translated kKnownSince{"known since {0}", "{0}から既知"};
inline constexpr Translated kNotOfChange{"not of this change: {0} has it",
                                         "この変更によるものではない({0}にもある)"};
inline constexpr Translated kAndKnown{" {0}", "{0}"};
inline constexpr Translated kKnownByBaseline{"{0} known by the baseline",
                                             "ベースラインで既知{0}件"};
inline constexpr Translated kKnownByRevision{"{0} not of this change", "この変更によらない{0}件"};
inline constexpr Translated kNoneKnown{"{0}.", "{0}。"};
inline constexpr Translated kKnownDoNotCount{
    "{0}: still so, and not counted for the exit status.",
    "{0}(変わらず存在しますが、終了ステータスには数えません)。"};

// ---- the client. Its own words for its states are the vendor's.
inline constexpr Translated kForSomeClients{"{0} for some clients", "{0}(一部のクライアント)"};
inline constexpr Translated kNotAsked{"not asked about", "検査の対象外"};
inline constexpr Translated kCannotBeTold{"cannot be told from the rules",
                                          "ルールからは分かりません"};
inline constexpr Translated kSomeOpen{
    ": they get no answer from the service's resolvers, on port 443 or on 53; they go back to the "
    "network's own DNS, and no policy applies to them.",
    ": サービスのリゾルバーから、443 番でも 53 番でも応答が得られません。ネットワーク自身の DNS "
    "に戻り、ポリシーが適用されません。"};
inline constexpr Translated kOpen{
    ": no resolver of the service answers, on port 443 or on 53; the client goes back to the "
    "network's own DNS, and no policy applies.",
    ": サービスのリゾルバーは、443 番でも 53 "
    "番でも応答しません。クライアントはネットワーク自身の DNS に戻り、ポリシーが適用されません。"};
inline constexpr Translated kTransparent{
    ": port 443/udp of the resolvers cannot be reached, port 53/udp can; the policy applies, the "
    "queries can be read on the way.",
    ": リゾルバーの 443/udp には届きませんが、53/udp "
    "には届きます。ポリシーは適用されますが、問い合わせは途中で読み取れます。"};
inline constexpr Translated kSomeUnavailable{
    ": not every client reaches every address of the secure web gateway.",
    ": Web ゲートウェイのすべてのアドレスに届かないクライアントがあります。"};
inline constexpr Translated kUnavailable{": the secure web gateway cannot be reached.",
                                         ": Web ゲートウェイに届きません。"};
inline constexpr Translated kFailsOpen{"Fails open", "フェイルオープン"};
inline constexpr Translated kFailsOpenMeans{
    ": direct web access is permitted, so browsing goes on past the gateway, without its "
    "protection, and nobody notices.",
    ": 直接の Web "
    "アクセスが許可されているため、ゲートウェイの保護なしで閲覧が続き、誰も気付きません。"};
inline constexpr Translated kFailOpenUnknown{
    "Whether it fails open cannot be told: it depends on rules that are undecided.",
    "フェイルオープンになるかどうかは分かりません。判定不能のルールに左右されます。"};
inline constexpr Translated kFailsClosed{
    "Fails closed: direct web access is blocked too, so browsing stops.",
    "フェイルクローズ: 直接の Web アクセスも遮断されるため、閲覧できなくなります。"};
inline constexpr Translated kDnsLine{"DNS: {0}", "DNS: {0}"};
inline constexpr Translated kDnsFamilyLine{"DNS over {0}: {1}", "{0}の DNS: {1}"};
inline constexpr Translated kWebLine{"Web: {0}", "Web: {0}"};
inline constexpr Translated kFailsOpenLine{
    "Fails open: direct web access is permitted, so browsing goes on past the gateway, without its "
    "protection, and nobody notices",
    "フェイルオープン: 直接の Web "
    "アクセスが許可されているため、ゲートウェイの保護なしで閲覧が続き、誰も気付きません"};
inline constexpr Translated kFailsClosedLine{
    "Fails closed: direct web access is blocked too, so browsing stops",
    "フェイルクローズ: 直接の Web アクセスも遮断されるため、閲覧できなくなります"};
inline constexpr Translated kFailOpenUnknownLine{"Whether it fails open cannot be told",
                                                 "フェイルオープンになるかどうかは分かりません"};

// ---- advice. {0}: where
inline constexpr Translated kBeforePolicyEnd{"before the end of the policy",
                                             "ポリシーの終わりより前で"};
inline constexpr Translated kBeforeChainEnd{"before the end of chain {0}",
                                            "チェーン{0}の終わりより前で"};
inline constexpr Translated kAtChainStart{"at the beginning of chain {0}", "チェーン{0}の先頭で"};
inline constexpr Translated kBeforeRule{"before this rule", "このルールより前で"};
inline constexpr Translated kBeforeLine{"before line {0}", "{0}行目より前で"};
inline constexpr Translated kBeforeTracking{
    "connection tracking has not looked at packets here, so that no rule about states matches: let "
    "the answers pass by their addresses and ports {0}.",
    "ここではまだコネクション追跡が行われておらず、状態を調べるルールは一致しません。{0}、アドレス"
    "とポートを指定して応答を許可します。"};
inline constexpr Translated kNotTracked{
    "the requests are not tracked ('notrack'), so that their answers are 'established' nowhere: "
    "let requests be tracked, or let the answers pass by their addresses and ports {0}.",
    "要求が追跡されていない('notrack')ため、応答はどこでも 'established' "
    "になりません。要求を追跡の対象とするか、{0}、アドレスとポートを指定して応答を許可します。"};
inline constexpr Translated kLetAnswers{"let the answers of known connections pass {0}.",
                                        "{0}、既知のコネクションの応答を許可します。"};
inline constexpr Translated kLetAnswersBy{"let the answers of known connections pass {0}:",
                                          "{0}、既知のコネクションの応答を許可します:"};
inline constexpr Translated kExempt{
    "exempt these packets from the rule: let them pass {0}.",
    "これらのパケットをルールの対象から除外します。{0}許可します。"};
inline constexpr Translated kStopThem{"stop these packets {0}.",
                                      "{0}、これらのパケットを止めます。"};
inline constexpr Translated kStopSomewhere{"stop these packets in a chain that sees them.",
                                           "これらのパケットを見るチェーンを設けて止めます。"};
inline constexpr Translated kLetPass{"let these packets pass {0}.",
                                     "{0}、これらのパケットを許可します。"};
inline constexpr Translated kLetPassBy{"let these packets pass, for instance {0}:",
                                       "たとえば{0}、これらのパケットを許可します:"};

}  // namespace safeconduct::wording
