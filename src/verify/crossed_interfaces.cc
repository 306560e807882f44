// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/crossed_interfaces.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/codes.h"
#include "verify/note_wording.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostNames = 12;

using Indices = std::set<std::uint32_t>;  // of Ruleset::interfaces

// "lan0, wan0 and 3 more"
Said listed(std::vector<std::string_view> const& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
    text += (i == 0 ? "" : ", ") + std::string(names[i]);
  if (names.size() <= kMostNames) return text;
  return {wording::kNamesMore, {text, std::to_string(names.size() - kMostNames)}};
}

// What packets of the hook have: those that this host sends come in by none.
std::string missing_options(DeviceRules const& device, Hook hook) {
  std::string missing;
  if (hook != Hook::output && device.enter.empty()) missing = "--in";
  if (hook != Hook::input && device.leave.empty())
    missing += (missing.empty() ? "" : ", ") + std::string("--out");
  return missing;
}

// Those for which the values hold otherwise than for an interface that no rule mentions.
void add_told_apart(std::span<ValueInterval const> values, std::uint32_t count, Indices& found) {
  auto const holds = [&](std::uint32_t one) {
    return std::ranges::any_of(values, [&](ValueInterval const& v) { return v.contains(one); });
  };
  if (!holds(0)) {
    for (auto const& v : values)
      for (auto i = v.first; i <= v.last && i < count; ++i)
        found.insert(static_cast<std::uint32_t>(i));
    return;
  }
  if (values.front().last + 1 >= count) return;  // any interface
  for (std::uint32_t i = 1; i < count; ++i)
    if (!holds(i)) found.insert(i);
}

// The interfaces that rules tell apart by this field.
Indices told_apart(Ruleset const& rules, Field field) {
  auto const count = static_cast<std::uint32_t>(rules.interfaces.size());
  Indices found;
  for (auto const& clause : rules.clauses) {
    if (auto const* range = std::get_if<InRange>(&clause.kind); range && range->field == field) {
      ValueInterval const values{range->first, range->last};
      add_told_apart(std::span(&values, 1), count, found);
    } else if (auto const* set = std::get_if<InSet>(&clause.kind); set && set->field == field) {
      add_told_apart(rules.value_sets[set->set].intervals(), count, found);
    } else if (auto const* product = std::get_if<InProduct>(&clause.kind)) {
      auto const& rows = rules.products[product->product];
      auto const column = std::ranges::find(rows.fields, field);
      if (column == rows.fields.end()) continue;
      auto const at = static_cast<std::size_t>(column - rows.fields.begin());
      for (std::size_t i = 0; i < rows.rows(); ++i)
        add_told_apart(rows.row(i).subspan(at, 1), count, found);
    }
  }
  return found;
}

// Rules that tell apart none but the loopback and the interface of the other side leave it open
// which one this is.
void note_strange(DeviceRules const& device, std::string const& name, std::string const& other,
                  Field field, Notes& notes) {
  auto const own = interface_index(device.rules, name);
  if (!own) return;
  auto const known = told_apart(device.rules, field);
  std::vector<std::string_view> names;
  for (auto const one : known)
    if (auto const& each = device.rules.interfaces[one]; each != "lo" && each != other)
      names.emplace_back(each);
  if (known.contains(*own) || names.empty()) return;
  notes.push_back({std::string(code::kZoneUnnamed),
                   {wording::kInterfaceStrange, {device.name, name, listed(names)}},
                   {}});
}

}  // namespace

void note_crossed_interfaces(DeviceRules const& device, Hook hook, Notes& notes) {
  auto const& rules = device.rules;
  auto const missing = missing_options(device, hook);
  if (!missing.empty() && rules.interfaces.size() > 1) {
    std::vector<std::string_view> const names(rules.interfaces.begin() + 1, rules.interfaces.end());
    bool const both = missing.contains(',');
    notes.push_back({std::string(code::kInterfacesUnknown),
                     {both ? wording::kInterfacesNotGiven : wording::kInterfaceNotGiven,
                      {device.name, missing, listed(names)}},
                     {}});
  }
  // Of a vendor's export its reader says so.
  if (std::ranges::find(rules.notes, code::kZoneUnnamed, &Note::code) != rules.notes.end()) return;
  if (hook != Hook::output) note_strange(device, device.enter, device.leave, Field::iif, notes);
  if (hook != Hook::input) note_strange(device, device.leave, device.enter, Field::oif, notes);
}

}  // namespace safeconduct
