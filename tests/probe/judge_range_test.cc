// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/judge_range.h"

#include <doctest/doctest.h>

#include "packet/field.h"

namespace safeconduct::test {
namespace {

struct Judged {
  Outcome outcome{};
  std::string cause;
  bool operator==(Judged const&) const = default;
};

Judged judged(Outcome outcome, std::string cause, Teller by, bool range = true,
              std::string expected = "open") {
  ProbeTask task;
  task.requirement = "dns";
  task.protocol = l4::udp;
  task.dst = parse_address("192.0.2.1");
  task.port = 53;
  task.range = range;
  task.expected = std::move(expected);
  Observation o;
  o.requirement = "dns";
  o.outcome = outcome;
  o.cause = std::move(cause);
  o.protocol = l4::udp;
  o.dst = parse_address("192.0.2.1");
  o.dport = 53;
  o.by = by;
  judge_range(o, {task});
  return {o.outcome, o.cause};
}

}  // namespace

TEST_CASE("judge_range: silence at an address that nobody need have accuses nobody") {
  CHECK(judged(Outcome::timeout, "silent", Teller::nobody) ==
        Judged{Outcome::unproven, "silent-in-range"});
  CHECK(judged(Outcome::timeout, "silent", Teller::nobody, false) ==
        Judged{Outcome::timeout, "silent"});
}

TEST_CASE("judge_range: a router that finds nobody at the address is no block") {
  for (auto const* word : {"upstream-host-unreachable", "host-unreachable", "address-unreachable",
                           "net-unreachable", "no-route", "time-exceeded"}) {
    CAPTURE(word);
    CHECK(judged(Outcome::unreachable, word, Teller::before_target) ==
          Judged{Outcome::unproven, "nobody-in-range"});
    CHECK(judged(Outcome::unreachable, word, Teller::before_target, false) ==
          Judged{Outcome::unreachable, word});
  }
}

TEST_CASE("judge_range: what stands before the address and refuses, or answers for it, is a word") {
  using enum Outcome;
  for (auto const& one :
       {Judged{unreachable, "admin-prohibited"}, Judged{unreachable, "port-unreachable"},
        Judged{reset, "reset-before-target"}, Judged{intercepted, "dns-short-path"},
        Judged{tls_intercepted, "issuer-not-trusted"}}) {
    CAPTURE(one.cause);
    CHECK(judged(one.outcome, one.cause, Teller::before_target) == one);
  }
  CHECK(judged(intercepted, "dns-bad-signature", Teller::unknown) ==
        Judged{intercepted, "dns-bad-signature"});
}

TEST_CASE("judge_range: a stranger who has the address is not taken for an interception") {
  using enum Outcome;
  CHECK(judged(unreachable, "closed-at-target", Teller::target) ==
        Judged{unproven, "arrives-in-range"});
  CHECK(judged(reset, "closed-at-target", Teller::target) == Judged{unproven, "arrives-in-range"});
  for (auto const& one :
       {Judged{reset, "reset"}, Judged{tarpit, "silent-after-handshake"},
        Judged{intercepted, "dns-no-server-line"}, Judged{tls_intercepted, "issuer-not-trusted"}}) {
    CAPTURE(one.cause);
    CHECK(judged(one.outcome, one.cause, Teller::unknown) == Judged{unproven, "stranger-in-range"});
  }
}

TEST_CASE("judge_range: a refusal just as the rules say is theirs, and silence stays nobody's") {
  CHECK(judged(Outcome::reset, "reset", Teller::unknown, true, "reset") ==
        Judged{Outcome::reset, "reset"});
  CHECK(judged(Outcome::unreachable, "host-unreachable", Teller::before_target, true,
               "unreachable") == Judged{Outcome::unreachable, "host-unreachable"});
  CHECK(judged(Outcome::reset, "reset", Teller::unknown, true, "timeout").cause ==
        "stranger-in-range");
  CHECK(judged(Outcome::reset, "closed-at-target", Teller::target, true, "reset").cause ==
        "arrives-in-range");
  CHECK(judged(Outcome::timeout, "silent", Teller::nobody, true, "timeout").cause ==
        "silent-in-range");
}

TEST_CASE("judge_range: what passes, and what was never sent, stays as it is") {
  CHECK(judged(Outcome::open, "verified", Teller::target) == Judged{Outcome::open, "verified"});
  CHECK(judged(Outcome::local_error, "no-route", Teller::this_host) ==
        Judged{Outcome::local_error, "no-route"});
}

}  // namespace safeconduct::test
