// SPDX-License-Identifier: GPL-3.0-or-later
// "kernel:" against the kernel that it reads, and against 'nft list ruleset' of the same rules.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "formats/kernel.h"
#include "support/corpus.h"
#include "support/kernel_compare.h"

namespace safeconduct::testing {
namespace {

namespace fs = std::filesystem;

std::string listed(Namespace const& space) { return space.program({"nft", "list", "ruleset"}).out; }

std::string file_text(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The verdict and what became of the packet, without the words of the rule: those differ.
std::string outcome(ReadRules const& rules, Shot const& shot) {
  auto const text = to_string(trace(*rules.device, question_of(shot)));
  return text.substr(0, text.find(", by '"));
}

// The first packet about which the two forms of the same rules say another thing.
std::string first_difference(ReadRules const& running, ReadRules const& text,
                             std::vector<Shot> const& shots) {
  for (auto const& shot : shots) {
    if (outcome(running, shot) == outcome(text, shot)) continue;
    auto const question = question_of(shot);
    // A listing may say less: of sets that are all empty it cannot tell whether 'nft -t' made it,
    // and of two negated values whether nft joined them. The kernel can; random_nft_test holds that
    // against it.
    if (to_string(trace(*text.device, question)).contains("undecided")) continue;
    return to_string(shot.packet) + "\n  running: " + to_string(trace(*running.device, question)) +
           "\n  listed: " + to_string(trace(*text.device, question));
  }
  return {};
}

}  // namespace

TEST_CASE("kernel rules: random rule sets of nft trace as their listing does") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  auto const limits = kernel_limits(oracle);
  auto const seed = first_seed() + 7'000'000;
  for (std::size_t i = 0; i < set_count(200); ++i) {
    Dice dice(seed + i);
    auto const rules = generate_nft(dice, limits);
    oracle.flush();
    REQUIRE(oracle.load_nft(rules.text()) == "");
    auto const running = read_running(oracle.space());
    auto const text = read_rules("listed", {listed(oracle.space())});
    REQUIRE_MESSAGE(running.device, running.error);
    REQUIRE_MESSAGE(text.device, text.error);
    auto const difference = first_difference(running, text, shots_at(rules, dice, 200));
    CHECK_MESSAGE(difference.empty(), "seed ", seed + i, ": ", difference);
  }
}

TEST_CASE("kernel rules: two negated ports that are loaded as one are 'not both'") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft("table inet t {\n"
                          "  chain c {\n"
                          "    type filter hook forward priority 0; policy accept;\n"
                          "    udp sport != 10 udp dport != 20 drop\n"
                          "  }\n"
                          "}\n") == "");
  std::vector<Shot> shots;
  for (std::uint16_t from = 10; from <= 11; ++from)
    for (std::uint16_t to = 20; to <= 21; ++to)
      shots.push_back({wire_udp("10.1.2.3", from, "208.67.222.222", to)});
  auto const running = read_running(oracle.space());
  REQUIRE_MESSAGE(running.device, running.error);
  auto const verdicts = oracle.send(shots);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    CAPTURE(i);
    auto const answer = trace(*running.device, question_of(shots[i]));
    CHECK(compare(answer, shots[i], verdicts[i]) == Agreement::agree);
  }
}

TEST_CASE("kernel rules: what a map makes of a key is read in its own order, mark or address") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  auto const in = [](std::string const& hook, std::string const& rules,
                     std::string const& sets = "") {
    return "table inet t {\n" + sets + "  chain c {\n    type " + hook + "; policy accept;\n" +
           rules + "  }\n}\n";
  };
  std::string const forward = "filter hook forward priority 0";
  std::string const dnat = "nat hook prerouting priority dstnat";
  std::string const seen =
      "table inet f {\n  chain c {\n    type filter hook forward priority 0; policy drop;\n"
      "    ip daddr 198.51.100.7 udp dport { 53, 5353 } accept\n"
      "    ip daddr 208.67.222.222 udp dport 54 accept\n  }\n}\n";
  std::vector<std::string> const all = {
      in(forward,
         "    meta mark set udp dport map { 53 : 0x1, 54 : 0x1000000 }\n    meta mark 1 drop\n"),
      in(forward, "    ct mark set meta mark map { 0 : 0x7 }\n    ct mark 7 udp dport 53 drop\n"),
      in(forward,
         "    meta mark set ip saddr . udp dport map { 10.1.2.3 . 53 : 9 }\n    meta mark 9 "
         "drop\n"),
      in(forward,
         "    meta mark set udp dport map { 1-53 : 0x3, 54-60 : 0x4 }\n    meta mark 3 drop\n"),
      in(forward, "    meta mark set udp dport map @m\n    meta mark 0x11 drop\n",
         "  map m {\n    type inet_service : mark\n    elements = { 53 : 0x11, 54 : 0x11000000 }\n"
         "  }\n"),
      in(dnat, "    dnat ip to udp dport map @m\n",
         "  map m {\n    type inet_service : ipv4_addr\n    elements = { 53 : 198.51.100.7 }\n  "
         "}\n") +
          seen,
      in(dnat,
         "    dnat ip to udp dport map { 53 : 198.51.100.7 . 5353, 55 : 198.51.100.7 . 1 }\n") +
          seen,
      in(dnat, "    dnat ip to ip daddr . udp dport map @m\n",
         "  map m {\n    type ipv4_addr . inet_service : ipv4_addr . inet_service\n"
         "    flags interval\n"
         "    elements = { 208.67.222.0/24 . 50-53 : 198.51.100.7 . 5353 }\n  }\n") +
          seen,
  };
  std::vector<Shot> shots;
  for (std::uint16_t to = 52; to <= 56; ++to)
    shots.push_back({wire_udp("10.1.2.3", 40000, "208.67.222.222", to)});
  for (auto const& rules : all) {
    CAPTURE(rules);
    oracle.flush();
    REQUIRE(oracle.load_nft(rules) == "");
    auto const running = read_running(oracle.space());
    REQUIRE_MESSAGE(running.device, running.error);
    auto const verdicts = oracle.send(shots);
    for (std::size_t i = 0; i < shots.size(); ++i) {
      auto const answer = trace(*running.device, question_of(shots[i]));
      CHECK_MESSAGE(compare(answer, shots[i], verdicts[i]) == Agreement::agree,
                    to_string(shots[i].packet), ": ", to_string(answer));
    }
  }
}

