// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the HTML page and the Markdown of a check say beside check_wording.h.

#include "base/language.h"

namespace safeconduct::wording {

// ---- both
inline constexpr Translated kWaivedMark{"waived", "例外"};
inline constexpr Translated kKnownMark{"known", "既知"};
inline constexpr Translated kRequirement{"requirement", "要件"};
inline constexpr Translated kLevel{"level", "レベル"};
inline constexpr Translated kVerdict{"verdict", "判定"};
inline constexpr Translated kHangsOnWords{"hangs on ", "未定の語句 "};
inline constexpr Translated kMendSentence{"To mend: {0}", "直し方: {0}"};
inline constexpr Translated kLevelRequired{"required", "必須"};
inline constexpr Translated kLevelRecommended{"recommended", "推奨"};
inline constexpr Translated kLevelConditional{"conditional", "条件付き"};

// ---- Markdown
inline constexpr Translated kByColumn{"by", "原因"};
inline constexpr Translated kTheRules{"The rules", "ルール"};
inline constexpr Translated kMoreRules{"and {0} more rules", "ほか{0}個のルール"};
inline constexpr Translated kOfThePolicy{" (policy)", "(ポリシー)"};
inline constexpr Translated kReadFile{"read {0} of {1}", "{1}の{0}を読みました"};

// ---- HTML
inline constexpr Translated kForDay{", for {0}", "、対象日{0}"};
inline constexpr Translated kForRegions{", regions {0}", "、リージョン{0}"};
inline constexpr Translated kSummary{
    "{0} allowed, {1} blocked, {2} blocked in part, {3} intercepted, {4} undecided, {5} waived.",
    "許可{0}、遮断{1}、一部遮断{2}、別宛先へ転送{3}、判定不能{4}、例外{5}。"};
inline constexpr Translated kWhatIsRequired{"What is required", "要件の一覧"};
inline constexpr Translated kShowAll{"all", "すべて"};
inline constexpr Translated kShowFailing{"what does not hold", "満たされていないもの"};
inline constexpr Translated kShowUndecided{"what is undecided", "判定不能のもの"};
inline constexpr Translated kWhatBreaks{"what breaks", "支障"};
inline constexpr Translated kOneByOne{"Requirement by requirement", "要件ごとの結果"};
inline constexpr Translated kWaivedParagraph{"Waived: {0}", "例外: {0}"};
inline constexpr Translated kDoesNotCount{"Does not count: {0}", "数えません: {0}"};
inline constexpr Translated kMoreRulesInJson{"and {0} more rules; the JSON report has all",
                                             "ほか{0}個のルール。JSON のレポートにすべてあります"};
inline constexpr Translated kWaivers{"Waivers", "例外(waiver)"};
inline constexpr Translated kWhatHappens{"what happens", "結果"};
inline constexpr Translated kReason{"reason", "理由"};
inline constexpr Translated kOwnerColumn{"owner", "所有者"};
inline constexpr Translated kUntil{"until", "期限"};
inline constexpr Translated kWhatWasRead{"What was read", "読んだもの"};
inline constexpr Translated kFile{"file", "ファイル"};

}  // namespace safeconduct::wording
