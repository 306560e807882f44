// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "formats/nft_golden.h"
#include "formats/nft_json_golden.h"
#include "formats/nft_json_statement.h"

namespace safeconduct::test {
namespace {

// A rule set of one chain, whose rule has these statements.
std::string with_rule(std::string const& statements) {
  return R"({"nftables": [{"table": {"family": "inet", "name": "t"}},
{"chain": {"family": "inet", "table": "t", "name": "c"}},
{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [)" +
         statements + "]}}]}";
}

std::string message_of(std::string const& text) {
  auto const rules = read_nft_json_text(text);
  return rules ? "read" : to_message(rules.error());
}

}  // namespace

TEST_CASE("nft_json: what the golden listings and scripts say") {
  for (auto const& golden : load_golden("formats/golden/nft-json")) {
    CAPTURE(golden.name);
    check_golden(golden, "expect", nft_json_text_of(golden.text("input")));
  }
}

TEST_CASE("nft_json: a faulty file is refused with its place and what would do") {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/rejects")) {
    if (!golden.name.starts_with("json-")) continue;
    ++count;
    CAPTURE(golden.name);
    CHECK_FALSE(read_nft_json_text(golden.text("input")).has_value());
    check_golden(golden, "expect", nft_json_text_of(golden.text("input")));
  }
  CHECK(count > 0);
}

TEST_CASE("nft_json: the place of a rule is its object, also on one endless line") {
  std::string text = R"({"nftables": [{"table": {"family": "ip", "name": "t"}}, )"
                     R"({"chain": {"family": "ip", "table": "t", "name": "c"}})";
  std::vector<std::uint32_t> columns;
  for (int i = 0; i < 2000; ++i) {
    text += ", ";
    columns.push_back(static_cast<std::uint32_t>(text.size() + 1));
    text += R"({"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [{"drop": null}]}})";
  }
  text += "]}";
  auto const rules = read_nft_json_text(text);
  REQUIRE(rules);
  REQUIRE(rules->chains.at(0).rules.size() == columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const span = rules->chains[0].rules[i].span;
    CHECK(location(*rules, span) == Location{"input", 1, columns[i]});
    CHECK(safeconduct::text(*rules, span) == "drop");
  }
}

TEST_CASE("nft_json: bytes that are no JSON text are refused where they stand") {
  using namespace std::string_literals;
  CHECK(message_of("{\"nftables\": [{\"table\": {\"family\": \"ip\", \"name\": \"\xFF\"}}]}") ==
        "input:1:51: the text is not UTF-8 here\n"
        "    {\"nftables\": [{\"table\": {\"family\": \"ip\", \"name\": \"?\"}}]}\n"
        "                                                      ^\n");
  CHECK(message_of("{\"nftables\": [\0]}"s) ==
        "input:1:15: a control character stands here\n"
        "    {\"nftables\": [?]}\n"
        "                  ^\n");
  CHECK(message_of("{\"nftables\": []}\0"s) ==
        "input:1:17: something follows the end of the JSON\n"
        "    {\"nftables\": []}?\n"
        "                    ^\n"
        "  hint: give one listing a file\n");
  CHECK(message_of("\xEF\xBB\xBF{\"nftables\": []}\n") == "read");
}

TEST_CASE("nft_json: nesting without end is refused, and costs nothing") {
  std::string const deep(1'000'000, '[');
  CHECK(message_of("{\"nftables\": " + deep).starts_with("input:1:"));
  CHECK(message_of(with_rule(deep)).contains("nested deeper than 200 levels"));
  std::string binary = R"({"meta": {"key": "mark"}})";
  for (int i = 0; i < 90; ++i) binary = R"({"&": [)" + binary + ", 255]}";
  CHECK(message_of(with_rule(R"({"match": {"op": "==", "left": )" + binary +
                             R"(, "right": 1}})")) == "read");
}

TEST_CASE("nft_json: an object with names without end is refused") {
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += (i > 0 ? ", \"" : "\"") + std::to_string(i) + "\": 0";
  CHECK(message_of(with_rule(many + "}")).contains("more than 64 names in one object"));
}

