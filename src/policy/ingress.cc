// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/ingress.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "policy/words.h"

namespace safeconduct {

bool in_effect(Range const& range, Date day) {
  return (!range.from || *range.from <= day) && (!range.until || day <= *range.until);
}

Region const* find_region(IngressRanges const& ranges, std::string_view id_or_alias) {
  for (auto const& region : ranges.regions)
    if (region.id == id_or_alias ||
        std::ranges::find(region.aliases, id_or_alias) != region.aliases.end())
      return &region;
  return nullptr;
}

Result<std::vector<Region const*>> select_regions(IngressRanges const& ranges,
                                                  std::vector<Placed<std::string>> const& asked) {
  std::vector<std::string_view> known;
  std::unordered_map<std::string_view, Region const*> by_name;
  for (auto const& region : ranges.regions) {
    known.push_back(region.id);
    known.insert(known.end(), region.aliases.begin(), region.aliases.end());
    by_name.emplace(region.id, &region);
    for (auto const& alias : region.aliases) by_name.emplace(alias, &region);
  }
  std::unordered_set<Region const*> chosen;
  for (auto const& name : asked) {
    auto const found = by_name.find(name.value);
    if (found == by_name.end()) {
      return std::unexpected(
          Error{ErrorKind::unknown_name, name.at,
                "provider '" + ranges.provider + "' has no region '" + name.value + "' here",
                known_words(name.value, known), ""});
    }
    chosen.insert(found->second);
  }
  std::vector<Region const*> result;
  for (auto const& region : ranges.regions)
    if (asked.empty() || region.anycast || chosen.contains(&region)) result.push_back(&region);
  return result;
}

}  // namespace safeconduct
