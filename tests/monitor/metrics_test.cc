// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/metrics.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "monitor/exposition.h"
#include "packet/field.h"

namespace safeconduct::test {
namespace {

ObservedResult result_of(std::vector<Observation> observations) {
  ObservedResult result;
  result.site = "london";
  result.verdict = Verdict::allowed;
  result.status.dns = DnsState::transparent;
  result.status.web = WebState::is_protected;
  ObservedRequirement one;
  one.finding.requirement = "web";
  one.finding.level = "required";
  one.finding.verdict = Verdict::allowed;
  for (auto& o : observations) one.seen.push_back({std::move(o), {}});
  result.requirements.push_back(std::move(one));
  return result;
}

Observation observation(std::string_view address, Outcome outcome, std::optional<double> rtt) {
  Observation o;
  o.outcome = outcome;
  o.protocol = l4::tcp;
  o.dst = parse_address(address);
  o.dport = 443;
  o.name = "gw.example";
  o.rtt_ms = rtt;
  return o;
}

Metric const& find(Metrics const& metrics, std::string_view name) {
  auto const found = std::ranges::find(metrics, name, &Metric::name);
  REQUIRE(found != metrics.end());
  return *found;
}

// The value of the sample whose last label has that value.
std::optional<double> value(Metric const& metric, std::string_view last) {
  for (auto const& sample : metric.samples)
    if (sample.labels.back().second == last) return sample.value;
  return std::nullopt;
}

}  // namespace

TEST_CASE("metrics: the client's status is a set of states of which one is on") {
  auto const result = result_of({});
  auto const metrics = metrics_of(&result, {});
  auto const& status = find(metrics, "safeconduct_client_status");
  CHECK(value(status, "Transparent") == 1.0);
  CHECK(value(status, "Encrypted") == 0.0);
  CHECK(value(status, "Open") == 0.0);
  CHECK(value(status, "Protected") == 1.0);
  CHECK(value(status, "CloudServiceUnavailable") == 0.0);
  auto const& verdict = find(metrics, "safeconduct_requirement_verdict");
  CHECK(verdict.samples.size() == 5);
  CHECK(value(verdict, "allowed") == 1.0);
}

TEST_CASE("metrics: what a name leads to is counted, and is no label") {
  auto const result = result_of({observation("192.0.2.1", Outcome::open, 12.5),
                                 observation("192.0.2.2", Outcome::open, 40),
                                 observation("192.0.2.3", Outcome::timeout, std::nullopt)});
  auto const metrics = metrics_of(&result, {});
  auto const& outcome = find(metrics, "safeconduct_probe_outcome");
  CHECK(outcome.samples.size() == 12);
  CHECK(value(outcome, "open") == 2.0);
  CHECK(value(outcome, "timeout") == 1.0);
  CHECK(value(outcome, "reset") == 0.0);
  auto const& rtt = find(metrics, "safeconduct_probe_rtt_seconds");
  REQUIRE(rtt.samples.size() == 1);
  CHECK(rtt.samples[0].value == doctest::Approx(0.04));
  CHECK_FALSE(exposition_text(metrics).contains("192.0.2."));
}

TEST_CASE("metrics: where nothing answered there is no time, rather than a zero") {
  auto const result = result_of({observation("192.0.2.3", Outcome::timeout, std::nullopt)});
  CHECK(find(metrics_of(&result, {}), "safeconduct_probe_rtt_seconds").samples.empty());
}

TEST_CASE("metrics: targets beyond what is bounded are counted, not shown") {
  std::vector<Observation> many;
  for (int i = 0; i < 700; ++i) {
    many.push_back(observation("192.0.2.1", Outcome::open, 1));
    many.back().name = "host" + std::to_string(i) + ".example";
  }
  auto const result = result_of(std::move(many));
  auto const metrics = metrics_of(&result, {});
  CHECK(find(metrics, "safeconduct_probe_verified").samples.size() == 500);
  CHECK(find(metrics, "safeconduct_targets_left_out").samples[0].value == 200.0);
}

TEST_CASE("metrics: before the first run has ended nothing is said of the network") {
  for (auto const& metric : metrics_of(nullptr, {})) {
    CAPTURE(metric.name);
    CHECK((metric.name.starts_with("safeconduct_run") || metric.name == "safeconduct_build_info"));
  }
}

TEST_CASE("metrics: the text has help, type and escaped labels") {
  Metrics const metrics{{"safeconduct_x",
                         "Says \\ and more.",
                         Metric::Kind::gauge,
                         {{{{"site", "a \"b\"\n\\c"}}, 1.5}}}};
  CHECK(exposition_text(metrics) ==
        "# HELP safeconduct_x Says \\ and more.\n"
        "# TYPE safeconduct_x gauge\n"
        "safeconduct_x{site=\"a \\\"b\\\"\\n\\\\c\"} 1.5\n");
}

TEST_CASE("metrics: a change is one of status or verdict, not of times") {
  auto const before = result_of({observation("192.0.2.1", Outcome::open, 1)});
  auto slower = result_of({observation("192.0.2.1", Outcome::open, 99)});
  CHECK(state_of(before) == state_of(slower));
  slower.status.dns = DnsState::open;
  CHECK(state_of(before) != state_of(slower));
}

}  // namespace safeconduct::test
