// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/plugin_log.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

using Kind = ResolverStep::Kind;

constexpr std::string_view kBefore = "2024-08-27 03:07:43 [8880] [DEBUG] < 12> ";
constexpr std::string_view kChecking =
    "Dns Protection IPv4 State Machine: checking reachability of primary OpenDNS resolver "
    "candidates using port 443 (candidates are 208.67.222.222, 208.67.220.220)";
constexpr std::string_view kProbing =
    "Dns Protection IPv4 State Machine: probing for OpenDNS resolvers at addresses "
    "208.67.222.222, 208.67.220.220, port 443";
constexpr std::string_view kRejected =
    "Dns Protection IPv6 State Machine: rejected all candidate resolvers for port 53";

std::optional<ResolverStep> step_of(std::string_view words) {
  return resolver_step(std::string(kBefore) + std::string(words));
}

std::vector<Address> const kResolvers{*parse_address("208.67.222.222"),
                                      *parse_address("208.67.220.220")};

}  // namespace

TEST_CASE("plugin_log: the lines of the state machines are read") {
  auto const checking = step_of(kChecking);
  REQUIRE(checking);
  CHECK(checking->kind == Kind::checking);
  CHECK(checking->family == Family::ip4);
  CHECK(checking->port == 443);
  CHECK(checking->candidates == kResolvers);
  CHECK(to_string(checking->time) == "2024-08-27T03:07:43");

  auto const probing = step_of(kProbing);
  REQUIRE(probing);
  CHECK(probing->kind == Kind::probing);
  CHECK(probing->port == 443);
  CHECK(probing->candidates == kResolvers);

  auto const rejected = step_of(kRejected);
  REQUIRE(rejected);
  CHECK(rejected->kind == Kind::rejected);
  CHECK(rejected->family == Family::ip6);
  CHECK(rejected->port == 53);
}

TEST_CASE("plugin_log: however short a line is cut, it is never taken for another") {
  for (auto const whole : {kChecking, kProbing, kRejected}) {
    auto const full = step_of(whole);
    REQUIRE(full);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(whole.substr(0, size));
      auto const cut = step_of(whole.substr(0, size));
      if (!cut) continue;
      CHECK((cut->kind == full->kind || cut->kind == Kind::other));
      if (cut->port) CHECK(cut->port == full->port);
      for (auto const& one : cut->candidates)
        CHECK(std::ranges::find(full->candidates, one) != full->candidates.end());
    }
  }
  // As the tech note prints them.
  CHECK(step_of("Dns Protection IPv4 State Machine: checking reachability of pr")->kind ==
        Kind::checking);
  CHECK(step_of("Dns Protection IPv4 State Machine: rejected all candidate reso")->kind ==
        Kind::rejected);
}

TEST_CASE("plugin_log: what is not known is counted, and is no error") {
  auto const text = std::string(kBefore) + std::string(kRejected) + "\n" + std::string(kBefore) +
                    "Dns Protection IPv4 State Machine: sings a song\n" + std::string(kBefore) +
                    "Something else\nno time at all\n\n";
  auto const log = read_plugin_log(TextLines(pieces_of(text)), "p");
  CHECK(log.lines == 5);
  CHECK(log.others == 4);
  REQUIRE(log.steps.size() == 2);
  CHECK(log.steps[0].line == 1);
  CHECK(log.steps[1].kind == Kind::other);
}

}  // namespace safeconduct::test
