// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_plain.h"

#include "formats/iptables_draft.h"
#include "formats/iptables_names.h"
#include "formats/plain_scan.h"

namespace safeconduct::iptables {
namespace {

using plain::begins;

// The line's rest, read from left to right. A reading function leaves 'at_' behind what it took;
// false: the line is not plain.
class PlainReader {
 public:
  PlainReader(char const* line, PlainRule& rule) : line_(line), at_(line), rule_(rule) {}

  char const* run() {
    rule_.clause_count = 0;
    rule_.source = {};
    rule_.destination = {};
    rule_.reject.reset();
    if (!head() || !ends() || !interfaces() || !protocol()) return nullptr;
    while (begins(at_, " -m "))
      if (!match()) return nullptr;
    if (!target() || *at_ != '\n') return nullptr;
    rule_.length = static_cast<std::size_t>(at_ - line_) - rule_.begin;
    return at_;
  }

 private:
  PlainClause* clause(PlainClause::Kind kind, Field field, bool negated) {
    if (rule_.clause_count == rule_.clauses.size()) return nullptr;
    auto& made = rule_.clauses[rule_.clause_count++];
    made.kind = kind;
    made.field = field;
    made.negated = negated;
    return &made;
  }
  bool range(Field field, Interval<std::uint32_t> values, bool negated) {
    auto* const made = clause(PlainClause::Kind::range, field, negated);
    if (made != nullptr) made->range = values;
    return made != nullptr;
  }

  bool name(std::string_view& text) {
    auto const* const end = plain::name(at_);
    if (end == nullptr) return false;
    text = {at_, static_cast<std::size_t>(end - at_)};
    at_ = end;
    return true;
  }

  // "[7:420] -A FORWARD"
  bool head() {
    if (*at_ == '[') {
      ++at_;
      if (!digits() || !skip(":") || !digits() || !skip("] ")) return false;
    }
    rule_.begin = static_cast<std::size_t>(at_ - line_);
    if (!begins(at_, "-A ")) return false;
    at_ += 3;
    return chain();
  }
  // Mostly the chain of the line before.
  bool chain() {
    auto const& last = rule_.chain;
    bool const same = !last.empty() && last.size() <= kPlainMargin - 4 &&
                      plain::same(at_, last.data(), last.size()) && at_[last.size()] == ' ';
    if (!same) return name(rule_.chain);
    at_ += last.size();
    return true;
  }
  template <std::size_t N>
  bool skip(char const (&text)[N]) {
    if (!begins(at_, text)) return false;
    at_ += N - 1;
    return true;
  }
  bool digits() {
    auto const* const begin = at_;
    while (plain::is_digit(*at_)) ++at_;
    return at_ != begin;
  }

  // " -s 192.0.2.0/24", " ! -d ...": which one it is, is no branch. Of blocklists some lines have
  // the one, some the other, in no order.
  struct End {
    bool some = false;
    bool of_destination = false;
    bool negated = false;
  };
  bool ends() {
    auto end = end_option();
    if (!end.some) return true;
    if (!end_of(end)) return false;
    if (end.of_destination) return true;
    end = end_option();
    return !end.some || (end.of_destination && end_of(end));
  }
  End end_option() {
    auto const word = [](char const* text) {
      std::uint32_t four = 0;
      std::memcpy(&four, text, sizeof four);
      return four;
    };
    bool const negated = begins(at_, " ! -");
    auto const* const at = at_ + (negated ? 2 : 0);
    auto const found = word(at);
    bool const source = found == word(" -s ");
    bool const destination = found == word(" -d ");
    if (!(source | destination)) return {};
    at_ = at + 4;
    return {true, destination, negated};
  }
  bool end_of(End const& end) {
    Sieve::Ip4Range covered;
    at_ = plain::ip4_prefix(at_, covered);
    if (at_ == nullptr || *at_ != ' ') return false;
    // "0.0.0.0/0" asks nothing.
    if (covered.first == 0 && covered.last == ~0U) return !end.negated;
    auto& kept = end.of_destination ? rule_.destination : rule_.source;
    if (!end.negated) kept = covered;
    return range(end.of_destination ? Field::daddr : Field::saddr, {covered.first, covered.last},
                 end.negated);
  }

