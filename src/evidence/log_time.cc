// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/log_time.h"

#include <array>
#include <chrono>

namespace safeconduct {
namespace {

namespace chrono = std::chrono;

struct Clock {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

std::string two(unsigned number) {
  return std::string(number < 10 ? "0" : "") + std::to_string(number);
}

// The number at the start of the text, which is taken off.
std::optional<unsigned> take_number(std::string_view& text, std::size_t most_digits) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || digits > most_digits) return std::nullopt;
  unsigned value = 0;
  for (auto const c : text.substr(0, digits)) value = value * 10 + static_cast<unsigned>(c - '0');
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

void trim(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
}

std::optional<Clock> take_clock(std::string_view& text) {
  auto const hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto const minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  auto const second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Clock{*hour, *minute, *second};
}

std::optional<LogTime> joined(unsigned year, unsigned month, unsigned day, Clock const& clock) {
  chrono::year_month_day const date{chrono::year(static_cast<int>(year)), chrono::month(month),
                                    chrono::day(day)};
  if (!date.ok() || year < 1970) return std::nullopt;
  auto const days = chrono::sys_days(date).time_since_epoch().count();
  return LogTime{std::int64_t{days} * 86400 + std::int64_t{clock.hour} * 3600 +
                 std::int64_t{clock.minute} * 60 + clock.second};
}

}  // namespace

std::string to_string(LogTime time) {
  auto const at = chrono::sys_seconds(chrono::seconds(time.seconds));
  auto const days = chrono::floor<chrono::days>(at);
  chrono::year_month_day const date(days);
  chrono::hh_mm_ss const clock(at - days);
  return std::to_string(static_cast<int>(date.year())) + '-' +
         two(static_cast<unsigned>(date.month())) + '-' + two(static_cast<unsigned>(date.day())) +
         'T' + two(static_cast<unsigned>(clock.hours().count())) + ':' +
         two(static_cast<unsigned>(clock.minutes().count())) + ':' +
         two(static_cast<unsigned>(clock.seconds().count()));
}

std::optional<LogTime> log_time(std::string_view text) {
  auto const year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto const month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto const day = take_number(text, 2);
  if (!day || !(take(text, ' ') || take(text, 'T'))) return std::nullopt;
  auto const clock = take_clock(text);
  if (!clock) return std::nullopt;
  return joined(*year, *month, *day, *clock);
}

std::optional<DatedTime> log_time(std::string_view day, std::string_view time) {
  trim(day);
  trim(time);
  std::array<unsigned, 3> numbers{};
  char separator = '\0';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) {
      if (day.empty() || (separator != '\0' && day.front() != separator)) return std::nullopt;
      separator = day.front();
      if (separator != '/' && separator != '.' && separator != '-') return std::nullopt;
      day.remove_prefix(1);
    }
    auto const number = take_number(day, 4);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  auto clock = take_clock(time);
  if (!clock) return std::nullopt;
  trim(time);
  if (time.starts_with("PM") && clock->hour < 12) clock->hour += 12;
  if (time.starts_with("AM") && clock->hour == 12) clock->hour = 0;
  auto const [first, second, third] = numbers;
  auto at = joined(first, second, third, *clock);
  bool guessed = false;
  if (!at) {
    bool const day_first = separator == '.' || first > 12;
    at = day_first ? joined(third, second, first, *clock) : joined(third, first, second, *clock);
    guessed = !day_first && second <= 12 && first != second;
  }
  if (!at) return std::nullopt;
  return DatedTime{*at, guessed};
}

}  // namespace safeconduct
