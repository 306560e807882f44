// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "formats/iptables_templates.h"
#include "formats/iptables_words.h"
#include "rules/builder.h"

namespace safeconduct::iptables {

// A chain that the kernel calls by itself: where, and at which priority.
struct BuiltinChain {
  std::string_view table;
  std::string_view name;
  BaseChain base;
};
bool is_table(std::string_view table);
// The kernel's chain of that name in that table, or null.
BuiltinChain const* find_builtin(std::string_view table, std::string_view chain);

struct ChainEntry {
  ChainId id = kNoChain;
  BuiltinChain const* builtin = nullptr;
  bool declared = false;      // by ":NAME" or -N
  bool policy_known = false;  // of a built-in one
  std::size_t offset = 0;     // of its first mention
};

// The table section ("*filter" ... "COMMIT") being read, and its chains.
class TableSection {
 public:
  TableSection(Source const& source, RulesetBuilder& builder, Family family, std::string_view name,
               std::string_view shown_name, std::size_t offset);

  std::string_view name() const { return name_; }
  std::uint32_t id() const { return table_; }
  std::size_t offset() const { return offset_; }
  Family family() const { return family_; }
  // Surely not loaded through nf_tables.
  bool is_legacy() const { return legacy_; }
  void set_legacy(bool legacy) { legacy_ = legacy; }
  Templates& templates() { return templates_; }

  // 'chain' stands in the text itself.
  Result<void> declare(std::string_view chain, Span span);
  Result<void> set_policy(std::string_view chain, std::string_view policy,
                          std::size_t policy_offset);

  // The chain that rules are appended to: declared, or a built-in one.
  Result<ChainId> appended(Word const& chain);
  // The same, where a line has declared it already.
  std::optional<ChainId> known(std::string_view chain) {
    auto const* entry = find(chain);
    return entry == nullptr ? std::nullopt : std::optional(entry->id);
  }
  // The user chain that a jump names; nullopt when the table has none of that name.
  Result<std::optional<ChainId>> jumped(Word const& target);

  // At COMMIT: notes the policies that were not given.
  void finish();

 private:
  ChainEntry* find(std::string_view chain);
  ChainEntry& add(std::string_view chain, Span span);
  void declare_the_rest(std::size_t from);

  Source const& source_;
  RulesetBuilder& builder_;
  Family family_;
  std::string_view name_;
  std::size_t offset_;
  std::uint32_t table_;
  bool legacy_ = false;
  Templates templates_;
  std::unordered_map<std::string_view, ChainEntry> chains_;  // the names stand in the text
  std::string_view last_name_;
  ChainEntry* last_ = nullptr;
  std::unordered_map<std::string_view, std::size_t> later_;  // declared further below, and where
  bool looked_ahead_ = false;
};

}  // namespace safeconduct::iptables
