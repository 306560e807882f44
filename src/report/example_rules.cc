// SPDX-License-Identifier: GPL-3.0-or-later
// Rules of nft, iptables-save and ipset-save for the catalogue. A test reads each of them and holds
// what a check says of it against the code.
#include "base/codes.h"
#include "report/explain.h"

namespace safeconduct {
namespace {

constexpr std::string_view kNft = "nft";
constexpr std::string_view kIptables = "iptables-save";
constexpr std::string_view kIpset = "ipset-save";

constexpr auto kExamples = std::to_array<RuleExample>({
    {code::kBlocked, kNft, "iifname \"lan\" udp dport 443 drop",
     "ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "iifname \"lan\" udp dport 443 drop"},
    {code::kBlocked, kIptables, "-A FORWARD -i lan -p udp -m udp --dport 443 -j DROP",
     "-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -d 208.67.220.220/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -i lan -p udp -m udp --dport 443 -j DROP"},
    {code::kReplyLost, kNft,
     "ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "drop",
     "ct state established,related accept\n"
     "ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "drop"},
    {code::kReplyLost, kIptables,
     "-A FORWARD -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -j DROP",
     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
     "-A FORWARD -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -j DROP"},
    {code::kLaterLost, kNft,
     "ct state new udp dport 443 accept\n"
     "ct direction reply accept\n"
     "drop",
     "ct state established,related accept\n"
     "ct state new udp dport 443 accept\n"
     "drop"},
    {code::kLaterLost, kIptables,
     "-A FORWARD -p udp -m conntrack --ctstate NEW -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -m conntrack --ctdir REPLY -j ACCEPT\n"
     "-A FORWARD -j DROP",
     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
     "-A FORWARD -p udp -m conntrack --ctstate NEW -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -j DROP"},
    {code::kIntercepted, kNft,
     "table ip nat {\n"
     "  chain prerouting {\n"
     "    type nat hook prerouting priority dstnat; policy accept;\n"
     "    udp dport 53 redirect to :5353\n"
     "  }\n"
     "}",
     "table ip nat {\n"
     "  chain prerouting {\n"
     "    type nat hook prerouting priority dstnat; policy accept;\n"
     "    ip daddr { 208.67.222.222, 208.67.220.220 } accept\n"
     "    udp dport 53 redirect to :5353\n"
     "  }\n"
     "}"},
    {code::kIntercepted, kIptables,
     "*nat\n"
     ":PREROUTING ACCEPT [0:0]\n"
     "-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n"
     "COMMIT",
     "*nat\n"
     ":PREROUTING ACCEPT [0:0]\n"
     "-A PREROUTING -d 208.67.222.222/32 -j ACCEPT\n"
     "-A PREROUTING -d 208.67.220.220/32 -j ACCEPT\n"
     "-A PREROUTING -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n"
     "COMMIT"},
    {code::kUndecided, kNft,
     "udp dport 443 limit rate 100/second accept\n"
     "iifname \"lan\" udp dport 443 drop",
     "ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "udp dport 443 limit rate 100/second accept\n"
     "iifname \"lan\" udp dport 443 drop"},
    {code::kUndecided, kIptables,
     "-A FORWARD -p udp -m udp --dport 443 -m limit --limit 100/sec -j ACCEPT\n"
     "-A FORWARD -i lan -p udp -m udp --dport 443 -j DROP",
     "-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -d 208.67.220.220/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -p udp -m udp --dport 443 -m limit --limit 100/sec -j ACCEPT\n"
     "-A FORWARD -i lan -p udp -m udp --dport 443 -j DROP"},
    {code::kNotDenied, kNft, "meta l4proto { tcp, udp } th dport 53 accept",
     "ip daddr { 208.67.222.222, 208.67.220.220 } meta l4proto { tcp, udp } th dport 53 accept\n"
     "meta l4proto { tcp, udp } th dport 53 drop"},
    {code::kNotDenied, kIptables,
     "-A FORWARD -p udp -m udp --dport 53 -j ACCEPT\n"
     "-A FORWARD -p tcp -m tcp --dport 53 -j ACCEPT",
     "-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 53 -j ACCEPT\n"
     "-A FORWARD -d 208.67.220.220/32 -p udp -m udp --dport 53 -j ACCEPT\n"
     "-A FORWARD -p udp -m udp --dport 53 -j DROP\n"
     "-A FORWARD -p tcp -m tcp --dport 53 -j DROP"},
    // Of 192.0.2.0/26 today, 203.0.113.0/25 from a later day on.
    {code::kBreaksLater, kNft,
     "ip daddr 192.0.2.0/26 tcp dport 443 accept\n"
     "tcp dport 443 drop",
     "ip daddr { 192.0.2.0/26, 203.0.113.0/25 } tcp dport 443 accept\n"
     "tcp dport 443 drop"},
    {code::kBreaksLater, kIptables,
     "-A FORWARD -d 192.0.2.0/26 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -p tcp -m tcp --dport 443 -j DROP",
     "-A FORWARD -d 192.0.2.0/26 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -d 203.0.113.0/25 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -p tcp -m tcp --dport 443 -j DROP"},
    {code::kElementsExpire, kNft,
     "table ip filter {\n"
     "  set resolvers {\n"
     "    type ipv4_addr\n"
     "    flags timeout\n"
     "    elements = { 208.67.220.220 timeout 9d expires 8d23h, 208.67.222.222 timeout 9d expires "
     "8d23h }\n"
     "  }\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy drop;\n"
     "    ct state established,related accept\n"
     "    ip daddr @resolvers udp dport 443 accept\n"
     "  }\n"
     "}",
     "table ip filter {\n"
     "  set resolvers {\n"
     "    type ipv4_addr\n"
     "    elements = { 208.67.220.220, 208.67.222.222 }\n"
     "  }\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy drop;\n"
     "    ct state established,related accept\n"
     "    ip daddr @resolvers udp dport 443 accept\n"
     "  }\n"
     "}"},
    // Of iptables rules that accept what is in the set.
    {code::kElementsExpire, kIpset,
     "create resolvers hash:ip family inet hashsize 1024 maxelem 65536 timeout 777600\n"
     "add resolvers 208.67.222.222 timeout 774000\n"
     "add resolvers 208.67.220.220 timeout 774000",
     "create resolvers hash:ip family inet hashsize 1024 maxelem 65536 timeout 777600\n"
     "add resolvers 208.67.222.222 timeout 0\n"
     "add resolvers 208.67.220.220 timeout 0"},
    {code::kFamilyGuessed, kIptables, "-A FORWARD -p udp -m udp --dport 443 -j ACCEPT",
     "-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT"},
    {code::kTableLeftOut, kNft,
     "table bridge filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ip daddr 192.0.2.0/24 drop\n"
     "  }\n"
     "}\n"
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "  }\n"
     "}",
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ip daddr 192.0.2.0/24 drop\n"
     "  }\n"
     "}"},
    {code::kSetWithoutElements, kNft,
     "table ip filter {\n"
     "  set resolvers {\n"
     "    type ipv4_addr\n"
     "  }\n"
     "  set printers {\n"
     "    type ipv4_addr\n"
     "    elements = { 10.99.1.9 }\n"
     "  }\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ip saddr @printers drop\n"
     "    ip daddr @resolvers accept\n"
     "  }\n"
     "}",
     "table ip filter {\n"
     "  set resolvers {\n"
     "    type ipv4_addr\n"
     "    elements = { 208.67.220.220, 208.67.222.222 }\n"
     "  }\n"
     "  set printers {\n"
     "    type ipv4_addr\n"
     "    elements = { 10.99.1.9 }\n"
     "  }\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ip saddr @printers drop\n"
     "    ip daddr @resolvers accept\n"
     "  }\n"
     "}"},
    {code::kFlowtable, kNft,
     "table inet filter {\n"
     "  flowtable fast {\n"
     "    hook ingress priority filter\n"
     "    devices = { lan0, wan0 }\n"
     "  }\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ct state established flow add @fast\n"
     "  }\n"
     "}",
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ct state established accept\n"
     "  }\n"
     "}"},
    {code::kNothingFilters, kNft,
     "table ip nat {\n"
     "  chain post {\n"
     "    type nat hook postrouting priority srcnat; policy accept;\n"
     "    oifname \"wan0\" masquerade\n"
     "  }\n"
     "}",
     "table ip nat {\n"
     "  chain post {\n"
     "    type nat hook postrouting priority srcnat; policy accept;\n"
     "    oifname \"wan0\" masquerade\n"
     "  }\n"
     "}\n"
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "    ct state invalid drop\n"
     "  }\n"
     "}"},
    {code::kScript, kNft,
     "add table inet filter\n"
     "add chain inet filter forward { type filter hook forward priority filter; policy accept; }\n"
     "add rule inet filter forward udp dport 443 accept",
     "flush ruleset\n"
     "add table inet filter\n"
     "add chain inet filter forward { type filter hook forward priority filter; policy accept; }\n"
     "add rule inet filter forward udp dport 443 accept"},
    {code::kExtensionHeaders, kNft, "exthdr rt exists drop",
     "meta l4proto != { tcp, udp, icmp, icmpv6 } drop"},
    {code::kOtherExport, kNft,
     "ip daddr 192.0.2.0/24 xt match \"comment\" counter packets 0 bytes 0 drop",
     "ip daddr 192.0.2.0/24 counter packets 0 bytes 0 drop comment \"printers\""},
    {code::kOtherExport, kIptables,
     "*filter\n"
     ":FORWARD ACCEPT [0:0]\n"
     "-A FORWARD -d 192.0.2.0/24 -j DROP\n"
     "COMMIT\n"
     "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them",
     "*filter\n"
     ":FORWARD ACCEPT [0:0]\n"
     "-A FORWARD -d 192.0.2.0/24 -j DROP\n"
     "COMMIT"},
    {code::kMatchesNothing, kIptables, "-A FORWARD -p udp -m udp --dport 443:400 -j ACCEPT",
     "-A FORWARD -p udp -m udp --dport 400:443 -j ACCEPT"},
    {code::kPolicyNotGiven, kIptables,
     "*filter\n"
     "-A FORWARD -p udp -m udp --dport 443 -j ACCEPT\n"
     "COMMIT",
     "*filter\n"
     ":FORWARD ACCEPT [0:0]\n"
     "-A FORWARD -p udp -m udp --dport 443 -j ACCEPT\n"
     "COMMIT"},
    // 192.0.2.0/26 is in effect, 198.51.100.0/26 has ended.
    {code::kRetiredOpen, kNft,
     "ip daddr { 192.0.2.0/26, 198.51.100.0/26 } tcp dport 443 accept\n"
     "tcp dport 443 drop",
     "ip daddr 192.0.2.0/26 tcp dport 443 accept\n"
     "tcp dport 443 drop"},
    {code::kRetiredOpen, kIptables,
     "-A FORWARD -d 192.0.2.0/26 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -d 198.51.100.0/26 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -p tcp -m tcp --dport 443 -j DROP",
     "-A FORWARD -d 192.0.2.0/26 -p tcp -m tcp --dport 443 -j ACCEPT\n"
     "-A FORWARD -p tcp -m tcp --dport 443 -j DROP"},
    // Asked without --in and --out.
    {code::kInterfacesUnknown, kNft, "iifname \"lan\" udp dport 443 accept",
     "ip saddr 10.20.0.0/16 udp dport 443 accept"},
    {code::kInterfacesUnknown, kIptables, "-A FORWARD -i lan -p udp -m udp --dport 443 -j ACCEPT",
     "-A FORWARD -s 10.20.0.0/16 -p udp -m udp --dport 443 -j ACCEPT"},
    {code::kLowPorts, kNft, "iifname \"lan\" udp sport 1-1023 drop",
     "ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "iifname \"lan\" udp sport 1-1023 drop"},
    {code::kLowPorts, kIptables, "-A FORWARD -i lan -p udp -m udp --sport 1:1023 -j DROP",
     "-A FORWARD -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -d 208.67.220.220/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A FORWARD -i lan -p udp -m udp --sport 1:1023 -j DROP"},
    {code::kHostPathDiffers, kNft,
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "  }\n"
     "  chain output {\n"
     "    type filter hook output priority filter; policy accept;\n"
     "    udp dport 443 drop\n"
     "  }\n"
     "}",
     "table inet filter {\n"
     "  chain forward {\n"
     "    type filter hook forward priority filter; policy accept;\n"
     "  }\n"
     "  chain output {\n"
     "    type filter hook output priority filter; policy accept;\n"
     "    ip daddr { 208.67.222.222, 208.67.220.220 } udp dport 443 accept\n"
     "    udp dport 443 drop\n"
     "  }\n"
     "}"},
    {code::kHostPathDiffers, kIptables, "-A OUTPUT -p udp -m udp --dport 443 -j DROP",
     "-A OUTPUT -d 208.67.222.222/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A OUTPUT -d 208.67.220.220/32 -p udp -m udp --dport 443 -j ACCEPT\n"
     "-A OUTPUT -p udp -m udp --dport 443 -j DROP"},
    {code::kPathMtu, kNft, "icmp type destination-unreachable drop",
     "ct state established,related accept\n"
     "icmp type destination-unreachable drop"},
    {code::kPathMtu, kIptables, "-A FORWARD -p icmp -m icmp --icmp-type 3 -j DROP",
     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
     "-A FORWARD -p icmp -m icmp --icmp-type 3 -j DROP"},
    {code::kNeighbours, kNft,
     "table inet filter {\n"
     "  chain input {\n"
     "    type filter hook input priority filter; policy drop;\n"
     "    ct state established,related accept\n"
     "  }\n"
     "}",
     "table inet filter {\n"
     "  chain input {\n"
     "    type filter hook input priority filter; policy drop;\n"
     "    ct state established,related accept\n"
     "    icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, "
     "nd-neighbor-advert } accept\n"
     "  }\n"
     "}"},
    {code::kNeighbours, kIptables,
     "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
     "-A INPUT -j DROP",
     "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
     "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n"
     "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT\n"
     "-A INPUT -j DROP"},
});

}  // namespace

std::span<RuleExample const> rule_examples() { return kExamples; }

}  // namespace safeconduct
