// SPDX-License-Identifier: GPL-3.0-or-later
// generate_rules SHAPE RULES FOLDER [--blocked]
// Writes one rule set in two notations (rules.iptables as iptables-save prints it, rules.nft as
// 'nft list ruleset' does) and a site file for each. The same arguments give the same bytes.
//
//   blocklist   drops of single hosts and /24s, then the accepts
//   enterprise  user chains by source and by destination; prefixes, ports, negation, states
//   zones       user chains by pair of interfaces, the same kind of rules in them
//
// All that secure-client-roaming asks for by address passes, at the latest by the last rules; with
// --blocked the web gateway is left out. RULES counts every rule, the jumps too.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::uint32_t address(std::uint32_t a, std::uint32_t b, std::uint32_t c,
                                std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

struct Prefix {
  std::uint32_t bits = 0;
  std::uint32_t length = 0;
};

constexpr std::uint32_t mask(std::uint32_t length) {
  return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
}

constexpr bool overlap(Prefix a, Prefix b) {
  auto const common = mask(std::min(a.length, b.length));
  return (a.bits & common) == (b.bits & common);
}

struct Ports {
  std::uint32_t first = 0;  // both ends included
  std::uint32_t last = 0;
};

enum class Protocol : std::uint8_t { any, tcp, udp, icmp };
enum class States : std::uint8_t { any, established, fresh, invalid };

// What a rule asks of an address.
struct Asked {
  Prefix prefix;
  bool negated = false;
};

struct Rule {
  std::string in;
  std::string out;
  std::optional<Asked> source;
  std::optional<Asked> destination;
  Protocol protocol = Protocol::any;
  std::vector<Ports> ports;  // of the destination, ascending; empty: all
  States states = States::any;
  std::string target;  // "accept", "drop" or a chain
};

struct Chain {
  std::string name;
  std::vector<Rule> rules;
};

// The first chain is the base chain of the hook forward; its policy is drop.
using RuleSet = std::vector<Chain>;

// ---- what has to pass

constexpr Prefix kClients{address(10, 0, 0, 0), 8};
constexpr Prefix kWebGateway{address(18, 135, 112, 200), 32};  // of eu-west-2
constexpr std::array<Prefix, 2> kResolvers{
    {{address(208, 67, 222, 222), 32}, {address(208, 67, 220, 220), 32}}};
constexpr std::array<Prefix, 3> kSync{{{address(146, 112, 63, 0), 24},
                                       {address(67, 215, 92, 201), 32},
                                       {address(67, 215, 92, 210), 32}}};
constexpr Prefix kBlockPages{address(146, 112, 61, 112), 29};  // recommended, 80 too

bool required(Prefix destination) {
  auto const hit = [&](Prefix other) { return overlap(destination, other); };
  return hit(kWebGateway) || hit(kBlockPages) || std::ranges::any_of(kResolvers, hit) ||
         std::ranges::any_of(kSync, hit);
}

bool required(Ports ports) {
  static constexpr std::array<std::uint32_t, 3> kRequired{53, 80, 443};
  return std::ranges::any_of(
      kRequired, [&](std::uint32_t port) { return ports.first <= port && port <= ports.last; });
}

// Whether a packet that has to pass might match: such a rule must not drop.
bool may_touch_required(Rule const& rule) {
  if (rule.protocol == Protocol::icmp) return false;
  if (rule.destination && !rule.destination->negated && !required(rule.destination->prefix)) {
    return false;
  }
  return rule.ports.empty() ||
         std::ranges::any_of(rule.ports, [](Ports ports) { return required(ports); });
}

std::vector<Rule> accepts(bool blocked) {
  std::vector<Rule> rules;
  auto const allow = [&](Prefix to, Protocol protocol, std::vector<Ports> ports) {
    Rule rule;
    rule.source = Asked{kClients};
    rule.destination = Asked{to};
    rule.protocol = protocol;
    rule.ports = std::move(ports);
    rule.target = "accept";
    rules.push_back(std::move(rule));
  };
  for (auto const resolver : kResolvers) {
    allow(resolver, Protocol::udp, {{53, 53}, {443, 443}});
    allow(resolver, Protocol::tcp, {{53, 53}, {443, 443}});
  }
  for (auto const host : kSync) allow(host, Protocol::tcp, {{443, 443}});
  allow(kBlockPages, Protocol::tcp, {{80, 80}, {443, 443}});
  if (!blocked) allow(kWebGateway, Protocol::tcp, {{443, 443}});
  return rules;
}

// ---- drawing rules by lot

class Dice {
 public:
  // Of the distributions of <random> each library has its own; of the engine there is one.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  bool percent(std::uint32_t chance) { return below(100) < chance; }
  template <typename T>
  T const& one_of(std::span<T const> values) {
    return values[below(static_cast<std::uint32_t>(values.size()))];
  }

