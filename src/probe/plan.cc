// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/codes.h"
#include "packet/field.h"
#include "packet/observation_words.h"
#include "probe/plan_wording.h"

namespace safeconduct {
namespace {

using std::chrono::milliseconds;

// Where names are not resolved by an option of the operator's.
constexpr std::size_t kMostResolvers = 4;
constexpr std::size_t kMostTasks = 20'000;
// A silent question is asked again by itself before it is called silent (run.cc).
constexpr milliseconds kConfirmation{1100};

// The vendor's client (capture of its tech note): two packets 180 ms apart to each resolver on port
// 443, 5 s of waiting, the same on port 53. Its SYNs follow Windows: 21 s of silence, and three
// more tries after a reset, 500 ms apart.
constexpr milliseconds kClientGap{180};
constexpr milliseconds kClientWait{5000};
constexpr milliseconds kClientConnect{21000};
constexpr unsigned kClientResets = 4;

ProbeSchedule schedule_of(PlanOptions const& options) {
  ProbeSchedule schedule;
  if (options.as_client) {
    schedule.sends = {milliseconds(0), kClientGap};
    schedule.patience = kClientWait - kClientGap;
    schedule.connect = kClientConnect;
    schedule.resets = kClientResets;
    schedule.extended_dns = false;
    return schedule;
  }
  auto const gap = std::min(options.patience, kConfirmation);
  for (unsigned i = 0; i < std::max(1U, options.tries); ++i) schedule.sends.push_back(gap * i);
  schedule.patience = options.patience;
  schedule.connect = options.patience * 2;
  return schedule;
}

bool resolves_first(ProbeKind kind) {
  return kind == ProbeKind::resolve_then_tcp || kind == ProbeKind::resolve_then_tls;
}

class Planning {
 public:
  Planning(Wanted const& wanted, PlanOptions const& options) : wanted_(wanted), options_(options) {}

  ProbePlan run() {
    plan_.families = options_.families;
    plan_.schedule = schedule_of(options_);
    plan_.path = options_.path;
    plan_.rate = std::max(1U, options_.rate);
    plan_.target_rate = std::max(1U, options_.target_rate);
    for (auto const& prefix : options_.allowed) {
      auto& set = plan_.allowed[slot(prefix.address.family)];
      set = set | AddressSet(interval(prefix));
    }
    for (auto const& one : wanted_.requirements) add(one);
    if (plan_.tasks.size() > kMostTasks) {
      note({wording::kFirstProbesOnly, {std::to_string(kMostTasks)}});
      plan_.tasks.resize(kMostTasks);
    }
    choose_resolvers();
    count();
    return std::move(plan_);
  }

 private:
  bool asked(Family family) const {
    return std::ranges::find(options_.families, family) != options_.families.end();
  }

  void note(Said text, Location at = {}) {
    plan_.notes.push_back({std::string(code::kNotProbed), std::move(text), std::move(at)});
  }

  void note_once(Said text, Location at) {
    Note const one{std::string(code::kNotProbed), std::move(text), std::move(at)};
    if (std::ranges::find(plan_.notes, one) == plan_.notes.end()) plan_.notes.push_back(one);
  }

  void add(WantedRequirement const& one) {
    auto const& requirement = *one.requirement;
    for (auto const& flow : one.flows)
      if (requirement.expect == Expect::allow)
        plan_.known[slot(flow.family)] = plan_.known[slot(flow.family)] | flow.dst;
    if (requirement.expect != Expect::allow)
      return note({wording::kMustNotPassUnprobed, {requirement.id}}, requirement.at);
    if (!requirement.probe) return note({wording::kNoProbe, {requirement.id}}, requirement.at);
    if (requirement.probe->kind == ProbeKind::ike_sa_init)
      return note({wording::kNoIke, {requirement.id}}, requirement.at);
    auto const names = names_of(requirement);
    std::vector<std::string> wide;
    if (options_.witnesses) add_witnesses(one);
    for (auto const& flow : one.flows) {
      if (!asked(flow.family)) continue;
      auto const prefixes = to_prefixes(flow.family, flow.dst, 2);
      bool const single = prefixes && prefixes->size() == 1 &&
                          prefixes->front().length == address_bits(flow.family);
      if (single) {
        if (!options_.witnesses) add_task(requirement, flow, prefixes->front().address, {});
      } else if (prefixes && prefixes->size() == 1) {
        wide.push_back(to_string(prefixes->front()));
      }
    }
    // A name that no address stands for, or whose addresses are a range.
    bool const ingress = std::holds_alternative<ToIngress>(requirement.to);
    if (one.flows.empty() || !wide.empty() || ingress || resolves_first(requirement.probe->kind))
      add_names(requirement, names);
    note_wide(requirement, names, wide);
    note_patterns(requirement);
  }