TEST_CASE("nft_json: no string of the JSON becomes anything but one name of the text") {
  std::string const hostile[] = {"\"",
                                 "\\\\",
                                 "x\\ny",
                                 "} ; add table ip u { chain c { type filter "
                                 "hook forward priority 0; policy drop; } }",
                                 "a\\\" accept",
                                 "#",
                                 "$x",
                                 "{",
                                 "a b",
                                 "accept",
                                 "\\u0000",
                                 "\\u007f",
                                 "\\ud83d\\ude00",
                                 "include \\\"/etc/x\\\""};
  for (auto const& raw : hostile) {
    std::string const string = raw == "\"" ? "\"\\\"\"" : '"' + raw + '"';
    CAPTURE(string);
    for (
        std::string_view const statement : {
            R"({"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": S}})",
            R"({"match": {"op": S, "left": {"meta": {"key": S}}, "right": {"set": [S]}}})",
            R"({"match": {"op": "==", "left": {"payload": {"protocol": S, "field": S}}, "right": 1}})",
            R"({"log": {"prefix": S, "level": S}})",
            R"({"counter": S})",
            R"({"ct helper": S})",
            R"({"limit": {"rate": 5, "per": S}})",
            R"({"dup": {"addr": S, "dev": S}})",
            R"({"snat": {"addr": S, "flags": S}})",
            R"({"xt": {"type": "match", "name": S}})",
            R"({"meter": {"name": S, "key": {"meta": {"key": "mark"}}, "stmt": {"counter": null}}})",
            R"({S: S})",
            R"(S)",
        }) {
      std::string text;
      for (char const c : statement)
        if (c == 'S') {
          text += string;
        } else {
          text += c;
        }
      CAPTURE(text);
      // A rule before and one behind it: whatever the string is, they stay what they are.
      auto const rules = read_nft_json_text(
          R"({"nftables": [{"table": {"family": "inet", "name": "t"}},
{"chain": {"family": "inet", "table": "t", "name": "c"}},
{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [{"accept": null}]}},
{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [)" +
          text + R"(]}},
{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [{"drop": null}]}}]})");
      if (!rules) {  // a value that nft text has no meaning for, as in nft text
        CHECK(rules.error().at.line == 4);
        continue;
      }
      CHECK(rules->tables.size() == 1);
      REQUIRE(rules->chains.size() == 1);
      auto const& all = rules->chains[0].rules;
      REQUIRE(all.size() >= 3);
      CHECK(std::holds_alternative<Accept>(all.front().action));
      CHECK(std::holds_alternative<Drop>(all.back().action));
      CHECK(location(*rules, all.back().span).line == 5);
      for (std::size_t i = 1; i + 1 < all.size(); ++i)
        CHECK(location(*rules, all[i].span).line == 4);
    }
  }
}

TEST_CASE("nft_json: text within the JSON may end nothing but itself") {
  for (auto const* const fine : {"accept", "jump {\n\taccept\n\tdrop\n}", "add @s { ip saddr }",
                                 "log prefix \"} ; #\"", "jump {\n drop; accept }"})
    CHECK_MESSAGE(nft::is_contained(fine), fine);
  for (auto const* const bad :
       {"", " \n", "accept }", "accept\ndrop", "a; b", "jump {", "} {", "log prefix \"x",
        "accept # drop", "accept \\", "accept $x", "log prefix \"a\nb\""})
    CHECK_FALSE_MESSAGE(nft::is_contained(bad), bad);
}

