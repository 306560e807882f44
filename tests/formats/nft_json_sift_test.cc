// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "formats/reader.h"
#include "formats/sift.h"
#include "formats/sifted_lines.h"
#include "support/dice.h"

namespace safeconduct::test {
namespace {

using testing::Dice;

std::string const kHead =
    R"({"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, )"
    R"({"table": {"family": "inet", "name": "filter", "handle": 1}}, )"
    R"({"chain": {"family": "inet", "table": "filter", "name": "forward", "handle": 1, )"
    R"("type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}}, )"
    R"({"chain": {"family": "inet", "table": "filter", "name": "web", "handle": 2}}, )";
std::string const kLast =
    R"({"rule": {"family": "inet", "table": "filter", "chain": "forward", "handle": 99, )"
    R"("expr": [{"jump": {"target": "web"}}]}}]})"
    "\n";

std::string rule(std::string const& statements, std::string const& more = {}) {
  return R"({"rule": {"family": "inet", "table": "filter", "chain": "forward", "handle": 7, )" +
         more + R"("expr": [)" + statements + "]}}";
}
std::string match(std::string_view selector, std::string const& value,
                  std::string_view sign = "==") {
  return R"({"match": {"op": ")" + std::string(sign) + R"(", "left": )" + std::string(selector) +
         R"(, "right": )" + value + "}}, ";
}
std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

constexpr std::string_view kSource = R"({"payload": {"protocol": "ip", "field": "saddr"}})";
constexpr std::string_view kDestination = R"({"payload": {"protocol": "ip", "field": "daddr"}})";
constexpr std::string_view kState = R"({"ct": {"key": "state"}})";
std::string const kDrop = R"({"drop": null})";
std::string const kPlain = rule(match(kSource, in_quotes("8.8.8.8")) + kDrop);

Result<Ruleset> read(std::string text) {
  SourceText const source{"rules", std::make_shared<std::string const>(std::move(text))};
  return read_device(std::span(&source, 1));
}

Sieve sieve() {
  auto const set = [](std::string_view prefix) {
    return AddressSet(interval(parse_prefix(prefix).value()));
  };
  Sieve sieve;
  sieve.ask(Family::ip4, set("1.0.0.0/8") | set("4.4.0.0/16"),
            set("2.0.0.0/7") | set("9.9.9.9/32"));
  return sieve;
}

std::optional<SourceText> sifted(std::string const& text, unsigned threads = 1) {
  std::istringstream stream(text);
  return sift("rules", stream, sieve(), threads);
}

std::string address(Dice& dice) {
  auto const octet = [&] { return std::to_string(dice.number(0, dice.percent(50) ? 9 : 260)); };
  auto const length = dice.percent(50) ? 24 : dice.number(0, 33);
  if (dice.percent(60)) return in_quotes(octet() + '.' + octet() + '.' + octet() + '.' + octet());
  return R"({"prefix": {"addr": ")" + octet() + '.' + octet() + '.' +
         (length > 16 ? octet() : "0") + R"(.0", "len": )" + std::to_string(length) + "}}";
}

std::string port(Dice& dice) {
  auto const one = dice.number(0, dice.percent(10) ? 70000 : 9999);
  if (!dice.percent(20)) return std::to_string(one);
  return R"({"range": [)" + std::to_string(one) + ", " + std::to_string(one + dice.number(0, 99)) +
         "]}";
}
std::string ports(Dice& dice) {
  if (dice.percent(60)) return port(dice);
  auto text = R"({"set": [)" + port(dice);
  for (auto more = dice.below(4); more > 0; --more) text += ", " + port(dice);
  return text + "]}";
}

