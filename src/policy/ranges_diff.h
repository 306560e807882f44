// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What changed between two ingress-ranges files of one provider, and what that asks of the rules.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "policy/ingress.h"

namespace safeconduct {

enum class Disposition : std::uint8_t { added, removed, changed };
std::string_view name(Disposition disposition);

// What a change asks of the rules that follow the file.
enum class Impact : std::uint8_t {
  open,        // let packets to it pass, by the effective date
  close,       // from the effective date on nothing needs it
  keep,        // the range is gone, but others of its service still hold all of its addresses
  reschedule,  // the same rules, from or until another day
  none,        // no rule changes: only what is known of it does
};
std::string_view name(Impact impact);

// One property that differs, as text; "" where it was, or is, not said.
struct FieldChange {
  std::string field;  // "from", "until", "confidence", "sources", "note", "name", "anycast", ...
  std::string before;
  std::string after;
  bool operator==(FieldChange const&) const = default;
};

struct RangeChange {
  Disposition disposition{};
  Impact impact{};
  std::optional<Date> effective;  // the first day that it is felt; none: the file does not say
  std::string region;             // its id
  Prefix prefix;
  Feature service{};
  std::optional<Range> before;
  std::optional<Range> after;
  std::vector<FieldChange> fields;  // of 'changed'
  bool operator==(RangeChange const&) const = default;
};

struct RegionChange {
  Disposition disposition{};
  std::string id;
  std::vector<FieldChange> fields;  // of 'changed'
  bool operator==(RegionChange const&) const = default;
};

struct RangesDiff {
  std::vector<FieldChange> file;      // "complete"; the version alone is no difference
  std::vector<RegionChange> regions;  // in the order of the new file, removed ones last
  std::vector<RangeChange> ranges;    // the same, then by prefix, service and day
  bool empty() const { return file.empty() && regions.empty() && ranges.empty(); }
  bool operator==(RangesDiff const&) const = default;
};

// An error: the two are of other providers, or of other clouds.
Result<RangesDiff> diff_ranges(IngressRanges const& before, IngressRanges const& after);

}  // namespace safeconduct