 private:
  std::mt19937_64 engine_{20261123};
};

Prefix within(Prefix outer, std::uint32_t length, Dice& dice) {
  length = std::max(length, outer.length);
  auto const host = outer.length == 0 ? ~std::uint32_t{0} : ~mask(outer.length);
  auto const random = dice.below(1U << 16U) << 16U | dice.below(1U << 16U);
  return {(outer.bits | (random & host)) & mask(length), length};
}

// Neither a client's address nor one that has to be reached.
Prefix stranger(std::uint32_t length, Dice& dice) {
  for (;;) {
    Prefix const found = within({address(1 + dice.below(222), 0, 0, 0), 8}, length, dice);
    if (!overlap(found, kClients) && !overlap(found, {address(127, 0, 0, 0), 8}) &&
        !required(found)) {
      return found;
    }
  }
}

std::uint32_t some_length(Dice& dice) {
  static constexpr std::array<std::uint32_t, 10> kLengths{16, 20, 22, 24, 24, 24, 28, 32, 32, 32};
  return dice.one_of<std::uint32_t>(kLengths);
}

std::vector<Ports> some_ports(Dice& dice) {
  static constexpr std::array<std::uint32_t, 24> kServices{
      22,  25,  53,   80,   110,  123,  143,  161,  389,  443,  445,  587,
      636, 993, 1433, 1521, 3306, 3389, 5060, 5432, 6379, 8080, 8443, 9200};
  auto const kind = dice.below(10);
  if (kind == 0) {
    auto const first = 1024 + dice.below(60000);
    return {{first, first + 1 + dice.below(1000)}};
  }
  std::size_t const wanted = kind < 7 ? 1 : 2 + dice.below(5);
  std::vector<std::uint32_t> chosen;
  while (chosen.size() < wanted) {
    auto const port = dice.one_of<std::uint32_t>(kServices);
    if (std::ranges::find(chosen, port) == chosen.end()) chosen.push_back(port);
  }
  std::ranges::sort(chosen);
  std::vector<Ports> ports;
  ports.reserve(chosen.size());
  for (auto const port : chosen) ports.push_back({port, port});
  return ports;
}

// A rule of a grown rule set, about clients of 'from' and the servers of 'to'.
Rule grown_rule(Prefix from, std::optional<Prefix> to, Dice& dice) {
  Rule rule;
  if (!dice.percent(10)) rule.source = Asked{within(from, some_length(dice), dice)};
  if (to) {
    rule.destination = Asked{within(*to, some_length(dice), dice)};
  } else if (dice.percent(50)) {
    rule.destination = Asked{within(kClients, some_length(dice), dice)};
  } else if (dice.percent(75)) {
    rule.destination = Asked{stranger(some_length(dice), dice)};
  } else if (dice.percent(40)) {
    rule.destination = Asked{stranger(some_length(dice), dice), true};
  }
  auto const kind = dice.below(20);
  rule.protocol = kind == 0 ? Protocol::icmp : kind < 15 ? Protocol::tcp : Protocol::udp;
  if (rule.protocol != Protocol::icmp) rule.ports = some_ports(dice);
  if (dice.percent(25)) rule.states = States::fresh;
  rule.target = dice.percent(58) || may_touch_required(rule) ? "accept" : "drop";
  return rule;
}

// ---- the shapes

Rule of_state(States states, std::string target) {
  Rule rule;
  rule.states = states;
  rule.target = std::move(target);
  return rule;
}

void append(std::vector<Rule>& rules, std::vector<Rule> const& more) {
  rules.insert(rules.end(), more.begin(), more.end());
}

// How many of 'all' fall to part 'i' of 'parts'.
std::size_t share(std::size_t all, std::size_t i, std::size_t parts) {
  return (all * (i + 1) / parts) - (all * i / parts);
}

RuleSet blocklist(std::size_t rules, bool blocked, Dice& dice) {
  Chain forward{"FORWARD", {of_state(States::established, "accept")}};
  auto const last = accepts(blocked);
  while (forward.rules.size() + last.size() < rules) {
    Rule rule;
    Asked const bad{stranger(dice.percent(70) ? 32 : 24, dice)};
    (dice.percent(50) ? rule.source : rule.destination) = bad;
    rule.target = "drop";
    forward.rules.push_back(std::move(rule));
  }
  append(forward.rules, last);
  return {forward};
}

