// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "packet/field.h"

namespace safeconduct {
namespace {

// More targets than any shipped policy has; further ones are counted, not shown.
constexpr std::size_t kMostTargets = 500;
constexpr double kMilli = 1000;

constexpr std::array<Outcome, 12> kOutcomes{
    Outcome::open,        Outcome::timeout,         Outcome::reset,     Outcome::unreachable,
    Outcome::intercepted, Outcome::tls_intercepted, Outcome::tarpit,    Outcome::unproven,
    Outcome::name_error,  Outcome::local_error,     Outcome::cancelled, Outcome::not_tested};

template <class State, std::size_t N>
void add_states(Metric& metric, Labels const& labels, std::string const& key,
                std::array<State, N> const& states, State now) {
  for (auto const state : states)
    metric.samples.push_back({with(labels, key, name(state)), state == now ? 1.0 : 0.0});
}

// A target as the policy names it: what a name leads to today is no label.
struct TargetKey {
  std::string requirement, protocol, family, target;
  std::uint16_t port = 0;
  auto operator<=>(TargetKey const&) const = default;
};

struct TargetState {
  std::map<Outcome, std::size_t> addresses;
  std::size_t verified = 0;
  std::optional<double> slowest_ms;
};

TargetKey key_of(Observation const& o) {
  auto const target = !o.name.empty() ? o.name : o.dst ? to_string(*o.dst) : "";
  return {o.requirement, o.protocol == l4::udp ? "udp" : "tcp", std::string(name(o.family)), target,
          o.dport};
}

Labels labels_of(Labels const& site, TargetKey const& key) {
  auto labels = with(site, "requirement", key.requirement);
  labels = with(std::move(labels), "protocol", key.protocol);
  labels = with(std::move(labels), "family", key.family);
  labels = with(std::move(labels), "target", key.target);
  return with(std::move(labels), "port", std::to_string(key.port));
}

class Writing {
 public:
  Writing(ObservedResult const& result, Metrics& metrics)
      : result_(result), site_{{"site", result.site}}, metrics_(metrics) {}

  void write() {
    status();
    verdicts();
    targets();
  }

 private:
  static Metric gauge(std::string name, std::string help) {
    return {std::move(name), std::move(help), Metric::Kind::gauge, {}};
  }

  void status() {
    auto metric = gauge("safeconduct_client_status",
                        "What the client shows, in the vendor's words: 1 for the state it is in.");
    add_states(metric, with(site_, "feature", "dns"), "status", kDnsStates, result_.status.dns);
    add_states(metric, with(site_, "feature", "web"), "status", kWebStates, result_.status.web);
    metrics_.push_back(std::move(metric));
  }

  void verdicts() {
    auto site = gauge("safeconduct_site_verdict",
                      "Whether all that is required holds on the wire: 1 for the verdict.");
    add_states(site, site_, "verdict", kVerdicts, result_.verdict);
    auto each = gauge("safeconduct_requirement_verdict",
                      "Whether a requirement holds on the wire: 1 for the verdict.");
    for (auto const& one : result_.requirements) {
      auto labels = with(site_, "requirement", one.finding.requirement);
      labels = with(std::move(labels), "level", one.finding.level);
      add_states(each, labels, "verdict", kVerdicts, one.finding.verdict);
    }
    metrics_.push_back(std::move(site));
    metrics_.push_back(std::move(each));
  }

  std::map<TargetKey, TargetState> collected() const {
    std::map<TargetKey, TargetState> states;
    for (auto const& one : result_.requirements)
      for (auto const& seen : one.seen) {
        auto const& o = seen.observation;
        auto key = key_of(o);
        key.requirement = one.finding.requirement;
        auto& state = states[std::move(key)];
        ++state.addresses[o.outcome];
        state.verified += o.verified ? 1U : 0U;
        if (o.rtt_ms && o.outcome == Outcome::open)
          state.slowest_ms = std::max(state.slowest_ms.value_or(0), *o.rtt_ms);
      }
    return states;
  }

  void targets() {
    auto outcome = gauge("safeconduct_probe_outcome",
                         "Addresses of a target by what became of the packets to them.");
    auto verified = gauge("safeconduct_probe_verified",
                          "Addresses of a target where the service itself is known to answer.");
    auto rtt = gauge("safeconduct_probe_rtt_seconds",
                     "Time to the answer of the slowest address of a target that answered.");
    std::size_t shown = 0;
    std::size_t left_out = 0;
    for (auto const& [key, state] : collected()) {
      if (shown++ >= kMostTargets) {
        ++left_out;
        continue;
      }
      auto const labels = labels_of(site_, key);
      for (auto const one : kOutcomes) {
        auto const found = state.addresses.find(one);
        auto const count = found == state.addresses.end() ? 0 : found->second;
        outcome.samples.push_back({with(labels, "outcome", name(one)), static_cast<double>(count)});
      }
      verified.samples.push_back({labels, static_cast<double>(state.verified)});
      if (state.slowest_ms) rtt.samples.push_back({labels, *state.slowest_ms / kMilli});
    }
    auto omitted = gauge("safeconduct_targets_left_out",
                         "Targets without metrics of their own, as there are too many.");
    omitted.samples.push_back({site_, static_cast<double>(left_out)});
    for (auto* metric : {&outcome, &verified, &rtt, &omitted})
      metrics_.push_back(std::move(*metric));
  }

  ObservedResult const& result_;
  Labels site_;
  Metrics& metrics_;
};

}  // namespace

Metrics metrics_of(ObservedResult const* result, RunAccount const& account) {
  Metrics metrics;
  auto const add = [&](std::string name, std::string help, double value,
                       Metric::Kind kind = Metric::Kind::gauge, Labels labels = {}) {
    metrics.push_back({std::move(name), std::move(help), kind, {{std::move(labels), value}}});
  };
  add("safeconduct_build_info", "The program's version.", 1, Metric::Kind::gauge,
      {{"version", account.version}});
  add("safeconduct_runs_total", "Runs of all probes that came to an end.",
      static_cast<double>(account.runs), Metric::Kind::counter);
  add("safeconduct_run_failures_total", "Runs that could not be made.",
      static_cast<double>(account.failed), Metric::Kind::counter);
  add("safeconduct_runs_missed_total", "Runs that were left out, as another one was still on.",
      static_cast<double>(account.missed), Metric::Kind::counter);
  if (result == nullptr) return metrics;
  add("safeconduct_last_run_timestamp_seconds", "When the last run began.", account.started);
  add("safeconduct_last_run_duration_seconds", "How long the last run took.", account.duration);
  add("safeconduct_last_change_timestamp_seconds",
      "When the client's status or a verdict last differed from the run before.", account.changed);
  Writing(*result, metrics).write();
  return metrics;
}

std::string state_of(ObservedResult const& result) {
  auto state =
      std::string(name(result.status.dns)) + '\n' + std::string(name(result.status.web)) + '\n';
  for (auto const& one : result.requirements)
    state += one.finding.requirement + ' ' + std::string(name(one.finding.verdict)) + '\n';
  return state;
}

}  // namespace safeconduct