  void add_witnesses(WantedRequirement const& one) {
    for (auto const& witness : *options_.witnesses) {
      if (witness.requirement != one.requirement->id || !asked(witness.family)) continue;
      WantedFlow flow;
      flow.family = witness.family;
      flow.protocol = witness.protocol;
      flow.ports = PortInterval{witness.port, witness.port};
      auto const before = plan_.tasks.size();
      add_task(*one.requirement, flow, witness.dst, {});
      if (plan_.tasks.size() == before) continue;  // of a protocol that the probe does not speak
      plan_.tasks.back().rule = witness.rule;
      plan_.tasks.back().range = witness.range;
      plan_.tasks.back().expected = witness.expected;
    }
  }

  static std::vector<std::string> names_of(Requirement const& requirement) {
    std::vector<std::string> names;
    auto const put = [&](std::string const& text) {
      auto const name = without_dot(text);
      if (!name.empty() && !name.starts_with("*.") && std::ranges::find(names, name) == names.end())
        names.push_back(name);
    };
    if (resolves_first(requirement.probe->kind)) put(requirement.probe->name);
    for (auto const& name : destination_names(requirement)) put(name.value);
    return names;
  }

  void add_names(Requirement const& requirement, std::vector<std::string> const& names) {
    for (auto const& name : names)
      for (auto const family : {Family::ip4, Family::ip6}) {
        if (!asked(family)) continue;
        for (auto const protocol : requirement.protocols)
          for (auto const& ports : requirement.ports) {
            WantedFlow flow;
            flow.family = family;
            flow.protocol = protocol;
            flow.ports = ports;
            add_task(requirement, flow, std::nullopt, name);
          }
      }
  }

  void add_task(Requirement const& requirement, WantedFlow const& flow, std::optional<Address> dst,
                std::string const& resolve) {
    auto const& probe = *requirement.probe;
    bool const sockets = flow.protocol == l4::tcp || flow.protocol == l4::udp;
    if (!flow.ports || !sockets) return;
    bool const needs_tcp =
        probe.kind != ProbeKind::dns_txt && probe.kind != ProbeKind::dnscrypt_cert;
    if (needs_tcp && flow.protocol != l4::tcp) return;  // note_patterns says so
    ProbeTask task;
    task.requirement = requirement.id;
    task.kind = probe.kind;
    task.family = flow.family;
    task.protocol = flow.protocol;
    task.dst = dst;
    task.port = static_cast<std::uint16_t>(flow.ports->first);
    if (flow.ports->first != flow.ports->last)
      note_once(requirement.id + ": of the ports " + std::to_string(flow.ports->first) + " to " +
                    std::to_string(flow.ports->last) + " only the first is probed",
                probe.at);
    task.resolve = resolve;
    task.name =
        without_dot(resolve.empty() || probe.kind == ProbeKind::dns_txt ? probe.name : resolve);
    task.http_path = expected(probe, "path");
    task.http_body = expected(probe, "body");
    task.issuer = expected(probe, "issuer");
    // What speaks TLS on 443 does not on 80.
    bool const plain_port = task.port == 80;
    if (plain_port && task.kind == ProbeKind::resolve_then_tls)
      task.kind = ProbeKind::resolve_then_tcp;
    if (plain_port && task.kind == ProbeKind::tls) task.kind = ProbeKind::tcp;
    task.dns = dns_expectation(probe);
    if (!expected(probe, "dnscrypt-key").empty() && !task.dns.public_key)
      note({wording::kNoKey, {requirement.id}}, probe.at);
    task.quic = task.protocol == l4::udp && task.port == 443 &&
                std::ranges::find(requirement.constraints, Constraint::no_quic_block) !=
                    requirement.constraints.end();
    if (options_.as_client && task.protocol == l4::udp && task.port == 53) task.delay = kClientWait;
    plan_.tasks.push_back(std::move(task));
  }

  void note_wide(Requirement const& requirement, std::vector<std::string> const& names,
                 std::vector<std::string> const& wide) {
    if (wide.empty()) return;
    std::string text;
    for (auto const& prefix : wide) text += (text.empty() ? "" : ", ") + prefix;
    auto const without = options_.witnesses ? wording::kWideByRules : wording::kWide;
    auto const with = options_.witnesses ? wording::kWideByRulesAndNames : wording::kWideByNames;
    note({names.empty() ? without : with, {requirement.id, text}}, requirement.at);
  }

  void note_patterns(Requirement const& requirement) {
    for (auto const& name : destination_names(requirement))
      if (name.value.starts_with("*."))
        note({wording::kPattern, {requirement.id, name.value}}, name.at);
    auto const& protocols = requirement.protocols;
    bool const tcp_only = requirement.probe->kind != ProbeKind::dns_txt &&
                          requirement.probe->kind != ProbeKind::dnscrypt_cert;
    if (tcp_only && std::ranges::find(protocols, l4::udp) != protocols.end())
      note({wording::kNoUdpProbe, {requirement.id}}, requirement.at);
  }

