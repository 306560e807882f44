// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the report of a diagnosis says beside probe_wording.h, in each language.

#include "base/language.h"

namespace safeconduct::wording {

// ---- the first lines
inline constexpr Translated kSiteByEvidence{"{0}: ", "{0}: 証拠によると"};
inline constexpr Translated kSeenByEvidence{" by the evidence. Requirements seen: {0}.",
                                            "。証拠に現れた要件: {0}。"};
inline constexpr Translated kNothingSeen{" by the evidence. It speaks of no requirement.",
                                         "。証拠に現れた要件はありません。"};
inline constexpr Translated kFailOpenNow{
    "fail-open: web traffic goes out unprotected, and nobody notices",
    "フェイルオープン: Web 通信は保護なしで外へ出て、誰も気付きません"};
inline constexpr Translated kFailClosedNow{"fail-closed: no web traffic",
                                           "フェイルクローズ: Web 通信はできません"};

// ---- states and clocks
inline constexpr Translated kForAWhile{"{0} for a while", "{0}(一時的)"};
inline constexpr Translated kStates{"States, by the client's own log",
                                    "クライアント自身のログによる状態"};
inline constexpr Translated kLocalTime{"{0} local", "{0}(現地時刻)"};
inline constexpr Translated kNoZone{
    "Logs have the client's local time, without a zone.",
    "ログの時刻はクライアントの現地時刻で、タイムゾーンがありません。"};
inline constexpr Translated kNoZoneByCapture{
    "Logs have the client's local time, without a zone; the captures do not tell it: they show too "
    "little of what the logs speak of.",
    "ログの時刻はクライアントの現地時刻で、タイムゾーンがありません。キャプチャには、ログが述べる"
    "通信が十分に含まれず、タイムゾーンは分かりません。"};
inline constexpr Translated kClock{
    "The client's clock is {0}: {1} of {2} questions of its log are in the capture at that time.",
    "クライアントの時計は{0}です。ログの問い合わせ{2}件のうち{1}件が、その時刻にキャプチャに現れ"
    "ています。"};
inline constexpr Translated kClockFast{
    "The client's clock is {0}: {1} of {2} questions of its log are in the capture at that time, "
    "and it is {3} s fast.",
    "クライアントの時計は{0}です。ログの問い合わせ{2}件のうち{1}件が、その時刻にキャプチャに現れ"
    "ています。時計は{3}秒進んでいます。"};
inline constexpr Translated kClockSlow{
    "The client's clock is {0}: {1} of {2} questions of its log are in the capture at that time, "
    "and it is {3} s slow.",
    "クライアントの時計は{0}です。ログの問い合わせ{2}件のうち{1}件が、その時刻にキャプチャに現れ"
    "ています。時計は{3}秒遅れています。"};

// ---- requirements
inline constexpr Translated kOneTime{"{0} time, {1}", "{0}回、{1}"};
inline constexpr Translated kTimes{"{0} times, {1}", "{0}回、{1}"};
inline constexpr Translated kFromTo{"{0} to {1}", "{0}から{1}まで"};
inline constexpr Translated kMorePlaces{"and {0} more places", "ほか{0}か所"};
inline constexpr Translated kWireshark{"Wireshark: ", "Wireshark: "};
inline constexpr Translated kAskTheRules{"ask the rules: ", "ルールで確認: "};

// ---- causes
inline constexpr Translated kMayBeBehind{"What may be behind it", "考えられる原因"};
inline constexpr Translated kCertain{"certain", "確実"};
inline constexpr Translated kLikely{"likely", "有力"};
inline constexpr Translated kPossible{"possible", "可能性"};
inline constexpr Translated kSpeaksFor{"for: ", "根拠: "};
inline constexpr Translated kSpeaksAgainst{"against: ", "留保: "};
inline constexpr Translated kAskAgain{"Ask again from a client: ", "クライアントから再確認: "};

// ---- the baseline, and what was read
inline constexpr Translated kBesideBaseline{"Beside the baseline", "ベースラインとの比較"};
inline constexpr Translated kShowsTheSame{"It shows the same.", "違いはありません。"};
inline constexpr Translated kThenAndNow{"{0}: {1} then, {2} now", "{0}: 以前は{1}、今回は{2}"};
inline constexpr Translated kNothing{"nothing", "該当なし"};
inline constexpr Translated kReadFiles{"Read", "読んだもの"};
inline constexpr Translated kSystem{"system: ", "システム: "};

}  // namespace safeconduct::wording
