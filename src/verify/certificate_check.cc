// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/codes.h"
#include "base/diagnostic.h"
#include "policy/wanted.h"
#include "verify/certificate.h"
#include "verify/certified_way.h"
#include "verify/client_ports.h"
#include "verify/neighbours.h"
#include "verify/outcome.h"
#include "verify/rule_ref.h"
#include "verify/waive.h"
#include "verify/without_parts.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostFaults = 20;
// Rules that are looked at for the packets of one part, at most; but for so many packets at least.
constexpr std::size_t kRuleBudget = 40'000'000;
constexpr std::size_t kFewestPackets = 8;
constexpr std::size_t kMostCorners = 2048;
constexpr std::size_t kSamples = 16;

std::string number_of(std::size_t i) { return std::to_string(i + 1); }

std::string rule_text(RuleRef const& rule) {
  if (rule.nothing) return "no rule";
  auto text = to_string(rule.at);
  if (rule.policy) text += (text.empty() ? "" : " ") + std::string("(policy)");
  return text.empty() ? rule.table + '/' + rule.chain : text;
}

std::string words(Verdict verdict, How const& how, RuleRef const& rule) {
  std::string text(name(verdict));
  if (how.kind == How::Kind::drop) text += " (drop)";
  if (how.kind == How::Kind::reject) text += " (reject with " + std::string(name(how.with)) + ')';
  return verdict == Verdict::undecided ? text : text + " by " + rule_text(rule);
}

How how_of(Walk const& walk) {
  if (walk.fate == Fate::drop) return {How::Kind::drop, {}};
  if (walk.fate == Fate::reject) return {How::Kind::reject, walk.with};
  return {};
}

bool same_how(How const& a, How const& b) {
  return a.kind == b.kind && (a.kind != How::Kind::reject || a.with == b.with);
}

bool inside(BoxProduct const& product, FlowPoint const& point) {
  for (std::size_t d = 0; d < kFlowDimensions; ++d)
    if (!product.sides[d].contains(point[d])) return false;
  return true;
}

class Check {
 public:
  Check(Certificate const& certificate, CheckInput const& input, std::uint64_t seed)
      : certificate_(certificate), input_(input), landmarks_(input.devices) {
    result_.seed = seed;
    for (auto const& device : input.devices)
      for (auto const& chain : device.rules.chains) rules_ += chain.rules.size();
    for (auto const& device : input.devices)
      for (auto const& note : device.rules.notes)
        if (note.code == code::kTold)
          result_.taken.push_back(device.name + ": " + note.message.english());
  }

  CertificateCheck run() {
    check_question();
    std::vector<Finding> findings;
    for (auto const& requirement : certificate_.requirements)
      findings.push_back(check_requirement(requirement));
    where_.clear();
    if (auto const verdict = site_verdict(findings); verdict != certificate_.verdict)
      fault("the requirements come to '" + std::string(name(verdict)) +
            "', the certificate says '" + std::string(name(certificate_.verdict)) + "'");
    return std::move(result_);
  }

 private:
  void fault(std::string what) {
    if (result_.faults.size() < kMostFaults) result_.faults.push_back({where_, std::move(what)});
  }

  // ---- what was asked

  // The requirements and flows are those that policies, ranges and site ask for.
  void check_question() {
    auto const asked = wanted(input_.policies, input_.ranges, input_.site, input_.as_of);
    if (!asked) {
      fault("what was asked cannot be told again: " + asked.error().text);
      return;
    }
    auto const& given = certificate_.requirements;
    for (std::size_t i = 0; i < std::max(given.size(), asked->requirements.size()); ++i) {
      if (i >= given.size()) {
        where_ = asked->requirements[i].requirement->id;
        fault("the policy asks for this requirement, the certificate does not have it");
      } else if (i >= asked->requirements.size()) {
        where_ = given[i].finding.requirement;
        fault("the policies do not ask for this requirement");
      } else {
        check_asked(given[i], asked->requirements[i]);
      }
    }
  }

