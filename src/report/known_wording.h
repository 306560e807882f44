// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is noted of findings that were there before, in each language.

#include "base/language.h"

namespace safeconduct::wording {

inline constexpr Translated kConcernsMore{
    "{0} was there before ({1}), and more packets are concerned now: it counts",
    "{0}は以前からありますが({1})、対象のパケットが増えているため、数えます"};
inline constexpr Translated kNoLongerThere{
    "the baseline knows of {0} (since {1}), and it is no longer there",
    "ベースラインにある{0}({1}から)は、すでに存在しません"};

}  // namespace safeconduct::wording
