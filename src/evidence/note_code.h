// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The numbers are those of verify/codes.h, where all codes stand.

namespace safeconduct::note_code {

inline constexpr char const* kMemberRefused = "SC961";   // of an archive, by its name or kind
inline constexpr char const* kArchiveLimit = "SC962";    // larger than is read
inline constexpr char const* kCutShort = "SC963";        // damaged: read as far as it goes
inline constexpr char const* kUnknownFile = "SC964";     // neither log, capture nor archive
inline constexpr char const* kLogClock = "SC965";        // times of a log have no zone
inline constexpr char const* kLogCut = "SC966";          // lines that are cut before what they tell
inline constexpr char const* kOutsideRanges = "SC967";   // the client was sent beyond the ranges
inline constexpr char const* kGivenTwice = "SC969";      // the same bytes as what was read before
inline constexpr char const* kReadBeforeLogs = "SC955";  // a capture, of input that is read once

}  // namespace safeconduct::note_code