TEST_CASE("kernel rules: listings of the corpus that load say the same when they run") {
  if (!netns_ready()) return;
  auto const corpus = test::corpus_or_skip();
  if (!corpus) return;
  KernelOracle oracle;
  std::size_t loaded = 0;
  for (auto const& entry : fs::recursive_directory_iterator(*corpus / "kernel-listed")) {
    if (!entry.is_regular_file()) continue;
    auto const path = entry.path().string();
    CAPTURE(path);
    auto const text = file_text(entry.path());
    if (!text.starts_with("table ")) continue;
    oracle.flush();
    if (!oracle.load_nft(text).empty()) continue;  // this kernel lacks something
    auto const running = read_running(oracle.space());
    auto const again = read_rules("listed", {listed(oracle.space())});
    CHECK_MESSAGE(running.device, running.error);
    if (!running.device || !again.device) continue;
    ++loaded;
    Dice dice(loaded);
    std::vector<Shot> shots;
    for (int i = 0; i < 100; ++i)
      shots.push_back(universe::shot(dice, i % 2 == 0 ? Family::ip4 : Family::ip6));
    auto const difference = first_difference(running, again, shots);
    CHECK_MESSAGE(difference.empty(), difference);
  }
  std::cout << "kernel rules: " << loaded << " listings of the corpus loaded\n";
  CHECK(loaded > 0);
}

TEST_CASE("kernel rules: tables of iptables-legacy beside them leave every packet undecided") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  if (!oracle.load_iptables("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", Family::ip4, Backend::legacy)
           .empty()) {
    std::cout << "skipped: this kernel has no iptables-legacy\n";
    return;
  }
  auto const running = read_running(oracle.space());
  REQUIRE_MESSAGE(running.device, running.error);
  Shot const shot{wire_udp("10.1.2.3", 40000, "208.67.222.222", 53)};
  auto const answer = to_string(trace(*running.device, question_of(shot)));
  CHECK_MESSAGE(answer.starts_with("undecided"), answer);
  auto const& notes = running.device->rules.notes;
  CHECK(std::ranges::any_of(notes, [](Note const& note) {
    return note.code == "SC908" && note.message.contains("iptables-legacy-save");
  }));
}

TEST_CASE("kernel rules: without its privilege the message names it") {
  if (!netns_ready()) return;
  auto const ran = run_program({"setpriv", "--reuid=65534", "--clear-groups", SC_TEST_PROGRAM,
                                "trace", "kernel:", "--packet", "udp 10.0.0.1:1 > 10.0.0.2:2"});
  CHECK(ran.status == 2);
  CHECK(ran.err ==
        "kernel:: reading the running rules needs the privilege CAP_NET_ADMIN\n"
        "  hint: run as root (sudo), or give the output of 'nft list ruleset' as a file\n");
}

TEST_CASE("kernel rules: a named namespace is entered, and this thread stays where it was") {
  if (!netns_ready()) return;
  std::string const name = "safeconduct-test-" + std::to_string(getpid());
  REQUIRE(run_program({"ip", "netns", "add", name}).status == 0);
  auto const loaded =
      run_program({"ip", "netns", "exec", name, "nft", "-f", "-"}, "table ip only-there {\n}\n");
  auto const here = fs::read_symlink("/proc/thread-self/ns/net");
  auto const running = read_running_rules("kernel:" + name);
  CHECK(fs::read_symlink("/proc/thread-self/ns/net") == here);
  CHECK(run_program({"ip", "netns", "delete", name}).status == 0);
  CHECK(loaded.status == 0);
  REQUIRE_MESSAGE(running, to_message(running.error()));
  CHECK(running->text->contains("table ip only-there {"));
}

}  // namespace safeconduct::testing
