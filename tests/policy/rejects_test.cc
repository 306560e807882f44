// SPDX-License-Identifier: GPL-3.0-or-later
// The faults of rejects/: each is refused, with its whole message.
#include <doctest/doctest.h>

#include <string>

#include "policy/read.h"
#include "support/golden.h"

namespace safeconduct::test {
namespace {

template <class T>
std::string message(Result<T> const& result) {
  return result ? "accepted\n" : to_message(result.error());
}

std::string message_of(GoldenSection const& input) {
  if (input.name == "policy") return message(read_policy("policy.yaml", input.text));
  if (input.name == "ingress") return message(read_ingress_ranges("ingress.yaml", input.text));
  if (input.name == "site") return message(read_site("site.yaml", input.text));
  if (input.name == "fleet") return message(read_fleet("fleet.yaml", input.text));
  return "no reader for '" + input.name + "'\n";
}

}  // namespace

TEST_CASE("rejects: each fault is refused with its place, its words and what would do") {
  for (auto const& golden : load_golden("policy/rejects")) {
    CAPTURE(golden.name);
    REQUIRE_FALSE(golden.sections.empty());
    auto const actual = message_of(golden.sections.front());
    CHECK(actual != "accepted\n");
    check_golden(golden, "expect", actual);
  }
}

}  // namespace safeconduct::test