  void check_asked(CertifiedRequirement const& given, WantedRequirement const& asked) {
    where_ = given.finding.requirement;
    auto const& wanted_one = *asked.requirement;
    if (given.finding.requirement != wanted_one.id || given.finding.policy != asked.policy->id ||
        given.finding.level != name(asked.level) ||
        given.finding.expect_deny != (wanted_one.expect == Expect::deny)) {
      fault("the policy asks for '" + wanted_one.id + "' (" + std::string(name(asked.level)) +
            ") in this place, or for another outcome of it");
      return;
    }
    auto const count = asked.flows.size() + asked.unresolved.size();
    if (given.flows.size() != count) {
      fault("the policy asks for " + std::to_string(count) + " flows, the certificate has " +
            std::to_string(given.flows.size()));
      return;
    }
    for (std::size_t i = 0; i < asked.flows.size(); ++i) {
      auto const& flow = given.flows[i].flow;
      auto const& want = asked.flows[i];
      bool const same = flow.family == want.family && flow.protocol == want.protocol &&
                        flow.src == want.src && flow.dst == want.dst &&
                        flow.dport == (want.ports ? PortSet(*want.ports) : PortSet()) &&
                        flow.region == (want.region == nullptr ? "" : want.region->id);
      if (!same) fault("flow " + number_of(i) + " is not the one that the policy asks for");
    }
    for (auto i = asked.flows.size(); i < count; ++i) {
      auto const& flow = given.flows[i].flow;
      auto const want = unresolved_flow(wanted_one, asked.unresolved[i - asked.flows.size()]);
      if (!given.flows[i].parts.empty() || flow.verdict != Verdict::undecided)
        fault("flow " + number_of(i) + " has no known address, nothing can be certified of it");
      bool const same = flow.protocol == want.protocol && flow.src.empty() && flow.dst.empty() &&
                        flow.dport == want.dport && flow.region == want.region &&
                        flow.destination_name == want.destination_name &&
                        flow.reason == want.reason;
      if (!same) fault("flow " + number_of(i) + " is not the one that the policy asks for");
    }
  }

  // ---- what was found

  Finding check_requirement(CertifiedRequirement const& requirement) {
    ++result_.requirements;
    expect_deny_ = requirement.finding.expect_deny;
    Finding finding = requirement.finding;
    for (std::size_t i = 0; i < requirement.flows.size(); ++i) {
      auto const& given = requirement.flows[i];
      where_ = finding.requirement + ", flow " + number_of(i);
      check_flow(given);
      FlowResult flow = given.flow;
      for (auto const& one : given.parts) flow.parts.push_back(one.part);
      finding.flows.push_back(std::move(flow));
    }
    where_ = finding.requirement;
    if (auto const verdict = verdict_of(finding); verdict != finding.verdict)
      fault("its flows come to '" + std::string(name(verdict)) + "', the certificate says '" +
            std::string(name(finding.verdict)) + "'");
    if (is_as_expected(finding) != finding.holds)
      fault(std::string("it ") + (finding.holds ? "does not hold" : "holds") +
            ", the certificate says otherwise");
    if (finding.waived) check_waiver(finding);
    return finding;
  }

  void check_waiver(Finding finding) {
    auto const claimed = std::exchange(finding.waived, std::nullopt);
    Waiving(input_.site.waivers, input_.ranges, input_.as_of).apply(finding, input_.as_of);
    if (finding.waived != claimed) fault("the site does not waive it");
  }

  void check_flow(CertifiedFlow const& given) {
    ++result_.flows;
    if (given.parts.empty()) {
      check_without_parts(given.flow);
      ++result_.unclaimed;
      return;
    }
    std::vector<Verdict> verdicts;
    for (auto const& one : given.parts) verdicts.push_back(one.part.verdict);
    if (auto const verdict = combined(verdicts); verdict != given.flow.verdict)
      fault("its parts come to '" + std::string(name(verdict)) + "', the certificate says '" +
            std::string(name(given.flow.verdict)) + "'");
    check_cover(given);
    check_neighbours(given);
    auto const flow_name = where_;
    for (std::size_t i = 0; i < given.parts.size(); ++i) {
      where_ = flow_name + ", part " + number_of(i);
      check_part(given.flow, given.parts[i]);
    }
    where_ = flow_name;
  }