// Statements in any order, nearly always of a plain rule, and often nearly so.
std::string object(Dice& dice) {
  std::vector<std::string> parts;
  auto const add = [&](unsigned chance, std::string_view selector, std::string const& value,
                       std::string_view sign = "==") {
    if (dice.percent(chance)) parts.push_back(match(selector, value, sign));
  };
  auto const either = [&] { return dice.percent(10) ? "!=" : "=="; };
  auto const meta = [](std::string_view key) {
    return R"({"meta": {"key": ")" + std::string(key) + "\"}}";
  };
  add(15, meta("iifname"),
      std::string(dice.word({"\"lan0\"", "\"eth*\"", "\"*\"", "\"a-name-of-16-byt\""})), either());
  add(15, meta("oifname"), std::string(dice.word({"\"wan0\"", "\"p p\"", "7"})), either());
  add(60, kSource, address(dice), either());
  add(60, kDestination, address(dice), either());
  std::string const protocol(dice.word({"tcp", "udp", "icmp", "gre"}));
  add(20, meta("l4proto"), in_quotes(protocol), either());
  auto const of_ports = [&](std::string_view field) {
    return R"({"payload": {"protocol": ")" + protocol + R"(", "field": ")" + std::string(field) +
           "\"}}";
  };
  if (dice.percent(40)) {
    add(30, of_ports("sport"), ports(dice), either());
    add(90, of_ports("dport"), ports(dice), either());
  }
  add(30, kState,
      std::string(dice.word({"\"new\"", R"(["established", "related"])", "\"newer\"", "[]"})),
      dice.percent(10) ? "!=" : "in");
  if (dice.percent(5)) add(100, kSource, address(dice));
  if (dice.percent(30))
    parts.emplace_back(dice.word({R"({"counter": {"packets": 7, "bytes": 420}}, )",
                                  R"({"counter": null}, )", R"({"counter": {"packets": 07}}, )"}));
  if (dice.percent(5)) parts.emplace_back(R"({"limit": {"rate": 5, "per": "second"}}, )");
  std::string text;
  while (!parts.empty()) {
    auto const at = dice.percent(70) ? 0 : dice.below(static_cast<std::uint32_t>(parts.size()));
    text += parts[at];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
  }
  text += dice.word({R"({"accept": null})", R"({"drop": null})", R"({"return": null})",
                     R"({"reject": null})", R"({"jump": {"target": "web"}})"});
  auto made =
      rule(text, dice.percent(20)
                     ? std::string(dice.word({R"("comment": "two words", )",
                                              R"("comment": "a}, {", )", R"("comment": "a\"b", )"}))
                     : "");
  if (dice.percent(3))
    made.insert(dice.below(static_cast<std::uint32_t>(made.size())), 1,
                dice.pick({' ', '"', '!', '0', '{', '}', '\\'}));
  return made;
}

}  // namespace

TEST_CASE("sifted nft JSON: what is left out is a rule between others, in its own words") {
  auto const some = sieve();
  Dice dice(11);
  int gone = 0;
  for (int i = 0; i < 12'000; ++i) {
    auto const one = object(dice);
    CAPTURE(one);
    auto const whole = kHead + one + ", " + kLast;
    auto const rest = sifted(whole);
    if (!rest || *rest->text == whole) continue;
    ++gone;
    CHECK(*rest->text == kHead + kLast);
    auto const full = read(whole);
    REQUIRE(full.has_value());
    CHECK(full->notes.empty());
    auto const& rules = full->chains[0].rules;
    REQUIRE(rules.size() == 2);
    check_may_go(*full, rules[0], some);
    auto const left = read_device(std::span(&*rest, 1));
    REQUIRE(left.has_value());
    CHECK(left->chains[0].sifted);
    CHECK_FALSE(left->chains[1].sifted);
    REQUIRE(left->chains[0].rules.size() == 1);
    CHECK(location(*left, left->chains[0].rules[0].span) == location(*full, rules[1].span));
  }
  CHECK(gone > 1'000);
}

TEST_CASE("sifted nft JSON: many rules are each as they are alone, whoever glances at them") {
  Dice dice(12);
  std::string whole = kHead;
  std::string kept = kHead;
  std::size_t gone = 0;
  while (whole.size() < 1'500'000) {
    auto const one = object(dice);
    // Alone, a rule is the first to mention its interfaces, and stays for that.
    if (one.contains("ifname")) continue;
    auto const alone = sifted(kHead + one + ", " + kPlain + ", " + kLast);
    if (!alone || !read(kHead + one + ", " + kLast)) continue;
    bool const goes = *alone->text == kHead + kLast;
    for (auto times = dice.below(4); times > 0; --times) {
      whole += one + ", ";
      if (!goes) kept += one + ", ";
      gone += goes ? 1 : 0;
    }
  }
  whole += kLast;
  kept += kLast;
  CHECK(gone > 200);
  auto const rest = sifted(whole);
  REQUIRE(rest.has_value());
  CHECK((*rest->text == kept));
  auto const by_two = sifted(whole, 2);
  REQUIRE(by_two.has_value());
  CHECK((*by_two->text == kept));
  CHECK(by_two->sifted == rest->sifted);
  auto const full = read(whole);
  auto const left = read_device(std::span(&*rest, 1));
  REQUIRE(full.has_value());
  REQUIRE(left.has_value());
  CHECK(location(*left, left->chains[0].rules.back().span) ==
        location(*full, full->chains[0].rules.back().span));
}

TEST_CASE("sifted nft JSON: the first mention of an interface stays, in its place") {
  auto const named = rule(match(R"({"meta": {"key": "iifname"}})", in_quotes("lan0")) +
                          match(kSource, in_quotes("8.8.8.8")) + kDrop);
  auto const rest = sifted(kHead + named + ", " + named + ", " + named + ", " + kLast);
  REQUIRE(rest.has_value());
  CHECK(*rest->text == kHead + named + ", " + kLast);
}

TEST_CASE("sifted nft JSON: where commands are, the export is read whole") {
  for (std::string const command : {"add", "insert", "delete", "replace"}) {
    CAPTURE(command);
    CHECK_FALSE(sifted(kHead + kPlain + R"(, {")" + command + "\": " + kPlain + "}, " + kLast));
  }
}

