// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/kernel_oracle.h"

#include <doctest/doctest.h>

#include <map>

// Is the oracle itself right? Every rule here is so plain that its verdict needs no thought.
namespace safeconduct::testing {

namespace {

// A forward chain of the inet family.
std::string forward(std::string const& policy, std::string const& rules) {
  return "table inet t {\n  chain f {\n    type filter hook forward priority 0; policy " + policy +
         ";\n" + rules + "\n  }\n}\n";
}

std::string verdict_of(KernelOracle& oracle, WirePacket const& packet, Side from = Side::inside) {
  return to_string(oracle.send_one(packet, from));
}

auto const dns4 = wire_udp("10.1.2.3", 40000, "208.67.222.222", 53);
auto const dns6 = wire_udp("fd00:1::3", 40000, "2620:119:35::35", 53);
auto const web4 = wire_tcp("10.1.2.3", 40001, "208.67.222.222", 443);
auto const web6 = wire_tcp("fd00:1::3", 40001, "2620:119:35::35", 443);

}  // namespace

TEST_CASE("kernel oracle: without rules all protocols pass, both ways, one hop older") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  for (auto const& packet :
       {dns4, dns6, web4, web6, wire_ping("10.1.2.3", "8.8.8.8"), wire_ping("fd00::1", "2620::1"),
        wire_protocol(protocol::kGre, "10.1.2.3", "8.8.8.8"),
        wire_protocol(protocol::kEsp, "fd00::1", "2620::1"),
        wire_protocol(protocol::kSctp, "10.1.2.3", "8.8.8.8"),
        wire_protocol(89, "10.1.2.3", "8.8.8.8")}) {
    CAPTURE(to_string(packet));
    auto older = packet;
    older.ttl = 63;
    for (auto const from : {Side::inside, Side::outside}) {
      auto const verdict = oracle.send_one(packet, from);
      REQUIRE(verdict.outcome == Outcome::forwarded);
      CHECK((verdict.side == (from == Side::inside ? Side::outside : Side::inside)));
      CHECK((read_packet(verdict.bytes) == older));
      CHECK(verdict.also.empty());
    }
  }
}

TEST_CASE("kernel oracle: rules and policies decide") {
  if (!netns_ready()) return;
  struct Case {
    std::string policy, rules;
    WirePacket packet;
    std::string verdict;
  };
  std::vector<Case> const cases = {
      {"drop", "udp dport 53 accept", dns4, "forwarded"},
      {"drop", "udp dport 53 accept", dns6, "forwarded"},
      {"drop", "udp dport 53 accept", web4, "dropped"},
      {"accept", "udp dport 53 drop", dns4, "dropped"},
      {"accept", "udp dport 53 drop", dns6, "dropped"},
      {"accept", "udp dport 53 drop", web6, "forwarded"},
      {"accept", "", dns4, "forwarded"},
      {"drop", "", dns4, "dropped"},
      {"drop", "iifname lan0 oifname wan0 accept", dns4, "forwarded"},
      {"drop", "iifname wan0 accept", dns4, "dropped"},
      {"drop", "ip ttl 63 accept", dns4,
       "forwarded"},  // a forward chain sees the hop counted already
      {"drop", "tcp flags syn / syn,ack accept", web4, "forwarded"},
      {"accept", "reject", dns4, "rejected: icmp 3/3"},
      {"accept", "reject", dns6, "rejected: icmpv6 1/4"},
      {"accept", "reject", web4, "rejected: icmp 3/3"},
      {"accept", "meta l4proto tcp reject with tcp reset", web4, "rejected: tcp-reset"},
      {"accept", "meta l4proto tcp reject with tcp reset", web6, "rejected: tcp-reset"},
      {"accept", "reject with icmpx admin-prohibited", dns4, "rejected: icmp 3/13"},
      {"accept", "reject with icmpx admin-prohibited", dns6, "rejected: icmpv6 1/1"},
      {"accept", "reject with icmp host-prohibited", web4, "rejected: icmp 3/10"},
      {"accept", "reject with icmpv6 no-route", web6, "rejected: icmpv6 1/0"},
      {"accept", "reject", wire_ping("10.1.2.3", "8.8.8.8"), "rejected: icmp 3/3"},
      {"accept", "reject", wire_protocol(89, "10.1.2.3", "8.8.8.8"), "rejected: icmp 3/3"},
      {"accept", "reject", wire_protocol(89, "fd00::1", "2620::1"), "rejected: icmpv6 1/4"},
      {"accept", "reject", wire_protocol(protocol::kGre, "10.1.2.3", "8.8.8.8"),
       "rejected: icmp 3/3"},
      {"accept", "reject", wire_protocol(protocol::kSctp, "fd00::1", "2620::1"),
       "rejected: icmpv6 1/4"},
  };
  KernelOracle oracle;
  for (auto const& c : cases) {
    CAPTURE(c.rules);
    CAPTURE(to_string(c.packet));
    oracle.flush();
    REQUIRE(oracle.load_nft(forward(c.policy, c.rules)) == "");
    CHECK(verdict_of(oracle, c.packet) == c.verdict);
  }
  CHECK(oracle.late() == 0);
}

