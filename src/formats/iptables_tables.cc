// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_tables.h"

#include <array>

#include "base/codes.h"
#include "base/text.h"
#include "formats/note_wording.h"

namespace safeconduct::iptables {
namespace {

constexpr BuiltinChain builtin(std::string_view table, std::string_view chain, ChainType type,
                               Hook hook, std::int32_t priority) {
  return {table, chain, {type, hook, priority, ChainPolicy::accept, {}}};
}

// linux/netfilter_ipv4.h, enum nf_ip_hook_priorities; the types are those that nft lists for
// iptables-nft. OUTPUT of mangle routes again after a change: type route.
constexpr std::array kBuiltins{
    builtin("filter", "INPUT", ChainType::filter, Hook::input, 0),
    builtin("filter", "FORWARD", ChainType::filter, Hook::forward, 0),
    builtin("filter", "OUTPUT", ChainType::filter, Hook::output, 0),
    builtin("nat", "PREROUTING", ChainType::nat, Hook::prerouting, -100),
    builtin("nat", "INPUT", ChainType::nat, Hook::input, 100),
    builtin("nat", "OUTPUT", ChainType::nat, Hook::output, -100),
    builtin("nat", "POSTROUTING", ChainType::nat, Hook::postrouting, 100),
    builtin("mangle", "PREROUTING", ChainType::filter, Hook::prerouting, -150),
    builtin("mangle", "INPUT", ChainType::filter, Hook::input, -150),
    builtin("mangle", "FORWARD", ChainType::filter, Hook::forward, -150),
    builtin("mangle", "OUTPUT", ChainType::route, Hook::output, -150),
    builtin("mangle", "POSTROUTING", ChainType::filter, Hook::postrouting, -150),
    builtin("raw", "PREROUTING", ChainType::filter, Hook::prerouting, -300),
    builtin("raw", "OUTPUT", ChainType::filter, Hook::output, -300),
    builtin("security", "INPUT", ChainType::filter, Hook::input, 50),
    builtin("security", "FORWARD", ChainType::filter, Hook::forward, 50),
    builtin("security", "OUTPUT", ChainType::filter, Hook::output, 50),
};

}  // namespace

bool is_table(std::string_view table) {
  for (auto const& entry : kBuiltins)
    if (entry.table == table) return true;
  return false;
}

BuiltinChain const* find_builtin(std::string_view table, std::string_view chain) {
  for (auto const& entry : kBuiltins)
    if (entry.table == table && entry.name == chain) return &entry;
  return nullptr;
}

TableSection::TableSection(Source const& source, RulesetBuilder& builder, Family family,
                           std::string_view name, std::string_view shown_name, std::size_t offset)
    : source_(source),
      builder_(builder),
      family_(family),
      name_(name),
      offset_(offset),
      table_(builder.table(family == Family::ip4 ? TableFamily::ip : TableFamily::ip6, shown_name,
                           true,
                           {source.file, static_cast<std::uint32_t>(offset),
                            static_cast<std::uint32_t>(name.size() + 1)})) {}

ChainEntry* TableSection::find(std::string_view chain) {
  if (last_ != nullptr && last_name_ == chain) return last_;
  auto const found = chains_.find(chain);
  if (found == chains_.end()) return nullptr;
  last_name_ = found->first;
  last_ = &found->second;
  return last_;
}

ChainEntry& TableSection::add(std::string_view chain, Span span) {
  ChainEntry entry;
  entry.id = builder_.chain(table_, chain, span);
  entry.builtin = find_builtin(name_, chain);
  entry.offset = span.offset;
  auto& made = builder_.at(entry.id);
  made.defined = true;
  if (entry.builtin != nullptr) {
    made.base = entry.builtin->base;
    made.base->policy_span = span;
  }
  return chains_.try_emplace(entry.builtin != nullptr ? entry.builtin->name : chain, entry)
      .first->second;
}

Result<void> TableSection::declare(std::string_view chain, Span span) {
  if (auto* known = find(chain)) {
    bool const early = known->builtin != nullptr && !known->declared;
    if (!early)
      return std::unexpected(
          source_.error(ErrorKind::conflict, span.offset,
                        "chain " + quoted(chain) + " is declared twice in table " + quoted(name_),
                        "does the file hold two exports? give each as a file of its own"));
    known->declared = true;
    return {};
  }
  add(chain, span).declared = true;
  return {};
}

Result<void> TableSection::set_policy(std::string_view chain, std::string_view policy,
                                      std::size_t policy_offset) {
  auto* entry = find(chain);
  if (entry == nullptr)
    return std::unexpected(source_.error(
        ErrorKind::unknown_name, policy_offset,
        "policy for chain " + quoted(chain) + ", which table " + quoted(name_) + " does not have"));
  if (policy == "-") return {};
  bool const accept = policy == "ACCEPT";
  if (!accept && policy != "DROP")
    return std::unexpected(source_.error(ErrorKind::syntax, policy_offset,
                                         quoted(policy) + " is not a policy of a chain",
                                         "ACCEPT or DROP for a built-in chain, '-' for any other"));
  if (entry->builtin == nullptr)
    return std::unexpected(
        source_.error(ErrorKind::conflict, policy_offset,
                      "chain " + quoted(chain) + " is not built into table " + quoted(name_) +
                          ", so it has no policy",
                      "':" + std::string(chain) + " -' declares a chain of your own"));
  entry->policy_known = true;
  auto& base = *builder_.at(entry->id).base;
  base.policy = accept ? ChainPolicy::accept : ChainPolicy::drop;
  base.policy_span = {source_.file, static_cast<std::uint32_t>(policy_offset),
                      static_cast<std::uint32_t>(policy.size())};
  return {};
}

Result<ChainId> TableSection::appended(Word const& chain) {
  if (auto const* entry = find(chain.text)) return entry->id;
  if (find_builtin(name_, chain.text) == nullptr)
    return std::unexpected(source_.error(
        ErrorKind::unknown_name, chain.offset,
        "rule for chain " + quoted(chain.text) + ", which table " + quoted(name_) +
            " does not declare",
        "is the export cut short? a line ':" + std::string(chain.text) + " - [0:0]' declares it"));
  return add(chain.text, {source_.file, static_cast<std::uint32_t>(chain.offset),
                          static_cast<std::uint32_t>(chain.text.size())})
      .id;
}

// Declarations stand before the rules in every export; in files made by hand also behind.
void TableSection::declare_the_rest(std::size_t from) {
  looked_ahead_ = true;
  auto const text = source_.text;
  for (auto at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at)) {
    while (at < text.size() && Words::is_blank(text[at])) ++at;
    auto const rest = text.substr(at);
    if (rest.starts_with("COMMIT") || rest.starts_with('*')) return;
    std::size_t begin = 0;
    if (rest.starts_with(':')) {
      begin = at + 1;
    } else if (rest.starts_with("-N ")) {
      begin = at + 3;
    } else {
      continue;
    }
    auto end = begin;
    while (end < text.size() && !Words::is_blank(text[end])) ++end;
    later_.try_emplace(text.substr(begin, end - begin), begin);
  }
}

