// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "formats/joined_negations.h"
#include "formats/nft_declared.h"
#include "formats/nft_selector.h"

namespace safeconduct::nft {

// Writes the rules of one chain: keeps what the words of a rule so far imply, and makes of a rule
// with several statements several Rules of the model.
class RuleWriter {
 public:
  RuleWriter(Source& source, DeclaredTable& table, std::uint32_t table_id, ChainId chain);

  Source& source() { return source_; }
  Source const& source() const { return source_; }
  DeclaredTable& table() { return table_; }
  DeclaredTable const& table() const { return table_; }
  std::uint32_t table_id() const { return table_id_; }
  ChainId chain() const { return chain_; }
  Selectors& keys() { return keys_; }  // of the match being read: one vector for all of them
  std::optional<std::uint32_t> transport() const { return l4_; }
  std::optional<Family> network() const { return network_; }  // that the rule is about

  void begin(std::uint32_t offset);
  // Ends the rule: its words ended at 'offset'. A rule without a statement counts packets.
  void finish(std::uint32_t offset);
  void abandon();  // an error: nothing is written
  // How nft lists this rule; kept of tables that are named as those of iptables.
  void mark_listed(bool Listed::* how) const;

  // ---- clauses
  // What must hold for the selector to be looked at.
  void require(Selector const& selector);
  void require_network(Family family);
  void require_l4(std::uint32_t protocol);
  // The selector's field is in one of the intervals (values of the field, see
  // append_field_values).
  void in(Selector const& selector, std::span<ValueInterval const> values, bool negated);
  void masked(Field field, std::uint32_t mask, std::uint32_t value, bool negated);
  void pattern(Field field, BitPattern const& pattern, bool negated);
  void interfaces(Field field, std::span<ValueInterval const> numbers, bool negated);
  void never();
  void unmodelled(std::uint32_t begin, std::uint32_t end, std::string_view word, Lasting lasting,
                  bool negated = false);
  void unmodelled(std::string_view text, std::string_view word, Lasting lasting);
  // One of several sets of clauses holds; 'write' adds those of the i-th.
  template <class Write>
  void alternatives(std::size_t count, Write write);
  // The clauses so far, to come back to.
  struct Mark {
    std::size_t clauses = 0;
    bool alternatives = false;
    // What the clauses so far require of every packet that comes on.
    std::optional<Family> network;
    std::optional<std::uint32_t> l4;
  };
  Mark mark() const { return {builder_.clause_count(), has_alternatives_, network_, l4_}; }
  void back_to(Mark mark);
  // A match of the selector with "!=" one value (null: not modelled) has been written, since
  // 'before'; its words end at 'end'. See nft_joined.cc.
  void may_be_joined(Selector const& selector, std::optional<std::uint32_t> value, Mark before,
                     std::uint32_t end);
  bool has_alternatives() const { return has_alternatives_; }

  // ---- actions
  void act(Action action);         // the rule goes on
  void end(Action action);         // it ends here: what follows is never reached
  void close() { ended_ = true; }  // the same, where its actions stand already
  // Packets may leave the rule at this statement. That matters where anything follows.
  void may_stop(Token const& word, std::uint32_t end);
  bool asks(Field field) const;  // has the rule asked for it so far?
  // Nothing that the rule asked of the field before is known to hold any more.
  void forget(Field field);
  bool ended() const { return ended_; }
  void translate() { translated_ = true; }  // no statement may follow
  bool translated() const { return translated_; }

 private:
  struct Stop {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view word;
  };

  struct Negated {
    Selector selector;
    std::optional<std::uint32_t> value;
    std::size_t clauses = 0;  // of the rule, once it was written
    std::uint32_t end = 0;
    bool joined = false;  // with the one before it
  };

  void join(Negated const& first, Negated const& second, Mark before);
  void add(Action const& action, bool last);
  void doubt_without_connection(Action const& action, Span span);
  void write_stop();
  void nfproto(std::span<ValueInterval const> values, bool negated);

  Source& source_;
  RulesetBuilder& builder_;
  DeclaredTable& table_;
  std::uint32_t table_id_;
  ChainId chain_;
  std::optional<Family> fixed_network_;  // of an ip or ip6 table

  Selectors keys_;
  std::uint32_t begin_ = 0;
  std::size_t first_rule_ = 0;  // of the chain's rules, the first that this rule became
  std::optional<Family> network_;
  std::optional<std::uint32_t> l4_;
  std::vector<std::vector<Clause>> alternatives_;
  bool has_alternatives_ = false;
  bool ended_ = false;
  bool translated_ = false;
  std::optional<Stop> stop_;
  std::vector<Negated> negated_;  // matches with "!=" and one value, since the latest statement
};

template <class Write>
void RuleWriter::alternatives(std::size_t count, Write write) {
  has_alternatives_ = true;
  auto const base = builder_.clause_count();
  auto const network = network_;
  auto const l4 = l4_;
  for (std::size_t i = 0; i < count; ++i) {
    write(i);
    network_ = network;  // what one of them requires, the others may not
    l4_ = l4;
    auto const added = builder_.current().subspan(base);
    alternatives_.emplace_back(added.begin(), added.end());
    builder_.reset_to(base);
  }
}

}  // namespace safeconduct::nft