  // Nobody knows where it goes, or gave the rules for it: nothing else leaves a flow without parts.
  void check_without_parts(FlowResult const& flow) {
    if (flow.verdict != Verdict::undecided)
      fault("it is called '" + std::string(name(flow.verdict)) + "' without any part");
    bool const is_unresolved = flow.src.empty() && flow.dst.empty();  // as check_asked() sees to
    bool const is_missing = std::ranges::any_of(input_.devices, [&](DeviceRules const& device) {
      return rules_missing(device, flow.family) == flow.reason;
    });
    if (!is_unresolved && !is_missing)
      fault("it has no part, and its addresses and the rules for it are known");
  }

  // Where hosts on a link do not find each other, no rule lets IPv6 packets pass.
  void check_neighbours(CertifiedFlow const& given) {
    if (given.flow.family != Family::ip6) return;
    bool const allowed = std::ranges::any_of(
        given.parts, [](CertifiedPart const& one) { return one.part.verdict == Verdict::allowed; });
    for (std::size_t i = 0; i < input_.devices.size(); ++i) {
      if (!allowed || !loses_neighbours(i)) continue;
      auto const& device = input_.devices[i];
      if (!device.rules.known_neighbours) {
        fault("it is called 'allowed', but " + device.name +
              " drops the messages that hosts on a link find each other by");
        continue;
      }
      auto const told = told_of_neighbours(device).message.english();
      if (std::ranges::find(result_.taken, told) == result_.taken.end())
        result_.taken.push_back(told);
    }
  }

  bool loses_neighbours(std::size_t device) {
    lost_.resize(input_.devices.size());
    if (!lost_[device])
      lost_[device] = !lost_neighbours(input_.devices[device], input_.hook).empty();
    return *lost_[device];
  }

  // The parts are all of the flow, nothing else, and no packet has two verdicts, nor one twice.
  void check_cover(CertifiedFlow const& given) {
    Part whole;
    whole.src = given.flow.src;
    whole.dst = given.flow.dst;
    whole.dport = given.flow.dport;
    whole.sport = PortSet({0, 65535});
    whole.origin.icmp_type = ValueSet(ValueInterval{0, info(Field::icmp_type).max});
    whole.origin.icmp_code = ValueSet(ValueInterval{0, info(Field::icmp_code).max});
    auto product = product_of(given.flow, whole);
    PacketSet const every(product);
    if (has_ports(given.flow.protocol) && !expect_deny_)
      product.sides[dimension(Field::sport)] = client_ports(product.sides[dimension(Field::dport)]);
    PacketSet const counted(product);
    std::map<Verdict, PacketSet> by_verdict;
    // Of what is not known to be one way, parts by different ways share packets.
    std::map<std::tuple<Leg, std::uint32_t, RuleRef, std::vector<std::string>>, PacketSet> by_way;
    PacketSet all;
    for (auto const& one : given.parts) {
      PacketSet const packets(product_of(given.flow, one.part));
      for (auto const& [verdict, others] : by_verdict)
        if (verdict != one.part.verdict && !(packets & others).empty())
          fault("packets are in parts of two verdicts, such as " +
                first_of(given.flow, packets & others));
      if (one.part.verdict != Verdict::undecided) {
        auto& alike =
            by_way[{one.part.leg, one.part.origin.tcp_flags, one.part.rule, one.part.way}];
        if (!(packets & alike).empty())
          fault("packets are in two parts, such as " + first_of(given.flow, packets & alike));
        alike = alike | packets;
      }
      by_verdict[one.part.verdict] = by_verdict[one.part.verdict] | packets;
      all = all | packets;
    }
    if (auto const missing = counted - all; !missing.empty())
      fault("its parts do not cover it: " + first_of(given.flow, missing) + " is in none");
    if (auto const beyond = all - every; !beyond.empty())
      fault("a part is wider than what was asked: " + first_of(given.flow, beyond));
  }

  static std::string first_of(FlowResult const& flow, PacketSet const& packets) {
    return text_of(flow, witnesses_of(flow.family, packets.products().front()).front());
  }

  // ---- one part

