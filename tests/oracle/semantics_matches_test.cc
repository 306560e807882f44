// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle/semantics.h"

// What one rule asks of a packet.
namespace safeconduct::testing {
namespace {

using enum TraceVerdict;
using namespace tcp_flag;

Shot segment(std::uint8_t flags) { return tcp(443, kResolver, flags); }

// 20
TEST_CASE("semantics: flags by word are any of these bits, in a set they are exact values") {
  claim({{forward("    tcp flags syn accept")},
         {forward("    tcp flags syn,fin accept")},
         {forward("    tcp flags & (syn|fin) != 0 accept")}},
        {{segment(kSyn), accept}, {segment(kSyn | kAck), accept}, {segment(kAck), drop}});
  claim({{forward("    tcp flags == syn accept")}, {forward("    tcp flags { syn, fin } accept")}},
        {{segment(kSyn), accept}, {segment(kSyn | kAck), drop}});
  claim({{forward("    tcp flags syn / syn,ack accept")},
         {forward("    tcp flags & (syn|ack) == syn accept")},
         {filter("-A FORWARD -p tcp --tcp-flags SYN,ACK SYN -j ACCEPT")}},
        {{segment(kSyn), accept}, {segment(kSyn | kPsh), accept}, {segment(kSyn | kAck), drop}});
}

// 20: "!= syn" is not the opposite of "syn", which asks for a bit.
TEST_CASE("semantics: flags that are not equal are compared as a whole, without a test of bits") {
  claim({{forward("    tcp flags != syn accept")}},
        {{segment(kSyn), drop}, {segment(kSyn | kAck), accept}, {segment(kAck), accept}});
}

// 21, 22
TEST_CASE("semantics: a header that is not there matches neither a value nor its opposite") {
  claim({{forward("    tcp dport != 443 drop", "accept")},
         {filter("-A FORWARD -p tcp ! --dport 443 -j DROP", "ACCEPT")}},
        {{tcp(443), accept}, {tcp(80), drop}, {udp(53), accept}, {ping(), accept}});
  claim({{forward("    icmp type != echo-reply drop", "accept")},
         {filter("-A FORWARD -p icmp ! --icmp-type echo-reply -j DROP", "ACCEPT")}},
        {{ping(), drop}, {udp(53), accept}});
}

// 21: before connection tracking has looked there is no connection: 'ct mark' has no value then.
TEST_CASE("semantics: what a connection keeps is not there before tracking, nor is its opposite") {
  claim({{nft("table inet t {\n  chain p {\n    type filter hook prerouting priority raw;\n"
              "    ct mark != 5 drop\n    ct direction original drop\n  }\n}\n")}},
        {{udp(53), accept}});
}

// A host is told by the end of its address, whatever network its provider gives it.
TEST_CASE("semantics: a mask with holes asks for the bits that it has, and for no others") {
  claim({{forward("    ip saddr & 0.0.255.255 == 0.0.2.3 drop", "accept")},
         {filter("-A FORWARD -s 0.0.2.3/0.0.255.255 -j DROP", "ACCEPT")}},
        {{udp(53), drop}, {tcp(443), drop}});
  claim({{forward("    ip6 saddr & ::ffff:ffff:ffff:ffff == ::3 drop", "accept")},
         {filter6("-A FORWARD -s ::3/::ffff:ffff:ffff:ffff -j DROP", "ACCEPT")}},
        {{udp6(53), drop}, {tcp6(443), drop}});
  claim({{forward("    ip6 saddr & ::ffff:ffff:ffff:ffff == ::4 drop", "accept")},
         {forward("    ip6 saddr & ::ffff:ffff:ffff:ffff != ::3 drop", "accept")},
         {forward("    ip6 saddr & fd00::ff == fd00::4 drop", "accept")},
         {filter6("-A FORWARD -s ::4/::ffff:ffff:ffff:ffff -j DROP", "ACCEPT")},
         {filter6("-A FORWARD ! -s ::3/::ffff:ffff:ffff:ffff -j DROP", "ACCEPT")}},
        {{udp6(53), accept}, {tcp6(443), accept}});
  claim({{forward("    ip6 daddr & ffff::ffff == 2620::35 drop", "accept")}}, {{udp6(53), drop}});
  // Bits outside of the mask: no address has them.
  claim({{forward("    ip6 saddr & ::ffff == ::1:0:3 drop", "accept")}}, {{udp6(53), accept}});
  claim({{forward("    ip6 saddr & ::ffff != ::1:0:3 drop", "accept")}}, {{udp6(53), drop}});
}

// 22
TEST_CASE("semantics: an address in an inet table is of its family, and so is ICMP") {
  claim({{forward("    ip saddr != 10.0.0.0/8 drop\n    ip6 saddr fd00::/8 drop", "accept")}},
        {{udp(53), accept}, {udp6(53), drop}});
  claim({{forward("    ip daddr 0.0.0.0/0 accept")}}, {{udp(53), accept}, {udp6(53), drop}});
  claim({{forward("    icmpv6 type echo-request drop", "accept")}}, {{ping(), accept}});
}

Shot with_headers(std::vector<std::uint8_t> headers) {
  auto shot = tcp6(443);
  shot.packet.extension_headers = std::move(headers);
  return shot;
}

// 23: the first header's number is the transport's only where no extension header stands before.
TEST_CASE("semantics: ip6 nexthdr is the transport only in packets without extension headers") {
  claim({{forward("    ip6 nexthdr tcp accept")}}, {{tcp6(443), accept}, {udp6(53), drop}});
  claim({{forward("    meta l4proto tcp accept")}, {filter6("-A FORWARD -p tcp -j ACCEPT")}},
        {{tcp6(443), accept}, {with_headers({60}), accept}, {udp6(53), drop}});
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  REQUIRE(load({forward("    ip6 nexthdr tcp accept")}, Backend::nft) == "");
  CHECK(kernel().send({with_headers({60})}).front().outcome == Outcome::dropped);
#endif
}

// 23: at the top of ufw's rules for IPv6, and no packet of an ordinary client meets it.
TEST_CASE("semantics: a rule for an extension header says nothing of packets without any") {
  for (auto const* const match :
       {"-m rt --rt-type 0", "-m rt ! --rt-type 0", "-m rt", "-m hbh", "-m dst ! --dst-len 8",
        "-m frag --fragmore", "-m frag ! --fragid 7"}) {
    CAPTURE(match);
    Form const form{filter6("-A FORWARD " + std::string(match) + " -j DROP", "ACCEPT")};
    claim({form}, {{tcp6(443), accept}, {udp6(53), accept}});
    CHECK(notes(test::must(read(form)), "SC907"));
  }
  claim({{forward("    rt type 0 drop\n    exthdr hbh exists drop\n    frag more-fragments 1 drop",
                  "accept")}},
        {{tcp6(443), accept}});
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  REQUIRE(load({filter6("-A FORWARD -m dst -j DROP", "ACCEPT")}, Backend::nft) == "");
  CHECK(kernel().send({with_headers({60})}).front().outcome == Outcome::dropped);
#endif
}

// 24
TEST_CASE("semantics: raw payload at a known place is the field there, elsewhere it is not known") {
  claim({{forward("    meta l4proto udp @th,16,16 53 accept")},
         {forward("    meta l4proto udp @th,16,16 0x0035 accept")},
         {nft("table ip t {\n  chain f {\n    type filter hook forward priority 0; policy drop;\n"
              "    udp dport 53 @nh,128,32 0xd043dede accept\n  }\n}\n")},
         {forward("    meta l4proto { tcp, udp } th dport 53 accept")}},
        {{udp(53), accept}, {udp(443), drop}});
  Form const elsewhere{forward("    meta l4proto udp @th,64,16 0x1234 accept")};
  claim({elsewhere}, {{udp(53), undecided}, {tcp(53), drop}});
  CHECK(undecided_by(elsewhere, udp(53)).front().contains("@th,64,16"));
}

// 25
TEST_CASE("semantics: an interface by its name, by a wildcard, and by the name as it is written") {
  Shot const out = udp(53);
  claim({{forward("    iifname \"lan0\" oifname \"wan0\" accept")},
         {forward("    iifname \"lan*\" accept")},
         {forward("    iif \"lan0\" accept")},
         {filter("-A FORWARD -i lan0 -o wan0 -j ACCEPT")},
         {filter("-A FORWARD -i lan+ -j ACCEPT")}},
        {{out, accept}, {from_outside(out), drop}});
  claim({{forward("    iifname \"lan\\\\*\" accept")},
         {forward("    iifname \"lan\" accept")},
         {filter("-A FORWARD -i lan -j ACCEPT")},
         {filter("-A FORWARD -i wan+ -j ACCEPT")}},
        {{out, drop}});
  claim({{filter("-A FORWARD ! -i lan0 -j DROP", "ACCEPT")},
         {forward("    iifname != \"lan0\" drop", "accept")}},
        {{out, accept}, {from_outside(out), drop}});
}

// 26
TEST_CASE("semantics: multiport has ports, ranges, and either of the two") {
  claim({{filter("-A FORWARD -p udp -m multiport --dports 53,440:443 -j ACCEPT")}},
        {{udp(53), accept}, {udp(441), accept}, {udp(444), drop}, {tcp(53), drop}});
  auto const source = Shot{wire_udp(kClient, 53, kResolver, 9999), Side::inside};
  claim({{filter("-A FORWARD -p udp -m multiport --ports 53 -j ACCEPT")}},
        {{udp(53), accept}, {source, accept}, {udp(80), drop}});
  claim({{filter("-A FORWARD -p udp -m multiport ! --dports 53,443 -j DROP", "ACCEPT")}},
        {{udp(53), accept}, {udp(80), drop}, {tcp(80), accept}});
  // A range takes two of the fifteen places.
  CHECK(refusal({filter("-A FORWARD -p udp -m multiport --dports "
                        "1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16 -j ACCEPT")}) != "");
}

// 27
TEST_CASE("semantics: an open range of ports goes to the end, and services go by name") {
  claim({{filter("-A FORWARD -p udp --dport :1023 -j ACCEPT")},
         {filter("-A FORWARD -p udp -m udp --dport 0:1023 -j ACCEPT")},
         {forward("    udp dport 0-1023 accept")},
         {forward("    udp dport < 1024 accept")}},
        {{udp(53), accept}, {udp(1024), drop}});
  claim({{filter("-A FORWARD -p udp --dport 1024: -j ACCEPT")},
         {forward("    udp dport >= 1024 accept")}},
        {{udp(1023), drop}, {udp(65535), accept}});
  claim({{filter("-A FORWARD -p udp --dport domain -j ACCEPT")},
         {forward("    udp dport domain accept")},
         {forward("    udp dport { domain, https } accept")}},
        {{udp(53), accept}, {udp(80), drop}});
}

// 28
TEST_CASE("semantics: not a port still asks for the protocol that the port is of") {
  claim({{filter("-A FORWARD -p udp ! --dport 53 -j ACCEPT")},
         {forward("    udp dport != 53 accept")}},
        {{udp(53), drop}, {udp(443), accept}, {tcp(443), drop}, {ping(), drop}});
}

// 29
TEST_CASE("semantics: negations of addresses, protocols and lists") {
  claim({{filter("-A FORWARD ! -s 10.0.0.0/8 -j ACCEPT")},
         {forward("    ip saddr != 10.0.0.0/8 accept")}},
        {{udp(53), drop}, {from_outside(udp(53)), accept}});
  claim({{filter("-A FORWARD ! -p udp -j ACCEPT")}, {forward("    meta l4proto != udp accept")}},
        {{udp(53), drop}, {tcp(443), accept}, {ping(), accept}});
  claim({{forward("    udp dport != { 53, 443 } accept")},
         {filter("-A FORWARD -p udp -m multiport ! --dports 53,443 -j ACCEPT")}},
        {{udp(53), drop}, {udp(80), accept}, {tcp(80), drop}});
}

// 29: nft 1.0.6 and iptables-nft 1.8.9 compare both at once, which no listing shows.
TEST_CASE("semantics: of two negated neighbours it is open whether both differ or not both are") {
  claim({{forward("    udp sport != 40000 udp dport != 53 accept")},
         {forward("    udp sport != { 40000 } udp dport != 53 accept")},
         {filter("-A FORWARD -p udp ! --sport 40000 ! --dport 53 -j ACCEPT")}},
        {{udp(53), drop}, {udp(80), undecided}, {from_outside(udp(80)), accept}});
  claim({{forward("    ip saddr != 10.1.2.3 ip daddr != 208.67.222.222 accept")}},
        {{udp(53), drop}, {udp(53, "208.67.220.220"), undecided}, {from_outside(udp(53)), accept}});
  claim({{forward("    udp dport != 53 ip ttl > 1 udp sport != 40000 accept")}},
        {{udp(53), drop}, {udp(80), undecided}, {from_outside(udp(80)), accept}});
  claim({{forward("    udp sport != 40000-40001 udp dport != 53 accept")}},
        {{udp(53), drop}, {udp(80), drop}, {from_outside(udp(80)), accept}});
}

// 29: the form of iptables before 1.4.3, which no restore of today reads.
TEST_CASE("semantics: a negation behind its option is the old spelling of one before it") {
  auto const old = refusal({filter("-A FORWARD -s ! 10.0.0.0/8 -j ACCEPT")});
  if (old.empty())
    claim({{filter("-A FORWARD -s ! 10.0.0.0/8 -j ACCEPT")}},
          {{udp(53), drop}, {from_outside(udp(53)), accept}}, Loads::no);
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  CHECK(load({filter("-A FORWARD -s ! 10.0.0.0/8 -j ACCEPT")}, Backend::nft) != "");
#endif
}

// 30: a limit is asked only where what stands before it holds; no order of conditions changes
// what a packet without them meets.
TEST_CASE("semantics: conditions behind one that fails are not asked") {
  claim({{forward("    udp dport 443 limit rate 1/hour drop\n    accept")},
         {filter("-A FORWARD -p udp --dport 443 -m limit --limit 1/hour -j DROP\n"
                 "-A FORWARD -j ACCEPT")}},
        {{udp(53), accept}, {udp(443), undecided}});
}

// 45
TEST_CASE("semantics: later fragments have no ports, so port rules never match them") {
  auto later = udp(53);
  later.packet.fragment_offset = 100;
  claim({{forward("    udp dport 53 accept")}, {filter("-A FORWARD -p udp --dport 53 -j ACCEPT")}},
        {{udp(53), accept}});
  // What stands where the ports would, an nft rule takes for ports: not known, and not accepted.
  CHECK(traced({forward("    udp dport 53 accept")}, later).verdict != accept);
  // In iptables the rule does not match at all (see below): undecided is less than is known.
  CHECK(traced({filter("-A FORWARD -p udp --dport 53 -j ACCEPT")}, later).verdict != accept);
  claim({{filter("-A FORWARD -f -j ACCEPT")}, {forward("    ip frag-off & 0x1fff != 0 accept")}},
        {{later, accept}, {udp(53), drop}}, Loads::no);
#ifdef SC_ASK_KERNEL
  if (!netns_ready()) return;
  for (auto const& [form, outcome] :
       {std::pair{Form{filter("-A FORWARD -p udp --dport 53 -j ACCEPT")}, Outcome::dropped},
        std::pair{Form{filter("-A FORWARD -f -j ACCEPT")}, Outcome::forwarded}}) {
    kernel().renew();  // once asked for, defragmentation stays
    REQUIRE(load(form, Backend::legacy) == "");
    CHECK(kernel().send({later}).front().outcome == outcome);
  }
  // With connection tracking the kernel keeps fragments until it has the whole packet.
  kernel().renew();
  REQUIRE(load({filter("-A FORWARD -m conntrack --ctstate NEW -j ACCEPT\n-A FORWARD -f -j ACCEPT")},
               Backend::legacy) == "");
  CHECK(kernel().send({later}).front().outcome == Outcome::dropped);
  kernel().renew();
#endif
}

}  // namespace
}  // namespace safeconduct::testing