  bool interfaces() {
    return interface(" -i ", " ! -i ", Field::iif) && interface(" -o ", " ! -o ", Field::oif);
  }
  bool interface(char const (&option)[5], char const (&negation)[7], Field field) {
    bool negated = false;
    if (begins(at_, option)) {
      at_ += 4;
    } else if (begins(at_, negation)) {
      at_ += 6;
      negated = true;
    } else {
      return true;
    }
    auto const* const begin = at_;
    std::string_view text;
    if (!name(text)) return false;
    if (*at_ == '+') ++at_;
    if (*at_ != ' ' || at_ - begin > 15) return false;
    auto* const made = clause(PlainClause::Kind::interface, field, negated);
    if (made == nullptr) return false;
    made->text = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
  }

  bool protocol() {
    if (!begins(at_, " -p ")) return !begins(at_, " ! -p ");
    at_ += 4;
    if (begins(at_, "tcp ")) {
      protocol_ = l4::tcp;
    } else if (begins(at_, "udp ")) {
      protocol_ = l4::udp;
    } else if (begins(at_, "icmp ")) {
      protocol_ = l4::icmp;
      ++at_;
    } else {
      return false;
    }
    at_ += 3;
    return range(Field::l4proto, {protocol_, protocol_}, false);
  }

  bool match() {
    at_ += 4;
    if (begins(at_, "tcp ")) return transport(l4::tcp);
    if (begins(at_, "udp ")) return transport(l4::udp);
    if (begins(at_, "multiport ")) return multiport();
    if (begins(at_, "conntrack --ctstate ")) return at_ += 20, states();
    if (begins(at_, "conntrack ! --ctstate ")) return at_ += 22, states(true);
    if (begins(at_, "state --state ")) return at_ += 14, states();
    if (begins(at_, "comment --comment ")) return at_ += 18, text();
    if (begins(at_, "icmp --icmp-type ")) return at_ += 17, icmp_type();
    return false;
  }

  bool negation() {
    if (!begins(at_, " ! --")) return false;
    at_ += 2;
    return true;
  }

  bool transport(std::uint32_t number) {
    if (protocol_ != number || transport_) return false;
    transport_ = true;
    at_ += 3;
    int negated_ports = 0;  // two may be joined (joined_negations.h): for the other reader
    for (auto const field : {Field::sport, Field::dport}) {
      bool const negated = negation();
      if (!(field == Field::sport ? skip(" --sport ") : skip(" --dport "))) {
        if (!negated) continue;
        if (field == Field::dport) return false;
        at_ -= 2;
        continue;
      }
      Interval<std::uint32_t> ports;
      if (!port_range(ports) || *at_ != ' ') return false;
      if (ports.first == 0 && ports.last == 65535) return false;  // asks nothing, or is left out
      if (negated && ports.first == ports.last && ++negated_ports == 2) return false;
      if (!range(field, ports, negated)) return false;
    }
    return true;
  }

  // "53", "1024:65535"
  bool port_range(Interval<std::uint32_t>& ports) {
    at_ = plain::number(at_, 65535, ports.first);
    if (at_ == nullptr) return false;
    ports.last = ports.first;
    if (*at_ != ':') return true;
    at_ = plain::number(at_ + 1, 65535, ports.last);
    return at_ != nullptr && ports.first <= ports.last;
  }

  bool multiport() {
    if ((protocol_ != l4::tcp && protocol_ != l4::udp) || multiport_) return false;
    multiport_ = true;
    at_ += 9;
    bool const negated = negation();
    Field field = Field::dport;
    if (begins(at_, " --sports ")) {
      field = Field::sport;
    } else if (!begins(at_, " --dports ")) {
      return false;
    }
    at_ += 10;
    auto* const made = clause(PlainClause::Kind::ports, field, negated);
    if (made == nullptr) return false;
    made->port_count = 0;
    std::size_t places = 0;
    while (true) {
      Interval<std::uint32_t> ports;
      auto const* const begin = at_;
      if (!port_range(ports)) return false;
      bool const is_range = std::find(begin, at_, ':') != at_;
      places += is_range ? 2U : 1U;
      if (places > 15) return false;
      made->ports[made->port_count++] = ports;
      if (*at_ != ',') break;
      ++at_;
    }
    return *at_ == ' ';
  }