RuleSet enterprise(std::size_t rules, bool blocked, Dice& dice) {
  Chain forward{"FORWARD",
                {of_state(States::established, "accept"), of_state(States::invalid, "drop")}};
  auto const last = accepts(blocked);
  auto const parts = std::clamp<std::size_t>(rules / 50, 2, 64);
  auto const inner = rules - forward.rules.size() - parts - last.size();
  RuleSet set(1);
  for (std::size_t i = 0; i < parts; ++i) {
    auto const second = static_cast<std::uint32_t>(i / 2);
    Prefix const site{address(10, second, 0, 0), 16};
    bool const by_source = i % 2 == 0;
    Chain chain{(by_source ? "from_10_" : "to_10_") + std::to_string(second), {}};
    Rule jump;
    (by_source ? jump.source : jump.destination) = Asked{site};
    jump.target = chain.name;
    forward.rules.push_back(std::move(jump));
    for (auto left = share(inner, i, parts); left > 0; --left) {
      chain.rules.push_back(by_source ? grown_rule(site, {}, dice)
                                      : grown_rule(kClients, site, dice));
    }
    set.push_back(std::move(chain));
  }
  append(forward.rules, last);
  set.front() = std::move(forward);
  return set;
}

RuleSet zones(std::size_t rules, bool blocked, Dice& dice) {
  static constexpr std::array<std::string_view, 7> kZones{"lan0", "wan0",   "dmz0", "vpn0",
                                                          "sip0", "guest0", "mgmt0"};
  Chain forward{"FORWARD", {of_state(States::established, "accept")}};
  auto const last = accepts(blocked);
  std::size_t const width = rules < 2000 ? 3 : kZones.size();
  auto const parts = width * (width - 1);
  auto const inner = rules - forward.rules.size() - parts - last.size();
  RuleSet set(1);
  for (std::size_t i = 0; i < parts; ++i) {
    auto const in = i / (width - 1);
    auto const out = (in + 1 + (i % (width - 1))) % width;
    Rule jump;
    jump.in = kZones[in];
    jump.out = kZones[out];
    jump.target = jump.in + "_" + jump.out;
    Chain chain{jump.target, {}};
    forward.rules.push_back(std::move(jump));
    for (auto left = share(inner, i, parts); left > 0; --left) {
      chain.rules.push_back(grown_rule(kClients, {}, dice));
    }
    if (chain.name == "lan0_wan0") append(chain.rules, last);
    set.push_back(std::move(chain));
  }
  set.front() = std::move(forward);
  return set;
}

// ---- the notations

void append_address(std::string& text, std::uint32_t bits) {
  for (std::uint32_t shift = 32; shift > 0; shift -= 8) {
    if (shift != 32) text += '.';
    text += std::to_string(bits >> (shift - 8) & 255U);
  }
}

void append_ports(std::string& text, std::vector<Ports> const& ports, char dash,
                  std::string_view comma) {
  for (auto const& range : ports) {
    if (&range != ports.data()) text += comma;
    text += std::to_string(range.first);
    if (range.first != range.last) text += dash + std::to_string(range.last);
  }
}

std::string_view name(Protocol protocol) {
  switch (protocol) {
    case Protocol::any:
      return "all";
    case Protocol::tcp:
      return "tcp";
    case Protocol::udp:
      return "udp";
    case Protocol::icmp:
      return "icmp";
  }
  std::abort();  // not a Protocol
}

std::string_view iptables_name(States states) {
  switch (states) {
    case States::any:
      return "";
    case States::established:
      return "RELATED,ESTABLISHED";
    case States::fresh:
      return "NEW";
    case States::invalid:
      return "INVALID";
  }
  std::abort();  // not a States
}

std::string_view nft_name(States states) {
  switch (states) {
    case States::any:
      return "";
    case States::established:
      return "established,related";
    case States::fresh:
      return "new";
    case States::invalid:
      return "invalid";
  }
  std::abort();  // not a States
}

void append_iptables(std::string& text, std::string_view chain, Rule const& rule) {
  text += "-A ";
  text += chain;
  auto const prefix = [&](std::string_view option, std::optional<Asked> const& asked) {
    if (!asked) return;
    text += asked->negated ? " ! " : " ";
    text += option;
    text += ' ';
    append_address(text, asked->prefix.bits);
    text += '/' + std::to_string(asked->prefix.length);
  };
  prefix("-s", rule.source);
  prefix("-d", rule.destination);
  if (!rule.in.empty()) text += " -i " + rule.in;
  if (!rule.out.empty()) text += " -o " + rule.out;
  if (rule.protocol != Protocol::any) text.append(" -p ").append(name(rule.protocol));
  if (rule.ports.size() == 1) {
    text.append(" -m ").append(name(rule.protocol)).append(" --dport ");
    append_ports(text, rule.ports, ':', ",");
  } else if (!rule.ports.empty()) {
    text += " -m multiport --dports ";
    append_ports(text, rule.ports, ':', ",");
  }
  if (rule.states != States::any) {
    text.append(" -m conntrack --ctstate ").append(iptables_name(rule.states));
  }
  text += " -j ";
  text += rule.target == "accept" ? "ACCEPT" : rule.target == "drop" ? "DROP" : rule.target;
  text += '\n';
}

