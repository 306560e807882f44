// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <vector>

#include "report/pages.h"

namespace safeconduct {
namespace {

std::vector<Explanation> all_pages() {
  std::vector<Explanation> all;
  for (auto const pages : {pages_of_findings(), pages_of_reading(), pages_of_wanted(),
                           pages_of_asking(), pages_of_vendors(), pages_of_probes(),
                           pages_of_captures(), pages_of_logs(), pages_of_before()})
    all.insert(all.end(), pages.begin(), pages.end());
  std::ranges::sort(all, {}, &Explanation::code);
  return all;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_code(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, upper, upper);
}

}  // namespace

std::span<Explanation const> explanations() {
  static auto const kAll = all_pages();
  return kAll;
}

Explanation const* find_explanation(std::string_view code) {
  auto const all = explanations();
  auto const found =
      std::ranges::find_if(all, [&](Explanation const& one) { return same_code(one.code, code); });
  return found == all.end() ? nullptr : &*found;
}

std::vector<RuleExample> examples_of(std::string_view code) {
  std::vector<RuleExample> found;
  for (auto const all : {rule_examples(), export_examples()})
    std::ranges::copy_if(all, std::back_inserter(found),
                         [&](RuleExample const& one) { return one.code == code; });
  return found;
}

std::string_view mending_rule(std::string_view code, std::string_view notation) {
  for (auto const& one : rule_examples())
    if (one.code == code && one.notation == notation) return one.good;
  return {};
}

std::string waiver_of(Explanation const& explanation) {
  if (!explanation.code.starts_with("SC1")) return {};
  // The day is far enough that the example is no stale one, and near enough to be looked at again.
  return "waivers:\n"
         "  - requirement: dns-443-udp\n"
         "    codes: [" +
         std::string(explanation.code) +
         "]\n"
         "    reason: \"Ticket 4711: the gateway is replaced in March\"\n"
         "    owner: network operations\n"
         "    expires: 2027-03-31\n";
}

}  // namespace safeconduct
