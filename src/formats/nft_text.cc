// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "formats/nft_chain.h"
#include "formats/nft_declare.h"
#include "formats/nft_source.h"
#include "formats/reader.h"

namespace safeconduct {
namespace {

using namespace nft;

Result<void> write_table(Source& source, DeclaredTable& table) {
  auto& builder = source.builder;
  auto const id = builder.table(table.family, table.name, false, table.span);
  if (table.dormant) builder.table_at(id).dormant = true;
  std::vector<ChainId> chains;
  for (auto const& chain : table.chains.all()) {  // first all, so that they stand in order
    chains.push_back(chain.name.empty() ? kNoChain : builder.chain(id, chain.name, chain.span));
    if (chains.back() != kNoChain) builder.at(chains.back()).defined = true;
  }
  for (std::size_t i = 0; i < chains.size(); ++i)
    for (auto const& body : table.chains.all()[i].bodies) {
      auto& rules = builder.at(chains[i]).rules;
      if (rules.empty())  // room for rules of the usual length
        rules.reserve((body.stretch.end - body.stretch.begin) / 64);
      SC_CHECK(read_chain(source, table, id, chains[i], body));
    }
  for (auto const& set : table.sets.all()) {
    if (set.name.empty()) continue;
    if (!builder.add_set(to_named_set(set, id)))
      return source.fail_at(ErrorKind::conflict, set.span.offset,
                            "set '" + printable(set.name) + "' is defined in another file, too");
  }
  return {};
}

// A listing made with 'nft -t' looks the same as one of empty sets.
void note_empty_sets(Source& source, Declarations& declared) {
  DeclaredSet const* first = nullptr;
  std::size_t count = 0;
  for (auto const& table : declared.tables()) {
    if (!table) continue;
    for (auto const& set : table->sets.all()) {
      bool const empty = set.looked_up && set.elements.rows() == 0 && !set.elements.catch_all &&
                         set.elements.undecided.empty();
      if (!empty) continue;
      if (count++ == 0) first = &set;
    }
  }
  if (first == nullptr) return;
  std::string message = "set '" + printable(first->name) + "'";
  if (count > 1) message += " and " + std::to_string(count - 1) + " more";
  message += count > 1 ? " have" : " has";
  message += " no elements, and is read as empty; a listing made with 'nft -t' leaves them out";
  source.note("SC904", std::move(message), first->span.offset);
}

void note_assumptions(Source& source, Declarations& declared) {
  note_empty_sets(source, declared);
  if (source.flowtable)
    source.note("SC905", "packets of a connection that is in a flowtable bypass the forward hook",
                *source.flowtable);
  if (declared.is_delta())
    source.note("SC906",
                "this is a script, not a listing: other rules that are loaded beside these are not "
                "in it",
                0);
  if (source.extension_header)
    source.note("SC907",
                "packets are taken to have no IPv6 extension headers, which a rule asks for",
                *source.extension_header);
  if (source.compat)
    source.note("SC908",
                "rules of iptables are listed here without what they ask for; give the output of "
                "iptables-save and ip6tables-save of the same host instead",
                *source.compat);
}

}  // namespace

Result<void> read_nft_text(SourceText const& given, RulesetBuilder& builder) {
  if (given.text->size() >= 0xFFFFFFFFU)
    return std::unexpected(
        Error{ErrorKind::limit, {given.name, 0, 0}, "the file is larger than 4 GiB", "", ""});
  constexpr std::size_t kMostReserved = std::size_t{4} << 20U;
  builder.expect_clauses(std::min(given.text->size() / 20, kMostReserved));
  Source source(given, builder);
  Declarations declared(source);
  SC_CHECK(declared.read());
  for (auto const& table : declared.tables())
    if (table && filters_ip(table->family)) SC_CHECK(write_table(source, *table));
  builder.reads(Family::ip4);
  builder.reads(Family::ip6);
  note_assumptions(source, declared);
  return {};
}

}  // namespace safeconduct
