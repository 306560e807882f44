// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace safeconduct {

// A day of the calendar. Zero is "no day" and comes before all others.
struct Date {
  std::uint16_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t day = 0;

  auto operator<=>(Date const&) const = default;
};

// "2026-11-23" (ISO 8601), a day that exists; nothing else.
std::optional<Date> parse_date(std::string_view text);
std::string to_string(Date date);
// Of days of the calendar.
Date day_after(Date date, std::uint64_t days = 1);
std::int64_t days_between(Date from, Date to);

}  // namespace safeconduct
