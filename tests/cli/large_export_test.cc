// SPDX-License-Identifier: GPL-3.0-or-later
// Exports that are large enough to be read for what will be asked alone (formats/sift.h).
#include <doctest/doctest.h>

#include <memory>
#include <sstream>
#include <string>

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

}  // namespace

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
