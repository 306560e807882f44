// SPDX-License-Identifier: GPL-3.0-or-later
// Exports that are read for what will be asked, beside the same read whole.
#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <string>

#include "engine/journey.h"
#include "formats/reader.h"
#include "formats/sift.h"
#include "support/dice.h"

namespace safeconduct::test {
namespace {

using testing::Dice;

AddressSet addresses(std::string_view prefix) {
  return AddressSet(interval(parse_prefix(prefix).value()));
}

// What a rule asks of packets, in all notations; or a whole rule set.
struct Words {
  std::string iptables;
  std::string nft;
  std::string json;
};

std::string json_match(std::string const& selector, std::string const& value,
                       std::string const& sign = "==") {
  return R"({"match": {"op": ")" + sign + R"(", "left": {)" + selector + R"(}, "right": )" + value +
         "}}, ";
}
std::string json_payload(std::string const& protocol, std::string const& field) {
  return R"("payload": {"protocol": ")" + protocol + R"(", "field": ")" + field + "\"}";
}
std::string const kJsonState = R"("ct": {"key": "state"})";

std::string json_rule(std::string const& chain, std::string const& statements) {
  return R"(, {"rule": {"family": "ip", "table": "filter", "chain": ")" + chain +
         R"(", "handle": 7, "expr": [)" + statements + "]}}";
}
std::string json_chain(std::string const& name, std::string const& hook = {}) {
  return R"(, {"chain": {"family": "ip", "table": "filter", "name": ")" + name +
         R"(", "handle": 1)" + hook + "}}";
}

Words conditions(Dice& dice) {
  Words words;
  auto const address = [&](char const* option, char const* selector) {
    if (!dice.percent(60)) return;
    auto const network = std::string(dice.word({"10.", "10.", "20.", "20.", "30."})) +
                         std::to_string(dice.number(0, 3)) + ".0.0";
    auto const prefix = network + "/16";
    bool const negated = dice.percent(10);
    words.iptables += std::string(negated ? " ! " : " ") + option + ' ' + prefix;
    words.nft += std::string("ip ") + selector + (negated ? " != " : " ") + prefix + ' ';
    words.json += json_match(json_payload("ip", selector),
                             R"({"prefix": {"addr": ")" + network + R"(", "len": 16}})",
                             negated ? "!=" : "==");
  };
  address("-s", "saddr");
  address("-d", "daddr");
  if (dice.percent(70)) {
    std::string const protocol(dice.word({"tcp", "tcp", "udp"}));
    std::string const side(dice.word({"sport", "dport", "dport"}));
    auto const port = std::string(dice.word({"443", "443", "80", "53", "400-500", "1000-2000"}));
    auto colons = port;
    if (auto const dash = colons.find('-'); dash != std::string::npos) colons[dash] = ':';
    words.iptables += " -p " + protocol + " -m " + protocol + " --" + side + ' ' + colons;
    words.nft += protocol + ' ' + side + ' ' + port + ' ';
    auto const dash = port.find('-');
    words.json += json_match(json_payload(protocol, side),
                             dash == std::string::npos ? port
                                                       : R"({"range": [)" + port.substr(0, dash) +
                                                             ", " + port.substr(dash + 1) + "]}");
  }
  if (dice.percent(15)) {
    words.iptables += " -m conntrack --ctstate NEW";
    words.nft += "ct state new ";
    words.json += json_match(kJsonState, "\"new\"", "in");
  }
  return words;
}