TEST_CASE("kernel oracle: iptables of both backends, ipsets, and flush empties them all") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  for (auto const backend : {Backend::nft, Backend::legacy}) {
    CAPTURE(static_cast<int>(backend));
    REQUIRE(oracle.load_ipset(
                "create resolvers hash:ip family inet\nadd resolvers 208.67.222.222\n") == "");
    REQUIRE(oracle.load_iptables(
                "*filter\n:FORWARD DROP [0:0]\n"
                "-A FORWARD -p udp -m set --match-set resolvers dst -j ACCEPT\n"
                "-A FORWARD -p tcp -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n",
                Family::ip4, backend) == "");
    REQUIRE(oracle.load_iptables("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", Family::ip6, backend) ==
            "");
    CHECK(verdict_of(oracle, dns4) == "forwarded");
    CHECK(verdict_of(oracle, web4) == "rejected: icmp 3/10");
    CHECK(verdict_of(oracle, wire_udp("10.1.2.3", 1, "208.67.220.220", 53)) == "dropped");
    CHECK(verdict_of(oracle, dns6) == "dropped");
    oracle.flush();
    CHECK(verdict_of(oracle, wire_udp("10.1.2.3", 1, "208.67.220.220", 53)) == "forwarded");
    CHECK(verdict_of(oracle, dns6) == "forwarded");
    CHECK(oracle.space().program({"ipset", "list", "-n"}).out == "");
    CHECK(oracle.space().program({"nft", "list", "ruleset"}).out == "");
  }
}

TEST_CASE("kernel oracle: what does not load says why") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  CHECK(oracle.load_nft("table inet t { chain }\n").contains("syntax error"));
  CHECK(oracle.load_nft(forward("drop", "jump nowhere")).contains("No such file or directory"));
  CHECK(oracle.load_iptables("*filter\n-A NOWHERE -j ACCEPT\nCOMMIT\n", Family::ip4) != "");
  CHECK(oracle.load_iptables("*filter\n-A NOWHERE -j ACCEPT\nCOMMIT\n", Family::ip4,
                             Backend::legacy) != "");
  CHECK(oracle.load_ipset("add nowhere 10.0.0.1\n") != "");
  CHECK(verdict_of(oracle, dns4) == "forwarded");  // nothing of it was loaded
}

TEST_CASE("kernel oracle: destination and source rewriting are seen in the bytes") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(R"(
table inet nat {
  chain pre {
    type nat hook prerouting priority dstnat;
    udp dport 53 dnat ip to 9.9.9.9:5353
    meta nfproto ipv6 udp dport 53 dnat ip6 to [2620:fe::9]:5353
    tcp dport 80 redirect to :3128
  }
  chain post {
    type nat hook postrouting priority srcnat;
    oifname "wan0" masquerade
  }
}
)") == "");
  auto const four = oracle.send_one(dns4);
  REQUIRE(four.outcome == Outcome::forwarded);
  auto const seen4 = read_packet(four.bytes);
  REQUIRE(seen4);
  CHECK(to_string(*seen4) == "udp 192.0.2.2:40000 > 9.9.9.9:5353");

  auto const six = oracle.send_one(dns6);
  REQUIRE(six.outcome == Outcome::forwarded);
  auto const seen6 = read_packet(six.bytes);
  REQUIRE(seen6);
  CHECK(to_string(*seen6) == "udp [2001:db8:ffff::2]:40000 > [2620:fe::9]:5353");

  for (auto const& web :
       {wire_tcp("10.1.2.3", 40000, "8.8.8.8", 80), wire_tcp("fd00::1", 40000, "2620::1", 80)}) {
    auto const redirected = oracle.send_one(web);
    REQUIRE(redirected.outcome == Outcome::delivered);
    auto const seen = read_packet(redirected.bytes);
    REQUIRE(seen);
    CHECK((seen->destination ==
           wire_address(web.source.family == Family::ip4 ? "192.0.2.1" : "2001:db8:ffff::1")));
    CHECK(seen->destination_port == 3128);
  }
}

