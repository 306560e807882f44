// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/date.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace safeconduct {
namespace {

// Exactly these digits, no sign; nullopt for anything else.
std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string padded(unsigned value, std::size_t width) {
  auto const text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

std::chrono::sys_days day_of(Date date) {
  using namespace std::chrono;
  return year(date.year) / month(date.month) / day(date.day);
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto const year = digits(text.substr(0, 4));
  auto const month = digits(text.substr(5, 2));
  auto const day = digits(text.substr(8, 2));
  if (!year || !month || !day || *year == 0) return std::nullopt;
  std::chrono::year_month_day const calendar{std::chrono::year(static_cast<int>(*year)),
                                             std::chrono::month(*month), std::chrono::day(*day)};
  if (!calendar.ok()) return std::nullopt;
  return Date{static_cast<std::uint16_t>(*year), static_cast<std::uint8_t>(*month),
              static_cast<std::uint8_t>(*day)};
}

Date day_after(Date date, std::uint64_t count) {
  using namespace std::chrono;
  constexpr std::uint64_t kMost = 1'000'000;
  year_month_day const next{day_of(date) + days(std::min(count, kMost))};
  return {static_cast<std::uint16_t>(static_cast<int>(next.year())),
          static_cast<std::uint8_t>(static_cast<unsigned>(next.month())),
          static_cast<std::uint8_t>(static_cast<unsigned>(next.day()))};
}

std::int64_t days_between(Date from, Date to) { return (day_of(to) - day_of(from)).count(); }

std::string to_string(Date date) {
  return padded(date.year, 4) + '-' + padded(date.month, 2) + '-' + padded(date.day, 2);
}

}  // namespace safeconduct