Words drawn(Dice& dice) {
  std::string forward[3];
  std::string web[3];
  auto const settles = dice.number(0, 12);  // where replies are let through; in some sets nowhere
  for (std::uint32_t i = 0; i < 10; ++i) {
    if (i == settles) {
      forward[0] += "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
      forward[1] += "\t\tct state established,related accept\n";
      forward[2] +=
          json_rule("forward", json_match(kJsonState, R"(["established", "related"])", "in") +
                                   R"({"accept": null})");
    }
    auto const rule = conditions(dice);
    bool const inner = dice.percent(40);
    bool const accepts = dice.percent(60);
    bool const jumps = !inner && dice.percent(20);
    (inner ? web : forward)[0] += std::string("-A ") + (inner ? "web" : "FORWARD") + rule.iptables +
                                  " -j " +
                                  (jumps     ? "web"
                                   : accepts ? "ACCEPT"
                                             : "DROP") +
                                  '\n';
    (inner ? web : forward)[1] += "\t\t" + rule.nft +
                                  (jumps     ? "jump web"
                                   : accepts ? "accept"
                                             : "drop") +
                                  '\n';
    (inner ? web : forward)[2] += json_rule(
        inner ? "web" : "forward", rule.json + std::string(jumps ? R"({"jump": {"target": "web"}})"
                                                           : accepts ? R"({"accept": null})"
                                                                     : R"({"drop": null})"));
  }
  auto const policy = std::string(dice.word({"ACCEPT", "DROP"}));
  bool const untracked = dice.percent(20);
  Words all;
  all.iptables = "# Generated by iptables-save v1.8.9\n";
  if (untracked)
    all.iptables +=
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport "
        "443 -j CT --notrack\nCOMMIT\n";
  all.iptables += "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD " + policy +
                  " [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n" + forward[0] + web[0] + "COMMIT\n";
  all.nft =
      "table ip filter {\n\tchain forward {\n\t\ttype filter hook forward priority filter; "
      "policy " +
      std::string(policy == "DROP" ? "drop" : "accept") + ";\n" + forward[1] +
      "\t}\n\n\tchain web {\n" + web[1] + "\t}\n";
  if (untracked)
    all.nft +=
        "\n\tchain raw {\n\t\ttype filter hook prerouting priority raw; policy accept;\n"
        "\t\ttcp dport 443 notrack\n\t}\n";
  all.nft += "}\n";
  auto const base = [](std::string const& hook, int priority, std::string const& at_last) {
    return R"(, "type": "filter", "hook": ")" + hook + R"(", "prio": )" + std::to_string(priority) +
           R"(, "policy": ")" + at_last + '"';
  };
  all.json = R"({"nftables": [{"metainfo": {"json_schema_version": 1}}, )"
             R"({"table": {"family": "ip", "name": "filter", "handle": 1}})" +
             json_chain("forward", base("forward", 0, policy == "DROP" ? "drop" : "accept")) +
             json_chain("web") + json_chain("raw", base("prerouting", -300, "accept")) +
             forward[2] + web[2];
  if (untracked)
    all.json +=
        json_rule("raw", json_match(json_payload("tcp", "dport"), "443") + R"({"notrack": null})");
  all.json += "]}\n";
  return all;
}

// By leg, what becomes of the packets.
std::vector<std::map<Fate, PacketSet>> fates(std::vector<LegDecision> const& legs) {
  std::vector<std::map<Fate, PacketSet>> all;
  for (auto const& leg : legs) {
    std::map<Fate, std::vector<Box>> boxes;
    for (auto const& piece : leg.pieces) boxes[piece.fate].push_back(piece.asked);
    auto& of_leg = all.emplace_back();
    for (auto& [fate, some] : boxes) of_leg[fate] = PacketSet(std::move(some));
  }
  return all;
}

std::vector<LegDecision> asked_of(Ruleset const& rules) {
  Conversation talk;
  talk.l4proto = l4::tcp;
  talk.asked.at(Field::saddr) = interval(parse_prefix("10.0.0.0/8").value());
  talk.asked.at(Field::daddr) = interval(parse_prefix("20.1.0.0/16").value());
  talk.asked.at(Field::dport) = {443, 443};
  return journey(rules, talk);
}

}  // namespace

TEST_CASE("sifted exports: what is asked is answered as with all rules, or not at all") {
  Sieve wanted;
  wanted.between(Family::ip4, addresses("10.0.0.0/8"), addresses("20.1.0.0/16"));
  wanted.on(l4::tcp, Sieve::PortRange{443, 443});
  wanted.ask_forwarded();
  auto const sieve = std::make_shared<Sieve const>(wanted);
  std::map<std::string, std::size_t> count;
  Dice dice(20261126);
  for (int i = 0; i < 1500; ++i) {
    auto const sets = drawn(dice);
    for (auto const& text : {sets.iptables, sets.nft, sets.json}) {
      CAPTURE(text);
      SourceText const source{"rules", std::make_shared<std::string const>(text)};
      auto const whole = read_device(std::span(&source, 1));
      REQUIRE(whole.has_value());
      std::istringstream stream(text);
      auto const sifted = sift("rules", stream, *sieve);
      REQUIRE(sifted.has_value());
      auto some = read_device(std::span(&*sifted, 1));
      REQUIRE(some.has_value());
      some->sieve = sieve;
      if (*sifted->text != text) ++count["sifted"];
      if (!sifted->gaps.empty()) ++count["with gaps"];
      if (!sifted->sifted_replies.empty()) {
        ++count["for requests"];
        if (!sifted->gaps.empty()) ++count["for requests, with gaps"];
      }
      auto const legs = asked_of(*some);
      if (std::ranges::any_of(legs, &LegDecision::sieve_left)) {
        ++count["left"];
        continue;
      }
      ++count["answered"];
      REQUIRE(fates(legs) == fates(asked_of(*whole)));
    }
  }
  CHECK(count["sifted"] > 3000);
  CHECK(count["with gaps"] > 1000);
  CHECK(count["for requests"] > 450);
  CHECK(count["for requests, with gaps"] > 150);
  CHECK(count["left"] > 30);
  CHECK(count["answered"] > 3000);
}

}  // namespace safeconduct::test
