// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of a plan: what it leaves out, in each language. {0}: the requirement.

#include "base/language.h"

namespace safeconduct::wording {

inline constexpr Translated kFirstProbesOnly{"only the first {0} probes are made",
                                             "プローブは最初の{0}件だけを行います"};
inline constexpr Translated kMustNotPassUnprobed{
    "{0} is about what must not pass: not probed",
    "{0}は禁止すべき通信の要件のため、プローブしません"};
inline constexpr Translated kNoProbe{"{0} has no probe in its policy: not probed",
                                     "{0}はポリシーにプローブがないため、プローブしません"};
inline constexpr Translated kNoIke{"{0}: this version does not speak IKE, so it is not probed",
                                   "{0}: この版は IKE に対応していないため、プローブしません"};
inline constexpr Translated kNoKey{
    "{0}: dnscrypt-key is not 64 hexadecimal digits, and is not used",
    "{0}: dnscrypt-key が 16 進数 64 桁ではないため、使いません"};
inline constexpr Translated kWide{"{0}: {1} is not probed address by address",
                                  "{0}: {1}はアドレスごとにはプローブしません"};
inline constexpr Translated kWideByNames{
    "{0}: {1} is not probed address by address, only where its names lead",
    "{0}: {1}はアドレスごとにはプローブせず、名前解決の結果だけをプローブします"};
inline constexpr Translated kWideByRules{
    "{0}: {1} is probed at one address of each region of its rules",
    "{0}: {1}は、ルールの判定が分かれる区分ごとに 1 アドレスをプローブします"};
inline constexpr Translated kWideByRulesAndNames{
    "{0}: {1} is probed at one address of each region of its rules, and where its names lead",
    "{0}: {1}は、ルールの判定が分かれる区分ごとの 1 アドレスと、名前解決の結果をプローブします"};
inline constexpr Translated kPattern{"{0}: {1} is a pattern, which nobody can resolve",
                                     "{0}: {1}はパターンのため、名前解決できません"};
inline constexpr Translated kNoUdpProbe{"{0}: its UDP flows have no probe",
                                        "{0}: UDP の通信にはプローブがありません"};
inline constexpr Translated kNoResolver{
    "the policy has no resolver to ask for its names: say one with --resolver",
    "名前を問い合わせるリゾルバーがポリシーにありません。--resolver で指定してください"};

}  // namespace safeconduct::wording
