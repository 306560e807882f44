// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules of the generator do with a packet.
#include <string>

#include "support/nft_rules.h"

namespace safeconduct::testing {

std::string NftRules::reject() {
  auto const lot = dice_.below(100);
  if (lot < 25) return "reject";
  // (nft 1.0.6 forgets a 'meta nfproto' before these when it lists the rule.)
  if (facts_.tcp && !facts_.nfproto && lot < 45) return "reject with tcp reset";
  if (!facts_.transport && !facts_.nfproto && lot < 45)
    return "meta l4proto tcp reject with tcp reset";
  if (table_.family == "inet" && lot < 65)
    return "reject with icmpx " + std::string(dice_.word({"port-unreachable", "admin-prohibited",
                                                          "no-route", "host-unreachable"}));
  if (!facts_.network ? !table_.has(Family::ip6) || (table_.has(Family::ip4) && lot < 85)
                      : facts_.network == Family::ip4)
    return "reject with icmp " +
           std::string(dice_.word({"port-unreachable", "admin-prohibited", "net-unreachable",
                                   "host-unreachable", "prot-unreachable", "net-prohibited",
                                   "host-prohibited"}));
  return "reject with icmpv6 " + std::string(dice_.word({"no-route", "admin-prohibited",
                                                         "addr-unreachable", "port-unreachable"}));
}

std::string NftRules::row_verdict(Place place, std::size_t chain) {
  bool const may_jump = chain < table_.chains.size() && place != Place::postrouting;
  auto const lot = dice_.below(100);
  auto const to = [&] { return table_.chains[chain + dice_.below(table_.chains.size() - chain)]; };
  if (may_jump && lot < 20) return "jump " + to();
  if (may_jump && lot < 28) return "goto " + to();
  if (lot < 62) return "accept";
  if (lot < 90) return "drop";
  return lot < 95 ? "return" : "continue";
}

std::string NftRules::verdict(Place place, std::size_t chain) {
  auto const lot = dice_.below(100);
  bool const may_reject = place == Place::forward || place == Place::prerouting ||
                          place == Place::user || place == Place::raw;
  if (place == Place::raw && !out_.stateless && lot < 45) return "notrack";
  if (may_reject && lot < 20) return reject();
  if (may_reject && lot == 20 && limits_.queue) return "queue to 0";
  if (lot < 25 && place == Place::user) return "return";
  return row_verdict(place, chain);
}

std::string NftRules::mark_statement() {
  auto const value = "0x0000000" + std::to_string(dice_.number(0, 3));
  if (dice_.percent(25)) {  // whose bytes the kernel holds in the host's order
    auto const keys = std::string(
        dice_.word({"meta mark map { 0x00000000 : 0x00000001, 0x00000001-0x00000002 : 0x00000003 }",
                    "meta l4proto map { tcp : 0x00000001, udp : 0x00000002 }",
                    "iifname map { \"lan0\" : 0x00000002, \"wan0\" : 0x00000001 }"}));
    return (out_.stateless || dice_.percent(60) ? "meta mark set " : "ct mark set ") + keys;
  }
  switch (dice_.below(out_.stateless ? 3 : 6)) {
    case 0:
      return "meta mark set " + value;
    case 1:
      return "meta mark set meta mark | 0x00000010";
    case 2:
      return "meta mark set meta mark & 0xfffffff0 | 0x00000002";
    case 3:
      return "ct mark set " + value;
    case 4:
      return "ct mark set meta mark";
    default:
      return "meta mark set ct mark";
  }
}

std::string NftRules::translation(Place place, Clauses& clauses) {
  bool const six = !table_.has(Family::ip4) || (table_.has(Family::ip6) && dice_.percent(35));
  clauses.clear();
  auto const protocol = std::string(dice_.word({"tcp", "udp"}));
  clauses.push_back(compare({protocol + " dport", Kind::port, Part::destination_port}));
  aim_.packet.protocol = protocol == "tcp" ? protocol::kTcp : protocol::kUdp;
  if (dice_.percent(60))
    clauses.push_back(
        compare({six ? "ip6 daddr" : "ip daddr", six ? Kind::ip6 : Kind::ip4, Part::destination}));
  auto const some_address = [&] {
    return to_string(universe::address(dice_, six ? Family::ip6 : Family::ip4));
  };
  std::string const family = table_.family != "inet" ? "" : six ? "ip6 " : "ip ";
  if (place == Place::translate_source) {
    if (dice_.percent(50)) return "masquerade";
    if (dice_.percent(30))  // onto the address that some have already
      return "snat " + family + "to " + some_address();
    return "snat " + family + "to " + (six ? "2001:db8:ffff::9" : "192.0.2.9");
  }
  auto const lot = dice_.below(5);
  if (lot == 4)  // 'compare' has asked for the protocol already
    return "dnat " + family + "to " + protocol + " dport map { 53 : " + some_address() +
           ", 443 : " + some_address() + " }";
  if (lot == 0) return "redirect";
  if (lot == 1) return "redirect to :3128";
  auto const port = dice_.percent(50) ? ":5353" : "";
  auto const to = universe::address(dice_, six ? Family::ip6 : Family::ip4);
  return "dnat " + family + "to " +
         (six && *port != 0 ? '[' + to_string(to) + ']' : to_string(to)) + port;
}

}  // namespace safeconduct::testing
