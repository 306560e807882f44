// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the text, and what is refused says where. The first
// byte says how many of the rest are the rules; the others are objects.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "formats/vendor_csv.h"

namespace {

using namespace safeconduct;

void require(bool holds) {
  if (!holds) std::abort();
}

// A dialect that has everything in it.
Dialect const& dialect() {
  static Dialect const kAll = [] {
    Dialect d;
    d.id = "all";
    d.required = {"action"};
    using enum CsvColumn;
    for (auto const& [column, header] : {std::pair{number, "#"},
                                         {name, "name"},
                                         {enabled, "on"},
                                         {type, "type"},
                                         {action, "action"},
                                         {enter, "from"},
                                         {leave, "to"},
                                         {zone_pair, "pair"},
                                         {source, "src"},
                                         {destination, "dst"},
                                         {negate_source, "notsrc"},
                                         {service, "svc"},
                                         {protocol, "proto"},
                                         {source_port, "sport"},
                                         {destination_port, "dport"},
                                         {direction, "dir"},
                                         {quick, "quick"},
                                         {family, "family"},
                                         {sequence, "seq"}})
      d.columns[column] = {header};
    d.separators = {";", "\n", " "};
    d.any = {"any", ""};
    d.negation = "! ";
    d.disabled_prefix = "[x] ";
    d.section_words = {"section"};
    d.enabled_words.emplace_back("");
    d.actions = {{"allow", CsvAction::accept},
                 {"deny", CsvAction::drop},
                 {"reset", CsvAction::reset},
                 {"log", CsvAction::go_on},
                 {"ask", CsvAction::undecided}};
    d.conditions = {{{"app"}, {"any", ""}, {}, "application"}};
    d.application_headers = {"app"};
    d.application_default = "default";
    d.applications = {{"dns", {"udp/53"}}};
    d.services = {{"web", {"tcp/80", "tcp/443"}}};
    CsvObjects addresses;
    addresses.required = {"name", "addr"};
    addresses.name = "name";
    addresses.values = {"addr"};
    addresses.mask = "mask";
    addresses.members = "members";
    CsvObjects services;
    services.services = true;
    services.required = {"name", "proto", "ports"};
    services.name = "name";
    services.protocol = "proto";
    services.ports = "ports";
    d.objects = {addresses, services};
    d.within_zone = CsvAction::accept;
    d.last_match = true;
    return d;
  }();
  return kAll;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string const all(data + 1, data + size);
  auto const split = std::min<std::size_t>(all.size(), std::size_t{data[0]} * 8);
  std::vector<SourceText> sources{
      {"rules", std::make_shared<std::string const>(all.substr(0, split))}};
  if (split < all.size())
    sources.push_back({"objects", std::make_shared<std::string const>(all.substr(split))});
  RulesetBuilder builder;
  auto const read = read_vendor_csv(sources, std::span(&dialect(), 1), builder);
  if (!read) {
    require(!read.error().text.empty());
    return 0;
  }
  auto const rules = std::move(builder).finish();
  if (!rules) return 0;
  auto const inside = [&](Span span) {
    auto const& text = *rules->files[span.file].text;  // decoded, where it was UTF-16
    return span.offset <= text.size() && span.length <= text.size() - span.offset;
  };
  for (auto const& chain : rules->chains)
    for (auto const& rule : chain.rules) {
      require(inside(rule.span) && rule.span.length > 0);
      require(rule.first_clause + rule.clause_count <= rules->clauses.size());
    }
  for (auto const& name : rules->rule_names) require(inside(name.span));
  return 0;
}
