// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was counted of one target, as a requirement sees it: one row for each thing to be told of
// it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evidence/capture_judge.h"

namespace safeconduct {

// Endings that will be told in one observation.
struct CaptureRow {
  Ending ending{};
  Told told;
  EndingWord word;
  Tally tally;
  std::set<std::uint32_t> clients;
  bool one_sided = false;
};

std::vector<CaptureRow> capture_rows(CaptureSeen const& seen, Requirement const& requirement,
                                     std::uint32_t target);
// Leaves what is more than another look at the same: an interception takes the worth from what
// looks right, one answer is worth more than a try too late to count.
void keep_what_counts(std::vector<CaptureRow>& rows);

bool came_to_nothing(Ending ending);
// Did it come back from a public address in less time than the way to it takes?
bool is_nearby(Told const& told, CaptureTarget const& to);
// The TTL of packets that surely come from the target's address, on any port.
std::optional<std::uint8_t> own_ttl(CaptureSeen const& seen, CaptureTarget const& to);
// "0.16 ms"
std::string ms_text(double time);

}  // namespace safeconduct
