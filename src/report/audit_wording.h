// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The texts of an audit of many sites, as text, HTML and Markdown, in each language. Faults of a
// site's files are errors, and stay English.

#include "base/language.h"
#include "report/check_wording.h"
#include "verify/fleet_rollup.h"

namespace safeconduct::wording {

// ---- readiness. The word that machines read stands beside the Japanese one.
inline constexpr Translated kReady{"ready", "準備完了(ready)"};
inline constexpr Translated kNotReady{"not ready", "未対応(not ready)"};
inline constexpr Translated kNotChecked{"not checked", "検査できず(broken)"};
inline constexpr Translated kBroken{"broken", "検査できず(broken)"};

// 'broken': what a report calls a site that could not be checked.
constexpr Translated readiness_words(Readiness readiness, Translated broken) {
  switch (readiness) {
    case Readiness::ready:
      return kReady;
    case Readiness::not_ready:
      return kNotReady;
    case Readiness::undecided:
      return kUndecided;
    case Readiness::broken:
      break;
  }
  return broken;
}

inline constexpr Translated kCouldNotBeChecked{"could not be checked", "検査できませんでした"};

// ---- counts
inline constexpr Translated kOneSite{"{0} site", "{0}拠点"};
inline constexpr Translated kSites{"{0} sites", "{0}拠点"};
inline constexpr Translated kReadySites{"{0} ready", "準備完了{0}"};
inline constexpr Translated kNotReadySites{"{0} not ready", "未対応{0}"};
inline constexpr Translated kUndecidedSites{"{0} undecided", "判定不能{0}"};
inline constexpr Translated kBrokenSites{"{0} could not be checked", "検査できず{0}"};
inline constexpr Translated kOfShard{" of {0}, shard {1} of {2}",
                                     "(全{0}拠点、{2}分割のうちの{1})"};
inline constexpr Translated kOfShards{" of {0}, shards {1} of {2}",
                                      "(全{0}拠点、{2}分割のうちの{1})"};
inline constexpr Translated kForTheDay{", for {0}: ", "、対象日{0}: "};
inline constexpr Translated kAfterBlank{" {0}", "{0}"};
inline constexpr Translated kMissingCount{" {0} missing.", "不足: {0}。"};
inline constexpr Translated kKnownCount{" ({0} known)", "(うち既知{0})"};
inline constexpr Translated kFailsAt{"fails at {0}", "満たされず: {0}"};
inline constexpr Translated kUndecidedAt{"undecided at {0}", "判定不能: {0}"};
inline constexpr Translated kWaivedAt{"waived at {0}", "例外: {0}"};
inline constexpr Translated kRequiredHold{"{0} of {1} required hold",
                                          "必須の要件{1}件中{0}件を満たします"};
inline constexpr Translated kWithWaived{"{0}, {1} waived", "{0}(例外{1}件)"};
inline constexpr Translated kWithKnown{"{0}, {1} known", "{0}(既知{1}件)"};
inline constexpr Translated kKnownNone{"{0} known by the baseline.", "ベースラインで既知{0}件。"};
inline constexpr Translated kKnownSome{
    "{0} known by the baseline: still so, and not counted for the exit status.",
    "ベースラインで既知{0}件(変わらず存在しますが、終了ステータスには数えません)。"};
inline constexpr Translated kOneGone{" {0} that it knows of is no longer there (SC971).",
                                     "ベースラインにあり、すでに存在しないもの{0}件(SC971)。"};
inline constexpr Translated kManyGone{" {0} that it knows of are no longer there (SC971).",
                                      "ベースラインにあり、すでに存在しないもの{0}件(SC971)。"};
inline constexpr Translated kOneGrew{" {0} is more than it knows, and counts (SC972).",
                                     "ベースラインより拡大し、数えるもの{0}件(SC972)。"};
inline constexpr Translated kManyGrew{" {0} are more than it knows, and count (SC972).",
                                      "ベースラインより拡大し、数えるもの{0}件(SC972)。"};

// ---- a line of a site
inline constexpr Translated kThenRequired{". {0}", "。{0}"};
inline constexpr Translated kThenDns{"; DNS {0}", "。DNS: {0}"};
inline constexpr Translated kThenWeb{"; web {0}", "、Web: {0}"};
inline constexpr Translated kThenFailsOpen{", fails open", "、フェイルオープン"};
inline constexpr Translated kBreaksOnDay{" Breaks on {0}.", "{0}に支障が生じます。"};

// ---- sections
inline constexpr Translated kWhatIsMissing{"What is missing", "不足しているもの"};
inline constexpr Translated kShardOf{"shard {0} of {1}", "{1}分割のうちの{0}"};
inline constexpr Translated kShardsOf{"shards {0} of {1}", "{1}分割のうちの{0}"};
inline constexpr Translated kUnnamed{"{0} that no file of results names",
                                     "結果のどのファイルにも名前のない{0}"};
inline constexpr Translated kNotCheckedSites{"What could not be checked", "検査できなかった拠点"};
inline constexpr Translated kAndMoreVerbose{"and {0} more (--verbose)",
                                            "ほか{0}件(--verbose で表示)"};
inline constexpr Translated kHint{"hint: ", "ヒント: "};
inline constexpr Translated kNotEverywhere{"What does not hold everywhere",
                                           "一部の拠点で満たされていない要件"};
inline constexpr Translated kRecommendedNotEverywhere{"Recommended, and does not hold everywhere",
                                                      "一部の拠点で満たされていない推奨の要件"};
inline constexpr Translated kSiteMoreRules{"{0}: and {1} more rules", "{0}: ほか{1}個のルール"};
inline constexpr Translated kRegionsNeeded{"Regions, of the sites that need them",
                                           "リージョンごとの拠点(そのリージョンが必要なもの)"};
inline constexpr Translated kReadyOf{"{0} of {1} ready", "{1}中{0}拠点が準備完了"};
inline constexpr Translated kAndUndecided{", {0} undecided", "、判定不能{0}拠点"};

// ---- pages and Markdown
inline constexpr Translated kReadyTitle{"{0} of {1} sites ready", "{1}拠点中{0}拠点が準備完了"};
inline constexpr Translated kMadeFor{"{0} {1}, for {2}", "{0} {1}、対象日{2}"};
inline constexpr Translated kMadeOfShard{", shard {0} of {1}, of {2} sites",
                                         "、{1}分割のうちの{0}、全{2}拠点"};
inline constexpr Translated kTotals{
    "{0} ready, {1} not ready, {2} undecided, {3} could not be checked.",
    "準備完了{0}、未対応{1}、判定不能{2}、検査できず{3}。"};
inline constexpr Translated kMissingSites{"{0} sites are missing{1}.", "{0}拠点が不足{1}。"};
inline constexpr Translated kMissingShards{": shards {0}", ": シャード{0}"};
inline constexpr Translated kMissingNames{": {0}", ": {0}"};
inline constexpr Translated kSiteBySite{"Site by site", "拠点ごとの結果"};
inline constexpr Translated kSearch{"search", "検索"};
inline constexpr Translated kSite{"site", "拠点"};
inline constexpr Translated kReadiness{"readiness", "状態"};
inline constexpr Translated kDns{"DNS", "DNS"};
inline constexpr Translated kWeb{"web", "Web"};
inline constexpr Translated kBreaksOnColumn{"breaks on", "支障の日"};
inline constexpr Translated kColumnTitle{"{0} ({1}, {2})", "{0}({1}、{2})"};
inline constexpr Translated kLegend{
    "✓ holds, ✗ does not hold, ? undecided, w waived, empty: not asked for.",
    "✓ 満たす、✗ 満たさない、? 判定不能、w 例外、空欄: 要件ではない。"};
inline constexpr Translated kHolds{"holds", "満たす"};
inline constexpr Translated kFails{"fails", "満たさない"};
inline constexpr Translated kUndecidedColumn{"undecided", "判定不能"};
inline constexpr Translated kRegionByRegion{"Region by region", "リージョンごとの結果"};
inline constexpr Translated kRegionColumn{"region", "リージョン"};
inline constexpr Translated kProvider{"provider", "提供元"};
inline constexpr Translated kReadyColumn{"ready", "準備完了"};
inline constexpr Translated kNotReadyColumn{"not ready", "未対応"};
inline constexpr Translated kDoesNotHold{"What does not hold", "満たされていない要件"};
inline constexpr Translated kDoesNotHoldColumn{"what does not hold", "満たされていない要件"};
inline constexpr Translated kMoreSitesInResults{"and {0} more sites; the results have them",
                                                "ほか{0}拠点。結果のファイルにあります"};
inline constexpr Translated kMoreSites{"and {0} more sites", "ほか{0}拠点"};
inline constexpr Translated kCodeAndLevel{"{0}, {1}", "{0}、{1}"};
inline constexpr Translated kMoreRulesOfSite{"and {0} more rules; 'check' on the site has all",
                                             "ほか{0}個のルール。拠点の 'check' ですべて表示"};
inline constexpr Translated kPoliciesAndRanges{"Policies and ranges", "ポリシーとアドレス範囲"};
inline constexpr Translated kVersion{"version", "版"};
inline constexpr Translated kSha256{"SHA-256", "SHA-256"};
inline constexpr Translated kNotComplete{"{0}, not complete", "{0}、不完全"};
inline constexpr Translated kSitesForDay{
    "## {0}, for {1}: {2} ready, {3} not ready, {4} undecided, "
    "{5} could not be checked",
    "## {0}、対象日{1}: 準備完了{2}、未対応{3}、判定不能{4}、"
    "検査できず{5}"};
inline constexpr Translated kOneIsMissing{"**{0} is missing**", "**{0}が不足**"};
inline constexpr Translated kAreMissing{"**{0} are missing**", "**{0}が不足**"};
inline constexpr Translated kMissingShardsOf{": shards {0} of {1}", ": {1}分割のうちの{0}"};
inline constexpr Translated kVerdictWaived{"{0}, waived: {1}", "{0}、例外: {1}"};
inline constexpr Translated kVerdictBy{"{0} by {1}", "{0}、原因{1}"};
inline constexpr Translated kVerdictKnown{"{0}, known since {1}", "{0}、{1}から既知"};

}  // namespace safeconduct::wording
