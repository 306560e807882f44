// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What plugins of monitoring systems (Nagios and its kin) say: a status line, '|' and performance
// data; details on the lines below.

#include <string>
#include <string_view>

#include "verify/finding.h"

namespace safeconduct {

inline constexpr int kNagiosOk = 0;
inline constexpr int kNagiosWarning = 1;
inline constexpr int kNagiosCritical = 2;
inline constexpr int kNagiosUnknown = 3;

struct NagiosReport {
  std::string text;
  int status = kNagiosUnknown;
};

std::string_view nagios_word(int status);
// Of what is required: of all that holds, OK.
int nagios_status(Verdict verdict);

// '|' begins performance data, and a line ends the status.
std::string nagios_plain(std::string text);
// A label of performance data is quoted, and has neither quotes nor '='.
std::string nagios_label(std::string text);

}  // namespace safeconduct