TEST_CASE("kernel oracle: fresh packets are new each time, shared ones remember") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(forward("drop",
                                  "ct state established accept\n"
                                  "ct state new meta iifname lan0 udp dport 53 accept\n"
                                  "ct state new meta iifname lan0 tcp dport 443 accept\n"
                                  "meta l4proto icmp ct state new accept\n"
                                  "ct state invalid reject with icmpx admin-prohibited")) == "");
  Shot const ask{dns4, Side::inside};
  Shot const answer{reply_to(dns4), Side::outside};

  auto verdicts = oracle.send({ask, answer, ask, answer});
  CHECK(to_string(verdicts[0]) == "forwarded");
  CHECK(to_string(verdicts[1]) == "dropped");
  CHECK(to_string(verdicts[2]) == "forwarded");
  CHECK(to_string(verdicts[3]) == "dropped");

  verdicts = oracle.send_sequence({answer, ask, answer, ask});
  CHECK(to_string(verdicts[0]) == "dropped");
  CHECK(to_string(verdicts[1]) == "forwarded");
  CHECK(to_string(verdicts[2]) == "forwarded");
  CHECK(to_string(verdicts[3]) == "forwarded");
  CHECK(oracle.send_sequence({answer})[0].passed());  // shared calls share
  oracle.forget_connections();
  CHECK_FALSE(oracle.send_sequence({answer})[0].passed());

  // A TCP handshake; its SYN+ACK alone is INVALID.
  auto ack = web4;
  ack.tcp_flags = tcp_flag::kAck;
  ack.tcp_sequence = web4.tcp_sequence + 1 + 8;
  ack.tcp_acknowledgement = reply_to(web4).tcp_sequence + 1 + 8;
  CHECK(verdict_of(oracle, reply_to(web4), Side::outside) == "rejected: icmp 3/13");
  verdicts = oracle.send_sequence(
      {{web4, Side::inside}, {reply_to(web4), Side::outside}, {ack, Side::inside}});
  for (auto const& verdict : verdicts) CHECK(to_string(verdict) == "forwarded");

  // A ping, its reply.
  auto const ping = wire_ping("10.1.2.3", "8.8.8.8", 77);
  verdicts = oracle.send_sequence({{ping, Side::inside}, {reply_to(ping), Side::outside}});
  for (auto const& verdict : verdicts) CHECK(to_string(verdict) == "forwarded");
}

TEST_CASE("kernel oracle: fresh packets are new even where connections live in zones") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(
              "table inet z {\n  chain pre {\n    type filter hook prerouting priority raw;\n"
              "    ct zone set 7\n  }\n}\n" +
              forward("drop", "ct state new accept")) == "");
  for (auto const& verdict : oracle.send({{dns4}, {dns4}, {web6}, {web6}})) CHECK(verdict.passed());
}

TEST_CASE("kernel oracle: the input hook decides about the gateway's own addresses") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(R"(
table inet t {
  chain i {
    type filter hook input priority 0; policy drop;
    udp dport 53 accept
    tcp dport 22 reject with tcp reset
    icmp type echo-request accept
    meta l4proto 89 accept
  }
}
)") == "");
  CHECK(verdict_of(oracle, wire_udp("10.1.2.3", 1, "192.0.2.1", 53)) == "delivered");
  CHECK(verdict_of(oracle, wire_udp("fd00::1", 1, "2001:db8:ffff::1", 53)) == "delivered");
  CHECK(verdict_of(oracle, wire_udp("10.1.2.3", 1, "192.0.2.1", 54)) == "dropped");
  CHECK(verdict_of(oracle, wire_tcp("10.1.2.3", 1, "192.0.2.1", 22)) == "rejected: tcp-reset");
  CHECK(verdict_of(oracle, wire_tcp("fd00::1", 1, "2001:db8:ffff::2", 22)) ==
        "rejected: tcp-reset");
  CHECK(verdict_of(oracle, wire_protocol(89, "10.1.2.3", "192.0.2.1")) == "delivered");
  auto const ping = oracle.send_one(wire_ping("10.1.2.3", "192.0.2.1"));
  CHECK(to_string(ping) == "delivered");
  CHECK(ping.also.size() == 1);  // the echo reply
}

