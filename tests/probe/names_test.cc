// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/names.h"

#include <doctest/doctest.h>

#include "packet/field.h"

namespace safeconduct::test {
namespace {

ProbeTask named_task(Family family) {
  ProbeTask task;
  task.requirement = "web";
  task.kind = ProbeKind::resolve_then_tls;
  task.family = family;
  task.protocol = l4::tcp;
  task.port = 443;
  task.resolve = "gw.example";
  return task;
}

DnsMessage answer_of(std::string_view address) {
  DnsMessage message;
  message.questions.push_back({"gw.example", 28});
  DnsRecord record;
  record.name = "gw.example";
  record.address = parse_address(address);
  message.answers.push_back(record);
  return message;
}

ResolvedTask only(ProbePlan const& plan, std::string_view address) {
  auto const tasks =
      resolved_tasks(plan, named_task(Family::ip6), answer_of(address), "208.67.222.222");
  REQUIRE(tasks.size() == 1);
  return tasks.front();
}

std::string evidence(ResolvedTask const& task, std::string_view kind) {
  for (auto const& one : task.evidence)
    if (one.kind == kind) return one.text.english();
  return {};
}

}  // namespace

TEST_CASE("names: an address that a DNS64 made up is named, and judged by what it stands for") {
  ProbePlan plan;
  plan.known[0] = AddressSet(interval(*parse_prefix("18.135.112.200/32")));
  auto const good = only(plan, "64:ff9b::18.135.112.200");
  CHECK_FALSE(good.observation);
  CHECK(evidence(good, "nat64") ==
        "made up by a DNS64 for 18.135.112.200: packets to it are translated on the way");
  CHECK(evidence(good, "ranges") == "the address is within the known ranges");
  auto const elsewhere = only(plan, "64:ff9b::9.9.9.9");
  CHECK_FALSE(elsewhere.observation);
  CHECK(evidence(elsewhere, "ranges") == "the address is not among the known ranges");
  auto const inside = only(plan, "64:ff9b::10.1.2.3");
  REQUIRE(inside.observation);
  CHECK(inside.observation->cause == "dns-bogus-address");
}

TEST_CASE("names: an address of no service on the internet is not connected to") {
  auto const bogus = only({}, "fd00::1");
  REQUIRE(bogus.observation);
  CHECK(name(bogus.observation->outcome) == "intercepted");
  CHECK(bogus.observation->count == 0);
  CHECK_FALSE(only({}, "2620:119:35::35").observation);
}

}  // namespace safeconduct::test