TEST_CASE("sifted nft JSON: rules of chains that are not declared, or of other families, stay") {
  auto const other = [](std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  };
  for (auto const& text :
       {kHead + other(kPlain, "forward", "nowhere") + ", " + kLast,
        other(kHead, "inet", "bridge") + other(kPlain, "inet", "bridge") + ", " + kLast}) {
    CAPTURE(text);
    auto const rest = sifted(text);
    REQUIRE(rest.has_value());
    CHECK(*rest->text == text);
  }
}

TEST_CASE("sifted nft JSON: a rule within quotes that are not closed is not cut out of them") {
  auto const text = kHead + R"({"counter": {"name": "a, )" + kPlain + ", " + kPlain + ", " + kLast;
  auto const rest = sifted(text);
  REQUIRE(rest.has_value());
  CHECK(*rest->text == text);
  CHECK_FALSE(read(text).has_value());
}

TEST_CASE("sifted nft JSON: a set of many elements, in one object, does not keep the rules") {
  std::string set = R"({"set": {"family": "inet", "name": "s", "table": "filter", "type": )"
                    R"("ipv4_addr", "handle": 3, "elem": [)";
  for (int i = 0; i < 120'000; ++i)
    set += (i == 0 ? "\"10." : ", \"10.") + std::to_string(i >> 16) + '.' +
           std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255) + '"';
  set += "]}}, ";
  auto const rest =
      sifted(kHead + set + kPlain + ", " + kPlain + ", " + set + kPlain + ", " + kLast);
  REQUIRE(rest.has_value());
  CHECK((*rest->text == kHead + set + set + kLast));
  REQUIRE(rest->gaps.size() == 2);
  CHECK(rest->gaps[0].length == 2 * (kPlain.size() + 2));
}

TEST_CASE("sifted nft JSON: chains are read strictly, whatever follows them") {
  std::string odd = R"({"chain": {"family": "ip", "table": 1}}, )";
  std::string many = R"({"nftables": [)";
  for (int i = 0; i < 20'000; ++i) many += odd;
  auto const rest = sifted(many + R"({"x": 1, "name": "x"}, {"rule": {)");
  CHECK_FALSE(rest.has_value());
  CHECK_FALSE(sifted(R"({"nftables": [{"chain": {"rule": {)").has_value());
}

TEST_CASE(
    "sifted nft JSON: in a listing of chains, without their table, each is marked by itself") {
  auto head = kHead;
  auto const table = head.find(R"({"table": )");
  head.erase(table, head.find(R"({"chain": )") - table);
  auto const rest = sifted(head + kPlain + ", " + kLast);
  REQUIRE(rest.has_value());
  auto const left = read_device(std::span(&*rest, 1));
  REQUIRE(left.has_value());
  CHECK(left->chains[0].sifted);
  CHECK_FALSE(left->chains[1].sifted);
}

TEST_CASE("sifted nft JSON: a list that ends in a comma is refused, whatever went before it") {
  auto const text = kHead + kPlain + ", " + kPlain + ", ]}\n";
  auto const rest = sifted(text);
  REQUIRE(rest.has_value());
  CHECK_FALSE(read(text).has_value());
  CHECK_FALSE(read_device(std::span(&*rest, 1)).has_value());
}

}  // namespace safeconduct::test
