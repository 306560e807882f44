// SPDX-License-Identifier: GPL-3.0-or-later
// Exports that are large enough to be read for what will be asked alone (formats/sift.h).
#include <doctest/doctest.h>

#include <memory>
#include <sstream>
#include <string>

#include "cli/check_input.h"
#include "cli/device.h"
#include "cli/files_in_memory.h"
#include "cli/recorded.h"

namespace safeconduct::test {
namespace {

// 'nft -j list ruleset' with many rules that nobody asks for; then 'last'.
std::string large_json(std::string const& last) {
  std::string text =
      R"({"nftables": [{"table": {"family": "ip", "name": "t", "handle": 1}}, )"
      R"({"chain": {"family": "ip", "table": "t", "name": "c", "handle": 1, "type": "filter", )"
      R"("hook": "forward", "prio": 0, "policy": "drop"}}, )";
  std::string const rule = R"({"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 2, )";
  for (int i = 0; i < 1'000; ++i)
    text += rule +
            R"("expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": )"
            R"("saddr"}}, "right": "192.0.2.1"}}, {"drop": null}]}}, )";
  return text + rule + R"("expr": [)" + last + "]}}]}\n";
}

World with_streams(FilesInMemory& memory) {
  auto world = memory.world();
  world.open = [read =
                    world.read](std::string const& path) -> Result<std::unique_ptr<std::istream>> {
    SC_TRY(text, read(path));
    return std::make_unique<std::istringstream>(*text);
  };
  world.is_file = [](std::string const& path) { return path != "-"; };
  return world;
}

Result<DeviceRules> load(World const& world, std::vector<std::string> files) {
  DeviceFilesWanted wanted;
  wanted.name = "gateway";
  wanted.files = std::move(files);
  return load_device(world, wanted, std::nullopt, std::make_shared<Sieve const>());
}

// A site whose gateway is 192.0.2.10; in the chain at forward, 'rules' stand before and behind many
// others.
FilesInMemory site(std::string const& before, std::string const& many, std::string const& behind,
                   std::string const& tables = {}) {
  std::string chain =
      "table ip t {\n\tchain c {\n\t\ttype filter hook forward priority filter; policy drop;\n" +
      before;
  for (int i = 0; i < 4'000; ++i) chain += many;
  return {{{"site.yaml",
            "schema: site/1\nsite: branch\nclients: [10.0.0.0/8]\npolicies: [./policy.yaml]\n"
            "path:\n  - {device: gateway, rules: [rules.nft]}\n"},
           {"./policy.yaml",
            "schema: policy/1\nid: small\ntitle: Web\nrequirements:\n"
            "  - {id: web, title: Gateway, feature: swg, level: required, expect: allow,\n"
            "     protocol: tcp, ports: [443], to: {addresses: [192.0.2.10]}}\n"},
           {"rules.nft", tables + chain + behind + "\t}\n}\n"}},
          {}};
}
// No rule lets the gateway's packets through; of what goes before 'rules', nobody asks.
FilesInMemory gateway_lost(std::string const& rules, std::string const& tables = {}) {
  return site("\t\tct state established accept\n", "\t\tip daddr 172.16.0.1 tcp dport 22 drop\n",
              rules, tables);
}

struct Answer {
  Verdict verdict{};
  std::optional<bool> fail_open;
  int readings = 0;  // of the rules
};

// Of what was read in part, and the same of all rules.
Answer answer(FilesInMemory& memory) {
  auto const world = with_streams(memory);
  CheckOptions options;
  options.site = "site.yaml";
  auto const asked = asked_site(options, world);
  REQUIRE(asked.has_value());
  auto const result = checked(options, *asked, world);
  REQUIRE(result.has_value());
  Answer const answer{result->verdict, result->status.fail_open, memory.read["rules.nft"]};
  auto const input = check_input(options, *asked, world);
  REQUIRE(input.has_value());
  auto const whole = verify(*input);
  REQUIRE(whole.has_value());
  CHECK(result->verdict == whole->verdict);
  CHECK(result->status.fail_open == whole->status.fail_open);
  return answer;
}

}  // namespace

// What comes to the clients may be answers, as far as its rules tell, and never is: the first rule
// takes those.
TEST_CASE("large exports: rules for the other way are not read, where replies are let through") {
  std::string const inbound = "\t\tip daddr 10.0.0.1 tcp dport 2000-65535 accept\n";
  std::string const to_gateway = "\t\tip daddr 192.0.2.10 tcp dport 443 accept\n";
  auto with_states = site("\t\tct state established,related accept\n", inbound, to_gateway);
  auto const once = answer(with_states);
  CHECK(once.verdict == Verdict::allowed);
  CHECK(once.readings == 1);
  // Here they are what lets the answers to one client through.
  auto without = site({}, inbound, to_gateway);
  CHECK(answer(without).verdict == Verdict::partial);
  auto of_others =
      site("\t\tip saddr 198.51.100.1 ct state established accept\n", inbound, to_gateway);
  CHECK(answer(of_others).verdict == Verdict::partial);
}

TEST_CASE("large exports: where the gateway is lost, the web's rules are read, and no others") {
  auto open = gateway_lost("\t\tip daddr 198.41.0.0/24 tcp dport 443 accept\n");
  auto const some = answer(open);
  CHECK(some.verdict == Verdict::blocked);
  CHECK(some.fail_open == true);
  CHECK(some.readings == 2);
  auto closed = gateway_lost("\t\tip daddr 198.41.0.0/24 tcp dport 22 accept\n");
  auto const none = answer(closed);
  CHECK(none.fail_open == false);
  CHECK(none.readings == 2);
}

TEST_CASE("large exports: where the web's rules do not tell either, all are read") {
  auto translated =
      gateway_lost("\t\tip daddr 172.16.0.1 tcp dport 8080 accept\n",
                   "table ip n {\n\tchain p {\n\t\ttype nat hook prerouting priority dstnat;\n"
                   "\t\tip daddr 198.41.0.4 tcp dport 443 dnat to 172.16.0.1:8080\n\t}\n}\n");
  CHECK(answer(translated).readings == 3);
}

TEST_CASE("large exports: without the rules that nobody asks for, places are those of the file") {
  FilesInMemory memory{{{"rules.json", large_json(R"({"accept": null})")}}, {}};
  auto const text = memory.files["rules.json"];
  auto const device = load(with_streams(memory), {"rules.json"});
  REQUIRE(device.has_value());
  auto const& rules = device->rules;
  REQUIRE(rules.chains[0].rules.size() == 1);
  CHECK(rules.chains[0].sifted);
  CHECK(location(rules, rules.chains[0].rules[0].span).column == text.rfind(R"({"rule")") + 1);
}

TEST_CASE("large exports: an error is placed in the whole file, however much of it was left out") {
  FilesInMemory memory{{{"rules.json", large_json(R"({"jump": {"target": "nowhere"}})")}}, {}};
  auto const text = memory.files["rules.json"];
  auto const device = load(with_streams(memory), {"rules.json"});
  REQUIRE_FALSE(device.has_value());
  CHECK(device.error().at.file == "rules.json");
  CHECK(device.error().at.column > text.rfind(R"({"rule")"));
}

TEST_CASE("large exports: beside standard input, which gives its text once, they are read whole") {
  FilesInMemory memory{{{"rules.json", large_json(R"({"jump": {"target": "nowhere"}})")},
                        {"-", "create s hash:ip family inet\n"}},
                       {}};
  auto const device = load(with_streams(memory), {"rules.json", "-"});
  REQUIRE_FALSE(device.has_value());
  CHECK(device.error().at.file == "rules.json");
  CHECK(memory.read["-"] == 1);
}

// What was left out may be the one rule that uses connection tracking: without any, it would not be
// known whether the kernel asks nat chains.
TEST_CASE("large exports: where nat chains hang on what was left out, they are read whole") {
  std::string const head =
      "table ip t {\n\tchain n {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
      "\t\tudp dport 53 drop\n\t}\n\n\tchain c {\n"
      "\t\ttype filter hook forward priority filter; policy drop;\n";
  std::string rules;
  for (int i = 0; i < 3'000; ++i) rules += "\t\tip saddr 192.0.2.1 drop\n";
  std::string const tracked = "\t\tip saddr 192.0.2.1 ct state new drop\n";
  FilesInMemory memory{{{"idle.nft", head + rules + "\t}\n}\n"},
                        {"used.nft", head + rules + tracked + rules + "\t}\n}\n"}},
                       {}};
  auto const idle = load(with_streams(memory), {"idle.nft"});
  REQUIRE(idle.has_value());
  CHECK(idle->rules.nat_in_doubt);
  CHECK(idle->rules.chains[1].rules.size() == 3'000);
  auto const used = load(with_streams(memory), {"used.nft"});
  REQUIRE(used.has_value());
  CHECK_FALSE(used->rules.nat_in_doubt);
}

TEST_CASE("recorded: a file that is read as a stream is recorded, too") {
  FilesInMemory memory{{{"rules.json", "{}"}}, {}};
  std::vector<RecordedFile> files;
  auto const seen = recorded(with_streams(memory), files);
  REQUIRE(seen.open("rules.json").has_value());
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "rules.json");
  CHECK(*files[0].text == "{}");
}

}  // namespace safeconduct::test
