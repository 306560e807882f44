// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of what a site wants, in each language.

#include "base/language.h"

namespace safeconduct::wording {

inline constexpr Translated kCountsAsRecommended{
    "{0} counts as recommended: what is known of it is not verified ({1})",
    "{0}は推奨の要件として扱います。根拠となる情報が検証されていません({1})"};
inline constexpr Translated kNameNotResolved{
    "{0}: the addresses given are checked; {1} is not resolved",
    "{0}: 記載のアドレスを検査します。{1}は名前解決していません"};
inline constexpr Translated kNamesNotResolved{
    "{0}: the addresses given are checked; {1} are not resolved",
    "{0}: 記載のアドレスを検査します。{1}は名前解決していません"};
// Behind the range: its service and region.
inline constexpr Translated kRangeTakesEffect{
    "{0} ({1}, {2}) is no part of the verdict: it takes effect on {3}",
    "{0}({1}、{2})は判定に含めていません。{3}から有効です"};
inline constexpr Translated kRangeHasEnded{
    "{0} ({1}, {2}) is no part of the verdict: it was in effect until {3}",
    "{0}({1}、{2})は判定に含めていません。{3}まで有効でした"};
inline constexpr Translated kOneOfFeature{"the site does not list the feature {0}: {1} is left out",
                                          "拠点の一覧に機能{0}がないため、{1}を対象から外しました"};
inline constexpr Translated kSomeOfFeature{
    "the site does not list the feature {0}: {1} are left out",
    "拠点の一覧に機能{0}がないため、{1}を対象から外しました"};
inline constexpr Translated kOneOfFamily{
    "the clients have no {0} address: {1} {0} destination is left out",
    "クライアントに{0}のアドレスがないため、{0}の宛先{1}件を対象から外しました"};
inline constexpr Translated kSomeOfFamily{
    "the clients have no {0} address: {1} {0} destinations are left out",
    "クライアントに{0}のアドレスがないため、{0}の宛先{1}件を対象から外しました"};
inline constexpr Translated kLeftOutAltogether{"left out altogether: {0}",
                                               "すべての宛先が対象から外れた要件: {0}"};
inline constexpr Translated kNoRegionNamed{
    "the site names no region: every known one that carries a service is checked for it",
    "拠点にリージョンの指定がないため、サービスを提供する既知のリージョンを"
    "すべて検査します"};
inline constexpr Translated kRangesNotComplete{
    "the ranges of {0} are not complete: the provider has addresses that are not checked here",
    "{0}のアドレス範囲は完全ではありません。ここで検査していないアドレスを提供元が持っています"};
inline constexpr Translated kWaivesUnknown{
    "the waiver of '{0}' waives nothing: no policy of the site requires that",
    "'{0}' の例外(waiver)は何も免除しません。拠点のどのポリシーもそれを要件としていません"};

}  // namespace safeconduct::wording
