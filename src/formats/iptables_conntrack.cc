// SPDX-License-Identifier: GPL-3.0-or-later
// "-m conntrack" asks of the packet's connection: what its first packet had. Packets without a
// connection, and those that are related to one (whose protocol is another's, then), get rules of
// their own. (xt_conntrack.c, conntrack_mt.)
#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "formats/iptables_draft.h"
#include "formats/joined_negations.h"

namespace safeconduct::iptables {
namespace {

constexpr std::uint32_t bit(CtState state) { return 1U << static_cast<unsigned>(state); }
constexpr std::uint32_t kNone = bit(CtState::invalid) | bit(CtState::untracked);  // no connection
constexpr std::uint32_t kPlain = bit(CtState::established) | bit(CtState::new_);
constexpr std::uint32_t kRelated = bit(CtState::related);
constexpr std::uint32_t kAll = 0x1F;

constexpr std::uint32_t kSourceNat = 16;
constexpr std::uint32_t kDestinationNat = 32;

// NEW ... and the virtual states SNAT and DNAT: "any of these".
Result<void> read_ctstate(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  std::uint32_t states = 0;
  std::uint32_t translated = 0;
  for (auto rest = word.text;;) {
    auto const comma = rest.find(',');
    auto const name = rest.substr(0, comma);
    if (auto const state = parse_ct_state(name)) {
      states |= bit(*state);
    } else if (name == "SNAT") {
      translated |= kSourceNat;
    } else if (name == "DNAT") {
      translated |= kDestinationNat;
    } else {
      return draft.error(ErrorKind::unknown_name, word,
                         quoted(name) + " is not a state of a connection",
                         "NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, SNAT or DNAT");
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  auto& connection = draft.connection;
  connection.asks_states = true;
  if (translated == 0) {
    require_states(draft.builder, states, draft.negated);
    connection.states &= draft.negated ? kAll & ~states : states;
    return {};
  }
  // Where there is no connection, there is no translation either.
  auto const without = draft.negated ? kNone & ~states : kNone & states;
  connection.states &= (kAll & ~kNone) | without;
  connection.translated = translated;
  connection.translated_or = states;
  connection.translated_negated = draft.negated;
  connection.asks_more = true;
  return {};
}

Result<void> read_address(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto const address = parse_masked_address(draft.family, word.text);
  if (!address)
    return draft.error(
        ErrorKind::out_of_range, word,
        quoted(word.text) + " is not an " + std::string(name(draft.family)) + " address");
  draft.connection.addresses.push_back({field, *address, draft.negated});
  return {};
}

Result<void> read_original_ports(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto const ports = parse_ports(word.text);
  if (!ports)
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(word.text) + " is not a port (0-65535), nor a range of ports");
  draft.connection.ports.push_back({field, *ports, draft.negated});
  return {};
}

Result<void> read_protocol(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const number = parse_protocol(word.text);
  if (!number || *number == 0)
    return draft.error(ErrorKind::out_of_range, word, quoted(word.text) + " is not a protocol");
  draft.connection.l4proto = number;
  draft.connection.l4proto_negated = draft.negated;
  return {};
}

Result<void> read_direction(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  bool const original = word.text == "ORIGINAL" || word.text == "original";
  if (!original && word.text != "REPLY" && word.text != "reply")
    return draft.error(ErrorKind::unknown_name, word, quoted(word.text) + " is not a direction",
                       "ORIGINAL or REPLY");
  draft.connection.direction =
      original != draft.negated ? CtDirection::original : CtDirection::reply;
  return {};
}

void require_address(RulesetBuilder& builder, Family family,
                     ConnectionClauses::Address const& asked) {
  auto const range = asked.value.interval(family);
  bool const any = range.first == 0 && range.last == max_address(family);
  if (any && !asked.negated) return;
  builder.in_set(asked.field, ValueSet(range), asked.negated);
}

void require_ports(RulesetBuilder& builder, ConnectionClauses::Ports const& asked) {
  if (asked.value.reversed()) {
    builder.in_set(asked.field, ValueSet{}, asked.negated);
  } else {
    builder.in_range(asked.field, {asked.value.first, asked.value.last}, asked.negated);
  }
}

// NEW ... or translated, of a packet that has a connection.
void require_translation(RulesetBuilder& builder, ConnectionClauses const& c) {
  if (c.translated == 0) return;
  if (c.translated_or == 0)
    return builder.masked(Field::ct_status, c.translated, 0, !c.translated_negated);
  Product any{{Field::ct_state, Field::ct_status}, {}};
  for (std::uint32_t state = 0; state < 5; ++state)
    if ((c.translated_or >> state & 1U) != 0)
      any.cells.insert(any.cells.end(), {ValueInterval{state, state}, ValueInterval{0, 255}});
  for (std::uint32_t status = 0; status < 256; ++status)
    if ((status & c.translated) != 0 && (status & ~(kSourceNat | kDestinationNat)) == 0)
      any.cells.insert(any.cells.end(), {ValueInterval{0, 4}, ValueInterval{status, status}});
  builder.product(std::move(any), c.translated_negated);
}

// Adds a case of the rule: the clauses it has, those that 'more' adds, and the action; then takes
// them away again.
class Cases {
 public:
  Cases(RuleDraft& draft, Span span, Action const& action)
      : builder_(draft.builder),
        chain_(draft.chain),
        span_(span),
        action_(action),
        before_(builder_.current().begin(), builder_.current().end()) {
    builder_.reset_to(0);
  }

  template <class More>
  void add(More more) {
    for (auto const& clause : before_) builder_.again(clause);
    more();
    builder_.add_rule(chain_, span_, action_);
    ++count_;
  }
  std::size_t count() const { return count_; }

 private:
  RulesetBuilder& builder_;
  ChainId chain_;
  Span span_;
  Action const& action_;
  std::vector<Clause> before_;
  std::size_t count_ = 0;
};

bool is_exact(RuleDraft const& draft) {
  auto const& c = draft.connection;
  bool const by_prefix = std::ranges::all_of(
      c.addresses, [&](auto const& a) { return a.value.is_prefix(draft.family); });
  // What a connection without ports has in their place is not modelled. Where its packets are not
  // ICMP errors, its protocol is theirs.
  auto const l4proto = c.l4proto && !c.l4proto_negated ? c.l4proto : draft.l4proto;
  bool const with_ports = c.ports.empty() || (l4proto && has_ports(*l4proto));
  return by_prefix && with_ports;
}

void require_texts(RulesetBuilder& builder, std::vector<ConnectionClauses::Text> const& texts) {
  for (auto const& other : texts)
    builder.unmodelled(other.text, "conntrack", Lasting::once, other.negated);
}

void add_connection_cases(RuleDraft& draft, Span span, Action const& action) {
  auto const& c = draft.connection;
  auto& builder = draft.builder;
  bool const any_tuple = c.l4proto || !c.addresses.empty() || !c.ports.empty();
  Cases cases(draft, span, action);
  auto const require = [&](std::uint32_t states) {  // unless the rule's own --ctstate says as much
    if (!c.asks_states || c.translated != 0 || states != c.states) require_states(builder, states);
  };
  auto const common = [&](std::uint32_t states) {
    require(states);
    require_translation(builder, c);
    if (c.direction) builder.equals(Field::ct_direction, static_cast<std::uint32_t>(*c.direction));
    require_texts(builder, c.others);
  };
  // Without a connection, an asked state is all that counts.
  if (c.asks_states && (c.states & kNone) != 0) cases.add([&] { require(c.states & kNone); });
  if (!any_tuple) {
    if ((c.states & ~kNone) != 0) cases.add([&] { common(c.states & ~kNone); });
  } else {
    if ((c.states & kPlain) != 0)
      cases.add([&] {
        common(c.states & kPlain);
        if (!is_exact(draft)) return require_texts(builder, c.as_text);
        if (c.l4proto) builder.equals(Field::l4proto, *c.l4proto, c.l4proto_negated);
        for (auto const& a : c.addresses) require_address(builder, draft.family, a);
        for (auto const& p : c.ports) require_ports(builder, p);
      });
    if ((c.states & kRelated) != 0)
      cases.add([&] {
        common(kRelated);
        require_texts(builder, c.as_text);
      });
  }
  if (cases.count() == 0) cases.add([&] { draft.never(); });
}

// iptables-nft loads the ports of tcp and udp natively, and both at once where it can.
bool may_be_joined(RuleDraft const& draft) {
  return draft.negated_sport && draft.negated_dport && draft.l4proto &&
         (*draft.l4proto == l4::tcp || *draft.l4proto == l4::udp) && !draft.table.is_legacy();
}

void add_joined_cases(RuleDraft& draft, Span span, Action const& action) {
  auto const& sport = *draft.negated_sport;
  auto const& dport = *draft.negated_dport;
  auto& builder = draft.builder;
  std::vector<Clause> kept(builder.current().begin(), builder.current().end());
  for (auto const index :
       {std::max(sport.clause, dport.clause), std::min(sport.clause, dport.clause)})
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(index));
  auto const text =
      "! --sport " + std::string(sport.value.text) + " ! --dport " + std::string(dport.value.text);
  for (std::size_t i = 0; i < kJoinedCases; ++i) {
    builder.drop_rule();
    for (auto const& clause : kept) builder.again(clause);
    add_joined_case(builder, i, {Field::sport, sport.port}, {Field::dport, dport.port}, text);
    if (draft.connection.asks_more) {
      add_connection_cases(draft, span, action);
    } else {
      builder.add_rule(draft.chain, span, action);
    }
  }
}

}  // namespace

void require_states(RulesetBuilder& builder, std::uint32_t states, bool negated) {
  std::uint32_t first = 0;
  while (first < 5 && (states >> first & 1U) == 0) ++first;
  std::uint32_t last = first;
  while (last + 1 < 5 && (states >> (last + 1) & 1U) != 0) ++last;
  if (first < 5 && states >> (last + 1) == 0) {
    builder.in_range(Field::ct_state, {first, last}, negated);
    return;
  }
  std::vector<ValueInterval> ranges;
  for (std::uint32_t state = 0; state < 5; ++state)
    if ((states >> state & 1U) != 0) ranges.push_back({state, state});
  builder.in_set(Field::ct_state, ValueSet(ranges), negated);
}

Result<void> read_connection_option(RuleDraft& draft, ConnectionOption option) {
  if (option == ConnectionOption::state) return read_ctstate(draft);
  auto& connection = draft.connection;
  connection.asks_more = true;
  bool other = false;
  switch (option) {
    case ConnectionOption::state:
      break;
    case ConnectionOption::protocol:
      SC_CHECK(read_protocol(draft));
      break;
    case ConnectionOption::original_source:
      SC_CHECK(read_address(draft, Field::ct_original_saddr));
      break;
    case ConnectionOption::original_destination:
      SC_CHECK(read_address(draft, Field::ct_original_daddr));
      break;
    case ConnectionOption::original_source_port:
      SC_CHECK(read_original_ports(draft, Field::ct_original_sport));
      break;
    case ConnectionOption::original_destination_port:
      SC_CHECK(read_original_ports(draft, Field::ct_original_dport));
      break;
    case ConnectionOption::direction:
      return read_direction(draft);
    case ConnectionOption::other:
      other = true;
      SC_CHECK(draft.value());
      break;
  }
  auto& texts = other ? connection.others : connection.as_text;
  texts.push_back(
      {"conntrack " + std::string(draft.words_since(draft.option.offset)), draft.negated});
  return {};
}

void add_rule(RuleDraft& draft, Span span, Action const& action) {
  if (draft.connection.matches > 1 && draft.connection.asks_more) {
    // Each asks for itself, and what the options of one come to is not said for all.
    draft.builder.unmodelled("several matches of conntrack", "conntrack", Lasting::once);
    draft.builder.add_rule(draft.chain, span, action);
  } else if (may_be_joined(draft)) {
    add_joined_cases(draft, span, action);
  } else if (draft.connection.asks_more) {
    add_connection_cases(draft, span, action);
  } else {
    draft.builder.add_rule(draft.chain, span, action);
  }
}

}  // namespace safeconduct::iptables
