// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

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

  std::vector<Run> glance(char const* begin, char const* end) const override {
    std::vector<Run> runs;
    PlainRule rule;
    for (auto const* at = begin; at < end;) {
      if (auto const* const next = plain_line(at, rule); next != nullptr) {
        add(runs, run_of(rule, at, next));
        at = next;
      } else {
        at = behind_line(at, end);
      }
    }
    return runs;
  }

  bool take(char const* begin, char const* end, std::span<Run const> runs) override {
    auto run = runs.begin();
    for (auto const* at = begin; at < end;) {
      if (run != runs.end() && run->begin == at) {
        if (!take_run(*run)) return false;
        at = (run++)->end;
        continue;
      }
      auto const* const next = behind_line(at, end);
      if (!line(at, next)) return false;
      at = next;
    }
    return true;
  }

 private:
  // Null, or what is behind the line.
  static char const* plain_line(char const* at, PlainRule& rule) {
    if (*at != '-' && *at != '[') return nullptr;
    auto const* const end = read_plain_rule(at, rule);
    return end == nullptr ? nullptr : end + 1;
  }

  Run run_of(PlainRule const& rule, char const* begin, char const* next) const {
    Run run{.begin = begin,
            .second = next,
            .end = next,
            .lines = 1,
            .kind = kind_of(rule),
            .chain = rule.chain,
            .interfaces = {}};
    bool const may_go = run.kind == Run::Kind::goes || run.kind == Run::Kind::goes_if_settled;
    if (!may_go) return run;
    std::size_t count = 0;
    for (auto const& clause : rule.all())
      if (clause.kind == PlainClause::Kind::interface && count < run.interfaces.size())
        run.interfaces[count++] = clause.text;
    return run;
  }

  Run::Kind kind_of(PlainRule const& rule) const {
    bool const ends = sieve().wants_ip4(rule.source, rule.destination);
    if (!ends && is_target(rule.target)) return Run::Kind::goes;
    auto const asked = asks(rule);
    bool const wanted = sieve().wants_of_requests(asked);
    bool const of_replies = !wanted && sieve().wants_of_replies(asked);
    if (settles_replies(rule)) return Run::Kind::stays_and_settles;
    if (wanted || !is_target(rule.target)) return Run::Kind::stays;
    return of_replies ? Run::Kind::goes_if_settled : Run::Kind::goes;
  }

  bool take_run(Run const& run) {
    auto* const chain = ip4_ ? chain_of(run.chain) : nullptr;
    if (chain == nullptr) return take_lines(run);
    bool goes = false;
    switch (run.kind) {
      case Run::Kind::stays:
        break;
      case Run::Kind::stays_and_settles:
        settled_ = true;
        break;
      case Run::Kind::goes:
        goes = true;
        break;
      case Run::Kind::goes_if_settled:
        goes = settled_;
        break;
    }
    if (goes) {
      leave_out(*chain, run);
    } else {
      keep(run.begin, run.end);
    }
    return true;
  }

  bool take_lines(Run const& run) {
    for (auto const* at = run.begin; at < run.end;) {
      auto const* const next = behind_line(at, run.end);
      if (!line(at, next)) return false;
      at = next;
    }
    return true;
  }

  Losses* chain_of(std::string_view name) {
    if (last_ != nullptr && last_name_ == name) return last_;
    auto const found = chains_.find(std::string(name));
    if (found == chains_.end()) return nullptr;
    last_ = &found->second;
    last_name_ = found->first;
    return last_;
  }

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
    // Insertions count the rules before them.
    auto const dash = line[0] == '[' ? line.find("] -A ") : line.find("-A ");
    if (dash == std::string_view::npos || (line[0] == '-' && dash != 0)) return false;
    keep(line.data(), next);
    return true;
  }

  Sieve::Ip4Rule asks(PlainRule const& rule) const {
    Sieve::Ip4Rule asked{rule.source, rule.destination};
    for (auto const& clause : rule.all()) {
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
  bool settles_replies(PlainRule const& rule) const {
    constexpr auto kEstablished = 1U << static_cast<unsigned>(CtState::established);
    if (!sieve().forwarded() || rule.clause_count != 1) return false;
    auto const& clause = rule.clauses.front();
    return clause.kind == PlainClause::Kind::states && !clause.negated &&
           (clause.range.first & kEstablished) != 0 && rule.target == "ACCEPT" &&
           rule.chain == "FORWARD";
  }

  static bool is_target(std::string_view name) {
    return name == "ACCEPT" || name == "DROP" || name == "RETURN" || name == "REJECT" ||
           name == "LOG";
  }

  std::optional<Family> family_;
  bool in_table_ = false;
  bool ip4_ = false;      // in a table of which rules may go
  bool settled_ = false;  // a rule of the table accepts what is established
  std::unordered_map<std::string, Losses> chains_;
  Losses* last_ = nullptr;
  std::string_view last_name_;  // of that chain
};

}  // namespace

std::unique_ptr<Sifter> iptables_sifter(Sieve const& sieve) {
  return std::make_unique<IptablesSifter>(sieve);
}

}  // namespace safeconduct
