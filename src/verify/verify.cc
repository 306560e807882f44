// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/verify.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/codes.h"
#include "policy/wanted.h"
#include "verify/client_status.h"
#include "verify/crossed_interfaces.h"
#include "verify/direct_web.h"
#include "verify/flow.h"
#include "verify/flows.h"
#include "verify/host_path.h"
#include "verify/neighbours.h"
#include "verify/note_wording.h"
#include "verify/outcome.h"
#include "verify/path_mtu.h"
#include "verify/peel.h"
#include "verify/rule_ref.h"
#include "verify/unfiltered.h"
#include "verify/waive.h"
#include "verify/without_parts.h"

namespace safeconduct {
namespace {

// A path with its devices; its place among all of them is where 'first' says.
struct Path {
  std::string name;
  std::size_t first = 0;
  std::span<FocusedDevice const> devices;
};

std::vector<Path> paths_along(CheckInput const& input, std::span<FocusedDevice const> devices) {
  std::vector<Path> paths;
  for (auto const& one : input.paths)
    paths.push_back({one.name, one.first, devices.subspan(one.first, one.count)});
  if (paths.empty()) paths.push_back({{}, 0, devices});
  return paths;
}

// On any path: clients do not choose theirs.
DirectWeb direct_web_somewhere(CheckInput const& input, std::span<Path const> paths,
                               ServiceAddresses const& service) {
  DirectWeb answer{.open = false};
  for (auto const& path : paths) {
    auto const passes =
        direct_web(path.devices, input.site.clients, service, input.hook, answer.sieve_left);
    if (passes == true) return {.open = true};
    if (!passes) answer.open = std::nullopt;
  }
  return answer;
}

class Verification {
 public:
  explicit Verification(CheckInput const& input)
      : input_(input), waiving_(input.site.waivers, input.ranges, input.as_of) {}

  Result<CheckResult> run() {
    result_.site = input_.site.name;
    result_.notes = input_.notes;
    SC_TRY(wanted, safeconduct::wanted(input_.policies, input_.ranges, input_.site, input_.as_of));
    result_.notes.insert(result_.notes.end(), wanted.notes.begin(), wanted.notes.end());
    for (auto const& device : input_.devices)
      result_.notes.insert(result_.notes.end(), device.rules.notes.begin(),
                           device.rules.notes.end());
    devices_ = focused(input_.devices, wanted);
    find_lost_neighbours(wanted);
    paths_ = paths_along(input_, devices_);
    judge_all(wanted);
    peel_.emplace(devices_, input_.hook);
    std::array const wanted_now{still_wanted(Family::ip4, wanted),
                                still_wanted(Family::ip6, wanted)};
    for (auto const& requirement : wanted.requirements) {
      for (auto const& flow : requirement.flows)
        if (flow.region != nullptr) regions_.insert(flow.region->id);
      result_.findings.push_back(find(requirement));
      find_upcoming(requirement);
      note_retired(requirement, wanted_now);
    }
    std::ranges::stable_sort(result_.upcoming, {}, &Upcoming::effective);
    result_.regions.assign(regions_.begin(), regions_.end());
    note_waivers();
    for (auto const& device : input_.devices) {
      note_crossed_interfaces(device, input_.hook, result_.notes);
      note_unfiltered(device, result_.findings, input_.hook, result_.notes);
    }
    note_host_path(devices_, wanted, input_.hook, result_.notes);
    for (auto const& path : paths_) {
      note_path_mtu(path.devices, result_.findings, input_.hook, result_.notes);
      note_neighbours(path.devices, result_.findings, result_.notes);
    }
    summarise();
    result_.status = client_status(result_.findings, [&] {
      auto const web = direct_web_somewhere(input_, paths_, service_addresses(wanted));
      result_.web_left = web.sieve_left;
      return web.open;
    });
    std::ranges::stable_sort(result_.notes, {}, [](Note const& n) { return n.code; });
    auto const repeated = std::ranges::unique(result_.notes);
    result_.notes.erase(repeated.begin(), repeated.end());
    return std::move(result_);
  }

 private:
  void find_lost_neighbours(Wanted const& wanted) {
    auto const ip6 = [](WantedFlow const& flow) { return flow.family == Family::ip6; };
    bool const asked = std::ranges::any_of(wanted.requirements, [&](auto const& requirement) {
      return std::ranges::any_of(requirement.flows, ip6) ||
             std::ranges::any_of(requirement.later, ip6);
    });
    if (!asked) return;
    for (auto& at : devices_) at.lost = lost_neighbours(*at.device, input_.hook);
  }

  // On each path: whichever the packets take, they have to pass.
  void judge_all(Wanted const& wanted) {
    std::vector<FlowQuestion> questions;
    for (auto const& requirement : wanted.requirements)
      for (auto const* flows : {&requirement.flows, &requirement.later})
        for (auto const& flow : *flows) {
          first_answer_.emplace(&flow, questions.size());
          for (auto const& path : paths_) questions.push_back({&flow, path.devices});
        }
    judged_ = judge_flows(questions, input_.hook, input_.jobs);
  }

