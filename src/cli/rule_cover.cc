// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rule_cover.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "base/location.h"
#include "packet/field.h"
#include "verify/codes.h"

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
    if (flow.parts.empty())
      return add(finding, flow, flow.verdict, flow.how, {}, flow.dst, flow.dport);
    for (auto const& part : flow.parts) {
      if (part.src != flow.src) note_sources(finding, part);
      add(finding, flow, part.verdict, part.how, part.rule, part.dst, part.dport);
    }
  }

  void add(Finding const& finding, FlowResult const& flow, Verdict verdict, How how,
           RuleRef const& rule, AddressSet const& dst, PortSet const& dport) {
    if (dst.empty() || dport.empty()) return;
    auto const port = dport.intervals().front().first;
    Region region{finding.requirement, flow.family, flow.protocol, port, verdict, how, rule};
    if (!met_.insert(std::move(region)).second) return;
    cover_.witnesses.push_back({finding.requirement, flow.family, flow.protocol,
                                one_of(flow.family, dst), static_cast<std::uint16_t>(port),
                                rule_text(verdict, rule), !is_single(flow)});
  }

  void note_sources(Finding const& finding, Part const& part) {
    Note const note{std::string(code::kNotProbed),
                    finding.requirement + ": " + rule_text(part.verdict, part.rule) +
                        ", for some of the clients only: a probe meets it where its sender is "
                        "one of them",
                    {}};
    if (std::ranges::find(cover_.notes, note) == cover_.notes.end()) cover_.notes.push_back(note);
  }

  std::set<Region> met_;
  RuleCover cover_;
};

}  // namespace

RuleCover rule_cover(CheckResult const& check) { return Covering().run(check); }

void judge_range_address(Observation& observation, std::vector<ProbeTask> const& tasks) {
  auto& o = observation;
  bool const of_range = std::ranges::any_of(tasks, [&](ProbeTask const& task) {
    return task.range && task.dst == o.dst && task.port == o.dport && task.protocol == o.protocol &&
           task.requirement == o.requirement;
  });
  if (!of_range) return;
  if (o.outcome == Outcome::timeout) {
    o.outcome = Outcome::unproven;
    o.cause = "silent-in-range";
    o.detail = "silence; whether anybody has this address of the range is not known" +
               (o.path.empty() ? std::string() : "; " + o.detail);
  } else if (o.cause == "closed-at-target") {
    o.outcome = Outcome::unproven;
    o.cause = "arrives-in-range";
    o.detail = "the packets arrive: the host at this address of the range refuses them itself";
  }
}

}  // namespace safeconduct
