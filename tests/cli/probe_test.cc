// SPDX-License-Identifier: GPL-3.0-or-later
// 'probe' with a wire that is made up; the real one is tests/netns/probe_matrix.py's concern.
#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "cli/commands.h"
#include "packet/field.h"
#include "support/english_left.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kPolicy = R"(schema: policy/1
id: mine
requirements:
  - {id: dns-443, feature: dns-encrypted, level: required, expect: allow, protocol: udp, ports: [443], to: {addresses: [192.0.2.1]}, probe: {kind: dns-txt, name: debug.example.}}
  - {id: dns-53, feature: dns, level: required, expect: allow, protocol: udp, ports: [53], to: {addresses: [192.0.2.1, "2001:db8::1"]}, probe: {kind: dns-txt, name: debug.example.}}
)";

constexpr std::string_view kRules = R"(table inet f {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    udp dport 53 accept
  }
}
)";

// Port 443 is silent, port 53 answers.
Observation made_up(ProbeTask const& task) {
  Observation o;
  o.requirement = task.requirement;
  o.family = task.family;
  o.protocol = task.protocol;
  o.dst = task.dst;
  o.dport = task.port;
  o.question = question_text(task);
  o.count = 3;
  if (task.port == 443) {
    o.outcome = Outcome::timeout;
    o.cause = "silent-drop";
    constexpr Translated kDropped{"dropped silently on the way", "途中で黙って破棄されました"};
    constexpr Translated kControl{"the target answers on {0}", "宛先は{0}では応答します"};
    o.detail = kDropped;
    o.evidence = {{"control", {kControl, {"udp 53"}}}};
    return o;
  }
  o.outcome = Outcome::open;
  o.cause = "verified";
  o.verified = true;
  o.rtt_ms = 12.34;
  return o;
}

struct Stage {
  std::map<std::string, std::string> files{{"./mine.yaml", std::string(kPolicy)},
                                           {"fw.nft", std::string(kRules)}};
  std::ostringstream out;
  std::ostringstream err;
  bool interrupted = false;
  bool six = true;
  bool forwards = false;
  std::vector<ProbeTask> sent;
  WireOptions wire;
  std::optional<LanClientPlan> client;

  struct Client final : LanClient {
    void run(std::function<void()> job) override { job(); }
    std::string interface() const override { return "scp1"; }
  };

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"probe", "--policy", "./mine.yaml"});
    out.str("");
    err.str("");
    sent.clear();
    World world;
    world.read = [&](std::string const& path) -> Result<std::shared_ptr<std::string const>> {
      if (!files.contains(path))
        return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "no such file", "", ""});
      return std::make_shared<std::string const>(files[path]);
    };
    world.is_file = [&](std::string const& path) { return files.contains(path); };
    world.is_folder = [](std::string const&) { return false; };
    world.list = [](std::string const&) { return std::vector<std::string>{}; };
    world.matching = [](std::string const&) {
      return Result<std::vector<std::string>>(std::vector<std::string>{});
    };
    world.has_route = [&](Address const& to) { return six || to.family == Family::ip4; };
    world.forwards = [&] { return forwards; };
    world.lan_client = [&](LanClientPlan const& plan) -> Result<std::unique_ptr<LanClient>> {
      client = plan;
      return std::make_unique<Client>();
    };
    world.probe = [&](ProbePlan const& plan, ProbeSettings const& settings) {
      wire = settings.wire;
      ProbeRun run;
      run.interrupted = interrupted;
      for (auto const& task : plan.tasks) {
        sent.push_back(task);
        run.observations.push_back(made_up(task));
        if (settings.seen) settings.seen(run.observations.back());
      }
      return run;
    };
    world.out = &out;
    world.err = &err;
    world.today = {2026, 11, 25};
    return safeconduct::run(words, world);
  }
};

bool has(std::ostringstream const& stream, std::string_view text) {
  return stream.str().contains(text);
}

}  // namespace

TEST_CASE("probe: the report names what works, what does not, and what speaks for it") {
  Stage stage;
  CHECK(stage.run({}) == 1);
  CHECK(stage.out.str() ==
        R"(this host: blocked on the wire. Requirements probed: 1 allowed and 1 blocked.

  DNS  Protected, not encrypted
  Web  not asked about

dns-443: blocked
  udp 192.0.2.1 port 443  timeout
      dropped silently on the way
      control: the target answers on udp 53

dns-53: allowed
  udp 192.0.2.1 port 53  open, verified (12.3 ms)
  udp 2001:db8::1 port 53  open, verified (12.3 ms)

Notes

  SC942  what this host sends itself walks its own output chains; the rules that
         a gateway has for other clients may differ
)");
}

TEST_CASE("probe: the report is in Japanese where that is asked for, its notes included") {
  Stage stage;
  CHECK(stage.run({"--rules", "fw.nft", "--lang", "ja"}) == 1);
  CHECK(stage.out.str() ==
        R"(fw.nft: 実際の通信では遮断(blocked)。プローブした要件: 許可 1 件、遮断 1 件。

  DNS  Protected, not encrypted
  Web  検査の対象外

dns-443: 遮断(blocked)
  udp 192.0.2.1 のポート 443  応答なし(timeout)
      途中で黙って破棄されました
      対照: 宛先は udp 53 では応答します
      ルール: ルールの判定も同じです、fw.nft:3:42

dns-53: 許可(allowed)
  udp 192.0.2.1 のポート 53  応答あり(open)、検証済み (12.3 ms)
  udp 2001:db8::1 のポート 53  応答あり(open)、検証済み (12.3 ms)

注記

  SC921  クライアントの指定がないため、プライベートアドレスとしました
         (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7)
  SC942  このホスト自身が送るものは、自身の output チェーンを通ります。ゲート
         ウェイがほかのクライアントに適用するルールとは異なることがあります
)");
  CHECK(english_left(stage.out.str()) == "");
  CHECK(stage.run({"--format", "json", "--lang", "ja"}) == 1);
  CHECK(has(stage.out, "dropped silently on the way"));
  CHECK_FALSE(has(stage.out, "途中"));
}

