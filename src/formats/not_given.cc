// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/not_given.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/codes.h"
#include "formats/iptables_family.h"
#include "formats/note_wording.h"

namespace safeconduct {
namespace {

bool is_given(Ruleset const& rules, RulesetBuilder::NotShown const& wanted, Family family) {
  auto const own = family == Family::ip4 ? TableFamily::ip : TableFamily::ip6;
  return std::ranges::any_of(rules.tables, [&](Table const& table) {
    if (!wanted.legacy)
      return !table.iptables && (table.family == own || table.family == TableFamily::inet);
    return table.iptables && table.family == own &&
           iptables::backend_of(*rules.files[table.span.file].text) == iptables::Backend::legacy;
  });
}

}  // namespace

void add_unknown_chains(RulesetBuilder& builder, Family family, std::string const& name,
                        std::string const& what, Span span) {
  auto const table =
      builder.table(family == Family::ip4 ? TableFamily::ip : TableFamily::ip6, name, false, span);
  for (auto const hook :
       {Hook::prerouting, Hook::input, Hook::forward, Hook::output, Hook::postrouting}) {
    auto const chain = builder.chain(table, std::string(safeconduct::name(hook)), span);
    auto& made = builder.at(chain);
    made.defined = true;
    made.base = BaseChain{ChainType::filter, hook, std::numeric_limits<std::int32_t>::min(),
                          ChainPolicy::accept, span};
    builder.add_rule(chain, span, UnmodelledAction{builder.atom(what, "legacy", Lasting::once)});
  }
}

void add_not_given(RulesetBuilder& builder) {
  std::vector<std::pair<RulesetBuilder::NotShown, Family>> missing;
  for (auto const& one : builder.not_shown())
    for (auto const family : {Family::ip4, Family::ip6})
      if (one.family.value_or(family) == family && !is_given(builder.peek(), one, family))
        missing.emplace_back(one, family);
  for (auto const& [one, family] : missing) {
    std::string const program = family == Family::ip4 ? "iptables" : "ip6tables";
    add_unknown_chains(builder, family, "(not given)",
                       one.legacy ? "tables of " + program + "-legacy that are not given"
                                  : "a table of nft that " + program + "-save cannot show",
                       one.span);
    auto const export_of = one.legacy ? program + "-legacy-save" : "'nft list ruleset'";
    builder.note({std::string(code::kOtherExport),
                  {wording::kOthersInForce, {export_of}},
                  location(builder.peek(), one.span)});
  }
}

}  // namespace safeconduct
