// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"

#include <algorithm>

namespace safeconduct {
namespace {

// In the order of the enumerations.
std::vector<std::string_view> const kColumns{"number",
                                             "name",
                                             "enabled",
                                             "disabled",
                                             "type",
                                             "action",
                                             "enter",
                                             "leave",
                                             "zone-pair",
                                             "source",
                                             "destination",
                                             "negate-source",
                                             "negate-destination",
                                             "service",
                                             "protocol",
                                             "source-port",
                                             "destination-port",
                                             "icmp-type",
                                             "direction",
                                             "quick",
                                             "family",
                                             "sequence",
                                             "translates"};
std::vector<std::string_view> const kActions{"accept", "drop",        "reset",    "reject",
                                             "go-on",  "leave-stage", "undecided"};

template <class T>
std::optional<T> parse(std::vector<std::string_view> const& words, std::string_view text) {
  auto const found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<T>(found - words.begin());
}

}  // namespace

std::optional<CsvColumn> parse_csv_column(std::string_view name) {
  return parse<CsvColumn>(kColumns, name);
}
std::vector<std::string_view> const& csv_column_names() { return kColumns; }
std::optional<CsvAction> parse_csv_action(std::string_view name) {
  return parse<CsvAction>(kActions, name);
}
std::vector<std::string_view> const& csv_action_names() { return kActions; }

}  // namespace safeconduct
