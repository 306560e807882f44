// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/check_metrics.h"

#include <array>

namespace safeconduct {
namespace {

Metric gauge(std::string name, std::string help) {
  return {std::move(name), std::move(help), Metric::Kind::gauge, {}};
}

// One of all: 1 for the verdict, 0 for the others.
void add_verdict(Metric& metric, Labels const& labels, Verdict now) {
  for (auto const verdict : kVerdicts)
    metric.samples.push_back({with(labels, "verdict", name(verdict)), verdict == now ? 1.0 : 0.0});
}

Labels labels_of(Labels const& site, Finding const& finding) {
  auto labels = with(site, "policy", finding.policy);
  labels = with(std::move(labels), "requirement", finding.requirement);
  return with(std::move(labels), "level", finding.level);
}

}  // namespace

Metrics metrics_of(CheckResult const& result) {
  Labels const site = with({}, "site", result.site);
  auto verdict = gauge("safeconduct_check_site_verdict",
                       "Whether all that is required passes by the rules: 1 for the verdict.");
  add_verdict(verdict, site, result.verdict);
  auto each = gauge("safeconduct_check_requirement_verdict",
                    "What the rules do to the flows of a requirement: 1 for the verdict.");
  auto holds = gauge("safeconduct_check_requirement_holds",
                     "1 where all flows of a requirement do what it expects, else 0.");
  auto waived = gauge("safeconduct_check_requirement_waived",
                      "1 where a waiver covers what does not hold, else 0.");
  auto known = gauge("safeconduct_check_requirement_known",
                     "1 where all of what does not hold was there before: in a baseline, or in a "
                     "revision.");
  for (auto const& one : result.findings) {
    auto const labels = labels_of(site, one);
    add_verdict(each, labels, one.verdict);
    holds.samples.push_back({labels, one.holds ? 1.0 : 0.0});
    waived.samples.push_back({labels, one.waived ? 1.0 : 0.0});
    if (!result.held_against.empty()) known.samples.push_back({labels, one.known ? 1.0 : 0.0});
  }
  auto status = gauge("safeconduct_check_client_status",
                      "What the client will show, in the vendor's words: 1 for the state.");
  status.samples.push_back(
      {with(with(site, "feature", "dns"), "status", name(result.status.dns)), 1.0});
  status.samples.push_back(
      {with(with(site, "feature", "web"), "status", name(result.status.web)), 1.0});
  auto upcoming = gauge("safeconduct_check_upcoming_breaks",
                        "Requirements that the rules do not meet from a later day on.");
  upcoming.samples.push_back({site, static_cast<double>(result.upcoming.size())});
  Metrics all{verdict, each, holds, waived};
  if (!known.samples.empty()) all.push_back(known);
  all.push_back(status);
  all.push_back(upcoming);
  return all;
}

}  // namespace safeconduct
