// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/client_story.h"

#include <doctest/doctest.h>

#include "evidence/wanted_sample.h"

namespace safeconduct::test {
namespace {

std::string machine(std::string_view time, std::string_view words, std::string_view family = "4") {
  return "2024-08-27 " + std::string(time) + " [1] [DEBUG] < 12> Dns Protection IPv" +
         std::string(family) + " State Machine: " + std::string(words) + '\n';
}

std::string checking(std::string_view time, std::string_view port) {
  return machine(time, "checking reachability of primary OpenDNS resolver candidates using port " +
                           std::string(port) + " (candidates are 192.0.2.1, 192.0.2.2)");
}

std::string rejected(std::string_view time, std::string_view port, std::string_view family = "4") {
  return machine(time, "rejected all candidate resolvers for port " + std::string(port) + ".",
                 family);
}

std::string entry(std::string_view time, std::string_view thread, std::string_view words) {
  return "Date : 08/27/2024\nTime : " + std::string(time) +
         "\nSource : csc_swgagent\nDescription : X | Thread " + std::string(thread) + " | " +
         std::string(words) + "\n\n";
}

ClientStory resolvers(std::string const& text, WantedSample const& sample) {
  std::vector<PluginLog> const logs{read_plugin_log(TextLines(pieces_of(text)), "p")};
  return client_story(logs, {}, sample.wanted);
}

ClientStory gateway(std::string const& text, WantedSample const& sample) {
  std::vector<SwgLog> const logs{read_swg_log(TextLines(pieces_of(text)), "u")};
  return client_story({}, logs, sample.wanted);
}

std::vector<std::string> states(ClientStory const& story) {
  std::vector<std::string> all;
  for (auto const& one : story.timeline) {
    auto text = one.at.substr(one.at.find('T') + 1) + ' ' + one.subject.english() + ' ' + one.state;
    for (auto const& line : one.evidence) text += ' ' + std::to_string(line.line);
    all.push_back(std::move(text));
  }
  return all;
}

std::vector<std::string> seen(ClientStory const& story) {
  std::vector<std::string> all;
  for (auto const& o : story.observations)
    all.push_back(o.requirement + ' ' + (o.dst ? to_string(*o.dst) : o.name) + ' ' +
                  std::string(name(o.outcome)) + ' ' + std::to_string(o.count));
  return all;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("client_story: both ports rejected is Open, with the lines that prove it") {
  WantedSample const sample;
  auto const story = resolvers(checking("03:07:43", "443") + rejected("03:07:48", "443") +
                                   checking("03:07:48", "53") + rejected("03:07:53", "53") +
                                   checking("03:07:58", "443") + rejected("03:08:03", "443"),
                               sample);
  CHECK(states(story) ==
        Strings{"03:07:48 DNS over IPv4 Unknown 2", "03:07:53 DNS over IPv4 Open 2 4"});
  CHECK(seen(story) == Strings{"dns-443 192.0.2.1 timeout 2", "dns-443 192.0.2.2 timeout 2",
                               "dns-53 192.0.2.1 timeout 1", "dns-53 192.0.2.2 timeout 1"});
  auto const& first = story.observations.front();
  CHECK(first.reported);
  CHECK(first.first == "2024-08-27T03:07:43");
  CHECK(first.last == "2024-08-27T03:08:03");
  CHECK(first.evidence.size() == 2);
  CHECK(first.evidence.back().line == 6);
}

TEST_CASE("client_story: cut lines are told by the order of the ladder, and that is noted") {
  WantedSample const sample;
  auto const pr = [](std::string_view time) {
    return machine(time, "checking reachability of pr");
  };
  auto const reso = [](std::string_view time) {
    return machine(time, "rejected all candidate reso");
  };
  auto const story = resolvers(pr("03:07:43") + pr("03:07:48") + reso("03:07:53") + pr("03:07:58") +
                                   reso("03:08:03") + pr("03:08:03") + reso("03:08:08"),
                               sample);
  CHECK(states(story) == Strings{"03:07:53 DNS over IPv4 Open 3"});
  CHECK(seen(story) == Strings{"dns-53 192.0.2.1 timeout 2", "dns-53 192.0.2.2 timeout 2",
                               "dns-443 192.0.2.1 timeout 1", "dns-443 192.0.2.2 timeout 1"});
  REQUIRE(story.notes.size() == 1);
  CHECK(story.notes[0].code == "SC966");
  CHECK(story.notes[0].message ==
        "7 lines are cut before the port (IPv4): it is told by the order in which the client asks, "
        "443 and then 53");
}

TEST_CASE("client_story: IPv4 and IPv6 have a state each") {
  WantedSample const sample;
  auto const story = resolvers(
      checking("03:07:43", "443") + rejected("03:07:48", "53", "6") + rejected("03:07:48", "443"),
      sample);
  CHECK(states(story) ==
        Strings{"03:07:48 DNS over IPv4 Unknown 3", "03:07:48 DNS over IPv6 Open 2"});
  CHECK(seen(story).back() == "dns-53 2001:db8::1 timeout 1");
}

TEST_CASE("client_story: a question that no rejection follows ends the lost state") {
  WantedSample const sample;
  auto const lost = rejected("03:07:53", "53") + checking("03:07:58", "443");
  CHECK(states(resolvers(lost, sample)).size() == 1);
  // The log goes on for less than the client's patience: nothing can be said.
  CHECK(states(resolvers(lost + "2024-08-27 03:08:10 more\n", sample)).size() == 1);
  CHECK(states(resolvers(lost + "2024-08-27 03:09:00 more\n", sample)) ==
        Strings{"03:07:53 DNS over IPv4 Open 1", "03:07:58 DNS over IPv4 Unknown 2"});
}

TEST_CASE("client_story: a failed handshake is laid at the address of its thread, with fail-open") {
  WantedSample const sample;
  auto const story = gateway(
      entry("06:41:20", "a", "Connection : Resolved IP from 'x.gw.example' is 198.51.100.7, u") +
          entry("06:41:20", "a", "Connection : Connecting to 198.51.100.7:443") +
          entry("06:41:20", "b", "Connection : Connecting to 198.51.100.8:443") +
          entry("06:41:22", "a",
                "TCP handshake to SWG Proxy URL was not successful. Since fail open p"),
      sample);
  CHECK(states(story) == Strings{"06:41:22 web CloudServiceUnavailable 19"});
  CHECK(seen(story) == Strings{"web 198.51.100.7 timeout 1"});
  CHECK(story.observations[0].name == "x.gw.example");
  CHECK(story.fail_open == true);
  CHECK(story.notes.empty());
}

TEST_CASE("client_story: an address outside of the ranges is laid at the gateway, and noted") {
  WantedSample const sample;
  auto const story =
      gateway(entry("06:41:20", "a", "Connection : Connecting to 203.0.113.9:443") +
                  entry("06:41:22", "a", "TCP handshake to SWG Proxy URL was not successful"),
              sample);
  CHECK(seen(story) == Strings{"web 203.0.113.9 timeout 1"});
  REQUIRE(story.notes.size() == 1);
  CHECK(story.notes[0].code == "SC967");
  CHECK(story.fail_open == std::nullopt);
}

TEST_CASE("client_story: protected is the client's own word, and is not called verified") {
  WantedSample const sample;
  auto const story = gateway(
      entry("06:40:00", "a", "CSWGAgent: State is {\"swg_protection_state\":\"protected\"}") +
          entry("06:41:22", "a", "TCP handshake to SWG Proxy URL was not successful"),
      sample);
  CHECK(states(story) ==
        Strings{"06:40:00 web Protected 4", "06:41:22 web CloudServiceUnavailable 9"});
  REQUIRE(story.observations.size() == 2);
  CHECK(story.observations[0].outcome == Outcome::open);
  CHECK_FALSE(story.observations[0].verified);
  CHECK(story.observations[0].reported);
}

TEST_CASE("client_story: an agent that stands back says so, and one that starts again does not") {
  WantedSample const sample;
  auto const stands_back = gateway(
      entry("06:40:00", "a", "OnBackoffStateChange: backing off, VPN is connected"), sample);
  CHECK(states(stands_back) == Strings{"06:40:00 web DisabledDueToVPN 4"});
  CHECK(stands_back.observations.empty());
  auto const starts =
      gateway(entry("06:40:00", "a", "OnBackoffStateChange: KDF started successfully."), sample);
  CHECK(states(starts).empty());
}

}  // namespace safeconduct::test
