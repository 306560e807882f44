// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_rule.h"

#include <algorithm>
#include <bit>

namespace safeconduct::nft {
namespace {

constexpr Bits128 kNarrow = 0xFFFFFFFFU;

bool asks_for(Ruleset const& rules, Clause const& clause, Field field) {
  return (fields_of(rules, clause) >> index(field) & 1U) != 0;
}

}  // namespace

RuleWriter::RuleWriter(Source& source, DeclaredTable& table, std::uint32_t table_id, ChainId chain)
    : source_(source), builder_(source.builder), table_(table), table_id_(table_id), chain_(chain) {
  if (table.family == TableFamily::ip) fixed_network_ = Family::ip4;
  if (table.family == TableFamily::ip6) fixed_network_ = Family::ip6;
}

void RuleWriter::begin(std::uint32_t offset) {
  begin_ = offset;
  first_rule_ = builder_.at(chain_).rules.size();
  network_ = fixed_network_;
  l4_.reset();
  alternatives_.clear();
  has_alternatives_ = false;
  ended_ = false;
  translated_ = false;
  stop_.reset();
  negated_.clear();
}

void RuleWriter::finish(std::uint32_t offset) {
  auto& rules = builder_.at(chain_).rules;
  stop_.reset();
  if (rules.size() == first_rule_ && !ended_) end(Continue{});
  builder_.drop_rule();
  auto const span = source_.span(begin_, offset);
  for (std::size_t i = first_rule_; i < rules.size(); ++i) rules[i].span = span;
}

void RuleWriter::abandon() { builder_.drop_rule(); }

void RuleWriter::mark_listed(bool Listed::* how) const {
  if (table_.of_iptables) source_.listed[source_.span(begin_, begin_).offset].*how = true;
}

// ---- clauses

void RuleWriter::never() { builder_.in_set(Field::l4proto, ValueSet{}); }

void RuleWriter::require_network(Family family) {
  if (network_ == family) return;
  if (fixed_network_) return never();
  builder_.equals(Field::nfproto, nfproto_of(family));
  network_ = family;
}

void RuleWriter::require_l4(std::uint32_t protocol) {
  if (l4_ == protocol) return;
  builder_.equals(Field::l4proto, protocol);
  l4_ = protocol;
}

void RuleWriter::require(Selector const& selector) {
  if (selector.network && !(selector.network_is_implied && network_))
    require_network(*selector.network);
  if (selector.l4) require_l4(*selector.l4);
  if (selector.ethernet) unmodelled("meta iiftype ether", "iiftype", Lasting::whole_way);
}

void RuleWriter::nfproto(std::span<ValueInterval const> values, bool negated) {
  bool const one = !negated && values.size() == 1 && values.front().first != 0;
  if (table_.family == TableFamily::netdev && !one)
    source_.beyond_ip.insert(source_.span(begin_, begin_).offset);
  auto const holds = [&](Family family) {
    return std::ranges::any_of(
               values, [&](ValueInterval v) { return v.contains(nfproto_of(family)); }) != negated;
  };
  if (fixed_network_) {
    if (!holds(*fixed_network_)) never();
    return;
  }
  bool const v4 = holds(Family::ip4);
  bool const v6 = holds(Family::ip6);
  if (v4 && v6) return;
  if (!v4 && !v6) return never();
  require_network(v4 ? Family::ip4 : Family::ip6);
}

void RuleWriter::in(Selector const& selector, std::span<ValueInterval const> values, bool negated) {
  if (selector.field == Field::nfproto) return nfproto(values, negated);
  if (values.size() != 1 || values.front().last > kNarrow) {
    builder_.in_set(selector.field, ValueSet(std::vector(values.begin(), values.end())), negated);
    return;
  }
  auto const [first, last] = values.front();
  bool const header = selector.field == Field::saddr || selector.field == Field::daddr;
  if (header && selector.type == ValueType::ip4 && first == 0 && last == kNarrow) {
    if (negated) never();
    return;
  }
  builder_.in_range(selector.field,
                    {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)}, negated);
  if (selector.field == Field::l4proto && first == last && !negated)
    l4_ = static_cast<std::uint32_t>(first);
}

void RuleWriter::masked(Field field, std::uint32_t mask, std::uint32_t value, bool negated) {
  if ((value & ~mask) != 0) {  // no field has bits where there are none
    negated ? builder_.has_value(field) : never();
  } else if (mask == 0) {
    negated ? never() : builder_.has_value(field);
  } else if (negated && value == 0 && std::has_single_bit(mask)) {
    builder_.masked(field, mask, mask, false);
  } else {
    builder_.masked(field, mask, value, negated);
  }
}

void RuleWriter::pattern(Field field, BitPattern const& pattern, bool negated) {
  if ((pattern.value & ~pattern.mask) != 0) return negated ? builder_.has_value(field) : never();
  builder_.pattern(field, pattern, negated);
}