TEST_CASE("kernel oracle: the output hook decides about what the gateway sends") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(R"(
table inet t {
  chain o {
    type filter hook output priority 0; policy drop;
    udp dport 53 oifname "wan0" accept
    tcp dport 443 reject with tcp reset
    tcp dport 80 reject
  }
}
)") == "");
  for (auto const* pair : {"192.0.2.2 8.8.8.8", "2001:db8:ffff::2 2620::1"}) {
    std::string const text(pair);
    auto const from = text.substr(0, text.find(' '));
    auto const to = text.substr(text.find(' ') + 1);
    CAPTURE(from);
    auto const sent = oracle.send_one(wire_udp(from, 1000, to, 53), Side::local);
    CHECK(to_string(sent) == "forwarded");
    CHECK((sent.side == Side::outside));
    CHECK(verdict_of(oracle, wire_udp(from, 1000, to, 54), Side::local) == "dropped");
    CHECK(verdict_of(oracle, wire_tcp(from, 1000, to, 443), Side::local) == "dropped");
    CHECK(verdict_of(oracle, wire_tcp(from, 1000, to, 80), Side::local) == "dropped");
  }
}

TEST_CASE("kernel oracle: routing shows the forward chains what kernel_forwards says") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  std::vector<std::string> const four = {
      "0.0.0.0",        "0.0.0.1",         "0.255.255.255",   "1.0.0.0",
      "10.0.0.0",       "10.255.255.255",  "100.64.0.1",      "126.255.255.255",
      "127.0.0.0",      "127.0.0.1",       "127.255.255.255", "128.0.0.0",
      "169.254.0.1",    "172.16.0.1",      "192.0.0.1",       "192.0.2.0",
      "192.0.2.3",      "192.168.255.255", "198.18.0.1",      "223.255.255.255",
      "224.0.0.0",      "239.255.255.255", "240.0.0.0",       "255.255.255.254",
      "255.255.255.255"};
  std::vector<std::string> const six = {"::",
                                        "::1",
                                        "::2",
                                        "::ffff:10.1.2.3",
                                        "64:ff9b::1",
                                        "100::1",
                                        "2000::",
                                        "2001:db8::1",
                                        "2001:db8:ffff::",
                                        "2001:db8:ffff::3",
                                        "2620:119:35::35",
                                        "3fff:ffff::1",
                                        "4000::1",
                                        "fc00::",
                                        "fdff::1",
                                        "fe00::1",
                                        "fe7f::1",
                                        "fe80::1",
                                        "febf::1",
                                        "fec0::1",
                                        "feff::1",
                                        "ff00::",
                                        "ff02::1",
                                        "ff0e::1",
                                        "ffff::1"};
  std::vector<Shot> shots;
  for (auto const& [list, friendly] : {std::pair(four, "10.9.9.9"), std::pair(six, "fd00::9")}) {
    for (auto const& address : list) {
      for (auto const from : {Side::inside, Side::outside}) {
        shots.push_back({wire_udp(address, 1000, friendly, 53), from});
        shots.push_back({wire_udp(friendly, 1000, address, 53), from});
        shots.push_back({wire_udp(address, 0, friendly, 0), from});
      }
    }
  }
  for (unsigned number = 0; number < 256; ++number) {
    shots.push_back({wire_protocol(static_cast<std::uint8_t>(number), "10.1.2.3", "8.8.8.8")});
    shots.push_back({wire_protocol(static_cast<std::uint8_t>(number), "fd00::1", "2620::1")});
    auto old = dns4;
    old.ttl = static_cast<std::uint8_t>(number);
    shots.push_back({old});
    old = dns6;
    old.ttl = static_cast<std::uint8_t>(number);
    shots.push_back({old});
  }
  for (auto const* own : {"192.0.2.1", "192.0.2.2"}) {
    shots.push_back({wire_udp(own, 1, "8.8.8.8", 53)});
    shots.push_back({wire_udp("10.1.2.3", 1, own, 53)});
  }
  auto const verdicts = oracle.send(shots);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    CAPTURE(to_string(shots[i].packet));
    CAPTURE(static_cast<int>(shots[i].packet.ttl));
    CHECK((verdicts[i].outcome == Outcome::forwarded) == kernel_forwards(shots[i].packet));
  }
}

TEST_CASE("kernel oracle: ten thousand packets, no verdict lost or swapped") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(forward("drop",
                                  "udp dport 0-99 accept\n"
                                  "udp dport 100-199 reject\n"
                                  "udp dport 200-299 ct state new accept")) == "");
  std::vector<Shot> shots;
  for (unsigned i = 0; i < 10'000; ++i) {
    // The same few tuples again and again.
    auto packet = i % 2 == 0 ? dns4 : dns6;
    packet.destination_port = static_cast<std::uint16_t>(i * 7 % 400);
    shots.push_back({packet});
  }
  auto const verdicts = oracle.send(shots);
  REQUIRE(verdicts.size() == shots.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < shots.size(); ++i) {
    auto const port = shots[i].packet.destination_port;
    auto const expected = port < 100   ? Outcome::forwarded
                          : port < 200 ? Outcome::rejected
                          : port < 300 ? Outcome::forwarded
                                       : Outcome::dropped;
    if (verdicts[i].outcome != expected) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(oracle.late() == 0);
}