  void choose_resolvers() {
    bool const needed = std::ranges::any_of(
        plan_.tasks, [](ProbeTask const& task) { return !task.resolve.empty(); });
    if (!needed) return;
    if (options_.asking) {
      plan_.resolvers.push_back(*options_.asking);
      return;
    }
    for (auto const& task : plan_.tasks) {
      bool const resolver =
          task.kind == ProbeKind::dns_txt && task.dst && (task.port == 53 || task.port == 443);
      if (!resolver) continue;
      if (task.port == 443) plan_.resolver_ports = {53, 443};  // they answer all questions there
      bool const known = std::ranges::find(plan_.resolvers, *task.dst) != plan_.resolvers.end();
      if (!known && plan_.resolvers.size() < kMostResolvers) plan_.resolvers.push_back(*task.dst);
    }
    if (plan_.resolvers.empty()) note(wording::kNoResolver);
  }

  std::size_t questions(ProbeTask const& task) const {
    return task.kind == ProbeKind::dns_txt && task.dns.public_key ? 2 : 1;
  }

  // A TCP exchange is counted as four packets of ours (handshake, question, end), TLS as six.
  std::size_t least_of(ProbeTask const& task) const {
    if (task.protocol == l4::udp) return questions(task);
    bool const tls = task.kind == ProbeKind::tls || task.kind == ProbeKind::resolve_then_tls;
    return (tls ? 6U : 4U) * questions(task);
  }

  std::size_t most_of(ProbeTask const& task) const {
    // Silent ones are asked again, alone; a SYN is sent three times in its patience.
    auto const sends = plan_.schedule.sends.size();
    if (task.protocol == l4::udp) return std::max(least_of(task), questions(task) * sends + 1);
    return std::max<std::size_t>(least_of(task), 6);
  }

  // How many probes wait for each other, as they go to one address.
  std::size_t most_to_one() const {
    std::map<Address, std::size_t> counts;
    std::size_t most = 0;
    for (auto const& task : plan_.tasks)
      if (task.dst) most = std::max(most, counts[*task.dst]++);
    return most;
  }

  void count() {
    milliseconds longest{0};
    for (auto const& task : plan_.tasks) {
      plan_.least_packets += least_of(task) + (task.resolve.empty() ? 0 : 1);
      plan_.most_packets +=
          most_of(task) + (task.resolve.empty()
                               ? 0
                               : plan_.schedule.sends.size() * plan_.resolvers.size() *
                                     plan_.resolver_ports.size());
      plan_.least_time = std::max(plan_.least_time, task.delay);
      auto const wait =
          task.protocol == l4::udp
              ? (plan_.schedule.sends.back() + plan_.schedule.patience) *
                    static_cast<int>(questions(task))
              : plan_.schedule.connect + plan_.schedule.sends.back() + plan_.schedule.patience;
      longest = std::max(longest, task.delay + wait);
    }
    auto const begun = std::max(milliseconds(plan_.tasks.size() * 1000 / plan_.rate),
                                milliseconds(most_to_one() * 1000 / plan_.target_rate));
    plan_.least_time += begun;
    auto const names =
        plan_.resolvers.empty()
            ? milliseconds(0)
            : (plan_.schedule.sends.back() + plan_.schedule.patience) *
                  static_cast<int>(plan_.resolvers.size() * plan_.resolver_ports.size());
    plan_.most_time =
        begun + longest + names + kConfirmation * static_cast<int>(plan_.tasks.size());
  }

  Wanted const& wanted_;
  PlanOptions const& options_;
  ProbePlan plan_;
};

}  // namespace

ProbePlan plan_probes(Wanted const& wanted, PlanOptions const& options) {
  return Planning(wanted, options).run();
}

Said target_words(ProbeTask const& task) {
  if (task.dst) return target_words(task.protocol, to_string(*task.dst), task.port);
  return target_words(task.protocol, task.resolve, task.port) + " (" +
         std::string(safeconduct::name(task.family)) + ")";
}

std::string question_text(ProbeTask const& task) {
  switch (task.kind) {
    case ProbeKind::dns_txt:
    case ProbeKind::dnscrypt_cert:
      return "TXT " + task.name;
    case ProbeKind::tls:
    case ProbeKind::resolve_then_tls:
      return "TLS " + task.name;
    case ProbeKind::http_get:
      return "GET " + (task.http_path.empty() ? "/" : task.http_path);
    case ProbeKind::tcp:
    case ProbeKind::resolve_then_tcp:
      return "handshake";
    case ProbeKind::ike_sa_init:
      return "IKE_SA_INIT";
  }
  return {};
}

}  // namespace safeconduct