  void judge_on_all_paths(WantedFlow const& flow, Finding& finding) {
    auto answer = first_answer_.at(&flow);
    for (auto const& path : paths_) {
      auto& judged = judged_[answer++];
      for (auto& note : judged.notes)
        if (std::ranges::find(result_.notes, note) == result_.notes.end())
          result_.notes.push_back(std::move(note));
      auto result = std::move(judged.result);
      result.path = path.name;
      for (auto& part : result.parts) part.origin.device += path.first;
      if (!finding.expect_deny) peel_->peel(flow, result, path.first + path.devices.size());
      result_.sieve_left = result_.sieve_left || result.sieve_left;
      finding.flows.push_back(std::move(result));
    }
  }

  // What the requirement says of itself; nothing is judged yet.
  static Finding blank_finding(WantedRequirement const& wanted) {
    auto const& requirement = *wanted.requirement;
    Finding finding;
    finding.requirement = requirement.id;
    finding.title = requirement.title;
    finding.feature = std::string(name(requirement.feature));
    finding.level = std::string(name(wanted.level));
    finding.expect_deny = requirement.expect == Expect::deny;
    finding.any_of = requirement.any_of;
    for (auto const& state : requirement.breaks) finding.breaks.push_back(state.value);
    finding.impact = requirement.impact;
    finding.policy = wanted.policy->id;
    finding.at = requirement.at;
    return finding;
  }

  static void conclude(Finding& finding) {
    finding.verdict = verdict_of(finding);
    finding.holds = is_as_expected(finding);
  }

  Finding find(WantedRequirement const& wanted) {
    auto const& requirement = *wanted.requirement;
    auto finding = blank_finding(wanted);
    for (auto const& flow : wanted.flows) judge_on_all_paths(flow, finding);
    for (auto const& unresolved : wanted.unresolved)
      finding.flows.push_back(unresolved_flow(requirement, unresolved));
    conclude(finding);
    if (!finding.holds) finding.code = code_of(finding);
    waiving_.apply(finding, input_.as_of);
    return finding;
  }

  // One finding a day on which ranges take effect that the rules do not let through.
  void find_upcoming(WantedRequirement const& wanted) {
    std::set<Date> days;
    for (auto const& flow : wanted.later) days.insert(*flow.range->from);
    for (auto const day : days) {
      auto finding = blank_finding(wanted);
      for (auto const& flow : wanted.later)
        if (flow.range->from == day) judge_on_all_paths(flow, finding);
      conclude(finding);
      if (finding.holds) continue;
      finding.code = std::string(code::kBreaksLater);
      waiving_.apply(finding, day);
      result_.upcoming.push_back({day, std::move(finding)});
    }
  }

  // Packets to a range that has ended and that still pass, where nothing else wants them.
  void note_retired(WantedRequirement const& requirement, std::array<AddressSet, 2> const& wanted) {
    for (auto flow : requirement.retired) {
      flow.dst = flow.dst - wanted[slot(flow.family)];
      if (flow.dst.empty()) continue;
      for (auto const& path : paths_) {
        if (may_pass(path.devices, flow, input_.hook, result_.sieve_left) != true) continue;
        auto const& range = *flow.range;
        result_.notes.push_back({std::string(code::kRetiredOpen),
                                 {wording::kRetiredButOpen,
                                  {to_string(range.prefix), std::string(name(range.service)),
                                   flow.region->id, to_string(*range.until)}},
                                 range.at});
        break;
      }
    }
  }

  static AddressSet still_wanted(Family family, Wanted const& wanted) {
    std::vector<AddressInterval> all;
    for (auto const& requirement : wanted.requirements) {
      if (requirement.requirement->expect != Expect::allow) continue;
      for (auto const* flows : {&requirement.flows, &requirement.later})
        for (auto const& flow : *flows)
          if (flow.family == family)
            all.insert(all.end(), flow.dst.intervals().begin(), flow.dst.intervals().end());
    }
    return AddressSet(all);
  }

  // By what packets surely do not get there; empty: nothing such.
  static std::string_view lost_code(Finding const& finding) {
    auto const any = [&](auto const& test) {
      return std::ranges::any_of(finding.flows, [&](FlowResult const& flow) {
        return std::ranges::any_of(flow.parts, test);
      });
    };
    auto const lost_on = [&](Leg leg) {
      return any([&](Part const& p) { return p.verdict == Verdict::blocked && p.leg == leg; });
    };
    if (lost_on(Leg::request)) return code::kBlocked;
    if (lost_on(Leg::reply)) return code::kReplyLost;
    if (lost_on(Leg::later_request)) return code::kLaterLost;
    if (any([](Part const& p) { return p.verdict == Verdict::intercepted; }))
      return code::kIntercepted;
    return {};
  }

