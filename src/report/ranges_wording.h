// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The texts about files of ingress ranges, and what differs between two of them, in each language.
// What the files themselves say (names, services, confidence) stays as it is.

#include "base/language.h"

namespace safeconduct::wording {

// ---- what differs
inline constexpr Translated kSameVersion{"{0}, version {1}: ", "{0}、版{1}: "};
inline constexpr Translated kTwoVersions{"{0}, version {1} -> {2}: ", "{0}、版{1} -> {2}: "};
inline constexpr Translated kNoDifference{"no difference.", "違いはありません。"};
inline constexpr Translated kRangesChanged{"ranges: {0} added, {1} removed, {2} changed.",
                                           "アドレス範囲: 追加{0}、削除{1}、変更{2}。"};
inline constexpr Translated kTheFile{"the file", "ファイル"};
inline constexpr Translated kRegionAdded{"the region is added", "リージョンが追加されました"};
inline constexpr Translated kRegionRemoved{"the region is removed", "リージョンが削除されました"};
inline constexpr Translated kNotSaid{"not said", "記載なし"};
inline constexpr Translated kConfidenceNotSaid{"confidence not said", "確度の記載なし"};
inline constexpr Translated kFromDate{", from {0}", "、{0}から"};
inline constexpr Translated kUntilDate{", until {0}", "、{0}まで"};

// ---- what it means for the rules
inline constexpr Translated kOpenSometime{
    "open: let packets to it pass; since when it is in use is not said",
    "open: ここへのパケットを許可してください。使用開始日の記載はありません"};
inline constexpr Translated kOpenBy{"open: let packets to it pass by {0}",
                                    "open: {0}までに、ここへのパケットを許可してください"};
inline constexpr Translated kCloseSometime{
    "close: nothing here needs it any more; since when is not said",
    "close: もう必要ありません。いつからかの記載はありません"};
inline constexpr Translated kCloseFrom{"close: nothing here needs it from {0} on",
                                       "close: {0}から必要なくなります"};
inline constexpr Translated kKeep{
    "keep: other ranges of the new file hold its addresses, or a part of them",
    "keep: 新しいファイルのほかの範囲が、このアドレスの全部または一部を含みます"};
inline constexpr Translated kRescheduleOnly{"reschedule: the days have changed, the rules have not",
                                            "reschedule: 日付だけが変わり、ルールは変わりません"};
inline constexpr Translated kRescheduleFor{"reschedule: the same rules, for {0}",
                                           "reschedule: 同じルールを、{0}に合わせてください"};
inline constexpr Translated kNoRuleChanges{"none: no rule changes", "none: ルールは変わりません"};

// ---- what there is
inline constexpr Translated kFileSummary{
    "{0}: version {1}, {2} ranges in {3} regions, complete ({4})",
    "{0}: 版{1}、{3}リージョンの{2}範囲、完全({4})"};
inline constexpr Translated kPartSummary{
    "{0}: version {1}, {2} ranges in {3} regions, not complete ({4})",
    "{0}: 版{1}、{3}リージョンの{2}範囲、不完全({4})"};
inline constexpr Translated kValid{"valid  ", "有効  "};
inline constexpr Translated kAnycast{"{0} (anycast: part of every region)",
                                     "{0}(anycast: すべてのリージョンの一部)"};
inline constexpr Translated kSinceDate{" from {0}", " {0}から"};
inline constexpr Translated kTillDate{" until {0}", " {0}まで"};

// ---- what a resolver answers
inline constexpr Translated kWhatAnswers{"What {0} answers", "{0}の応答"};
inline constexpr Translated kOthersMayDiffer{
    "; other resolvers, places and days may answer otherwise.",
    "。ほかのリゾルバー、場所、日では異なることがあります。"};
inline constexpr Translated kByNames{"by    ", "経由  "};
inline constexpr Translated kAnswerFor{"{0}, for {1} s", "{0}、{1}秒間"};

}  // namespace safeconduct::wording