std::string iptables_save(RuleSet const& set) {
  std::string text = "# Generated by iptables-save v1.8.9\n*filter\n:INPUT ACCEPT [0:0]\n";
  text += ":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  for (auto const& chain : std::span(set).subspan(1)) text += ":" + chain.name + " - [0:0]\n";
  for (auto const& chain : set) {
    for (auto const& rule : chain.rules) append_iptables(text, chain.name, rule);
  }
  text += "COMMIT\n# Completed\n";
  return text;
}

void append_nft(std::string& text, Rule const& rule) {
  text += "\t\t";
  if (!rule.in.empty()) text += "iifname \"" + rule.in + "\" ";
  if (!rule.out.empty()) text += "oifname \"" + rule.out + "\" ";
  auto const prefix = [&](std::string_view selector, std::optional<Asked> const& asked) {
    if (!asked) return;
    text += selector;
    text += asked->negated ? " != " : " ";
    append_address(text, asked->prefix.bits);
    if (asked->prefix.length != 32) text += '/' + std::to_string(asked->prefix.length);
    text += ' ';
  };
  prefix("ip saddr", rule.source);
  prefix("ip daddr", rule.destination);
  if (!rule.ports.empty()) {
    text.append(name(rule.protocol)).append(" dport ");
    text += rule.ports.size() == 1 ? "" : "{ ";
    append_ports(text, rule.ports, '-', ", ");
    text += rule.ports.size() == 1 ? " " : " } ";
  } else if (rule.protocol != Protocol::any) {
    text.append("meta l4proto ").append(name(rule.protocol)).append(" ");
  }
  if (rule.states != States::any) text.append("ct state ").append(nft_name(rule.states)) += ' ';
  if (rule.target != "accept" && rule.target != "drop") text += "jump ";
  text += rule.target;
  text += '\n';
}

std::string nft_text(RuleSet const& set) {
  std::string text = "table ip filter {\n";
  for (auto const& chain : set) {
    if (&chain != set.data()) text += '\n';
    text += "\tchain " + chain.name + " {\n";
    if (&chain == set.data()) {
      text += "\t\ttype filter hook forward priority filter; policy drop;\n";
    }
    for (auto const& rule : chain.rules) append_nft(text, rule);
    text += "\t}\n";
  }
  text += "}\n";
  return text;
}

std::string site(std::string const& rules) {
  return "schema: site/1\nsite: bench\nclients: [10.0.0.0/8]\nprovider: cisco-secure-access\n"
         "regions: [eu-west-2]\nfeatures: []\npolicies: [secure-client-roaming]\npath:\n"
         "  - device: gateway\n    rules: [" +
         rules + "]\n    enter: lan0\n    leave: wan0\n";
}

bool write(std::string const& path, std::string const& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) std::cerr << "generate_rules: cannot write " << path << '\n';
  return !file.fail();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const words(argv + 1, argv + argc);
  bool const blocked = words.size() == 4 && words[3] == "--blocked";
  std::size_t rules = 0;
  if (words.size() >= 2) {
    auto const* const end = words[1].data() + words[1].size();
    if (std::from_chars(words[1].data(), end, rules).ptr != end) rules = 0;
  }
  // Below 200 the fixed rules and the jumps would leave no room for others.
  if ((words.size() != 3 && !blocked) || rules < 200 || rules > 10'000'000) {
    std::cerr << "usage: generate_rules blocklist|enterprise|zones RULES FOLDER [--blocked]\n"
                 "RULES is a number from 200 to 10000000\n";
    return 2;
  }
  Dice dice;
  RuleSet set;
  if (words[0] == "blocklist") {
    set = blocklist(rules, blocked, dice);
  } else if (words[0] == "enterprise") {
    set = enterprise(rules, blocked, dice);
  } else if (words[0] == "zones") {
    set = zones(rules, blocked, dice);
  } else {
    std::cerr << "generate_rules: no shape '" << words[0] << "'; blocklist, enterprise or zones\n";
    return 2;
  }
  auto const folder = words[2] + "/";
  bool const written = write(folder + "rules.iptables", iptables_save(set)) &&
                       write(folder + "rules.nft", nft_text(set)) &&
                       write(folder + "site-iptables.yaml", site("rules.iptables")) &&
                       write(folder + "site-nft.yaml", site("rules.nft"));
  return written ? 0 : 1;
}
