// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/device_facts.h"

#include <doctest/doctest.h>

#include "formats/reader.h"
#include "rules/text.h"

namespace safeconduct {
namespace {

enum class Holds : std::uint8_t { always, never, unknown };

// What is left of a rule that drops where the condition holds.
Holds asked(std::string const& condition, bool symmetric = true) {
  bool const nft = condition.starts_with("fib");
  std::string const text =
      nft ? "table inet t {\n  chain c {\n    type filter hook prerouting priority raw;\n    " +
                condition + " drop\n  }\n}\n"
          : "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m " + condition + " -j DROP\nCOMMIT\n";
  std::vector<SourceText> const sources{
      {nft ? "fw.nft" : "fw.v4", std::make_shared<std::string const>(text)}};
  auto read = read_device(sources);
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_message(read.error())));
  take_facts(*read, {{}, symmetric});
  auto const of_rule = clauses(*read, read->chains[0].rules.front());
  for (auto const& clause : of_rule)
    if (std::holds_alternative<Unmodelled>(clause.kind)) return Holds::unknown;
  bool const noted =
      std::ranges::any_of(read->notes, [](Note const& note) { return note.code == "SC929"; });
  CHECK(noted);
  bool const never = std::ranges::any_of(of_rule, &Clause::negated);
  return never ? Holds::never : Holds::always;
}

}  // namespace

TEST_CASE("device facts: where routes agree, filters of the reverse path find the way back") {
  for (auto const* const condition :
       {"rpfilter", "rpfilter --loose --validmark", "fib saddr . iif oif exists",
        "fib saddr . mark . iif oif exists", "fib saddr . iif oif != missing",
        "fib saddr oif exists"}) {
    CAPTURE(condition);
    CHECK(asked(condition) == Holds::always);
  }
  for (auto const* const condition :
       {"rpfilter --invert", "rpfilter --validmark --invert", "fib saddr . iif oif missing",
        "fib saddr . mark . iif oif eq missing", "fib saddr . iif oif 0"}) {
    CAPTURE(condition);
    CHECK(asked(condition) == Holds::never);
  }
}

TEST_CASE("device facts: what else a routing table says stays unknown") {
  for (auto const* const condition :
       {"fib daddr . iif oif missing", "fib daddr . iif type local", "fib saddr . iif oif 1",
        "fib saddr . iif oif \"lan0\"", "addrtype --src-type LOCAL --limit-iface-in"}) {
    CAPTURE(condition);
    CHECK(asked(condition) == Holds::unknown);
  }
  CHECK(asked("rpfilter --invert", false) == Holds::unknown);
}

TEST_CASE("device facts: interfaces that are plain meet the chains of their own devices alone") {
  auto const unknown = [](bool plain) {
    auto const text = std::make_shared<std::string const>(
        "table netdev t {\n  chain c {\n    type filter hook ingress device \"eth0\" priority "
        "0;\n    ip saddr 10.0.0.1 drop\n  }\n}\n");
    std::vector<SourceText> const sources{{"fw.nft", text}};
    auto read = read_device(sources);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_message(read.error())));
    take_facts(*read, {{}, false, plain});
    bool const noted =
        std::ranges::any_of(read->notes, [](Note const& note) { return note.code == "SC929"; });
    CHECK(noted == plain);
    return std::ranges::any_of(
        clauses(*read, read->chains[0].rules.front()),
        [](Clause const& clause) { return std::holds_alternative<Unmodelled>(clause.kind); });
  };
  CHECK(unknown(false));
  CHECK_FALSE(unknown(true));
}

TEST_CASE("device facts: whatever tables of ARP do, neighbours that are known need no ARP") {
  auto const open = [](bool known) {
    auto const text = std::make_shared<std::string const>(
        "table arp guard {\n  chain input {\n    type filter hook input priority 0; policy drop;\n "
        " "
        "}\n}\ntable inet t {\n  chain f {\n    type filter hook forward priority 0;\n  }\n}\n");
    std::vector<SourceText> const sources{{"fw.nft", text}};
    auto read = read_device(sources);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : to_message(read.error())));
    take_facts(*read, {{}, false, false, known});
    bool const noted =
        std::ranges::any_of(read->notes, [](Note const& note) { return note.code == "SC929"; });
    CHECK(noted == known);
    return std::ranges::any_of(read->clauses, [](Clause const& clause) {
      return std::holds_alternative<Unmodelled>(clause.kind);
    });
  };
  CHECK(open(false));
  CHECK_FALSE(open(true));
}

}  // namespace safeconduct