  void check_part(FlowResult const& flow, CertifiedPart const& given) {
    ++result_.parts;
    auto const& part = given.part;
    if (part.origin.device >= input_.devices.size()) {
      fault("there is no such device");
      return;
    }
    auto const& device = input_.devices[part.origin.device];
    if (given.steps != steps_of(device, input_.hook, part.leg, flow.family))
      fault("the steps are not those of the rules");
    auto const product = product_of(flow, part);
    for (auto const& witness : given.witnesses)
      if (!inside(product, witness)) {
        fault("the witness " + text_of(flow, witness) + " lies outside of the box");
        return;
      }
    if (given.witnesses.empty()) {
      fault("there is no witness");
      return;
    }
    check_before(flow, given);
    bool const over_budget =
        std::ranges::find(part.undecided_by, "the analysis ran into its budget") !=
        part.undecided_by.end();
    if (part.verdict == Verdict::undecided && over_budget) {
      ++result_.unclaimed;
      return;
    }
    if (is_doubted_for_neighbours(part)) {  // whatever becomes of its packets
      if (!loses_neighbours(part.origin.device))
        fault("it is undecided for its neighbours, but the device drops no message of theirs");
      ++result_.unclaimed;
      return;
    }
    walk_packets(flow, given, product);
  }

  void check_before(FlowResult const& flow, CertifiedPart const& given) {
    auto const& part = given.part;
    std::vector<Request> at{request_of(flow, given.witnesses.front())};
    for (std::size_t i = 0; i < part.origin.device && !at.empty(); ++i)
      at = requests_after(at.front(), converse(input_.devices[i], at.front(), input_.hook));
    if (at.empty()) return;  // said of the witness itself
    auto const& device = input_.devices[part.origin.device];
    auto const before = rules_before(device, flow, part, converse(device, at.front(), input_.hook));
    if (before.rules != given.before || before.left_out != given.before_left_out)
      fault("the rules before the deciding one are not those on the way of " +
            text_of(flow, given.witnesses.front()));
  }

  void walk_packets(FlowResult const& flow, CertifiedPart const& given, BoxProduct const& product) {
    auto drawn = corners(product, landmarks_, kMostCorners, kSamples, result_.seed + result_.parts);
    drawn.packets.insert(drawn.packets.begin(), given.witnesses.begin(), given.witnesses.end());
    hangs_on_rule_ = false;
    open_ = false;
    rule_is_.clear();
    auto const most = result_.walks + kRuleBudget / rules_;
    std::size_t walked = 0;
    for (auto const& point : drawn.packets) {
      if (walked++ >= kFewestPackets && result_.walks > most) {
        drawn.all = false;
        break;
      }
      ++result_.packets;
      if (!walk_packet(flow, given, point)) return;  // one packet is enough to tell
    }
    if (!drawn.all) ++result_.thinned;
    if (given.part.verdict != Verdict::undecided) return;
    if (!open_)
      fault("it is called undecided, and every packet that was walked is decided");
    else if (!hangs_on_rule_ && !given.part.rule->nothing)
      fault("no packet that was walked hangs on " + rule_text(given.part.rule));
  }

  // False: it ends otherwise than the certificate says.
  bool walk_packet(FlowResult const& flow, CertifiedPart const& given, FlowPoint const& point) {
    std::vector<Request> requests{request_of(flow, point)};
    for (std::size_t i = 0; i < given.part.origin.device; ++i) {
      std::vector<Request> next;
      for (auto const& request : requests) {
        auto const legs = converse_counted(i, request);
        auto const ends = verdict_of(legs);
        if (ends.verdict != Verdict::allowed) {
          fault(text_of(flow, point) + ": is " + std::string(name(ends.verdict)) + " at " +
                input_.devices[i].name + ", before it comes to the device of this part");
          return false;
        }
        std::ranges::move(requests_after(request, legs), std::back_inserter(next));
      }
      requests = std::move(next);
    }
    return std::ranges::all_of(requests, [&](Request const& request) {
      return ends_as_said(flow, given, point, request);
    });
  }

  std::vector<WalkedLeg> converse_counted(std::size_t device, Request const& request) {
    auto legs = converse(input_.devices[device], request, input_.hook);
    if (expect_deny_) keep_first_exchange(legs);
    for (auto const& leg : legs) result_.walks += leg.walks.size();
    return legs;
  }

