// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Times as logs write them: of the client's own clock, in a zone that is not said.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace safeconduct {

// Seconds since 1970 on that clock.
struct LogTime {
  std::int64_t seconds = 0;
  auto operator<=>(LogTime const&) const = default;
};

std::string to_string(LogTime time);  // "2024-08-27T03:07:43", without a zone

// "2024-08-27 03:07:43" at the start of the text, and no more of it.
std::optional<LogTime> log_time(std::string_view text);

// A day and a time as Windows writes them, by the settings of the country: 08/27/2024 (month first,
// unless the first number is no month), 27.08.2024 (day first), 2024/08/27; 06:41:22, 6:41:22 PM.
struct DatedTime {
  LogTime time;
  bool guessed = false;  // month or day could stand first; taken as the month
  auto operator<=>(DatedTime const&) const = default;
};
std::optional<DatedTime> log_time(std::string_view day, std::string_view time);

}  // namespace safeconduct
