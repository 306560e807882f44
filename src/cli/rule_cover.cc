// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rule_cover.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "base/codes.h"
#include "base/location.h"
#include "cli/note_wording.h"
#include "packet/field.h"
#include "verify/observed.h"

namespace safeconduct {
namespace {

// What makes two parts one region: whoever decides, in which way, on which packets.
using Region = std::tuple<std::string, Family, std::uint32_t, std::uint32_t, Verdict, How, RuleRef>;

std::string rule_text(Verdict verdict, RuleRef const& rule) {
  std::string text(name(verdict));
  if (rule.nothing) return text + ", no rule sees it";
  if (!rule.at.file.empty()) text += " by " + to_string(rule.at);
  if (!rule.text.empty()) text += ": " + rule.text;
  return text;
}

bool is_single(FlowResult const& flow) {
  auto const prefixes = to_prefixes(flow.family, flow.dst, 1);
  return prefixes && prefixes->size() == 1 && prefixes->front().length == address_bits(flow.family);
}

// The first of them; of a network not its first, which is no host's.
Address one_of(Family family, AddressSet const& set) {
  auto const [first, last] = set.intervals().front();
  return {family, last - first > 1 ? first + 1 : first};
}

bool is_same_packet(ProbeWitness const& a, ProbeWitness const& b) {
  return a.requirement == b.requirement && a.family == b.family && a.protocol == b.protocol &&
         a.dst == b.dst && a.port == b.port;
}

class Covering {
 public:
  RuleCover run(CheckResult const& check) {
    for (auto const& finding : check.findings)
      if (!finding.expect_deny)
        for (auto const& flow : finding.flows) add(finding, flow);
    return std::move(cover_);
  }

 private:
  void add(Finding const& finding, FlowResult const& flow) {
    if (flow.dst.empty()) return;  // a name: it is resolved, and asked where it leads
    if (flow.parts.empty()) {
      Part whole;
      whole.verdict = flow.verdict;
      whole.how = flow.how;
      whole.dst = flow.dst;
      whole.dport = flow.dport;
      return add(finding, flow, whole);
    }
    for (auto const& part : flow.parts) {
      if (part.src != flow.src) note_sources(finding, part);
      add(finding, flow, part);
    }
  }

  void add(Finding const& finding, FlowResult const& flow, Part const& part) {
    if (part.dst.empty() || part.dport.empty()) return;
    auto const port = part.dport.intervals().front().first;
    Region region{finding.requirement, flow.family, flow.protocol, port,
                  part.verdict,        part.how,    part.rule};
    if (!met_.insert(std::move(region)).second) return;
    ProbeWitness witness;
    witness.requirement = finding.requirement;
    witness.family = flow.family;
    witness.protocol = flow.protocol;
    witness.dst = one_of(flow.family, part.dst);
    witness.port = static_cast<std::uint16_t>(port);
    witness.rule = rule_text(part.verdict, part.rule);
    witness.range = !is_single(flow);
    witness.expected = expected_outcome(part);
    auto const same = std::ranges::find_if(
        cover_.witnesses, [&](ProbeWitness const& one) { return is_same_packet(one, witness); });
    if (same == cover_.witnesses.end()) return cover_.witnesses.push_back(std::move(witness));
    same->rule += "; for other clients " + witness.rule;  // parts differ in their sources, then
    if (same->expected != witness.expected) same->expected.clear();
  }

  void note_sources(Finding const& finding, Part const& part) {
    Note const note{
        std::string(code::kNotProbed),
        {wording::kRuleOfSomeClients, {finding.requirement, rule_text(part.verdict, part.rule)}},
        {}};
    if (std::ranges::find(cover_.notes, note) == cover_.notes.end()) cover_.notes.push_back(note);
  }

  std::set<Region> met_;
  RuleCover cover_;
};

}  // namespace

RuleCover rule_cover(CheckResult const& check) { return Covering().run(check); }

}  // namespace safeconduct
