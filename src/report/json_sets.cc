// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_sets.h"

#include <utility>

#include "base/text.h"

namespace safeconduct {

Result<AddressSet> addresses_at(Member const& object, std::string_view key, Family family) {
  SC_TRY(member, object.at(key));
  SC_TRY(items, member.items());
  std::vector<AddressInterval> all;
  for (auto const& one : items) {
    SC_TRY(text, one.text());
    auto const prefix = parse_prefix(text);
    if (!prefix || prefix->address.family != family || has_host_bits(*prefix))
      return one.fail("is " + quoted(text) + ", not an " + std::string(name(family)) + " prefix");
    all.push_back(interval(*prefix));
  }
  return AddressSet(all);
}

Result<PortSet> ranges_at(Member const& object, std::string_view key, std::uint32_t most) {
  SC_TRY(member, object.at(key));
  SC_TRY(items, member.items());
  std::vector<Interval<std::uint32_t>> all;
  for (auto const& one : items) {
    SC_TRY(text, one.text());
    auto const dash = text.find('-');
    auto const first = parse_number(text.substr(0, dash), most);
    auto const last = dash == std::string::npos ? first : parse_number(text.substr(dash + 1), most);
    if (!first || !last || *last < *first)
      return one.fail("is " + quoted(text) + ", not a number or range up to " +
                      std::to_string(most));
    all.push_back({*first, *last});
  }
  return PortSet(all);
}

}  // namespace safeconduct
