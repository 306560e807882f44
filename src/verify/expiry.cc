// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/expiry.h"

#include <algorithm>

#include "base/codes.h"

namespace safeconduct {
namespace {

constexpr std::uint64_t kDay = 86400;  // seconds

// A waiver that reaches as far covers it still, and is not without use.
void keep_waivers(CheckResult& result, Upcoming& later) {
  auto& finding = later.finding;
  bool const ended = std::ranges::any_of(finding.waivers, [&](AppliedWaiver const& waiver) {
    return waiver.expires < later.effective;
  });
  if (ended) {
    finding.waived.reset();
    finding.waivers.clear();
  }
  for (auto const& waiver : finding.waivers)
    std::erase_if(result.notes, [&](Note const& note) {
      return note.code == code::kWaiverWithoutUse && note.at == waiver.at;
    });
}

}  // namespace

std::optional<std::uint64_t> lasting_until(Date as_of, Date today) {
  auto const days = days_between(today, as_of);
  if (days < 0) return std::nullopt;
  return (static_cast<std::uint64_t>(days) + 1) * kDay;
}

void limit_to_expiry(CheckResult& result, CheckResult const& without, std::uint64_t first_expiry,
                     Date today) {
  auto const day = day_after(today, first_expiry / kDay);
  for (std::size_t i = 0; i < std::min(result.findings.size(), without.findings.size()); ++i) {
    auto const& open = without.findings[i];
    if (!result.findings[i].holds || open.holds) continue;
    Upcoming later{day, open};
    later.finding.code = std::string(code::kElementsExpire);
    keep_waivers(result, later);
    result.upcoming.push_back(std::move(later));
  }
  std::ranges::stable_sort(result.upcoming, {}, &Upcoming::effective);
}

}  // namespace safeconduct
