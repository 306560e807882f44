// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "formats/iptables_family.h"
#include "formats/iptables_plain.h"
#include "formats/sift.h"

namespace safeconduct {
namespace {

using namespace iptables;

// Follows the frame of iptables-save as iptables_save.cc does, as far as it must to know that a
// line is a rule of an IPv4 table, for a chain that is declared. The chains of one table stand
// before its rules; jumps are kept, so that the chains that they name are looked for.
class IptablesSifter : public Sifter {
 public:
  using Sifter::Sifter;

  bool take(char const* begin, char const* end) override {
    for (auto const* at = begin; at < end;) {
      if (*at == '-' && ip4_ && last_ != nullptr &&
          std::memcmp(at, prefix_.data(), prefix_.size()) == 0) {
        if (auto const* const next = read_plain_rule(at, rule_); next != nullptr) {
          rule(at, next + 1);
          at = next + 1;
          continue;
        }
      }
      auto const* const next =
          static_cast<char const*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at))) + 1;
      if (!line(at, next)) return false;
      at = next;
    }
    return true;
  }

 private:
  bool line(char const* begin, char const* next) {
    std::string_view const line(begin, static_cast<std::size_t>(next - begin - 1));
    switch (line.empty() ? '\n' : line[0]) {
      case '-':
      case '[':
        return command(line, next);
      case '#':
        comment(line);
        break;
      case '*':
        chains_.clear();
        last_ = nullptr;
        settled_ = false;
        in_table_ = true;
        ip4_ = family_ == Family::ip4;
        break;
      case ':':
        declare(line);
        break;
      case 'C':
        in_table_ = false;
        ip4_ = false;
        break;
      case '\n':
        break;
      default:
        return false;
    }
    if (!line.starts_with('#') && !family_) return false;  // what wrote it has to come first
    keep(begin, next);
    return true;
  }

  void comment(std::string_view line) {
    if (in_table_) return;
    if (auto const header = parse_header(line)) family_ = header->family;
  }

  void declare(std::string_view line) {
    auto const name = line.substr(1, line.find(' ') - 1);
    // A chain that has a target's name makes a jump of what looks like that target.
    if (name == "REJECT" || name == "LOG") ip4_ = false;
    chains_.try_emplace(std::string(name), Losses{static_cast<std::uint32_t>(text.size() + 1)});
    last_ = nullptr;
  }

  bool command(std::string_view line, char const* next) {
    if (ip4_) {
      if (auto const* const end = read_plain_rule(line.data(), rule_); end != nullptr) {
        if (auto const found = chains_.find(std::string(rule_.chain)); found != chains_.end()) {
          last_ = &found->second;
          prefix_ = "-A " + found->first + ' ';
          rule(line.data(), end + 1);
          return true;
        }
      }
    }
    // Insertions count the rules before them.
    auto const dash = line[0] == '[' ? line.find("] -A ") : line.find("-A ");
    if (dash == std::string_view::npos || (line[0] == '-' && dash != 0)) return false;
    keep(line.data(), next);
    return true;
  }

  // A plain rule of the chain 'last_'.
  void rule(char const* begin, char const* next) {
    auto const asked = asks();
    bool const wanted = sieve().wants_of_requests(asked);
    bool const of_replies = !wanted && sieve().wants_of_replies(asked);
    if (wanted || (of_replies && !settled_) || !is_target() || mentions_new()) {
      settled_ = settled_ || settles_replies();
      keep(begin, next);
    } else {
      leave_out(*last_, of_replies);
    }
  }

  // The ports are told where that may matter: behind the addresses.
  Sieve::Ip4Rule asks() const {
    Sieve::Ip4Rule asked{rule_.source, rule_.destination};
    if (!sieve().wants_ip4(rule_.source, rule_.destination)) return asked;
    for (auto const& clause : rule_.all()) {
      if (clause.negated) continue;
      auto const ports = clause.kind == PlainClause::Kind::ports
                             ? std::span(clause.ports).first(clause.port_count)
                             : std::span(&clause.range, 1);
      if (clause.kind == PlainClause::Kind::states) continue;
      if (clause.field == Field::l4proto) asked.protocol = clause.range.first;
      if (clause.field == Field::sport) asked.source_ports = ports;
      if (clause.field == Field::dport) asked.destination_ports = ports;
    }
    return asked;
  }

  // "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
  bool settles_replies() const {
    constexpr auto kEstablished = 1U << static_cast<unsigned>(CtState::established);
    if (!sieve().forwarded() || rule_.clause_count != 1) return false;
    auto const& clause = rule_.clauses.front();
    return clause.kind == PlainClause::Kind::states && !clause.negated &&
           (clause.range.first & kEstablished) != 0 && rule_.target == "ACCEPT" &&
           rule_.chain == "FORWARD";
  }

  bool is_target() const {
    auto const name = rule_.target;
    return name == "ACCEPT" || name == "DROP" || name == "RETURN" || name == "REJECT" ||
           name == "LOG";
  }

  // The reports name the interfaces that rules mention, in their order: the first mention stays.
  bool mentions_new() {
    bool some = false;
    for (auto const& clause : rule_.all()) {
      if (clause.kind != PlainClause::Kind::interface || clause.text == seen_) continue;
      seen_ = std::string(clause.text);
      some = interfaces_.insert(seen_).second || some;
    }
    return some;
  }

  std::optional<Family> family_;
  bool in_table_ = false;
  bool ip4_ = false;      // in a table of which rules may go
  bool settled_ = false;  // a rule of the table accepts what is established
  std::unordered_map<std::string, Losses> chains_;
  Losses* last_ = nullptr;
  std::string prefix_;  // of the rules of 'last_': "-A FORWARD "
  std::unordered_set<std::string> interfaces_;
  std::string seen_;
  PlainRule rule_;
};

}  // namespace

std::unique_ptr<Sifter> iptables_sifter(Sieve const& sieve) {
  return std::make_unique<IptablesSifter>(sieve);
}

}  // namespace safeconduct