  bool states(bool negated = false) {
    if (states_) return false;  // each module asks for itself: for the other reader
    states_ = true;
    std::uint32_t bits = 0;
    auto const state = [&]<std::size_t N>(char const(&word)[N], CtState which) {
      if (!skip(word)) return false;
      bits |= 1U << static_cast<unsigned>(which);
      return true;
    };
    while (true) {
      if (!state("NEW", CtState::new_) && !state("ESTABLISHED", CtState::established) &&
          !state("RELATED", CtState::related) && !state("INVALID", CtState::invalid) &&
          !state("UNTRACKED", CtState::untracked))
        return false;
      if (*at_ != ',') break;
      ++at_;
    }
    auto* const made = clause(PlainClause::Kind::states, Field::ct_state, negated);
    if (made == nullptr || *at_ != ' ') return false;
    made->range = {bits, bits};
    return true;
  }

  bool text() {
    auto const* const end = *at_ == '"' ? plain::quoted(at_) : plain::name(at_);
    if (end == nullptr) return false;
    at_ = end;
    return *at_ == ' ';
  }

  bool icmp_type() {
    std::uint32_t type = 0;
    at_ = protocol_ == l4::icmp ? plain::number(at_, 254, type) : nullptr;
    return at_ != nullptr && *at_ == ' ' && range(Field::icmp_type, {type, type}, false);
  }

  bool target() {
    if (!begins(at_, " -j ")) return false;
    at_ += 4;
    if (!name(rule_.target)) return false;
    if (*at_ == '\n') return true;
    if (rule_.target == "REJECT" && begins(at_, " --reject-with ")) {
      at_ += 15;
      std::string_view with;
      if (!name(with)) return false;
      rule_.reject = parse_reject_with(Family::ip4, with);
      return rule_.reject.has_value();
    }
    if (rule_.target != "LOG") return false;
    if (begins(at_, " --log-prefix ")) {
      at_ += 14;
      auto const* const end = plain::quoted(at_);
      if (end == nullptr) return false;
      at_ = end;
    }
    if (begins(at_, " --log-level ")) {
      std::uint32_t level = 0;
      at_ = plain::number(at_ + 13, 7, level);
      if (at_ == nullptr) return false;
    }
    return true;
  }

  char const* line_;
  char const* at_;
  PlainRule& rule_;
  std::uint32_t protocol_ = 0;
  bool transport_ = false;
  bool multiport_ = false;
  bool states_ = false;
};

}  // namespace

// All in one piece, so that where it stands is kept in a register: a tenth of the time of 'check'.
[[gnu::flatten]] char const* read_plain_rule(char const* line, PlainRule& rule) {
  return PlainReader(line, rule).run();
}

void add_clauses(PlainRule const& rule, RulesetBuilder& builder) {
  for (auto const& clause : rule.all()) {
    switch (clause.kind) {
      case PlainClause::Kind::range:
        builder.in_range(clause.field, clause.range, clause.negated);
        break;
      case PlainClause::Kind::ports: {
        std::vector<ValueInterval> ranges;
        for (auto const& ports : std::span(clause.ports).first(clause.port_count))
          ranges.push_back({ports.first, ports.last});
        builder.in_set(clause.field, ValueSet(ranges), clause.negated);
        break;
      }
      case PlainClause::Kind::states:
        require_states(builder, clause.range.first, clause.negated);
        break;
      case PlainClause::Kind::interface: {
        bool const prefix = clause.text.ends_with('+');
        builder.interface(clause.field, clause.text.substr(0, clause.text.size() - prefix), prefix,
                          clause.negated);
        break;
      }
    }
  }
}

}  // namespace safeconduct::iptables
