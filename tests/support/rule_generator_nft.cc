// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "support/nft_rules.h"
#include "support/rule_generator.h"

namespace safeconduct::testing {
namespace {

struct BaseChain {
  Place place = Place::forward;
  std::string name;
  std::string head;  // "type filter hook forward priority filter; policy drop;"
};

class Generator {
 public:
  Generator(Dice& dice, KernelLimits const& limits, Words words) : dice_(dice), limits_(limits) {
    out_.unmodelled = words == Words::of_all_kinds;
  }

  GeneratedRules run() {
    out_.stateless = dice_.percent(12);
    std::vector<NftTable> tables;
    switch (dice_.below(5)) {
      case 0:
      case 1:
        tables = {{"inet", "filter", {}, {}}};
        break;
      case 2:
        tables = {{"inet", "filter", {}, {}}, {"ip", "extra", {}, {}}};
        break;
      case 3:
        tables = {{"ip", "filter", {}, {}}, {"ip6", "filter", {}, {}}};
        break;
      default:
        tables = {{"inet", "first", {}, {}}, {"inet", "second", {}, {}}};
        break;
    }
    for (auto const family : {Family::ip4, Family::ip6})
      if (std::ranges::any_of(tables, [&](NftTable const& t) { return t.has(family); }))
        out_.families.push_back(family);
    for (auto& table : tables) write(table, &table == &tables.front());
    if (dice_.percent(20)) write_device_chain(dice_.percent(50) ? "netdev" : "inet");
    return std::move(out_);
  }

 private:
  void line(std::string text, bool rule = false) {
    out_.lines.push_back({std::move(text), block_, rule});
  }

  std::string head(std::string_view type, std::string_view hook,
                   std::initializer_list<std::string_view> priorities, bool may_drop) {
    return "type " + std::string(type) + " hook " + std::string(hook) + " priority " +
           std::string(dice_.pick(priorities)) + "; policy " +
           (may_drop && dice_.percent(55) ? "drop" : "accept") + ";";
  }

  std::vector<BaseChain> base_chains(bool first) {
    std::vector<BaseChain> chains;
    auto const add = [&](unsigned chance, Place place, std::string name, std::string text) {
      if (dice_.percent(chance)) chains.push_back({place, std::move(name), std::move(text)});
    };
    add(12, Place::raw, "early", head("filter", "prerouting", {"raw", "-299", "-250"}, false));
    add(28, Place::prerouting, "mangle_pre",
        head("filter", "prerouting", {"mangle", "mangle - 5", "filter", "-90", "dstnat + 1"},
             dice_.percent(10)));
    add(first ? 100 : 60, Place::forward, "forward",
        head("filter", "forward", {"filter", "filter", "-5", "filter + 10", "mangle"}, true));
    add(20, Place::forward, "forward_too",
        head("filter", "forward", {"filter", "10", "security", "-200"}, true));
    add(15, Place::postrouting, "leaving",
        head("filter", "postrouting", {"mangle", "filter", "srcnat - 10", "srcnat + 20"}, false));
    if (!out_.stateless) {
      add(12, Place::translate_destination, "nat_pre",
          head("nat", "prerouting", {"dstnat", "dstnat - 5"}, false));
      add(10, Place::translate_source, "nat_post",
          head("nat", "postrouting", {"srcnat", "srcnat + 5"}, false));
    }
    return chains;
  }

  void write(NftTable& table, bool first) {
    for (std::size_t i = dice_.below(4); i > 0; --i)
      table.chains.push_back("u" + std::to_string(i));
    NftRules rules(dice_, limits_, out_, table);
    block_ = 0;
    line("table " + table.family + ' ' + table.name + " {");
    for (std::size_t i = dice_.below(4); i > 0; --i) {
      begin_block();
      for (auto const& text : rules.make_set("s" + std::to_string(i))) line('\t' + text);
    }
    for (auto const& base : base_chains(first)) {
      begin_block();
      line("\tchain " + base.name + " {");
      line("\t\t" + base.head);
      // What the gateway says itself (resets, ICMP errors) comes along here too.
      if (base.place == Place::postrouting) line("\t\tiifname != { \"lan0\", \"wan0\" } accept");
      bool const nat =
          base.place == Place::translate_destination || base.place == Place::translate_source;
      out_.nat = out_.nat || nat;
      for (auto i = dice_.number(1, base.place == Place::forward ? 10 : 4); i > 0; --i)
        line("\t\t" + rules.rule(base.place, 0), true);
      line("\t}");
    }
    for (std::size_t i = 0; i < table.chains.size(); ++i) {
      begin_block();
      line("\tchain " + table.chains[i] + " {");
      for (auto n = dice_.number(0, 5); n > 0; --n)
        line("\t\t" + rules.rule(Place::user, i + 1), true);
      line("\t}");
    }
    block_ = 0;
    line("}");
  }

  // At one device, of what can be said there: nothing of connections, interfaces and routes, and
  // in netdev, where ARP comes by as well, of IP alone.
  void write_device_chain(std::string const& family) {
    NftTable table{"inet", "early", {}, {}};
    NftRules rules(dice_, limits_, out_, table);
    auto const fits = [&](std::string const& rule) {
      for (auto const* const word :
           {"ct ", "iif", "oif", "fib", "socket", "reject", "queue", "tproxy", "meta nfproto"})
        if (rule.contains(word)) return false;
      if (family == "inet") return true;
      return !rule.contains("meta protocol") &&
             std::ranges::any_of(
                 std::array{"ip ", "ip6 ", "tcp ", "udp ", "th ", "icmp", "l4proto"},
                 [&](char const* word) { return rule.contains(word); });
    };
    block_ = 0;
    line("table " + family + " early {");
    begin_block();
    line("\tchain at_devices {");
    // (Of several devices nft 1.0.6 tells none as JSON.)
    line("\t\ttype filter hook ingress device \"" + std::string(dice_.pick({"lan0", "wan0"})) +
         "\" priority " + std::string(dice_.pick({"-500", "0", "10"})) + "; policy accept;");
    for (auto i = dice_.number(1, 4); i > 0; --i)
      if (auto const rule = rules.rule(Place::raw, 0); fits(rule)) line("\t\t" + rule, true);
    line("\t}");
    block_ = 0;
    line("}");
  }

  void begin_block() { block_ = ++blocks_; }

  Dice& dice_;
  KernelLimits limits_;
  GeneratedRules out_;
  std::uint32_t block_ = 0;
  std::uint32_t blocks_ = 0;
};

}  // namespace

GeneratedRules generate_nft(Dice& dice, KernelLimits const& limits, Words words) {
  return Generator(dice, limits, words).run();
}

}  // namespace safeconduct::testing