TEST_CASE("probe: what would be sent is said in Japanese where that is asked for") {
  Stage stage;
  CHECK(stage.run({"--dry-run", "--lang", "ja"}) == 0);
  CHECK(has(stage.out, "何も送信していません"));
  CHECK(english_left(stage.out.str()) == "");
}

TEST_CASE("probe: on a host that forwards, the report says what the probe does not test") {
  Stage stage;
  stage.forwards = true;
  CHECK(stage.run({"--format", "json"}) == 1);
  CHECK(has(stage.out, "tests nothing of its forward chains"));
}

TEST_CASE("probe: nothing is sent by --dry-run") {
  Stage stage;
  CHECK(stage.run({"--dry-run"}) == 0);
  CHECK(stage.sent.empty());
}

TEST_CASE("probe: a family that this host has no route for is left out, and told") {
  Stage stage;
  stage.six = false;
  CHECK(stage.run({}) == 1);
  CHECK(stage.sent.size() == 2);
  CHECK(has(stage.out, "SC943  this host has no route for IPv6: those addresses are not probed"));
  // Unless it is asked for.
  CHECK(stage.run({"--family", "6"}) == 1);
  CHECK(stage.sent.size() == 1);
  CHECK(has(stage.out, "dns-443 is required, and nothing of it was probed: undecided"));
}

TEST_CASE("probe: interrupted, it reports what it knows and ends with 130") {
  Stage stage;
  stage.interrupted = true;
  CHECK(stage.run({}) == 130);
  CHECK(has(stage.out, "Interrupted."));
}

TEST_CASE("probe: JSON lines come as observations end, then requirements, then the end") {
  Stage stage;
  CHECK(stage.run({"--format", "jsonl"}) == 1);
  std::istringstream lines(stage.out.str());
  std::vector<std::string> schemas;
  for (std::string line; std::getline(lines, line);)
    schemas.push_back(line.substr(11, line.find('"', 11) - 11));
  std::string const observation = "safeconduct.probe.observation/1";
  std::string const requirement = "safeconduct.probe.requirement/1";
  CHECK((schemas == std::vector<std::string>{observation, observation, observation, requirement,
                                             requirement, "safeconduct.probe.end/1"}));
}

TEST_CASE("probe: beside rules, the line that decides is named") {
  Stage stage;
  CHECK(stage.run({"--rules", "fw.nft", "--in", "lan0", "--out", "wan0", "--clients", "10.0.0.0/8",
                   "--clients", "fc00::/7", "--verbose"}) == 1);
  CHECK(has(stage.out, "rules: the rules say the same, fw.nft:3:"));
  CHECK(has(stage.out, "rules: the rules say the same, fw.nft:5:"));
  stage.files["fw.nft"] =
      "table inet f {\n  chain forward {\n    type filter hook forward priority "
      "0;\n    udp dport 53 drop\n  }\n}\n";
  CHECK(stage.run({"--rules", "fw.nft", "--clients", "10.0.0.0/8", "--clients", "fc00::/7"}) == 1);
  CHECK(has(stage.out, "rules: the rules allow it, the wire does not"));
  CHECK(has(stage.out, "rules: the rules block it, the wire passes it, fw.nft:4:5: the export is"));
}

TEST_CASE("probe: source, interface, mark and DSCP reach the wire") {
  Stage stage;
  stage.run({"--source", "10.0.0.7", "--interface", "lan0", "--mark", "7", "--dscp", "46"});
  CHECK(stage.wire.source == parse_address("10.0.0.7"));
  CHECK(stage.wire.interface == "lan0");
  CHECK(stage.wire.mark == 7U);
  CHECK(stage.wire.dscp == 46);
}

TEST_CASE("probe: a made-up client has its addresses, its families and the interface") {
  Stage stage;
  CHECK(stage.run({"--through-forward", "10.20.0.99", "--in", "lan0"}) == 1);
  REQUIRE(stage.client);
  CHECK((stage.client->addresses == std::vector<Address>{*parse_address("10.20.0.99")}));
  CHECK(stage.client->enter == "lan0");
  for (auto const& task : stage.sent) CHECK(task.family == Family::ip4);
  CHECK(has(stage.out, "SC944"));
}

TEST_CASE("probe: what cannot be meant is refused with its option") {
  struct Case {
    std::vector<std::string> words;
    std::string_view message;
  };
  for (auto const& one :
       std::vector<Case>{{{"--source", "here"}, "--source: 'here' is not an address"},
                         {{"--family", "5"}, "--family: '5' is neither 4 nor 6"},
                         {{"--tries", "0"}, "--tries: 0 would send nothing"},
                         {{"--rate", "x"}, "--rate"},
                         {{"--through-forward", "10.0.0.9", "--through-forward", "10.0.0.8"},
                          "--through-forward: one address of each family will do"},
                         {{"--through-forward", "10.0.0.9", "--source", "10.0.0.8"},
                          "--source and --through-forward exclude each other"}}) {
    Stage stage;
    CHECK(stage.run(one.words) == 2);
    CAPTURE(stage.err.str());
    CHECK(has(stage.err, one.message));
    CHECK(stage.sent.empty());
  }
}

}  // namespace safeconduct::test