TEST_CASE("nft_json: a map to addresses with ports names both types in one string") {
  auto const json = read_nft_json_text(
      R"({"nftables": [{"table": {"family": "inet", "name": "t", "handle": 1}},
{"map": {"family": "inet", "name": "m", "table": "t", "type": ["ipv4_addr", "inet_service"], "handle": 3, "map": "ipv4_addr . inet_service", "flags": ["interval"], "elem": [[{"concat": [{"prefix": {"addr": "192.0.2.0", "len": 24}}, {"range": [50, 53]}]}, {"concat": ["198.51.100.2", 5353]}]]}},
{"chain": {"family": "inet", "table": "t", "name": "p", "handle": 2, "type": "nat", "hook": "prerouting", "prio": -100, "policy": "accept"}},
{"rule": {"family": "inet", "table": "t", "chain": "p", "handle": 4, "expr": [{"dnat": {"family": "ip", "addr": {"map": {"key": {"concat": [{"payload": {"protocol": "ip", "field": "daddr"}}, {"payload": {"protocol": "udp", "field": "dport"}}]}, "data": "@m"}}}}]}}]})");
  REQUIRE_MESSAGE(json, to_message(json.error()));
  auto const text = read_nft(
      "table inet t {\n\tmap m {\n\t\ttype ipv4_addr . inet_service : ipv4_addr . inet_service\n"
      "\t\tflags interval\n"
      "\t\telements = { 192.0.2.0/24 . 50-53 : 198.51.100.2 . 5353 }\n\t}\n"
      "\tchain p {\n\t\ttype nat hook prerouting priority -100; policy accept;\n"
      "\t\tdnat ip to ip daddr . udp dport map @m\n\t}\n}\n");
  REQUIRE(text);
  CHECK(without_lines(to_text(*json)) == without_lines(to_text(*text)));
  CHECK(message_of(R"({"nftables": [{"table": {"family": "ip", "name": "t"}},
{"map": {"family": "ip", "name": "m", "table": "t", "type": "ipv4_addr", "map": "ipv4_addr . "}}]})")
            .contains("is not a type"));
}

TEST_CASE("nft_json: a rule at an index is put where it is put in the text") {
  auto const text = read_nft(
      "add table ip t\nadd chain ip t c\nadd rule ip t c tcp dport 1 accept\n"
      "add rule ip t c tcp dport 3 accept\nadd rule ip t c index 0 tcp dport 2 accept\n");
  auto const rule = [](std::string const& place, int port) {
    return R"(, {"add": {"rule": {"family": "ip", "table": "t", "chain": "c", )" + place +
           R"("expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", )" +
           R"("field": "dport"}}, "right": )" + std::to_string(port) +
           R"(}}, {"accept": null}]}}})";
  };
  auto const json =
      read_nft_json_text(R"({"nftables": [{"add": {"table": {"family": "ip", "name": "t"}}}, )"
                         R"({"add": {"chain": {"family": "ip", "table": "t", "name": "c"}}})" +
                         rule("", 1) + rule("", 3) + rule(R"("index": 0, )", 2) + "]}");
  REQUIRE(text);
  REQUIRE_MESSAGE(json, to_message(json.error()));
  CHECK(without_lines(to_text(*json)) == without_lines(to_text(*text)));
}

TEST_CASE("nft_json: the same rules as text and as JSON are read to the same") {
  auto const text = read_nft(
      "table inet t {\n\tset s {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { "
      "10.0.0.0/8 }\n\t}\n\tchain c {\n\t\ttype filter hook forward priority filter; policy drop;\n"
      "\t\tip saddr @s tcp dport { 22, 80-90 } accept\n\t}\n}\n");
  auto const json = read_nft_json_text(
      R"({"nftables": [{"table": {"family": "inet", "name": "t", "handle": 1}},
{"set": {"family": "inet", "name": "s", "table": "t", "type": "ipv4_addr", "handle": 2, "flags": ["interval"], "elem": [{"prefix": {"addr": "10.0.0.0", "len": 8}}]}},





{"chain": {"family": "inet", "table": "t", "name": "c", "handle": 3, "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
{"rule": {"family": "inet", "table": "t", "chain": "c", "handle": 4, "expr": [{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@s"}}, {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [22, {"range": [80, 90]}]}}}, {"accept": null}]}}]})");
  REQUIRE(text);
  REQUIRE(json);
  CHECK(to_text(*text) == to_text(*json));
}

}  // namespace safeconduct::test