TEST_CASE("kernel oracle: copies are told apart from the packet") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(
              "table ip t {\n  chain f {\n    type filter hook forward priority 0; policy drop;\n"
              "    udp dport 53 dup to 10.0.0.99 device \"lan0\"\n  }\n}\n") == "");
  auto const verdict = oracle.send_one(dns4);
  CHECK(to_string(verdict) == "dropped");
  REQUIRE(verdict.also.size() == 1);
  CHECK((verdict.also[0].side == Side::inside));
}

TEST_CASE("kernel oracle: what one packet alone is to connection tracking") {
  if (!netns_ready()) return;
  KernelOracle oracle;
  REQUIRE(oracle.load_nft(forward("drop",
                                  "ct state new reject with icmpx no-route\n"
                                  "ct state invalid reject with icmpx admin-prohibited\n"
                                  "ct state untracked reject with icmpx host-unreachable")) == "");
  using namespace tcp_flag;
  for (unsigned flags = 0; flags < 64; ++flags) {
    CAPTURE(flags);
    // SYN alone opens; so does a bare ACK (nf_conntrack_tcp_loose), as if picked up midway. PSH and
    // URG do not matter where the combination is a legal one.
    auto const core = flags & ~unsigned{kPsh | kUrg};
    bool const opens = core == kSyn || core == kAck;
    auto const packet = wire_tcp("10.1.2.3", 1, "8.8.8.8", 2, static_cast<std::uint8_t>(flags));
    CHECK(verdict_of(oracle, packet) == (opens ? "rejected: icmp 3/0" : "rejected: icmp 3/13"));
  }
  auto ping = wire_ping("fd00::1", "2620::1");
  for (unsigned type = 128; type < 256; ++type) {
    if (type >= 151 && type <= 153) continue;  // router discovery (RFC 4286): newer kernels only
    CAPTURE(type);
    ping.icmp_type = static_cast<std::uint8_t>(type);
    bool const opens = type == 128 || type == 139;  // echo request, node information query
    // Multicast listener and neighbour discovery messages are never tracked.
    bool const untracked = (type >= 130 && type <= 136) || type == 143;
    CHECK(verdict_of(oracle, ping) == (opens       ? "rejected: icmpv6 1/0"
                                       : untracked ? "rejected: icmpv6 1/3"
                                                   : "rejected: icmpv6 1/1"));
  }
}

TEST_CASE("kernel oracle: two worlds at once, with names of their own") {
  if (!netns_ready()) return;
  Gateway named;
  named.inside = "eth1";
  named.outside = "ppp0";
  KernelOracle one(named);
  KernelOracle two;
  REQUIRE(one.load_nft(forward("drop", "iifname eth1 oifname ppp0 accept")) == "");
  REQUIRE(two.load_nft(forward("drop", "iifname eth1 oifname ppp0 accept")) == "");
  CHECK(verdict_of(one, dns4) == "forwarded");
  CHECK(verdict_of(two, dns4) == "dropped");
  two.renew();
  CHECK(verdict_of(two, dns4) == "forwarded");
}

TEST_CASE("packet bytes: what is written is read again") {
  auto fragment = dns4;
  fragment.more_fragments = true;
  auto extended = web6;
  extended.extension_headers = {0, 60};
  extended.dscp = 46;
  auto unreachable = wire_ping("8.8.8.8", "10.1.2.3");
  unreachable.icmp_type = 3;
  unreachable.icmp_code = 13;
  unreachable.quoted = packet_bytes(dns4, 5);
  Cookie cookie = 0;
  for (auto packet :
       {dns4, dns6, web4, web6, fragment, extended, unreachable, wire_ping("fd00::1", "2620::1")}) {
    CAPTURE(to_string(packet));
    auto const bytes = packet_bytes(packet, ++cookie);
    auto seen = read_packet(bytes);
    REQUIRE(seen);
    if (!packet.quoted.empty())
      seen->quoted.resize(seen->quoted.size() - 8);  // the cookie follows it
    CHECK((*seen == packet));
    CHECK((read_cookie(bytes) == cookie));
    for (std::size_t n = 0; n < bytes.size(); ++n)
      CHECK_FALSE(read_packet(std::span(bytes).first(n)));
  }
}

}  // namespace safeconduct::testing
