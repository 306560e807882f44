// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that nobody wrote by mistake: each is refused with its place, or read, in bounded time and
// memory.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "formats/reader.h"

namespace safeconduct::test {
namespace {

Result<Ruleset> read(std::string text) {
  SourceText const source{"input", std::make_shared<std::string const>(std::move(text))};
  return read_device(std::span(&source, 1), {}, Format::nft);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string in_chain(std::string const& rules) {
  return "table ip t {\nchain c {\n" + rules + "\n}\n}\n";
}

// Refused, with a place, and in words that fit a terminal.
void refused(std::string text) {
  auto const rules = read(std::move(text));
  REQUIRE_FALSE(rules);
  CHECK(rules.error().at.line >= 1);
  CHECK_FALSE(rules.error().text.empty());
  CHECK(to_message(rules.error()).size() < 2000);
}

constexpr std::size_t kMillion = 1'000'000;

}  // namespace

TEST_CASE("nft hostile: nesting of any kind, a million deep, is refused") {
  refused(repeated("table ip t {\n", kMillion));
  refused("table ip t {\n" + repeated("chain c {\n", kMillion));
  refused(in_chain(repeated("jump {\n", kMillion)));
  refused(in_chain(repeated("jump {\n", kMillion) + repeated("\n}\n", kMillion)));
  refused(in_chain("tcp dport " + repeated("{", kMillion)));
  refused(in_chain("tcp dport " + repeated("{", kMillion) + "22" + repeated("}", kMillion)));
  refused(in_chain("meta mark set " + repeated("(", kMillion)));
  refused(in_chain("meta mark set " + repeated("(", kMillion) + "1" + repeated(")", kMillion)));
  refused(in_chain("tcp flags & " + repeated("(", kMillion)));
  refused(in_chain("jhash " + repeated("jhash ", kMillion)));
  refused(in_chain(repeated("vxlan ", kMillion)));
  refused(in_chain(repeated("ip saddr . ", kMillion)));
  refused("table ip t {\nset s {\ntype " + repeated("ipv4_addr . ", kMillion) + "\n}\n}\n");
}

TEST_CASE(
    "nft hostile: variables that stand for each other are refused before they fill the memory") {
  std::string text = "define a0 = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10\n";
  for (int i = 1; i < 40; ++i) {
    auto const before = "$a" + std::to_string(i - 1);
    text += "define a" + std::to_string(i) + " = " + before + ", " + before + ", " + before + "\n";
  }
  refused(text + in_chain("tcp dport { $a39 } accept"));
  refused("define a = $b\ndefine b = $a\n" + in_chain("tcp dport $b accept"));
}

TEST_CASE("nft hostile: a line of many megabytes is a line like any other") {
  auto const many = std::size_t{32} << 20U;
  refused(in_chain(std::string(many, 'x') + " {"));
  refused(in_chain("tcp dport " + std::string(many, '1')));
  refused(std::string(many, 'x'));
  refused("table ip t {\nchain " + std::string(many, '{'));
  CHECK(read(in_chain("accept comment \"" + std::string(many, 'x') + "\"")).has_value());
  CHECK(read(in_chain("accept # " + std::string(many, 'x'))).has_value());
  CHECK(read(in_chain(std::string(many, ' ') + "accept" + std::string(many, '\t'))).has_value());
  CHECK(read(in_chain(repeated("\\\n", many / 2) + "accept")).has_value());
}

TEST_CASE("nft hostile: bytes that are no text are refused where they stand") {
  using namespace std::string_literals;
  refused("table ip t\0 {\n}\n"s);
  refused(in_chain("tcp dport \0 accept"s));
  refused(in_chain("tcp dport 22\0accept"s));
  refused(in_chain("\x01\x02\x03 accept"));
  refused(in_chain("tcp dport \xC3\x28 accept"));
  refused(in_chain("jump \xFF\xFE"));
  SourceText const source{"input", std::make_shared<std::string const>("table ip t {\0}\n"s)};
  auto const detected = detect(source);
  REQUIRE_FALSE(detected);
  CHECK(detected.error().text == "the file is binary: it has NUL bytes");
  // In words that are only carried along, they are shown as what they are not.
  auto const rules = read(in_chain("meta secpath \"\xFF\xFE\" accept"));
  if (!rules) CHECK(to_message(rules.error()).find('\xFF') == std::string::npos);
}

TEST_CASE("nft hostile: commands that move all rules again and again come to an end") {
  std::string text = "flush ruleset\n" + in_chain(repeated("ip ttl 1\n", 100'000));
  text += repeated("insert rule ip t c index 50000 ip ttl 2\n", 10'000);
  auto const rules = read(text);
  REQUIRE_FALSE(rules);
  CHECK(rules.error().kind == ErrorKind::limit);
}

TEST_CASE("nft hostile: a chain at a device that calls very many chains, one within the other") {
  constexpr int kMany = 100'000;
  std::string text = "table netdev t {\n";
  for (int i = 0; i < kMany; ++i)
    text += "chain c" + std::to_string(i) + " { " +
            (i + 1 < kMany ? "jump c" + std::to_string(i + 1) : "accept") + "; }\n";
  text += "chain f { type filter hook ingress device \"e\" priority 0; jump c0; }\n}\n";
  CHECK(read(text));
}

TEST_CASE("nft hostile: wildcards in several columns of a set are refused before they multiply") {
  std::string rules;
  for (int i = 0; i < 8'000; ++i)
    rules +=
        std::string("iifname \"") + (i % 2 == 0 ? 'a' : 'b') + std::to_string(i) + "\" accept\n";
  CHECK(read(in_chain(rules)));
  auto const multiplied = read(in_chain(rules + "iifname . oifname { \"a*\" . \"a*\" } drop\n"));
  REQUIRE_FALSE(multiplied);
  CHECK(multiplied.error().text.contains("too many elements"));
}

TEST_CASE(
    "nft hostile: a map that very many rules ask is spelled out for the first of them alone") {
  std::string text = "table ip t {\nmap m { type ipv4_addr : mark; elements = { ";
  for (int i = 0; i < 4'000; ++i)
    text += "10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250) + " : " +
            std::to_string(i) + ", ";
  text += "}; }\nchain c {\n" + repeated("meta mark set ip saddr map @m\n", 1'000) + "}\n}\n";
  auto const rules = read(text);
  REQUIRE(rules);
  CHECK(rules->chains.at(0).rules.size() > 1'000'000);
  CHECK(rules->chains.at(0).rules.size() < 3'000'000);
}

}  // namespace safeconduct::test
