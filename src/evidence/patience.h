// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "evidence/capture.h"

namespace safeconduct {

inline constexpr CaptureTime kSecond = 1'000'000'000;
// For how long a capture must go on after a packet before silence counts: the roaming client waits
// for 5 s, and answers that come later help nobody.
inline constexpr CaptureTime kPatience = 5 * kSecond;
// After which nothing more is expected. The third retransmission of a SYN follows after 8 s.
inline constexpr CaptureTime kForgotten = 30 * kSecond;
inline constexpr CaptureTime kSweep = 5 * kSecond;  // between looks for what can be forgotten

}  // namespace safeconduct
