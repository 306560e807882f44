// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "formats/reader.h"
#include "formats/sift.h"
#include "formats/sifted_lines.h"
#include "support/dice.h"

namespace safeconduct::test {
namespace {

using testing::Dice;

std::string const kHead =
    "table inet filter {\n\tset bad {\n\t\ttype ipv4_addr\n\t\telements = { 192.0.2.1 }\n\t}\n\n"
    "\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n"
    "\t\tct state established,related accept\n";
std::string const kTail =
    "\t}\n\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n";

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

std::string address(Dice& dice) {
  auto const octet = [&] { return std::to_string(dice.number(0, dice.percent(50) ? 9 : 260)); };
  auto const length = dice.percent(50) ? 24 : dice.number(0, 33);
  if (dice.percent(60)) return octet() + '.' + octet() + '.' + octet() + '.' + octet();
  return octet() + '.' + octet() + '.' + (length > 16 ? octet() : "0") + ".0/" +
         std::to_string(length);
}

std::string port(Dice& dice) {
  auto const one = dice.number(0, dice.percent(10) ? 70000 : 9999);
  return std::to_string(one) +
         (dice.percent(20) ? '-' + std::to_string(one + dice.number(0, 99)) : "");
}

std::string ports(Dice& dice) {
  if (dice.percent(60)) return port(dice);
  auto text = "{ " + port(dice);
  for (auto more = dice.below(4); more > 0; --more) text += ", " + port(dice);
  return text + " }";
}

// A line that is nearly always a plain rule, and often nearly one.
std::string line(Dice& dice) {
  std::string text;
  auto const add = [&](unsigned chance, std::string_view selector, std::string const& value) {
    if (!dice.percent(chance)) return;
    text += selector;
    text += dice.percent(10) ? " != " : " ";
    text += value + ' ';
  };
  add(15, "iifname", std::string(dice.word({"\"lan0\"", "\"eth*\"", "\"a-name-of-16-byt\"", "x"})));
  add(15, "oifname", std::string(dice.word({"\"wan0\"", "\"ppp*\"", "\"*\""})));
  add(60, "ip saddr", address(dice));
  add(60, "ip daddr", address(dice));
  auto const protocol = std::string(dice.word({"tcp", "udp", "icmp", "gre"}));
  if (dice.percent(20)) add(100, "meta l4proto", protocol);
  if (dice.percent(40)) {
    add(30, protocol + " sport", ports(dice));
    add(90, protocol + " dport", ports(dice));
  }
  add(30, "ct state",
      std::string(dice.word({"new", "established,related", "new,untracked", "newer", "new,"})));
  if (dice.percent(30)) text += dice.word({"counter ", "counter packets 7 bytes 420 "});
  if (dice.percent(5))
    text += dice.word({"limit rate 5/second ", "ip saddr @bad ", "meta mark 1 "});
  text += dice.word({"accept", "drop", "return", "reject", "jump nowhere", "log"});
  if (dice.percent(20))
    text += dice.word({" comment \"two words\"", " comment \"a}\"", " comment a"});
  if (dice.percent(20)) text += " # handle 17";
  if (dice.percent(3))
    text.insert(dice.below(text.size()), 1, dice.pick({' ', '"', '!', 'x', '{', '}'}));
  return text;
}

}  // namespace

TEST_CASE("sifted nft: what is left out is a rule between others, in its own words") {
  auto const some = sieve();
  Dice dice(11);
  int gone = 0;
  for (int i = 0; i < 12'000; ++i) {
    auto const one = line(dice);
    CAPTURE(one);
    auto const whole = kHead + "\t\t" + one + '\n' + kTail;
    std::istringstream stream(whole);
    auto const sifted = sift("rules", stream, some);
    if (!sifted || *sifted->text == whole) continue;
    ++gone;
    CHECK(*sifted->text == kHead + '\n' + kTail);
    auto const full = read(whole);
    REQUIRE(full.has_value());
    CHECK(full->notes.empty());
    auto const& rules = full->chains[0].rules;
    REQUIRE(rules.size() == 2);
    check_may_go(*full, rules[1], some);
    auto const rest = read_device(std::span(&*sifted, 1));
    REQUIRE(rest.has_value());
    CHECK(rest->chains[0].sifted);
    CHECK_FALSE(rest->chains[1].sifted);
  }
  CHECK(gone > 1'000);
}

TEST_CASE("sifted nft: many lines are each as they are alone, whoever glances at them") {
  auto const some = sieve();
  Dice dice(12);
  std::vector<SiftedLine> lines;
  std::string const other = "\t\tip saddr 8.8.8.8 drop\n";
  for (std::size_t size = 0; size < 1'000'000;) {
    auto one = "\t\t" + line(dice) + '\n';
    std::istringstream stream(kHead + one + other + kTail);
    auto const alone = sift("rules", stream, some);
    // Not one that begins or ends a block.
    if (!alone || !alone->text->ends_with("\n\n" + kTail)) continue;
    // Alone, a line is the first to mention its interfaces, and stays for that.
    bool const mentions = one.contains("ifname ");
    bool const kept = alone->text->size() == kHead.size() + one.size() + 1 + kTail.size();
    for (std::size_t times = dice.below(4); times > 0; --times) {
      lines.push_back({one, kept && !mentions});
      size += one.size();
    }
  }
  check_sifted_lines(kHead, lines, kTail, some);
}

TEST_CASE("sifted nft: a rule without addresses stays for the sake of the other family") {
  Sieve some;
  some.ask(Family::ip6, AddressSet(interval(parse_prefix("2001:db8::/32").value())),
           AddressSet(interval(parse_prefix("2001:db9::/32").value())));
  auto const text = kHead + "\t\tudp dport 53 drop\n\t\tip saddr 8.8.8.8 drop\n" + kTail;
  std::istringstream stream(text);
  auto const sifted = sift("rules", stream, some);
  REQUIRE(sifted.has_value());
  CHECK(*sifted->text == kHead + "\t\tudp dport 53 drop\n\n" + kTail);
}

TEST_CASE("sifted nft: where lines hang together, or commands follow, the export is read whole") {
  auto const some = sieve();
  std::string const plain = "\t\tip saddr 8.8.8.8 drop\n";
  for (auto const& text :
       {kHead + "\t\tip saddr 1.1.1.1 \\\n" + plain + kTail,
        kHead + "\t\tip saddr 1.1.1.1 comment \"a\n" + plain + "\" drop\n" + kTail,
        kHead + plain + kTail + "insert rule inet filter forward index 0 drop\n",
        kHead + plain + "\t\tpolicy accept;\n" + kTail,
        kHead + plain + "\t\ttcp dport 1 jump {\n" + plain + "\t\t}\n" + kTail,
        "flush ruleset\n" + kHead + plain + kTail}) {
    CAPTURE(text);
    std::istringstream stream(text);
    CHECK_FALSE(sift("rules", stream, some).has_value());
  }
}

TEST_CASE("sifted nft: lines in a block of a rule, or of another family's table, stay") {
  auto const some = sieve();
  std::string const plain = "\t\tip saddr 8.8.8.8 drop\n";
  for (auto const& text : {kHead + "\t\ttcp dport {\n" + plain + "\t\t} accept\n" + kTail,
                           "table bridge filter {\n\tchain c {\n" + plain + "\t}\n}\n"}) {
    CAPTURE(text);
    std::istringstream stream(text);
    auto const sifted = sift("rules", stream, some);
    REQUIRE(sifted.has_value());
    CHECK(*sifted->text == text);
  }
}

}  // namespace safeconduct::test