  bool ends_as_said(FlowResult const& flow, CertifiedPart const& given, FlowPoint const& point,
                    Request const& request) {
    auto const& part = given.part;
    auto const& device = input_.devices[part.origin.device];
    auto const legs = converse_counted(part.origin.device, request);
    auto const ends = verdict_of(legs);
    if (part.verdict == Verdict::undecided) {
      open_ = open_ || ends.verdict == Verdict::undecided;
      if (!hangs_on_rule_) hangs_on_rule_ = hangs_on(device, legs, given.part.rule);
      return true;
    }
    auto const* const leg = ends.leg;
    bool const same_leg = leg->leg == part.leg && leg->tcp_flags == part.origin.tcp_flags;
    bool const said = ends.verdict == part.verdict && same_leg &&
                      std::ranges::any_of(leg->walks, [&](Walk const& walk) {
                        return same_how(how_of(walk), part.how) &&
                               is_rule(device, walk.decider, given.part.rule) &&
                               is_way(device, walk, part);
                      });
    if (said) return true;
    auto const& first = leg->walks.front();
    auto text = text_of(flow, point) + ": is " +
                words(ends.verdict, ends.verdict == Verdict::blocked ? how_of(first) : How{},
                      certified_rule(device, first.decider));
    if (!same_leg) text += ", on the " + std::string(name(leg->leg)) + " leg";
    if (!is_way(device, first, part)) text += ", by other chains";
    if (ends.verdict == Verdict::undecided && !first.guessed.empty())
      text += ", it hangs on '" + first.guessed.front() + "'";
    text += "; the certificate says " + words(part.verdict, part.how, given.part.rule);
    if (!same_leg) text += ", on the " + std::string(name(part.leg)) + " leg";
    fault(std::move(text));
    return false;
  }

  // Some way asks the rule for what nobody knows. Interfaces that are not given were tried one by
  // one, not guessed.
  bool hangs_on(DeviceRules const& device, std::vector<WalkedLeg> const& legs,
                RuleRef const& rule) {
    for (auto const& leg : legs) {
      for (auto const& walk : leg.walks)
        for (auto const at : walk.guessed_at)
          if (is_rule(device, at, rule)) return true;
      if (!device.enter.empty() && !device.leave.empty()) continue;
      for (auto const& asked : leg.asked) {
        Guesses guesses;
        for (auto const at :
             rules_met(device.rules, asked.travel, asked.packet, asked.connection, guesses))
          if (is_rule(device, at, rule) && asks_for_interface(device.rules, at)) return true;
      }
    }
    return false;
  }

  static bool asks_for_interface(Ruleset const& rules, Decider at) {
    auto const is_one = [](Field field) { return field == Field::iif || field == Field::oif; };
    return std::ranges::any_of(
        clauses(rules, rules.chains[at.chain].rules[at.rule]), [&](Clause const& clause) {
          if (auto const* range = std::get_if<InRange>(&clause.kind)) return is_one(range->field);
          if (auto const* set = std::get_if<InSet>(&clause.kind)) return is_one(set->field);
          if (auto const* in = std::get_if<InProduct>(&clause.kind))
            return std::ranges::any_of(rules.products[in->product].fields, is_one);
          return false;
        });
  }

  static bool is_way(DeviceRules const& device, Walk const& walk, Part const& part) {
    return std::ranges::equal(way_names(device, walk.way), *part.way,
                              [](std::string const& walked, std::string const& said) {
                                return printable(walked) == said;
                              });
  }

  bool is_rule(DeviceRules const& device, Decider decider, RuleRef const& rule) {
    auto const [known, fresh] = rule_is_.try_emplace(decider, false);
    if (fresh) known->second = certified_rule(device, decider) == rule;
    return known->second;
  }

  Certificate const& certificate_;
  CheckInput const& input_;
  Landmarks landmarks_;
  std::size_t rules_ = 1;
  CertificateCheck result_;
  std::string where_;
  // Of the part that is walked:
  bool expect_deny_ = false;    // of the requirement that is looked at
  bool hangs_on_rule_ = false;  // some packet asks the rule for what nobody knows
  bool open_ = false;           // some packet is undecided
  std::map<Decider, bool> rule_is_;
  std::vector<std::optional<bool>> lost_;  // by device: messages of its neighbours, once looked at
};

}  // namespace

CertificateCheck check_certificate(Certificate const& certificate, CheckInput const& input,
                                   std::uint64_t seed) {
  return Check(certificate, input, seed).run();
}

}  // namespace safeconduct