Result<std::optional<ChainId>> TableSection::jumped(Word const& target) {
  auto const* entry = find(target.text);
  if (entry == nullptr && find_builtin(name_, target.text) == nullptr) {
    if (!looked_ahead_) declare_the_rest(target.offset);
    auto const later = later_.find(target.text);
    if (later == later_.end()) return std::optional<ChainId>{};
    // The same chain that the declaration will find.
    return std::optional(builder_.chain(table_, target.text,
                                        {source_.file, static_cast<std::uint32_t>(later->second),
                                         static_cast<std::uint32_t>(target.text.size())}));
  }
  if (entry == nullptr || entry->builtin != nullptr)
    return std::unexpected(
        source_.error(ErrorKind::conflict, target.offset,
                      "jump to " + quoted(target.text) +
                          ", which is a built-in chain: the kernel calls it by itself",
                      "jump to a chain that the table declares with ':NAME -'"));
  return std::optional(entry->id);
}

void TableSection::finish() {
  for (auto const& known : kBuiltins) {
    if (known.table != name_) continue;
    auto const* entry = find(known.name);
    if (entry == nullptr || entry->policy_known) continue;
    builder_.note({std::string(code::kPolicyNotGiven),
                   {wording::kPolicyTakenAsAccept, {quoted(known.name), quoted(name_)}},
                   location_at(source_.name, source_.text, entry->offset)});
  }
}

}  // namespace safeconduct::iptables
