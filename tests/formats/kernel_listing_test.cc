// SPDX-License-Identifier: GPL-3.0-or-later
// Bytecode as values in, nft's words out: no kernel is asked.
#include "formats/kernel_listing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/kernel.h"
#include "formats/reader.h"

namespace safeconduct::kernel {
namespace {

constexpr std::uint32_t kInet = 1;
constexpr std::uint32_t kMetaMark = 3;
constexpr std::uint32_t kMetaIif = 4;
constexpr std::uint32_t kMetaNfproto = 15;
constexpr std::uint32_t kMetaL4proto = 16;
constexpr std::uint32_t kEqual = 0;
constexpr std::uint32_t kNotEqual = 1;

Bytes host(std::uint32_t number) {
  Bytes bytes(sizeof number);
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

Expression run(decltype(Expression::does) does, std::string text = "the expression") {
  return {std::move(text), std::move(does)};
}
Expression meta(std::uint32_t key, Register to = 1) { return run(MetaLoad{key, to}); }
Expression network(std::uint32_t offset, std::uint32_t length, Register to = 1) {
  return run(PayloadLoad{1, offset, length, to});
}
Expression transport(std::uint32_t offset, std::uint32_t length, Register to = 1) {
  return run(PayloadLoad{2, offset, length, to});
}
Expression equals(Bytes data) { return run(Compare{kEqual, std::move(data), 1}, "cmp eq"); }
Expression differs(Bytes data) { return run(Compare{kNotEqual, std::move(data), 1}, "cmp neq"); }
Expression masked(Bytes mask) {
  Bitwise made;
  made.length = static_cast<std::uint32_t>(mask.size());
  made.flip = Bytes(mask.size(), 0);
  made.mask = std::move(mask);
  made.from = made.to = 1;
  return run(made);
}
Expression accept() { return run(Decide{{1, {}}}); }

using Expressions = std::vector<Expression>;

Dump one_rule(Expressions expressions, std::uint32_t family = kInet) {
  Dump dump;
  dump.tables.push_back({family, "t", 0, 1});
  dump.chains.push_back({family, "t", "c", 2, BaseHook{"filter", 2, 0, 0, {}}});
  dump.rules.push_back({family, "t", "c", 3, std::move(expressions), {}});
  dump.interfaces.push_back({7, "lan0"});
  return dump;
}

std::string rule_of(Dump const& dump) {
  auto const text = listing("kernel:", dump);
  REQUIRE(text);
  auto const end = text->find(" # handle 3\n");
  REQUIRE(end != std::string::npos);
  auto const begin = text->rfind("\t\t", end) + 2;
  return text->substr(begin, end - begin);
}
std::string words(Expressions expressions, std::uint32_t family = kInet) {
  return rule_of(one_rule(std::move(expressions), family));
}

Expressions tcp(Expressions more) {
  Expressions all{meta(kMetaL4proto), equals({6})};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
Expressions ip4(Expressions more) {
  Expressions all{meta(kMetaNfproto), equals({2})};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("kernel_listing: a listing reads like that of nft, with handles") {
  auto const text = listing("kernel:", one_rule(tcp({transport(2, 2), equals({0, 22}), accept()})));
  REQUIRE(text);
  CHECK(*text ==
        "# the rules of nf_tables that are in force\n"
        "table inet t { # handle 1\n"
        "\tchain c { # handle 2\n"
        "\t\ttype filter hook forward priority 0; policy drop;\n"
        "\t\ttcp dport 22 accept # handle 3\n"
        "\t}\n\n"
        "}\n");
}

TEST_CASE("kernel_listing: a load of two ports that must not equal two values is 'not both'") {
  CHECK(words(tcp({transport(0, 4), differs({0, 10, 0, 20})})) ==
        "tcp sport . tcp dport != { 10 . 20 }");
}

TEST_CASE("kernel_listing: a load of two fields that must equal is a test of each") {
  CHECK(words(tcp({transport(0, 4), equals({0, 10, 0, 20})})) == "tcp sport 10 tcp dport 20");
  CHECK(words(ip4({network(8, 2), equals({64, 17}), accept()})) ==
        "ip ttl 64 ip protocol udp accept");
}

TEST_CASE("kernel_listing: what spans fields and cannot be said of each is undecided") {
  CHECK(words(ip4({network(0, 2), masked({0x0F, 0xFC}), differs({5, 0})})) ==
        "meta nfproto ipv4 undecided \"bytecode 'the expression', cmp neq\"");
}

TEST_CASE("kernel_listing: prefixes, by a short load or a mask") {
  CHECK(words(ip4({network(12, 1), equals({10})})) == "ip saddr 10.0.0.0/8");
  CHECK(words(ip4({network(12, 4), masked({255, 255, 255, 128}), equals({192, 0, 2, 128})})) ==
        "ip saddr 192.0.2.128/25");
  CHECK(words(ip4({network(12, 4), masked({255, 0, 255, 0}), equals({10, 0, 1, 0})})) ==
        "ip saddr & 255.0.255.0 == 10.0.1.0");
}

TEST_CASE("kernel_listing: a value with bits that the mask takes away is kept: it never is") {
  CHECK(words({meta(kMetaMark), masked(host(1)), equals(host(2))}) == "meta mark & 0x1 == 0x2");
}

TEST_CASE("kernel_listing: bounds become a range, in the order of the network alone") {
  Expression const low = run(Compare{5, {0, 10}, 1});
  Expression const high = run(Compare{3, {0, 20}, 1});
  CHECK(words(tcp({transport(2, 2), low, high})) == "tcp dport 10-20");
  CHECK(words(tcp({transport(2, 2), run(Range{1, {0, 10}, {0, 20}, 1})})) == "tcp dport != 10-20");
  CHECK(words({meta(kMetaMark), run(Compare{5, host(1), 1}, "cmp gte")}) ==
        "undecided \"meta mark, cmp gte\"");
}

TEST_CASE("kernel_listing: flags and states by bit") {
  CHECK(words(tcp({transport(13, 1), masked({0x12}), equals({2})})) ==
        "tcp flags & (syn|ack) == syn");
  CHECK(words({run(CtLoad{0, {}, 1}), masked(host(6)), differs(host(0))}) ==
        "ct state established,related");
  CHECK(words({run(CtLoad{0, {}, 1}), equals(host(8))}) == "ct state == new");
}

TEST_CASE("kernel_listing: a header is named where the rule has said which it is, not before") {
  CHECK(words({network(12, 4), equals({10, 0, 0, 1})}) ==
        "bytecode \"the expression\" == 0xa000001");
  CHECK(words({transport(2, 2), equals({0, 53})}) == "th dport 53");
  // ICMP of an unknown family: nft's word for it would say IPv4.
  CHECK(words({meta(kMetaL4proto), equals({1}), transport(0, 1), equals({8})}) ==
        "meta l4proto icmp bytecode \"the expression\" == 0x8");
}

TEST_CASE(
    "kernel_listing: a direction that a key of ct cannot have is bytecode, not words of nft") {
  constexpr std::uint32_t kSecmark = 4;
  constexpr std::uint32_t kSaddr4 = 19;
  constexpr std::uint32_t kZone = 17;
  auto const ct = [](std::uint32_t key, std::optional<std::uint8_t> direction) {
    return Expressions{run(CtLoad{key, direction, 1}), equals({1, 0, 0, 0})};
  };
  std::string const unknown = "bytecode \"the expression\" == 0x1000000";
  CHECK(words(ct(kSecmark, 0)) == unknown);
  CHECK(words(ct(kSaddr4, std::nullopt)) == unknown);
  CHECK(words(ct(kSaddr4, 2)) == unknown);
  CHECK(words(ct(kSaddr4, 0)) == "ct original ip saddr 1.0.0.0");
  CHECK(words({run(CtSet{kZone, 1, 1})}).starts_with("ct reply zone set "));
  CHECK(words({run(CtSet{kSecmark, 1, 1})}) == "unknown \"the expression\"");
  // As a port to rewrite to, too: a fuzzer found "tproxy to :ct original secmark".
  CHECK(words({run(CtLoad{kSecmark, 0, 1}), run(Tproxy{2, std::nullopt, 1})}) ==
        "tproxy ip to :bytecode \"the expression\"");
}

TEST_CASE("kernel_listing: a network is what its first bytes are compared with") {
  Expression const from4 = run(CtLoad{19, 0, 1});  // NFT_CT_SRC_IP, NFT_CT_DST_IP6
  Expression const to6 = run(CtLoad{22, 0, 1});
  CHECK(words({from4, equals({10})}) == "ct original ip saddr 10.0.0.0/8");
  CHECK(words({from4, equals({10, 0, 0})}) == "ct original ip saddr 10.0.0.0/24");
  CHECK(words({to6, differs({0x20, 1, 0xd, 0xb8, 0, 7, 0, 0})}) ==
        "ct original ip6 daddr != 2001:db8:7::/64");
  CHECK(words({run(CtLoad{12, 0, 1}), equals({53})}) ==
        "undecided \"ct original proto-dst, cmp eq\"");
}

TEST_CASE("kernel_listing: a label that is set is the number of its bit, not the mask") {
  constexpr std::uint32_t kLabel = 13;
  auto const set = [](Bytes mask) {
    mask.resize(16);
    return words({run(Immediate{std::move(mask), 1}), run(CtSet{kLabel, {}, 1})});
  };
  CHECK(set({8}) == "ct label set 3");
  CHECK(set({0, 0, 0, 0, 1}) == "ct label set 32");
  CHECK(set({3}) == "unknown \"the expression\"");
}

TEST_CASE("kernel_listing: of a constant, a statement takes the bytes that it sets") {
  constexpr std::uint32_t kMark = 3;
  CHECK(words({run(Immediate{{7, 0, 0, 0, 9, 9, 9, 9}, 1}), run(MetaSet{kMark, 1})}) ==
        "meta mark set 0x7");
  CHECK(words({run(Immediate{{7, 0}, 1}), run(MetaSet{kMark, 1})}) ==
        "meta mark set bytecode \"register 1\"");
}

TEST_CASE("kernel_listing: what the kernel does not let rules set may do anything") {
  constexpr std::uint32_t kL3proto = 7;
  constexpr std::uint32_t kEvents = 18;
  constexpr std::uint32_t kLength = 0;
  CHECK(words({run(CtSet{kL3proto, {}, 1})}) == "unknown \"the expression\"");
  CHECK(words({run(CtSet{kEvents, {}, 1})}) == "unknown \"the expression\"");
  CHECK(words({run(MetaSet{kLength, 1})}) == "unknown \"the expression\"");
}

TEST_CASE("kernel_listing: interfaces by number have their name, or none that is known") {
  CHECK(words({meta(kMetaIif), equals(host(7))}) == "iif \"lan0\"");
  CHECK(words({meta(kMetaIif), equals(host(8))}) == "iif 8");
}

TEST_CASE("kernel_listing: an expression that is not known may do anything, and ends the rule") {
  CHECK(words({meta(kMetaMark), equals(host(1)), run(Unknown{}, "expression inner"), accept()}) ==
        "meta mark 0x1 unknown \"expression inner\"");
}

TEST_CASE("kernel_listing: a register that was overwritten in part is not what it was") {
  CHECK(words(ip4({network(12, 4, 9), network(16, 16, 1),
                   run(Compare{kEqual, {1, 2, 3, 4}, 9}, "cmp")})) ==
        "meta nfproto ipv4 undecided \"cmp\"");
}

TEST_CASE("kernel_listing: matches of iptables are named, and a comment is none") {
  CHECK(words({run(Xtables{"comment", false}), run(Xtables{"recent", false}), accept()}) ==
        "xt match \"recent\" accept");
}

TEST_CASE("kernel_listing: an interval set is what the kernel finds in its tree") {
  auto dump = one_rule(tcp({transport(2, 2), run(Lookup{"s", false, 1, {}}), accept()}));
  Set set{kInet, "t", "s", 4, 13, 2, 0, 0, 0, 0, {}, {}, {}};
  for (auto const& [key, end] : std::vector<std::pair<Bytes, bool>>{{{0xFF, 0}, false},
                                                                    {{0, 20}, true},
                                                                    {{0, 10}, false},
                                                                    {{0, 0}, true},
                                                                    {{0, 20}, false},
                                                                    {{0, 21}, true}}) {
    Element element;
    element.key = key;
    element.interval_end = end;
    set.elements.push_back(element);
  }
  dump.sets.push_back(set);
  auto const text = listing("kernel:", dump);
  REQUIRE(text);
  CHECK(
      text->contains("\tset s {\n"
                     "\t\ttype inet_service\n"
                     "\t\tflags interval\n"
                     "\t\telements = { 10-19, 20, 65280-65535 }\n"
                     "\t}\n"));
  CHECK(rule_of(dump) == "tcp dport @s accept");
}

TEST_CASE("kernel_listing: a set that is looked up in two ways is undecided the second time") {
  auto dump = one_rule({meta(kMetaMark), run(Lookup{"s", false, 1, {}}), meta(kMetaMark),
                        run(Byteorder{1, 4, 4, 1, 1}), run(Lookup{"s", false, 1, {}}, "lookup s")});
  dump.sets.push_back({kInet, "t", "s", 0, 19, 4, 0, 0, 0, 0, {}, {}, {}});
  CHECK(rule_of(dump) == "meta mark @s undecided \"lookup s\"");
}

TEST_CASE("kernel_listing: a name that cannot be written down is an error") {
  auto dump = one_rule({accept()});
  dump.tables.front().name = dump.chains.front().table = dump.rules.front().table = "a\"b";
  auto const text = listing("kernel:", dump);
  REQUIRE(!text);
  CHECK(to_message(text.error()) ==
        "kernel:: the name of the table 'a\"b' cannot be written down\n"
        "  hint: give the output of 'nft list ruleset' as a file\n");
}

TEST_CASE("kernel_listing: empty sets of running rules are empty, not left out") {
  auto dump = one_rule(tcp({transport(2, 2), run(Lookup{"s", false, 1, {}}), accept()}));
  dump.sets.push_back({kInet, "t", "s", 0, 13, 2, 0, 0, 0, 0, {}, {}, {}});
  auto const source = running_rules("kernel:", dump);
  REQUIRE(source);
  auto const rules = read_device(std::span(&*source, 1));
  REQUIRE(rules);
  REQUIRE(rules->named_sets.size() == 1);
  CHECK(rules->named_sets.front().undecided.empty());
  REQUIRE(rules->notes.size() == 1);
  CHECK(rules->notes.front().message == "set 's' has no elements now");
}

TEST_CASE("kernel_listing: tables of iptables-legacy that are not given beside are named") {
  auto dump = one_rule({accept()});
  dump.legacy = {{false, "filter"}, {true, "filter"}};
  auto const source = running_rules("kernel:", dump);
  REQUIRE(source);
  SourceText const save{
      "save", std::make_shared<std::string const>("# Generated by iptables-save v1.8.9\n*filter\n"
                                                  ":FORWARD ACCEPT [0:0]\nCOMMIT\n")};
  std::vector<SourceText> const both{*source, save};
  auto const rules = read_device(both);
  REQUIRE(rules);
  auto const& notes = rules->notes;
  auto const found = std::ranges::find(notes, "SC908", &Note::code);
  REQUIRE(found != notes.end());
  CHECK(found->message ==
        "rules of iptables-legacy are in force, too, and are not among those of nf_tables: table "
        "filter of ip6tables-legacy; give the output of iptables-legacy-save and "
        "ip6tables-legacy-save beside");
}

TEST_CASE("kernel_listing: several tables of iptables-legacy raise no question of their order") {
  auto dump = one_rule({accept()});
  dump.legacy = {{false, "filter"}, {false, "nat"}, {true, "mangle"}, {true, "raw"}};
  auto const source = running_rules("kernel:", dump);
  REQUIRE(source);
  auto const rules = read_device(std::span(&*source, 1));
  REQUIRE(rules);
  auto const doubted = [](safeconduct::Table const& table) {
    return table.name.ends_with(" (legacy)");
  };
  CHECK(std::ranges::count_if(rules->tables, doubted) == 2);  // of each family one
  auto const found = std::ranges::find(rules->notes, "SC908", &Note::code);
  REQUIRE(found != rules->notes.end());
  CHECK(found->message.contains(
      "tables filter, nat of iptables-legacy, tables mangle, raw of ip6tables-legacy; give"));
}

TEST_CASE("kernel_listing: what iptables-nft saves does not stand for iptables-legacy") {
  auto dump = one_rule({accept()});
  dump.legacy = {{false, "filter"}};
  auto const source = running_rules("kernel:", dump);
  REQUIRE(source);
  SourceText const save{"save", std::make_shared<std::string const>(
                                    "# Generated by iptables-save v1.8.9 (nf_tables)\n*filter\n"
                                    ":FORWARD ACCEPT [0:0]\nCOMMIT\n")};
  std::vector<SourceText> const both{*source, save};
  auto const rules = read_device(both);
  REQUIRE(rules);
  CHECK(std::ranges::find(rules->notes, "SC908", &Note::code) != rules->notes.end());
}

TEST_CASE("kernel: rules that change while they are read are read again, and then given up") {
  std::uint32_t generation = 1;
  std::size_t dumps = 0;
  std::size_t changes = 2;
  Kernel const kernel{[&]() -> Result<std::uint32_t> { return generation; },
                      [&]() -> Result<std::optional<Dump>> {
                        ++dumps;
                        if (changes == 0) return Dump{};
                        --changes;
                        if (changes % 2 == 0) return std::nullopt;  // the dump itself says so
                        ++generation;
                        return Dump{};
                      }};
  CHECK(consistent_dump("kernel:", kernel).has_value());
  CHECK(dumps == 3);
  changes = 1000;
  auto const never = consistent_dump("kernel:", kernel);
  REQUIRE(!never);
  CHECK(to_message(never.error()) ==
        "kernel:: the rules changed each of the 10 times that they were read\n"
        "  hint: try again, or give the output of 'nft list ruleset' as a file\n");
  CHECK(dumps == 13);
}

TEST_CASE("kernel: a namespace that is not there is an error") {
  auto const rules = read_running_rules("kernel:no-such-namespace");
  REQUIRE(!rules);
  CHECK(to_message(rules.error()) ==
        "kernel:no-such-namespace: there is no network namespace 'no-such-namespace'\n"
        "  hint: 'ip netns list' shows them: they are the files of /var/run/netns\n");
}

TEST_CASE(
    "kernel_listing: rules of ARP and bridges are not read, and it is seen that there are some") {
  for (auto const& [number, family] :
       {std::pair{3U, "arp"}, std::pair{7U, "bridge"}}) {  // NFPROTO_*
    auto const text = listing("kernel:", one_rule({accept()}, number));
    REQUIRE(text.has_value());
    CHECK(text->contains("table " + std::string(family) + " t {"));
    CHECK(text->contains("\t\tundecided \"a rule of another family\" # handle 3"));
  }
}

}  // namespace safeconduct::kernel
