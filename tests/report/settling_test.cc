// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/settling.h"

#include <doctest/doctest.h>

#include <array>

namespace safeconduct {

TEST_CASE("settling: for each kind of words it is said what would decide them") {
  struct Case {
    std::string words;        // as the readers keep them
    std::string_view begins;  // the answer
  };
  for (auto const& one : {
           Case{"limit rate 5/second", "a rate:"},
           Case{"limit --limit 5/sec --limit-burst 5", "a rate:"},
           Case{"hashlimit --hashlimit-above 5/sec --hashlimit-name x", "a rate:"},
           Case{"connlimit --connlimit-above 20", "a number of connections:"},
           Case{"ct count over 20", "a number of connections:"},
           Case{"quota over 25 mbytes", "a quota or count:"},
           Case{"connbytes --connbytes 0:1024", "a quota or count:"},
           Case{"recent --rcheck --seconds 60 --name bad", "a list of addresses that rules fill:"},
           Case{"statistic --mode random --probability 0.5", "a lot that is drawn"},
           Case{"numgen random mod 2 0", "a lot that is drawn"},
           Case{"time --timestart 08:00 --timestop 18:00", "the time of day:"},
           Case{"meta hour \"08:00\"-\"18:00\"", "the time of day:"},
           Case{"meta day \"Saturday\"", "the time of day:"},
           Case{"iifname \"lan0\"", "the interface: say which one client traffic comes in by"},
           Case{"meta iif 2", "the interface: say which one client traffic comes in by"},
           Case{"oifname \"wan*\"", "the interface: say which one traffic to the service leaves"},
           Case{"iifgroup 2", "the group of an interface:"},
           Case{"physdev --physdev-in eth0", "the port of a bridge"},
           Case{"meta ibrname \"br0\"", "the port of a bridge"},
           Case{"set --match-set blocked src", "the contents of an ipset:"},
           Case{"saddr 203.0.113.5", "an address that a translation gives,"},
           Case{"daddr 172.17.0.2", "an address that a translation gives,"},
           Case{"sport 1-1024", "a port that is not known:"},
           Case{"@blocked", "the contents of a set that the export does not fix:"},
           Case{"ip saddr @blocked", "the contents of a set that the export does not fix:"},
           Case{"xt match \"set\"", "what the nft listing cannot show: give the rules as iptables"},
           Case{"xt target \"TCPMSS\"", "what the nft listing cannot show:"},
           Case{"fib saddr . iif oif missing", "whether the way back is the one"},
           Case{"fib saddr . mark . iif oif missing", "whether the way back is the one"},
           Case{"meta iiftype ether", "the kind of an interface's link:"},
           Case{"ct zone set 5", "what connection tracking knows"},
           Case{"ip daddr set 10.0.0.1", "words that this program does not model:"},
           Case{"set bad saddr (its contents are not given: add the output of 'ipset save bad')",
                "the contents of an ipset: give its dump"},
           Case{"set s1 saddr (rules add to it while packets pass)",
                "the contents of a set that changes while packets pass:"},
           Case{"set s1 saddr (all of its elements expire)",
                "the contents of a set that changes while packets pass:"},
           Case{"set s1 iif oif (no set of this listing has elements, as 'nft -t' lists them: give "
                "the output of 'nft list ruleset')",
                "the elements of the set:"},
           Case{"set l saddr (it mixes sets of different types)",
                "the contents of a set of a kind"},
           Case{
               "set n daddr (exceptions (nomatch) in a set of several dimensions are not modelled)",
               "the contents of a set of a kind"},
           Case{"no IPv4 rules were given", "the rules of that family:"},
           Case{"table filter of iptables-legacy", "the rules of iptables-legacy,"},
           Case{"tables filter, nat of ip6tables-legacy", "the rules of iptables-legacy,"},
           Case{"fib daddr type local", "a look-up in the routing table"},
           Case{"addrtype --dst-type LOCAL", "a look-up in the routing table"},
           Case{"rpfilter --invert", "whether the way back is the one"},
           Case{"skuid 1000", "the program that sends"},
           Case{"owner --uid-owner 1000", "the program that sends"},
           Case{"socket transparent 1", "the program that sends"},
           Case{"meta mark & 0xff == 1", "a packet mark of unknown origin:"},
           Case{"ct mark 7", "a packet mark of unknown origin:"},
           Case{"policy --dir in --pol ipsec", "whether packets come or go by IPsec:"},
           Case{"ipsec in reqid 1", "whether packets come or go by IPsec:"},
           Case{"mac --mac-source 00:11:22:33:44:55", "hardware addresses"},
           Case{"ether saddr 00:11:22:33:44:55", "hardware addresses"},
           Case{"geoip --source-country CN", "a database of addresses"},
           Case{"osf --genre Linux", "a guess at the operating system"},
           Case{"string --string \"GET\" --algo bm", "the contents of packets"},
           Case{"u32 --u32 \"6&0xFF=1\"", "the contents of packets"},
           Case{"bpf --bytecode \"4,48 0 0 9\"", "the contents of packets"},
           Case{"@th,16,16 1", "the contents of packets"},
           Case{"ttl lt 5", "a property of the packet"},
           Case{"tcpmss --mss 0:500", "a property of the packet"},
           Case{"frag more-fragments 1", "IPv6 extension headers"},
           Case{"ct original proto-dst 53", "what connection tracking knows"},
           Case{"ct helper \"ftp\"", "what connection tracking knows"},
           Case{"conntrack --ctstatus EXPECTED", "what connection tracking knows"},
           Case{"a chain at ingress or egress of a device", "a chain at a device"},
           Case{"packets of another interface come in by eth0 first", "whether the interface is"},
           Case{"which export is right about: -A FORWARD -d 9.9.9.9/32 -j DROP",
                "which of the two is right"},
           Case{"fib saddr type broadcast", "in a table of iptables, what nft leaves out"},
           Case{"ct status dnat", "in a table of iptables, what nft leaves out"},
           Case{"the order of inet a/f and ip b/f, at one priority (0) of hook forward",
                "which chain was registered first"},
           Case{"the analysis ran into its budget", "a smaller question:"},
           Case{"-d service.example.com", "the addresses of a host name:"},
           Case{"destination address 'OpenDNS', which no file given says", "the export of objects"},
           Case{"service 'dns-xt', which no file given says", "the export of objects"},
           Case{"a source zone that the cell leaves out", "the cell is empty"},
           Case{"column 'device' says 'edge-2'", "a column that the dialect"},
           Case{"the default ports of application 'ms-teams'", "the ports that the vendor"},
           Case{"column 'Status', which the export lacks", "the column itself"},
           Case{"ports typed into the rule, which the export does not tell", "the ports of the"},
           Case{"source 'all', which may be of IPv4 alone", "which family's 'all'"},
           Case{"protocols or ports beside a service", "which of the two counts"},
           Case{"the rule that lets the packet through translates its source", "the address that"},
           Case{"application ms-teams", "who or what is meant"},
           Case{"saddr & ::ffff:ffff:ffff:ffff = ::7", "one host of each of very many networks"},
           Case{"iif 2", "an interface by its number:"},
           Case{"oif != { 2, 3 }", "an interface by its number:"},
           Case{"icmp_type 8", "the type of ICMP"},
           Case{"meta cpu 0", "the processor"},
           Case{"saddr & 0xffff = 0x7", "an address that a translation gives"},
           Case{"frobnicate 7", "words that this program does not model:"},
       }) {
    CAPTURE(one.words);
    auto const answer = settled_by(one.words);
    CAPTURE(answer);
    CHECK(answer.starts_with(one.begins));
    CHECK(answer.ends_with('.'));
  }
}

TEST_CASE("settling: a name within another word is not that word") {
  CHECK(settled_by("unlimited 7") == settled_by("frobnicate 7"));
  CHECK(settled_by("markets 7") == settled_by("frobnicate 7"));
  CHECK(settled_by(std::vector<std::string>{"quota 5", "frobnicate"}).size() == 2);
}

}  // namespace safeconduct