  static std::string code_of(Finding const& finding) {
    if (finding.expect_deny && finding.verdict != Verdict::undecided)
      return std::string(code::kNotDenied);
    if (auto const lost = lost_code(finding); !finding.expect_deny && !lost.empty())
      return std::string(lost);
    auto const some = [&](Doubt doubt) {
      return std::ranges::find(finding.flows, doubt, &FlowResult::doubt) != finding.flows.end();
    };
    if (some(Doubt::budget)) return std::string(code::kTooComplex);
    if (some(Doubt::unresolved) && !some(Doubt::rules)) return std::string(code::kUnresolved);
    return std::string(code::kUndecided);
  }

  void note_waivers() {
    std::set<std::string> required;
    for (auto const& policy : input_.policies)
      for (auto const& one : policy.requirements) required.insert(one.id);
    for (auto& note : waiving_.notes(result_.findings, required))
      result_.notes.push_back(std::move(note));
  }

  void summarise() {
    for (auto const& finding : result_.findings) {
      if (finding.waived) {
        ++result_.summary.waived;
        continue;
      }
      switch (finding.verdict) {
        case Verdict::allowed:
          ++result_.summary.allowed;
          break;
        case Verdict::blocked:
          ++result_.summary.blocked;
          break;
        case Verdict::partial:
          ++result_.summary.partial;
          break;
        case Verdict::intercepted:
          ++result_.summary.intercepted;
          break;
        case Verdict::undecided:
          ++result_.summary.undecided;
          break;
      }
    }
    result_.verdict = site_verdict(result_.findings);
  }

  CheckInput const& input_;
  Waiving waiving_;
  CheckResult result_;
  std::set<std::string> regions_;
  std::vector<FocusedDevice> devices_;
  std::vector<Path> paths_;  // at least one
  std::vector<JudgedFlow> judged_;
  std::unordered_map<WantedFlow const*, std::size_t> first_answer_;  // in it, of the first path
  std::optional<Peel> peel_;
};

}  // namespace

Result<Sieve> sieve_for(CheckInput const& input) {
  SC_TRY(wanted, safeconduct::wanted(input.policies, input.ranges, input.site, input.as_of));
  std::array<std::vector<AddressInterval>, 2> sources;  // IPv4, IPv6
  std::array<std::vector<AddressInterval>, 2> destinations;
  auto const add = [](std::vector<AddressInterval>& all, AddressSet const& set) {
    all.insert(all.end(), set.intervals().begin(), set.intervals().end());
  };
  Sieve sieve;
  std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> asked;
  for (auto const& requirement : wanted.requirements)
    for (auto const* flows : {&requirement.flows, &requirement.later, &requirement.retired})
      for (auto const& flow : *flows) {
        std::size_t const family = slot(flow.family);
        add(sources[family], flow.src);
        add(destinations[family], flow.dst);
        auto const ports = flow.ports.value_or(PortInterval{0, 65535});
        if (asked.emplace(flow.protocol, ports.first, ports.last).second)
          sieve.on(flow.protocol, flow.ports);
      }
  for (auto const family : {Family::ip4, Family::ip6}) {
    std::size_t const i = slot(family);
    sieve.between(family, AddressSet(sources[i]), AddressSet(destinations[i]));
  }
  if (input.hook == Hook::forward) sieve.ask_forwarded();
  return sieve;
}

Result<Sieve> direct_web_sieve(CheckInput const& input) {
  SC_TRY(wanted, safeconduct::wanted(input.policies, input.ranges, input.site, input.as_of));
  auto sieve = direct_web_sieve(input.site.clients, service_addresses(wanted));
  if (input.hook == Hook::forward) sieve.ask_forwarded();
  return sieve;
}

Result<DirectWeb> direct_web(CheckInput const& input) {
  SC_TRY(wanted, safeconduct::wanted(input.policies, input.ranges, input.site, input.as_of));
  std::vector<FocusedDevice> devices;
  for (auto const& device : input.devices)
    devices.push_back({&device, std::make_shared<RuleNames>(device), {}, {}});
  return direct_web_somewhere(input, paths_along(input, devices), service_addresses(wanted));
}

Result<CheckResult> verify(CheckInput const& input) { return Verification(input).run(); }

bool failed(CheckResult const& result, std::string_view fail_on, bool upcoming) {
  if (fail_on == "none") return false;
  bool const stale =
      std::ranges::find(result.notes, code::kWaiverWithoutUse, &Note::code) != result.notes.end();
  if (stale && fail_on == name(Level::recommended)) return true;
  auto const fails = [&](Finding const& finding) {
    bool const counts =
        finding.level == name(Level::required) || fail_on == name(Level::recommended);
    return counts && !finding.holds && !finding.waived && !finding.known;
  };
  return std::ranges::any_of(result.findings, fails) ||
         (upcoming && std::ranges::any_of(result.upcoming, fails, &Upcoming::finding));
}

}  // namespace safeconduct
