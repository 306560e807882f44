// SPDX-License-Identifier: GPL-3.0-or-later
// 'ranges resolve' with a resolver that is made up; the real one is tests/probe's concern.
#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "cli/commands.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kPolicy = R"(schema: policy/1
id: mine
requirements:
  - {id: sync, feature: sync, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [192.0.2.1], names: [sync.example.com]}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {names: ["*.gw.example.com"]}, probe: {kind: resolve-then-tls, name: a.gw.example.com}}
  - {id: gone, feature: pki, level: recommended, expect: allow, protocol: tcp, ports: [80], to: {names: [gone.example.com]}}
)";

DnsReply answer(DnsQuestion const& question, std::vector<DnsRecord> records,
                std::uint8_t code = 0) {
  DnsReply reply;
  reply.outcome = DnsOutcome::answered;
  reply.message.code = code;
  reply.message.questions = {question};
  reply.message.answers = std::move(records);
  return reply;
}

// sync has an address of each family behind an alias, the gateway one of IPv4; the third is silent.
DnsReply made_up(DnsServer const&, DnsQuestion const& question) {
  bool const ip4 = question.type == 1;
  std::vector<DnsRecord> records;
  auto const record = [](std::string name, std::uint16_t type, std::uint32_t ttl) {
    DnsRecord one;
    one.name = std::move(name);
    one.type = type;
    one.ttl = ttl;
    return one;
  };
  if (question.name == "sync.example.com") {
    records.push_back(record(question.name, 5, 300));
    records.back().target = "edge.example.com";
    records.push_back(record("edge.example.com", question.type, 60));
    records.back().address = parse_address(ip4 ? "192.0.2.7" : "2001:db8::7");
    return answer(question, std::move(records));
  }
  if (question.name == "a.gw.example.com") {
    if (ip4) {
      records.push_back(record(question.name, 1, 20));
      records.back().address = parse_address("192.0.2.9");
    }
    return answer(question, std::move(records));
  }
  DnsReply silent;
  silent.outcome = DnsOutcome::timeout;
  silent.detail = "no answer";
  return silent;
}

struct Stage {
  std::map<std::string, std::string> files{{"mine.yaml", std::string(kPolicy)}};
  std::ostringstream out;
  std::ostringstream err;

  int run(std::vector<std::string> const& words) {
    out.str("");
    err.str("");
    World world;
    world.read = [&](std::string const& path) -> Result<std::shared_ptr<std::string const>> {
      if (!files.contains(path))
        return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "no such file", "", ""});
      return std::make_shared<std::string const>(files[path]);
    };
    world.write = [&](std::string const& path, std::string const& text) -> Result<void> {
      files[path] = text;
      return {};
    };
    world.is_file = [&](std::string const& path) { return files.contains(path); };
    world.is_folder = [](std::string const&) { return false; };
    world.list = [](std::string const&) { return std::vector<std::string>{}; };
    world.ask_dns = made_up;
    world.out = &out;
    world.err = &err;
    world.today = {2026, 11, 25};
    return safeconduct::run(words, world);
  }
};

std::vector<std::string> const kAsk{"ranges",      "resolve",    "--policy",
                                    "./mine.yaml", "--resolver", "192.0.2.53"};

std::vector<std::string> with(std::vector<std::string> words,
                              std::vector<std::string> const& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("resolve: each name is asked for both kinds of address, and silence is told") {
  Stage stage;
  stage.files["./mine.yaml"] = std::string(kPolicy);
  CHECK(stage.run(kAsk) == 1);
  CHECK(stage.out.str() ==
        R"(What 192.0.2.53 answers; other resolvers, places and days may answer otherwise.

a.gw.example.com (web)
  A     192.0.2.9, for 20 s
  AAAA  no-address

gone.example.com (gone)
  A     timeout: no answer
  AAAA  timeout: no answer

sync.example.com (sync)
  by    edge.example.com
  A     192.0.2.7, for 60 s
  AAAA  2001:db8::7, for 60 s
)");
  CHECK(stage.err.str() == "*.gw.example.com is a pattern, and was not asked for\n");
}

TEST_CASE("resolve: observations are added to a file with their day, and nothing else is written") {
  Stage stage;
  stage.files["./mine.yaml"] = std::string(kPolicy);
  CHECK(stage.run(with(kAsk, {"--append", "seen.jsonl"})) == 1);
  auto const once = stage.files.at("seen.jsonl");
  CHECK(once.starts_with(
      R"({"schema":"safeconduct.observation/1","observed":"2026-11-25","resolver":"192.0.2.53","name":"a.gw.example.com","type":"A","outcome":"answer","addresses":["192.0.2.9"],"chain":[],"ttl":20,"requirements":["web"]})"
      "\n"));
  CHECK(stage.run(with(kAsk, {"--append", "seen.jsonl"})) == 1);
  CHECK(stage.files.at("seen.jsonl") == once + once);
  CHECK(stage.files.size() == 3);
}

TEST_CASE("resolve: a resolver that never answers is left after four questions") {
  Stage stage;
  std::string policy = "schema: policy/1\nid: mine\nrequirements:\n";
  for (int i = 0; i < 4; ++i)
    policy += "  - {id: r" + std::to_string(i) +
              ", feature: pki, level: recommended, expect: allow, protocol: tcp, ports: [80], to: "
              "{names: [silent" +
              std::to_string(i) + ".example.com]}}\n";
  stage.files["./mine.yaml"] = policy;
  CHECK(stage.run(with(kAsk, {"--format", "jsonl"})) == 1);
  auto const count = [&](std::string const& outcome) {
    std::size_t found = 0;
    auto const text = stage.out.str();
    auto const word = "\"outcome\":\"" + outcome + '"';
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
  };
  CHECK(count("timeout") == 4);
  CHECK(count("not-asked") == 4);
}

TEST_CASE("resolve: a file that is something else is not added to") {
  Stage stage;
  stage.files["./mine.yaml"] = std::string(kPolicy);
  stage.files["site.yaml"] = "schema: site/1\n";
  CHECK(stage.run(with(kAsk, {"--append", "site.yaml"})) == 2);
  CHECK(stage.files.at("site.yaml") == "schema: site/1\n");
}

TEST_CASE("resolve: a resolver is an address, with a port or without") {
  Stage stage;
  stage.files["./mine.yaml"] = std::string(kPolicy);
  auto const asked = [&](std::string const& resolver) {
    return stage.run({"ranges", "resolve", "--policy", "./mine.yaml", "--resolver", resolver});
  };
  for (auto const* fine : {"192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"})
    CHECK(asked(fine) == 1);
  for (auto const* wrong :
       {"dns.example.com", "192.0.2.53:0", "192.0.2.53:", "[2001:db8::53]:x", "192.0.2.53:70000"})
    CHECK(asked(wrong) == 2);
}

}  // namespace safeconduct::test