void RuleWriter::interfaces(Field field, std::span<ValueInterval const> numbers, bool negated) {
  std::vector<InterfacePattern> patterns;
  for (auto const number : numbers)
    patterns.push_back(source_.interfaces[static_cast<std::size_t>(number.first)]);
  builder_.interfaces(field, patterns, negated);
}

void RuleWriter::unmodelled(std::uint32_t begin, std::uint32_t end, std::string_view word,
                            Lasting lasting, bool negated) {
  auto const text = source_.words(begin, end);
  // What a variable stands for may differ from place to place.
  builder_.unmodelled(text, word, text.contains('$') ? Lasting::once : lasting, negated);
}

void RuleWriter::unmodelled(std::string_view text, std::string_view word, Lasting lasting) {
  builder_.unmodelled(text, word, lasting);
}

void RuleWriter::back_to(Mark mark) {
  builder_.reset_to(mark.clauses);
  network_ = mark.network;
  l4_ = mark.l4;
  if (mark.alternatives) return;
  alternatives_.clear();
  has_alternatives_ = false;
}

// ---- actions

// "--ctstate UNTRACKED --ctdir ORIGINAL" of iptables asks a packet without a connection for its
// state alone (conntrack_mt); nft lists two matches, of which such a packet fails the second.
void RuleWriter::doubt_without_connection(Action const& action, Span span) {
  if (source_.running || !table_.of_iptables || !asks(Field::ct_state)) return;
  auto const asks_for_more = [&](Clause const& clause) {
    return std::ranges::any_of(kConnectionFields, [&](Field field) {
      return field != Field::ct_state && asks_for(builder_.peek(), clause, field);
    });
  };
  auto const current = builder_.current();
  std::vector<Clause> const all(current.begin(), current.end());
  if (std::ranges::none_of(all, asks_for_more)) return;
  mark_listed(&Listed::loosely);
  builder_.drop_rule();
  for (auto const& clause : all)
    if (!asks_for_more(clause)) builder_.again(clause);
  auto const state = [](CtState which) {
    auto const number = static_cast<Bits128>(which);
    return ValueInterval{number, number};
  };
  std::vector<ValueInterval> const none{state(CtState::invalid), state(CtState::untracked)};
  builder_.in_set(Field::ct_state, ValueSet(none));
  unmodelled("what iptables asks of a packet without a connection", "ct", Lasting::unchanged);
  builder_.add_rule(chain_, span, action);
  for (auto const& clause : all) builder_.again(clause);
}

void RuleWriter::add(Action const& action, bool last) {
  negated_.clear();
  Span const span = source_.span(begin_, begin_);  // finish() knows where the rule ends
  doubt_without_connection(action, span);
  if (!has_alternatives_) return builder_.add_rule(chain_, span, action, !last);
  auto const base = builder_.clause_count();
  for (auto const& alternative : alternatives_) {
    for (auto const& clause : alternative) builder_.again(clause);
    builder_.add_rule(chain_, span, action, true);
    builder_.reset_to(base);
  }
  if (last) builder_.drop_rule();
}

void RuleWriter::may_stop(Token const& word, std::uint32_t end) {
  write_stop();
  stop_ = Stop{word.begin, end, word.text};
}

void RuleWriter::write_stop() {
  if (!stop_) return;
  unmodelled(stop_->begin, stop_->end, stop_->word, Lasting::once);
  stop_.reset();
}

void RuleWriter::act(Action action) {
  if (ended_) return;
  write_stop();
  add(action, false);
}

void RuleWriter::end(Action action) {
  if (ended_) return;
  write_stop();
  add(action, true);
  ended_ = true;
}

bool RuleWriter::asks(Field field) const {
  auto const current = builder_.current();
  return std::ranges::any_of(
      current, [&](Clause const& clause) { return asks_for(builder_.peek(), clause, field); });
}

void RuleWriter::forget(Field field) {
  negated_.clear();
  auto const replace = [&](std::vector<Clause> const& clauses) {
    for (auto const& clause : clauses) {
      if (asks_for(builder_.peek(), clause, field)) {
        builder_.unmodelled(
            "what the rule asked of " + std::string(info(field).name) + " before it changed it",
            info(field).name, Lasting::once);
      } else {
        builder_.again(clause);
      }
    }
  };
  auto const current = builder_.current();
  auto const asks = [&](Clause const& c) { return asks_for(builder_.peek(), c, field); };
  if (std::ranges::any_of(current, asks)) {
    std::vector<Clause> const kept(current.begin(), current.end());
    builder_.drop_rule();
    replace(kept);
  }
  auto const base = builder_.clause_count();
  for (auto& alternative : alternatives_) {
    if (std::ranges::none_of(alternative, asks)) continue;
    replace(alternative);
    auto const added = builder_.current().subspan(base);
    alternative.assign(added.begin(), added.end());
    builder_.reset_to(base);
  }
}

}  // namespace safeconduct::nft
