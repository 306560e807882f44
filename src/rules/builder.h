// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rules/ruleset.h"

namespace safeconduct {

// Packets are taken to have at least so many routers before them: a rule that leaves them a smaller
// TTL may have them lost on the way.
inline constexpr std::uint32_t kFewestHops = 30;

// What a reader writes a device's rules with. Several files, read one after another by any
// readers, make up one device; finish() links them.
//
// A reader calls, for each rule: clause functions in the order of the rule's words, then add_rule
// once (or several times with different actions, for the same or further clauses: see 'mark').
// Clauses that always hold are not added; one that never holds is (as an empty set), so that the
// rule is still there to be named.
class RulesetBuilder {
 public:
  // Registers a file and returns its index. Texts above 4 GiB are refused by the caller.
  // 'original': what the text was translated from.
  std::uint32_t add_file(std::string name, std::shared_ptr<std::string const> text,
                         std::shared_ptr<Original const> original = nullptr);

  // The table or chain of that name, made when it is not there yet. A chain that is only jumped to
  // stays 'defined = false' until a reader sets it.
  std::uint32_t table(TableFamily family, std::string_view name, bool iptables, Span span);
  ChainId chain(std::uint32_t table, std::string_view name, Span span);
  Chain& at(ChainId id) { return rules_.chains[id]; }
  Table& table_at(std::uint32_t id) { return rules_.tables[id]; }

  // An element counts as there that lives for so many seconds.
  void lasts(std::uint64_t seconds) {
    rules_.first_expiry = std::min(rules_.first_expiry.value_or(seconds), seconds);
  }

  // ---- clauses of the rule being written
  void in_range(Field field, Interval<std::uint32_t> range, bool negated = false);
  void equals(Field field, std::uint32_t value, bool negated = false);
  void masked(Field field, std::uint32_t mask, std::uint32_t value, bool negated = false);
  // The same of an IPv6 address.
  void pattern(Field field, BitPattern const& pattern, bool negated = false);
  // Picks the smallest form for the set; IPv6 addresses always go through here.
  void in_set(Field field, ValueSet set, bool negated = false);
  void prefix(Field field, Prefix const& prefix, bool negated = false);
  // The packet has one at all: one without a connection has no mark of it.
  void has_value(Field field);
  void product(Product product, bool negated = false);
  // "eth0"; with 'prefix' every name that begins so. An empty prefix pattern holds always.
  void interface(Field field, std::string_view name, bool prefix, bool negated = false);
  // One of several: "iifname { eth0, wlan* }". Of none, it never holds.
  void interfaces(Field field, std::span<InterfacePattern const> any_of, bool negated = false);
  // The pattern's index: what cells of a product or of a named set hold in the place of an
  // interface.
  std::uint32_t pattern(std::string_view name, bool prefix);
  void named_set(SetReference reference, bool negated = false);
  // A condition that is not modelled.
  void unmodelled(std::string_view text, std::string_view word,
                  Lasting lasting = Lasting::unchanged, bool negated = false);
  // An existing clause again (for verdict maps and rules with several actions).
  void again(Clause const& clause);

  // How many clauses the rule being written has; back to that many with reset_to.
  std::size_t clause_count() const { return rules_.clauses.size() - first_clause_; }
  std::span<Clause const> current() const {
    return std::span(rules_.clauses).subspan(first_clause_);
  }
  void reset_to(std::size_t count) {
    rules_.clauses.erase(
        rules_.clauses.begin() + static_cast<std::ptrdiff_t>(first_clause_ + count),
        rules_.clauses.end());
  }

  // Room for the clauses of that many bytes of text, so that they need not move while they are
  // read. What is not used takes addresses, and no memory.
  void expect_clauses_of(std::size_t text) {
    constexpr std::size_t kMostReserved = std::size_t{4} << 20U;
    rules_.clauses.reserve(rules_.clauses.size() + std::min(text / 20, kMostReserved));
  }

  // Ends the rule with its action. With 'keep' the next rule begins with the same clauses (a rule
  // of several actions: "meta mark set 1 accept").
  void add_rule(ChainId chain, Span span, Action action, bool keep = false);
  // Throws the clauses of an unfinished rule away.
  void drop_rule() { reset_to(0); }

  // ---- what actions refer to
  std::uint32_t nat(Nat nat);
  std::uint32_t atom(std::string_view text, std::string_view word,
                     Lasting lasting = Lasting::unchanged);

  // ---- named sets
  // Refused (false) where the table already has one of that name.
  bool add_set(NamedSet set);
  // An ipset that rules write to ("-j SET --add-set"): its contents do not decide.
  void ipset_changes(std::string_view name) { changing_ipsets_.emplace(name); }

  // The export says that rules are in force which it does not show.
  struct NotShown {
    std::optional<Family> family;  // of which; not known: of either
    bool legacy = false;           // iptables-legacy's; else tables that only nft shows
    Span span;
  };
  // Of a device that is read without rules that cannot matter: all are needed to compare two
  // exports of one table.
  void needs_all() { rules_.needs_all = true; }
  void not_shown(NotShown what) { not_shown_.push_back(what); }
  std::vector<NotShown> const& not_shown() const { return not_shown_; }

  void reads(Family family) {
    (family == Family::ip4 ? rules_.reads_ip4 : rules_.reads_ip6) = true;
  }
  // How the device's own tools call the rule of that span.
  void name_rule(Span span, std::string number, std::string name) {
    rules_.rule_names.push_back({span, std::move(number), std::move(name)});
  }
  void note(Note note) { rules_.notes.push_back(std::move(note)); }
  Ruleset const& peek() const { return rules_; }

  // Resolves names (chains, sets, interfaces), looks for loops. Errors: a jump to a chain that is
  // not there or is a base chain, a loop, a set that an nft table does not have. A missing ipset is
  // no error but an atom that names the command which gives it.
  // 'interfaces': further names the asker will use, so that they get an index.
  Result<Ruleset> finish(std::span<std::string const> interfaces = {}) &&;

 private:
  Ruleset rules_;
  std::size_t first_clause_ = 0;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Index = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;
  Index tables_by_name_;
  std::vector<Index> chains_by_name_;  // by table
  Index atoms_by_text_;
  Index sets_by_name_;
  Index interfaces_by_name_;
  std::map<BitPattern, std::uint32_t> bit_patterns_;
  std::unordered_set<std::string> changing_ipsets_;
  std::vector<NotShown> not_shown_;
};

}  // namespace safeconduct
