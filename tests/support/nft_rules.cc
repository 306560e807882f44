// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/nft_rules.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace safeconduct::testing {
namespace {

using namespace std::string_literals;

constexpr std::array kSomeFlags{"syn", "ack", "fin", "rst", "psh", "urg"};

template <class T>
void shuffle(std::vector<T>& list, Dice& dice) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[dice.below(i)]);
}

std::string joined(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

// ---- sets and maps

std::vector<Kind> NftRules::kinds() {
  bool const six = !table_.has(Family::ip4) || (table_.has(Family::ip6) && dice_.percent(35));
  Kind const a = six ? Kind::ip6 : Kind::ip4;
  using K = Kind;
  switch (dice_.below(13)) {
    case 0:
    case 1:
    case 2:
      return {a};
    case 3:
    case 4:
      return {K::port};
    case 5:
      return {K::interface};
    case 6:
      return {a, K::port};
    case 7:
      return {a, a};
    case 8:
      return {K::l4proto, K::port};
    case 9:
      return {a, K::l4proto, K::port};
    case 10:
      return {K::interface, a};
    case 11:
      return {K::interface, K::interface};
    default:
      return dice_.percent(50) ? std::vector{a, a, K::port} : std::vector{K::mark};
  }
}

std::vector<Key> NftRules::keys_for(std::vector<Kind> const& kinds, Clauses& before) {
  std::vector<Key> keys;
  bool const by_protocol = std::ranges::find(kinds, Kind::l4proto) != kinds.end();
  bool swapped = dice_.percent(30);  // ... . daddr . saddr
  for (auto const kind : kinds) {
    switch (kind) {
      case Kind::ip4:
      case Kind::ip6: {
        std::string const header = kind == Kind::ip4 ? "ip " : "ip6 ";
        facts_.network = kind == Kind::ip4 ? Family::ip4 : Family::ip6;
        if (swapped) {
          keys.push_back({header + "daddr", kind, Part::destination});
        } else {
          keys.push_back({header + "saddr", kind, Part::source});
        }
        swapped = !swapped;
        break;
      }
      case Kind::port: {
        auto protocol = std::string(dice_.word({"tcp", "udp", "tcp", "udp", "th"}));
        if (by_protocol) protocol = "th";
        if (protocol == "th" && !by_protocol) before.emplace_back("meta l4proto { tcp, udp }");
        aim_.packet.protocol = protocol == "tcp" ? protocol::kTcp : protocol::kUdp;
        facts_.transport = true;
        facts_.tcp = protocol == "tcp";
        bool const source = dice_.percent(20);
        keys.push_back({protocol + (source ? " sport" : " dport"), kind,
                        source ? Part::source_port : Part::destination_port});
        break;
      }
      case Kind::l4proto:
        keys.push_back({"meta l4proto", kind, Part::l4proto});
        facts_.transport = true;
        break;
      case Kind::interface: {
        bool const in = keys.empty() || keys.back().part != Part::enters;
        keys.push_back({in ? "iifname" : "oifname", kind, in ? Part::enters : Part::leaves});
        break;
      }
      case Kind::mark:
        keys.push_back({"meta mark", kind, Part::other});
        break;
      case Kind::icmp_type:
      case Kind::icmp6_type:
      case Kind::icmp_code:
      case Kind::dscp:
      case Kind::ttl:
      case Kind::length:
        std::abort();  // not drawn by kinds()
    }
  }
  return keys;
}

std::vector<std::string> NftRules::make_set(std::string const& name) {
  NftSet set{name, kinds(), {}, dice_.percent(40), dice_.percent(60)};
  // Ranges of names and marks beside other fields are beyond this nft.
  if (set.kinds.size() > 1 && (set.kinds.front() == Kind::interface)) set.ranges = false;
  Clauses unused;
  set.rows = values_.rows(keys_for(set.kinds, unused), dice_.number(0, 5), set.ranges);
  std::string type;
  for (auto const kind : set.kinds)
    type += (type.empty() ? "" : " . ") + std::string(set_type(kind));
  std::vector<std::string> lines{(set.map ? "map " : "set ") + name + " {",
                                 "\ttype " + type + (set.map ? " : verdict" : "")};
  if (set.ranges) lines.emplace_back("\tflags interval");
  std::vector<std::string> elements;
  for (auto const& row : set.rows)
    elements.push_back(concatenated(row) + (set.map ? " : " + row_verdict(Place::forward, 0) : ""));
  if (set.map && dice_.percent(25)) elements.push_back("* : " + row_verdict(Place::forward, 0));
  if (!elements.empty()) lines.push_back("\telements = " + braced(elements));
  lines.emplace_back("}");
  table_.sets.push_back(std::move(set));
  return lines;
}

// "ip saddr . tcp dport { ... }", "... @name", "... vmap { ... }", "... vmap @name".
std::string NftRules::look_up(Place place, std::size_t chain, Clauses& clauses) {
  NftSet const* named = nullptr;
  bool const jumps_freely = place == Place::forward || place == Place::prerouting;
  if (!table_.sets.empty() && dice_.percent(60)) named = &dice_.pick(table_.sets);
  if (named != nullptr && named->map && (!jumps_freely || chain != 0)) named = nullptr;
  auto const wanted = named != nullptr ? named->kinds : kinds();
  auto const keys = keys_for(wanted, clauses);
  bool const ranges = named != nullptr
                          ? named->ranges
                          : dice_.percent(60) && (keys.size() == 1 || wanted[0] != Kind::interface);
  auto const rows = named != nullptr ? named->rows : values_.rows(keys, dice_.number(1, 4), ranges);
  bool const map = named != nullptr ? named->map : dice_.percent(45);
  std::string words;
  for (auto const& key : keys) words += (words.empty() ? "" : " . ") + key.words;
  if (!rows.empty()) {
    auto const& row = dice_.pick(rows);
    for (std::size_t i = 0; i < row.size(); ++i) aim(keys[i], row[i]);
  }
  if (map) {
    words += " vmap ";
    if (named != nullptr) return words + '@' + named->name;
    std::vector<std::string> elements;
    for (auto const& row : rows)
      elements.push_back(concatenated(row) + " : " + row_verdict(place, chain));
    if (dice_.percent(20)) elements.push_back("* : " + row_verdict(place, chain));
    return words + braced(elements);
  }
  words += dice_.percent(25) ? " != " : " ";
  if (named != nullptr) {
    words += '@' + named->name;
  } else {
    std::vector<std::string> elements;
    for (auto const& row : rows) elements.push_back(concatenated(row));
    words += braced(elements);
  }
  clauses.push_back(words);
  return {};
}

// ---- one field

std::string NftRules::compare(Key const& key, bool named_sets) {
  bool const negated = dice_.percent(22);
  std::string const op = negated ? " != " : " ";
  auto const lot = dice_.below(100);
  if (named_sets && lot < 12)
    for (auto const& set : table_.sets)
      if (!set.map && set.kinds == std::vector{key.kind}) {
        if (!negated && !set.rows.empty()) aim(key, dice_.pick(set.rows).front());
        return key.words + op + '@' + set.name;
      }
  bool const numeric = key.kind == Kind::port || key.kind == Kind::ttl ||
                       key.kind == Kind::length || key.kind == Kind::mark;
  if (lot < 35) {
    auto const rows = values_.rows({key}, dice_.number(1, 4), dice_.percent(50));
    if (!negated) aim(key, dice_.pick(rows).front());
    std::vector<std::string> elements;
    for (auto const& row : rows) elements.push_back(row.front().text);
    return key.words + op + braced(elements);
  }
  // (Two of these in one rule nft 1.0.6 lists as one range, whatever fields they are about.)
  if (numeric && lot < 50 && !facts_.ordered) {
    auto const value = values_.value(key.kind, false);
    auto const order = std::string(dice_.word({"<", "<=", ">", ">="}));
    // "< 0" and "> 65535" are refused by nft.
    if (value.first > 0 && value.first < (key.kind == Kind::ttl ? 255U : 65535U)) {
      aim(key, value);
      facts_.ordered = true;
      return key.words + ' ' + order + ' ' + value.text;
    }
  }
  auto const value = values_.value(key.kind, key.kind != Kind::interface || dice_.percent(30));
  if (!negated) aim(key, value);
  return key.words + op + value.text;
}

void NftRules::network(Clauses& clauses, bool ip6) {
  std::string const header = ip6 ? "ip6 " : "ip ";
  Kind const kind = ip6 ? Kind::ip6 : Kind::ip4;
  auto const before = clauses.size();
  facts_.network = ip6 ? Family::ip6 : Family::ip4;
  if (dice_.percent(45)) clauses.push_back(compare({header + "saddr", kind, Part::source}));
  if (dice_.percent(45)) clauses.push_back(compare({header + "daddr", kind, Part::destination}));
  if (dice_.percent(5))
    clauses.push_back(compare({header + (ip6 ? "hoplimit" : "ttl"), Kind::ttl, Part::ttl}));
  if (dice_.percent(6)) clauses.push_back(compare({header + "dscp", Kind::dscp, Part::dscp}));
  if (!ip6 && dice_.percent(4))
    clauses.push_back(compare({"ip length", Kind::length, Part::other}));
  if (!ip6 && out_.stateless && dice_.percent(20)) clauses.push_back(fragment());
  if (clauses.size() == before)
    clauses.push_back(
        compare({header + (dice_.percent(50) ? "saddr" : "daddr"), kind, Part::source}));
}

void NftRules::transport(Clauses& clauses, bool ip6, bool some_network) {
  auto const lot = dice_.below(100);
  facts_.transport = lot < 82;
  facts_.tcp = lot < 28;
  auto const ports = [&](std::string const& header, std::uint8_t number) {
    aim_.packet.protocol = number;
    if (dice_.percent(70))
      clauses.push_back(compare({header + " dport", Kind::port, Part::destination_port}));
    if (dice_.percent(20))
      clauses.push_back(compare({header + " sport", Kind::port, Part::source_port}));
    if (number == protocol::kTcp && dice_.percent(25)) clauses.push_back(tcp_flags());
  };
  if (lot < 28) {
    ports("tcp", protocol::kTcp);
  } else if (lot < 48) {
    ports("udp", protocol::kUdp);
  } else if (lot < 55) {
    clauses.push_back(
        compare({"meta l4proto { tcp, udp } th dport", Kind::port, Part::destination_port}));
    aim_.packet.protocol = dice_.percent(50) ? protocol::kTcp : protocol::kUdp;
  } else if (lot < 58) {
    ports("sctp", protocol::kSctp);
  } else if (lot < 60) {
    ports("udplite", protocol::kUdpLite);
  } else if (lot < 70) {
    bool const six =
        some_network ? ip6
                     : !table_.has(Family::ip4) || (table_.has(Family::ip6) && dice_.percent(40));
    auto const base = universe::address(dice_, six ? Family::ip6 : Family::ip4);
    aim_.packet.protocol = six ? protocol::kIcmp6 : protocol::kIcmp;
    if (aim_.packet.source.family != base.family)
      aim_.packet.source = aim_.packet.destination = base;
    facts_.network = base.family;
    std::string const header = six ? "icmpv6" : "icmp";
    clauses.push_back(compare(
        {header + " type", six ? Kind::icmp6_type : Kind::icmp_type, Part::icmp_type}, false));
    if (dice_.percent(20))
      clauses.push_back(compare({header + " code", Kind::icmp_code, Part::icmp_code}, false));
  } else if (lot < 80) {
    auto const key = !some_network || dice_.percent(60) ? "meta l4proto"s
                     : ip6 && !out_.stateless           ? "ip6 nexthdr"s
                     : ip6                              ? "meta l4proto"s
                                                        : "ip protocol"s;
    clauses.push_back(compare({key, Kind::l4proto, Part::l4proto}));
  } else if (lot < 82) {
    clauses.emplace_back("meta l4proto udp @th,16,16 53");
    aim_.packet.protocol = protocol::kUdp;
    aim_.packet.destination_port = 53;
  }
}

std::string NftRules::fragment() {
  return std::string(dice_.word(
      {"ip frag-off & 0x1fff != 0x0", "ip frag-off & 0x1fff 0x0", "ip frag-off & 0x1fff == 0x0"}));
}

std::string NftRules::tcp_flags() {
  auto const some = [&](char const* between) {
    std::string text = dice_.pick(std::span(kSomeFlags));
    if (dice_.percent(60)) {
      std::string const other = dice_.pick(std::span(kSomeFlags));
      if (other != text) text += between + other;
    }
    return text;
  };
  aim_.packet.tcp_flags = universe::tcp_flags(dice_);
  switch (dice_.below(12)) {
    case 0:
      return "tcp flags syn";
    case 1:
      return "tcp flags " + some(",");
    case 2:
      return "tcp flags == syn";
    case 3:
      return "tcp flags != syn";
    case 4:
      return "tcp flags & (fin | syn | rst | ack) == syn";
    case 5:
      return "tcp flags & (fin | syn | rst | ack) != syn";
    case 6:
      return "tcp flags { syn, ack, syn | ack }";
    case 7:
      return "tcp flags syn / fin,syn,rst,ack";
    case 8:
      return "tcp flags != syn / syn,ack";
    case 9:
      return "tcp flags ! " + some(",");
    case 10:
      return "tcp flags & (" + some(" | ") + ") == 0x0";
    default:
      return "tcp flags & (" + some(" | ") + ") != 0x0";
  }
}

std::string NftRules::ct_state() {
  return "ct state " +
         std::string(
             dice_.word({"new", "new", "established,related", "{ new, untracked }", "new,untracked",
                         "invalid", "!= new", "!= { new, invalid }", "untracked",
                         "invalid,untracked", "!= invalid", "established,related,new"}));
}

// What the connection's first packet had.
std::string NftRules::ct_original() {
  bool const source = dice_.percent(50);
  bool const ip4 = facts_.network ? *facts_.network == Family::ip4 : table_.has(Family::ip4);
  facts_.network = ip4 ? Family::ip4 : Family::ip6;
  return compare({"ct original "s + (ip4 ? "ip " : "ip6 ") + (source ? "saddr" : "daddr"),
                  ip4 ? Kind::ip4 : Kind::ip6, source ? Part::source : Part::destination});
}

std::string NftRules::masked_mark(std::string const& key) {
  if (dice_.percent(50)) return compare({key, Kind::mark, Part::other});
  auto const value = dice_.number(0, 3);
  return key +
         std::string(dice_.word({" & 0x00000003 == ", " & 0x00000001 == ", " & 0x000000ff != ",
                                 " & 0x00000010 == "})) +
         "0x0000000" + std::to_string(value);
}

// What no file decides. Few words, so that the same ones are asked again further down the way.
std::string NftRules::unmodelled(Place place) {
  bool const ip4 = facts_.network ? *facts_.network == Family::ip4 : table_.has(Family::ip4);
  std::string const header = ip4 ? "ip " : "ip6 ";
  bool const routes = place == Place::prerouting || place == Place::forward || place == Place::raw;
  if (routes && dice_.percent(20))
    return dice_.percent(50) ? "fib saddr . iif oif exists" : "fib saddr oif \"lan0\"";
  if (dice_.percent(20)) return std::string(dice_.word({"meta iifgroup 0", "meta skuid 0"}));
  facts_.network = ip4 ? Family::ip4 : Family::ip6;
  return "jhash " + header + std::string(dice_.word({"saddr", "saddr", "daddr"})) +
         " mod 2 seed 0x" + std::string(dice_.word({"1", "5"})) +
         (dice_.percent(25) ? " != 0" : " 0");
}

// What is not in the packet's headers.
void NftRules::about(Place place, Clauses& clauses) {
  auto const add = [&](unsigned chance, auto&& make) {
    if (dice_.percent(chance)) clauses.push_back(make());
  };
  if (out_.unmodelled) add(35, [&] { return unmodelled(place); });
  bool const knows_out = place == Place::forward || place == Place::postrouting;
  add(22, [&] { return compare({"iifname", Kind::interface, Part::enters}); });
  add(knows_out ? 18 : 3, [&] { return compare({"oifname", Kind::interface, Part::leaves}); });
  add(3, [&] { return "iif \"lan0\""s; });
  if (knows_out) add(3, [&] { return "oif != \"lan0\""s; });
  add(14, [&] { return masked_mark("meta mark"); });
  if (table_.family == "inet" && !facts_.network)
    add(2, [&] {
      facts_.nfproto = true;
      facts_.network = dice_.percent(50) ? Family::ip4 : Family::ip6;
      return "meta nfproto "s + (facts_.network == Family::ip4 ? "ipv4" : "ipv6");
    });
  add(2,
      [&] { return "meta pkttype "s + std::string(dice_.word({"host", "!= host", "multicast"})); });
  add(2, [&] { return compare({"meta length", Kind::length, Part::other}, false); });
  add(3, [&] {
    return "fib "s + (dice_.percent(50) ? "daddr" : "saddr") + " type " +
           std::string(dice_.word({"local", "unicast", "!= local", "{ local, broadcast }"}));
  });
  if (out_.stateless) return;
  add(15, [&] { return ct_state(); });
  add(5, [&] { return masked_mark("ct mark"); });
  add(2, [&] { return "ct direction "s + (dice_.percent(60) ? "original" : "reply"); });
  add(5, [&] { return ct_original(); });
  if (place != Place::raw)
    add(2, [&] { return "ct status "s + (dice_.percent(60) ? "dnat" : "snat"); });
}

std::string NftRules::rule(Place place, std::size_t chain) {
  auto const families = table_.has(Family::ip4) && (!table_.has(Family::ip6) || dice_.percent(60))
                            ? Family::ip4
                            : Family::ip6;
  aim_ = universe::shot(dice_, families);
  facts_ = {};
  Clauses clauses;
  std::string end;
  if (place == Place::translate_destination || place == Place::translate_source) {
    end = translation(place, clauses);
  } else {
    if (dice_.percent(22)) {
      end = look_up(place, chain, clauses);
      about(place, clauses);
    } else {
      bool const some_network = dice_.percent(65);
      bool const ip6 = families == Family::ip6;
      if (some_network) network(clauses, ip6);
      transport(clauses, ip6, some_network);
      about(place, clauses);
      if (clauses.empty() && dice_.percent(70))  // rules for all packets hide those behind them
        clauses.push_back(compare({"iifname", Kind::interface, Part::enters}));
    }
    shuffle(clauses, dice_);
    if (dice_.percent(20)) clauses.emplace_back("counter packets 0 bytes 0");
    if (end.empty()) {
      if (dice_.percent(place == Place::prerouting ? 45 : 14)) {
        clauses.push_back(mark_statement());
        if (dice_.percent(25)) end = row_verdict(place, chain);
      } else {
        end = verdict(place, chain);
      }
    }
  }
  if (!end.empty()) clauses.push_back(end);
  if (dice_.percent(8)) clauses.emplace_back("comment \"rule of { chance }; a # b\"");
  out_.edges.aims.push_back(aim_);
  return joined(clauses);
}

}  // namespace safeconduct::testing
