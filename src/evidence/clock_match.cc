// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/clock_match.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "evidence/log_time.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

constexpr int kQuarter = 900;          // seconds: zones are multiples of it
constexpr int kFarthest = 14 * 3600;   // from UTC-12 to UTC+14
constexpr double kMostResidual = 120;  // seconds that a clock may be wrong
constexpr double kTolerance = 1.5;     // logs have whole seconds
constexpr std::size_t kMost = 2000;    // steps, and waves: their pairs are looked at
constexpr std::size_t kFewest = 2;     // steps that must match
constexpr double kNanoseconds = 1e9;   // in a second

double seconds(CaptureTime time) { return static_cast<double>(time) / kNanoseconds; }

bool same_question(AskedAt const& step, DnsWave const& wave) {
  return wave.protocol == l4::udp && wave.port == step.port &&
         std::ranges::find(step.resolvers, wave.resolver) != step.resolvers.end();
}

// Steps that the capture shows, were the log's clock ahead by so much; and what is left on average.
struct Fit {
  std::size_t matched = 0;
  std::size_t steps = 0;
  double residual = 0;
};

Fit fit_of(std::span<AskedAt const> asked, std::span<DnsWave const> waves, int offset,
           double residual) {
  Fit fit;
  double sum = 0;
  auto const from = seconds(waves.front().first) - kTolerance;
  auto const to = seconds(waves.back().last) + kTolerance;
  for (auto const& step : asked) {
    auto const at = static_cast<double>(step.time.seconds) - offset - residual;
    if (at < from || at > to) continue;
    ++fit.steps;
    double best = kTolerance + 1;
    for (auto const& wave : waves)
      if (same_question(step, wave) && std::abs(at - seconds(wave.first)) < std::abs(best))
        best = at - seconds(wave.first);
    if (std::abs(best) > kTolerance) continue;
    ++fit.matched;
    sum += best;
  }
  if (fit.matched > 0) fit.residual = residual + sum / static_cast<double>(fit.matched);
  return fit;
}

using Guess = std::pair<int, int>;  // offset and residual, both in whole seconds

// How often a pair of step and wave speaks for it.
std::map<Guess, std::size_t> guesses(std::span<AskedAt const> asked,
                                     std::span<DnsWave const> waves) {
  std::map<Guess, std::size_t> found;
  for (auto const& step : asked)
    for (auto const& wave : waves) {
      if (!same_question(step, wave)) continue;
      auto const apart = static_cast<double>(step.time.seconds) - seconds(wave.first);
      auto const quarters = std::round(apart / kQuarter);
      if (std::abs(quarters) > static_cast<double>(kFarthest) / kQuarter) continue;
      auto const left = apart - quarters * kQuarter;
      if (std::abs(left) > kMostResidual) continue;
      ++found[{static_cast<int>(quarters) * kQuarter, static_cast<int>(std::lround(left))}];
    }
  return found;
}

}  // namespace

std::optional<ClockMatch> clock_match(std::span<AskedAt const> asked,
                                      std::span<DnsWave const> waves) {
  asked = asked.first(std::min(asked.size(), kMost));
  waves = waves.first(std::min(waves.size(), kMost));
  if (asked.empty() || waves.empty()) return std::nullopt;
  std::vector<std::pair<Guess, std::size_t>> ranked;
  for (auto const& one : guesses(asked, waves)) ranked.push_back(one);
  std::ranges::sort(ranked, [](auto const& one, auto const& other) {
    if (one.second != other.second) return one.second > other.second;
    return std::abs(one.first.second) < std::abs(other.first.second);
  });
  constexpr std::size_t kTried = 64;
  std::optional<ClockMatch> best;
  std::optional<int> rival;  // another zone that fits as well
  for (auto const& [guess, votes] : std::span(ranked).first(std::min(ranked.size(), kTried))) {
    auto const fit = fit_of(asked, waves, guess.first, guess.second);
    if (fit.matched < kFewest || fit.matched * 2 < fit.steps) continue;
    ClockMatch const one{guess.first / 60, fit.residual, fit.matched, fit.steps};
    if (!best || one.matched > best->matched ||
        (one.matched == best->matched && one.offset_minutes == best->offset_minutes &&
         std::abs(one.residual_s) < std::abs(best->residual_s))) {
      if (best && one.matched > best->matched) rival.reset();
      best = one;
    } else if (one.matched == best->matched && one.offset_minutes != best->offset_minutes) {
      rival = one.offset_minutes;
    }
  }
  return rival ? std::nullopt : best;
}

std::string in_utc(std::string const& at, ClockMatch const& match) {
  auto const time = log_time(at);
  if (!time) return {};
  // Logs leave out what is below a second: so little is no fault of a clock.
  constexpr double kNoFault = 2;
  auto const fault = std::abs(match.residual_s) < kNoFault ? 0 : std::llround(match.residual_s);
  auto const shift = std::int64_t{match.offset_minutes} * 60 + fault;
  return to_string(LogTime{time->seconds - shift}) + 'Z';
}

}  // namespace safeconduct
