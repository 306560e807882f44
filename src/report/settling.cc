// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/settling.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace safeconduct {
namespace {

struct Known {
  std::string_view words;  // separated by '|': one of them stands in the text, as a word
  std::string_view answer;
};

// The first that fits counts.
constexpr std::array kKnown = std::to_array<Known>({
    {"iptables-legacy|ip6tables-legacy",
     "the rules of iptables-legacy, which are in force beside: give the output of "
     "iptables-legacy-save (ip6tables-legacy-save), too."},
    {"the analysis ran", "a smaller question: fewer clients, regions or policies at a time."},
    {"the order of",
     "which chain was registered first, which no export tells: give one of them another "
     "priority."},
    {"which no file given says",
     "the export of objects that names it: give it beside the rules (addresses, groups, "
     "services)."},
    {"that the cell leaves out",
     "the cell is empty, which this vendor does not write for 'any': look at the rule on the "
     "device."},
    {"which the export lacks", "the column itself: show it on the device, and export again."},
    {"which the export does not tell",
     "the ports of the rule: look at it on the device; as objects they would be in the export."},
    {"which may be of IPv4 alone",
     "which family's 'all' it is: the device shows both where both are meant, and so does an "
     "export."},
    {"beside a service",
     "which of the two counts: leave the cells of protocol and ports empty, or that of the "
     "service."},
    {"translates its source",
     "the address that the device gives its clients, which the export does not tell: look at its "
     "interface or pool, and at the rules of the next device for that address."},
    {"column",
     "a column that the dialect does not know: add it to the dialect's 'conditions' or "
     "'ignored' (--dialect)."},
    {"default ports of",
     "the ports that the vendor gives the application: add it to the dialect's 'applications' "
     "(--dialect), or write the ports into the rule."},
    {"xt",
     "what the nft listing cannot show: give the rules as iptables-save (ip6tables-save) prints "
     "them."},
    {"match-set|its contents are not given",
     "the contents of an ipset: give its dump too, from 'ipset save'."},
    {"as 'nft -t' lists them",
     "the elements of the set: export with them ('nft list ruleset' without --terse)."},
    {"expire|while packets pass|change its elements|limited in rate or number",
     "the contents of a set that changes while packets pass: an export shows one moment of it. Let "
     "the required packets pass before this rule."},
    {"nomatch|mixes sets|of set|it contains itself|is not in the file",
     "the contents of a set of a kind that this program does not model: match the required packets "
     "by themselves, before this rule."},
    {"hashlimit|limit",
     "a rate: whether packets pass depends on the load; no file can decide it. Let the "
     "required packets pass before this rule, without a rate; a probe shows it for one load."},
    {"connlimit|ct count",
     "a number of connections: it depends on the load; no file can decide it. Let the "
     "required packets pass before this rule."},
    {"quota|connbytes|ct bytes|ct packets|ct avgpkt|rateest",
     "a quota or count: it depends on what was sent before; no file can decide it. Let the "
     "required packets pass before this rule."},
    {"recent",
     "a list of addresses that rules fill: 'cat /proc/net/xt_recent/*' shows it as it is now. Let "
     "the required packets pass before this rule."},
    {"statistic|numgen|jhash|symhash|random",
     "a lot that is drawn for packets; no file can decide it. Let the required packets pass "
     "before this rule."},
    {"time|hour|day|datestart|weekdays",
     "the time of day: no single answer holds. Let the required packets pass before this "
     "rule."},
    {"iifgroup|oifgroup|devgroup",
     "the group of an interface: 'ip -details link' shows it; write the interface's name instead, "
     "and say --in and --out."},
    {"fib|addrtype|rpfilter|rt|rtclassid|realm",
     "a look-up in the routing table, which the export does not contain: 'ip route get' to the "
     "address shows it."},
    {"iiftype|oiftype",
     "the kind of an interface's link: 'ip -details link' shows it; write the interface's name "
     "instead."},
    {"iif|iifname",
     "the interface: say which one client traffic comes in by, with --in (a site file: "
     "enter)."},
    {"oif|oifname",
     "the interface: say which one traffic to the service leaves by, with --out (a site "
     "file: leave)."},
    {"physdev|ibrname|obrname|physdev-in|physdev-out|nfbridge",
     "the port of a bridge, which the export does not tell: 'bridge link' shows the ports."},
    {"owner|skuid|skgid|socket|cgroup|uid-owner|gid-owner",
     "the program that sends the packet or waits for it, which no rule set tells; forwarded "
     "packets have none."},
    {"ct mark|connmark|mark|nfmark",
     "a packet mark of unknown origin: find what sets it, or let the required packets "
     "pass before this rule."},
    {"policy|ipsec|esp|ah", "whether packets come or go by IPsec: 'ip xfrm policy' shows it."},
    {"mac|ether|mac-source|eui64|vlan|macaddr",
     "hardware addresses or VLANs of the clients, which are not asked about: match addresses "
     "instead."},
    {"geoip|asn|country",
     "a database of addresses on the device, which the export does not contain."},
    {"osf|genre", "a guess at the operating system of the sender, by its packets."},
    {"string|u32|bpf|l7proto|ndpi|tls|algo|@ll|@nh|@th|@ih|tcp option|sctp chunk|chunk-types",
     "the contents of packets, which no rule set decides. Let the required packets pass before "
     "this rule."},
    {"ttl|hl|hoplimit|length|dscp|tos|tcpmss|ecn|flowlabel|cpu|pkttype",
     "a property of the packet that differs among clients: 'trace' with --ttl, --dscp or --length "
     "tells it for one packet."},
    {"exthdr|hbh|dst|srh|frag|mh|rt0|rt2|rt4|ipv6header",
     "IPv6 extension headers or fragments, which ordinary clients do not send."},
    {"ct|conntrack|helper|connlabel|ctstatus|ctexpire",
     "what connection tracking knows of the connection: 'conntrack -L' shows it as it is now."},
    {"application|applications|user|url|url category|hip profile|source device|destination device|"
     "target device|schedule|vpn|content|install on|vlan tag",
     "who or what is meant beside addresses and ports, which the device alone decides: let the "
     "required packets pass before this rule, by one that does not ask for it."},
    {"ingress or egress",
     "a chain at a device (netdev): it sees packets before all others. Look at it by itself."},
    {"nfacct|cluster|condition|led",
     "a switch or counter of the running system: 'ls /proc/net/nf_condition' and the like show "
     "it as it is now."},
});

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// As a word of its own; "-" may stand before or after it: "--mark", "limit-burst".
bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    auto const end = at + word.size();
    bool const begins = at == 0 || !is_word(text[at - 1]) || !is_word(word.front());
    bool const ends = end == text.size() || !is_word(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

bool has_one_of(std::string_view text, std::string_view words) {
  while (!words.empty()) {
    auto const bar = std::min(words.find('|'), words.size());
    if (has_word(text, words.substr(0, bar))) return true;
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return false;
}

}  // namespace

std::string settled_by(std::string const& words) {
  for (auto const& known : kKnown)
    if (has_one_of(words, known.words)) return std::string(known.answer);
  if (words.contains('@'))
    return "the contents of a set that the export does not fix: export with its elements ('nft "
           "list ruleset' without --terse), or let the required packets pass before this rule.";
  bool const host = words.starts_with("-s ") || words.starts_with("-d ") ||
                    words.starts_with("source ") || words.starts_with("destination ");
  if (host) return "the addresses of a host name: export what is loaded, with iptables-save.";
  return "words that this program does not model: read the rule, and let the required packets "
         "pass before it to be sure.";
}

std::vector<std::string> settled_by(std::vector<std::string> const& words) {
  std::vector<std::string> answers;
  for (auto const& one : words) answers.push_back(settled_by(one));
  return answers;
}

}  // namespace safeconduct
