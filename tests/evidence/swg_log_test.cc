// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/swg_log.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

using Kind = GatewayStep::Kind;

constexpr std::string_view kFailed =
    "WARN | Thread 27cc | TCP handshake to SWG Proxy URL was not successful. Since fail open p";
constexpr std::string_view kConnecting =
    "BRIDGE | Thread 1ef0 | Connection : Connecting to 146.112.9.200:443";
constexpr std::string_view kResolved =
    "BRIDGE | Thread 1ef0 | Connection : Resolved IP from "
    "'swg-url-proxy-https.sigproxy.qq.opendns.com' is 146.112.9.200, using index = 0";
constexpr std::string_view kState =
    "TRACE | Thread 2730 | CSWGAgent: State cjson object is "
    "{\"version\":1,\"swg_protection_state\":\"protected\"}";

}  // namespace

TEST_CASE("swg_log: descriptions of the agent are read") {
  auto const failed = gateway_step(kFailed);
  REQUIRE(failed);
  CHECK(failed->kind == Kind::handshake_failed);
  CHECK(failed->thread == "27cc");
  CHECK(failed->fail_open == true);

  auto const connecting = gateway_step(kConnecting);
  REQUIRE(connecting);
  CHECK(connecting->kind == Kind::connecting);
  CHECK(connecting->address == parse_address("146.112.9.200"));
  CHECK(connecting->port == 443);

  auto const resolved = gateway_step(kResolved);
  REQUIRE(resolved);
  CHECK(resolved->kind == Kind::resolved);
  CHECK(resolved->name == "swg-url-proxy-https.sigproxy.qq.opendns.com");
  CHECK(resolved->address == parse_address("146.112.9.200"));

  auto const state = gateway_step(kState);
  REQUIRE(state);
  CHECK(state->kind == Kind::protection);
  CHECK(state->state == "protected");
  CHECK(state->thread == "2730");
  CHECK(state->category == "TRACE");

  CHECK(gateway_step("WARN | Thread 1 | TCP handshake to SWG Proxy URL was not successful")
            ->fail_open == std::nullopt);
  for (auto const* other :
       {"", "WARN", "WARN | Thread 1", "WARN | Thread 1 | ", "TRACE | Thread 1 | DNSLookup : x",
        "BRIDGE | Thread 1 | Connection : Connecting to nowhere"}) {
    CAPTURE(other);
    CHECK_FALSE(gateway_step(other).has_value());
  }
}

TEST_CASE(
    "swg_log: however many fields stand before the words, they are read, and the category kept") {
  constexpr std::string_view kWords = "Connection : Connecting to 146.112.9.200:443";
  struct Form {
    std::string_view before;
    std::string_view category;
    std::string_view thread;
  };
  for (auto const& [before, category, thread] : {
           Form{"BRIDGE | Thread 1ef0 | ", "BRIDGE", "1ef0"},
           Form{"BRIDGE|Thread 1ef0|", "BRIDGE", "1ef0"},
           Form{"INFO|BRIDGE  | Thread 1ef0 | ", "INFO | BRIDGE", "1ef0"},
           Form{"INFO | BRIDGE | 5.1.3 | Thread 1ef0 | ", "INFO | BRIDGE | 5.1.3", "1ef0"},
           Form{"INFO | Thread 1ef0 | BRIDGE | ", "INFO", "1ef0"},
           Form{"Thread 1ef0 | ", "", "1ef0"},
           Form{"INFO | BRIDGE | ", "INFO | BRIDGE", ""},
           Form{"", "", ""},
       }) {
    CAPTURE(before);
    auto const step = gateway_step(std::string(before) + std::string(kWords));
    REQUIRE(step);
    CHECK(step->kind == Kind::connecting);
    CHECK(step->address == parse_address("146.112.9.200"));
    CHECK(step->category == category);
    CHECK(step->thread == thread);
  }
}

TEST_CASE("swg_log: however short a description is cut, it is never taken for another") {
  for (auto const whole : {kFailed, kConnecting, kResolved, kState}) {
    auto const full = gateway_step(whole);
    REQUIRE(full);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(whole.substr(0, size));
      auto const cut = gateway_step(whole.substr(0, size));
      if (!cut) continue;
      CHECK(cut->kind == full->kind);
      if (cut->address) CHECK(cut->address == full->address);
      if (!cut->state.empty()) CHECK(cut->state == full->state);
    }
  }
}

TEST_CASE("swg_log: entries stand in blocks, with blank lines and rows of stars between") {
  std::string const text =
      "******************************************\n\n"
      "Date        : 08/27/2024\nTime        : 06:41:22\nType        : Warning\n"
      "Source      : csc_swgagent\n\n"
      "Description : WARN | Thread 27cc | TCP handshake to SWG Proxy URL\n"
      "was not successful. Since fail open p\n\n"
      "******************************************\n"
      "Date : 08/27/2024\nTime : 06:41:23\nType : Error\nSource : csc_umbrellaagent\n"
      "Description : WARN | Thread 1 | TCP handshake to SWG Proxy URL was not successful.\n"
      "Date : 08/27/2024\nTime : 06:41:24\nSource : acswgagent\nDescription : hello\n";
  auto const log = read_swg_log(TextLines(pieces_of(text)), "u");
  CHECK(log.entries == 3);
  CHECK(log.others == 1);
  REQUIRE(log.steps.size() == 1);
  auto const& step = log.steps.front();
  CHECK(step.line == 8);
  CHECK(step.fail_open == true);
  REQUIRE(step.time);
  CHECK(to_string(step.time->time) == "2024-08-27T06:41:22");
}

}  // namespace safeconduct::test
