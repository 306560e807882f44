// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <array>
#include <optional>

#include "support/conversation.h"
#include "support/kernel_compare.h"
#include "verify/flow.h"

// What is proven of a conversation, held against real ones: sockets of a client and a server, and a
// gateway with the rules between them.
namespace safeconduct::testing {
namespace {

struct Case {
  std::string claim;
  std::string rules;  // nft
  Transport transport = Transport::udp;
  Verdict verdict = Verdict::allowed;
  Leg leg = Leg::request;  // of a blocked one: where
  std::optional<RejectWith> refused = std::nullopt;
  bool six = false;
};

std::string chain(std::string const& name, std::string const& head, std::string const& rules) {
  return "table inet " + name + " {\n  chain c {\n    type " + head + "\n" + rules + "\n  }\n}\n";
}
std::string forward(std::string const& policy, std::string const& rules) {
  return chain("f", "filter hook forward priority 0; policy " + policy + ";", rules);
}
std::string raw(std::string const& rules) {
  return chain("r", "filter hook prerouting priority -300; policy accept;", rules);
}
std::string mangle(std::string const& rules) {
  return chain("m", "filter hook prerouting priority -150; policy accept;", rules);
}
std::string leaving(std::string const& rules) {
  return chain("p", "filter hook postrouting priority 0; policy accept;", rules);
}
std::string dnat(std::string const& rules) {
  return chain("d", "nat hook prerouting priority -100; policy accept;", rules);
}
std::string snat(std::string const& rules) {
  return chain("s", "nat hook postrouting priority 100; policy accept;", rules);
}

std::string const kReplies = "ct state established,related accept\n";
std::string const kAsk = "iifname \"lan0\" meta l4proto { tcp, udp } th dport { 53, 443 } accept\n";
std::string const kStateful = forward("drop", kReplies + kAsk);

constexpr auto kUdp = Transport::udp;
constexpr auto kTcp = Transport::tcp;
constexpr auto kAllowed = Verdict::allowed;
constexpr auto kBlocked = Verdict::blocked;
constexpr auto kIntercepted = Verdict::intercepted;

// Each in one transport and family, or where 'both' says so in all four ways.
std::vector<Case> cases() {
  std::vector<Case> list;
  auto const add = [&](Case one) { list.push_back(std::move(one)); };
  auto const both = [&](Case one) {
    for (auto const transport : {kUdp, kTcp})
      for (bool const six : {false, true}) {
        one.transport = transport;
        one.six = six;
        list.push_back(one);
      }
  };
  both({"stateful accept", kStateful});
  both({"everything accepted", forward("accept", "")});
  both({"no rule for replies", forward("drop", kAsk), kUdp, kBlocked, Leg::reply});
  both({"no rule for requests", forward("drop", kReplies), kUdp, kBlocked});
  both({"only what is related", forward("drop", "ct state related accept\n" + kAsk), kUdp, kBlocked,
        Leg::reply});
  both({"the wrong interface", forward("drop", kReplies + "iifname \"wan0\" accept"), kUdp,
        kBlocked});
  both({"notrack, and rules that wait for states", raw("notrack") + kStateful, kUdp, kBlocked,
        Leg::reply});
  both({"notrack, with stateless rules both ways",
        raw("notrack") + forward("drop", kAsk + "th sport { 53, 443 } iifname \"wan0\" accept")});
  both({"notrack, untracked replies accepted",
        raw("notrack") +
            forward("drop", kReplies + kAsk + "iifname \"wan0\" ct state untracked accept")});
  both({"stateless both ways",
        forward("drop", kAsk + "meta l4proto { tcp, udp } th sport { 53, 443 } accept")});
  both({"only the original direction", forward("drop", "ct direction original accept"), kUdp,
        kBlocked, Leg::reply});
  both({"both directions by name",
        forward("drop", "ct direction original accept\nct direction reply accept")});
  both({"replies dropped where they come in", mangle("iifname \"wan0\" drop") + kStateful, kUdp,
        kBlocked, Leg::reply});
  both({"replies dropped before they are tracked", raw("iifname \"wan0\" drop") + kStateful, kUdp,
        kBlocked, Leg::reply});
  both({"replies dropped where they leave", leaving("oifname \"lan0\" drop") + kStateful, kUdp,
        kBlocked, Leg::reply});
  both({"a mark on the first packet alone",
        mangle("iifname \"lan0\" meta mark set 0x1") + forward("drop", "meta mark 0x1 accept"),
        kUdp, kBlocked, Leg::reply});
  both({"a mark of the connection",
        mangle("iifname \"lan0\" ct mark set 0x1") + forward("drop", "ct mark 0x1 accept")});
  both({"a mark restored from the connection",
        mangle("meta mark set ct mark\nmeta mark 0x0 iifname \"lan0\" meta mark set 0x7\n"
               "ct mark set meta mark") +
            forward("drop", "meta mark & 0x3 == 0x3 accept")});
  both({"refused with an ICMP error", forward("accept", "iifname \"lan0\" reject"), kUdp, kBlocked,
        Leg::request, RejectWith::port_unreachable});
  both({"refused by the administrator",
        forward("drop", "iifname \"lan0\" reject with icmpx admin-prohibited"), kUdp, kBlocked,
        Leg::request, RejectWith::admin_prohibited});
  both({"masquerade, replies by state", snat("oifname \"wan0\" masquerade") + kStateful});
  both({"masquerade, no rule for replies",
        snat("oifname \"wan0\" masquerade") + forward("drop", kAsk), kUdp, kBlocked, Leg::reply});
  both({"an invalid state dropped first",
        forward("drop", "ct state invalid drop\n" + kReplies + kAsk)});
  both({"redirect to the gateway", dnat("iifname \"lan0\" redirect") + kStateful, kUdp,
        kIntercepted});
  both({"redirect, and the gateway's own door shut",
        dnat("iifname \"lan0\" redirect") + kStateful +
            chain("i", "filter hook input priority 0; policy accept;", "iifname \"lan0\" drop"),
        kUdp, kBlocked});
  for (bool const six : {false, true}) {
    std::string const family = six ? "ip6" : "ip";
    std::string const server = six ? "2620:119:35::35" : "208.67.222.222";
    std::string const other = six ? "2001:db8:7::7" : "198.51.100.7";
    std::string const client = six ? "fd00:1::3" : "10.1.2.3";
    std::string const gateway = six ? "2001:db8:ffff::2" : "192.0.2.2";
    auto const to = [&](std::string const& place) {
      return dnat(family + " daddr " + server + " dnat " + family + " to " + place);
    };
    for (auto const transport : {kUdp, kTcp}) {
      auto const put = [&](std::string claim, std::string rules, Verdict verdict,
                           Leg leg = Leg::request) {
        add({std::move(claim), std::move(rules), transport, verdict, leg, std::nullopt, six});
      };
      put("dnat to another server", to(other) + kStateful, kIntercepted);
      put("dnat to where it goes anyway", to(server) + kStateful, kAllowed);
      put("dnat, and only the old destination accepted",
          to(other) + forward("drop", kReplies + family + " daddr " + server + " accept"),
          kBlocked);
      put("dnat, and its status accepted",
          to(other) + forward("drop", kReplies + "ct status dnat accept"), kIntercepted);
      put("snat to the gateway's address",
          snat(family + " saddr " + client + " snat " + family + " to " + gateway) + kStateful,
          kAllowed);
      put("masquerade, replies by the client's address",
          snat("oifname \"wan0\" masquerade") +
              forward("drop", kAsk + family + " daddr " + client + " accept"),
          kAllowed);
      // Which address the gateway masquerades with, its rules do not say; snat does.
      auto const by_name = snat("oifname \"wan0\" snat " + family + " to " + gateway);
      auto const only_to = [&](std::string const& address) {
        return mangle("iifname \"wan0\" " + family + " daddr " + address +
                      " accept\niifname \"wan0\" drop");
      };
      put("snat, replies by the client's address before it is put back",
          by_name + only_to(client) + kStateful, kBlocked, Leg::reply);
      put("snat, replies by the gateway's address before the client's is put back",
          by_name + only_to(gateway) + kStateful, kAllowed);
    }
    auto const tcp = [&](std::string claim, std::string rules, Verdict verdict,
                         Leg leg = Leg::request, std::optional<RejectWith> refused = std::nullopt) {
      add({std::move(claim), std::move(rules), kTcp, verdict, leg, refused, six});
    };
    tcp("a TCP reset", forward("drop", "iifname \"lan0\" meta l4proto tcp reject with tcp reset"),
        kBlocked, Leg::request, RejectWith::tcp_reset);
    tcp("a reset for replies",
        forward("accept", "ct direction reply meta l4proto tcp reject with tcp reset"), kBlocked,
        Leg::reply, RejectWith::tcp_reset);
    tcp("new connections, and no later packets of theirs",
        forward("drop", "ct state new accept\nct direction reply accept"), kBlocked,
        Leg::later_request);
    tcp("SYN alone is let out",
        forward("drop",
                "iifname \"wan0\" accept\n"
                "tcp flags & (fin | syn | rst | ack) == syn accept"),
        kBlocked, Leg::later_request);
    tcp("SYN and ACK alone are let in",
        forward("drop", "iifname \"lan0\" accept\ntcp flags & (syn | ack) == (syn | ack) accept"),
        kBlocked, Leg::reply);
    tcp("stateless by flags: new ones only from inside",
        forward("drop", "iifname \"lan0\" accept\niifname \"wan0\" tcp flags & ack == ack accept"),
        kAllowed);
    tcp("notrack on the way out alone, invalid packets dropped",
        raw("iifname \"lan0\" notrack") + forward("accept", "ct state invalid drop"), kBlocked,
        Leg::reply);
  }
  return list;
}

Exchange exchange_of(Case const& one) {
  return exchange(one.transport, one.six ? "fd00:1::3" : "10.1.2.3",
                  one.six ? "2620:119:35::35" : "208.67.222.222",
                  one.transport == Transport::udp ? 53 : 443);
}

FlowResult judged(DeviceRules const& device, Exchange const& wanted) {
  WantedFlow flow;
  flow.family = wanted.to.family;
  flow.protocol = wanted.transport == Transport::udp ? l4::udp : l4::tcp;
  flow.src = AddressSet(AddressInterval{wanted.from.bits, wanted.from.bits});
  flow.dst = AddressSet(AddressInterval{wanted.to.bits, wanted.to.bits});
  flow.ports = PortInterval{wanted.to_port, wanted.to_port};
  Wanted wanted_flows;
  wanted_flows.requirements.push_back({nullptr, nullptr, {}, {flow}, {}, {}, {}});
  Notes notes;
  return judge_flow(focused(std::span(&device, 1), wanted_flows), flow, Hook::forward, notes);
}

bool is_elsewhere(Exchange const& wanted, ExchangeResult const& seen) {
  return seen.reached == Host::gateway ||
         (seen.asked_at &&
          (seen.asked_at->address != wanted.to || seen.asked_at->port != wanted.to_port));
}

// "ok", "intercepted", "no answer", "refused: ...": what a verdict lets one expect of the wire.
std::string expected_end(FlowResult const& flow) {
  switch (flow.verdict) {
    case Verdict::allowed:
      return "ok";
    case Verdict::intercepted:
      return "intercepted";
    case Verdict::blocked: {
      auto const& part = flow.parts.front();
      // A refusal of a reply goes to the server; the client hears nothing.
      if (part.how.kind != How::Kind::reject || part.leg == Leg::reply) return "no answer";
      if (part.how.with == RejectWith::tcp_reset) return "refused: tcp-reset";
      auto const code = icmp_answer(part.how.with, flow.family);
      return code ? "refused: icmp " + std::to_string(code->type) + '/' + std::to_string(code->code)
                  : "refused: unknown";
    }
    case Verdict::partial:
    case Verdict::undecided:
      break;
  }
  return "not told";
}

std::string seen_end(Exchange const& wanted, ExchangeResult const& seen) {
  if (seen.end == End::ok && is_elsewhere(wanted, seen)) return "intercepted";
  return to_string(seen);
}

std::string legs_of(FlowResult const& flow) {
  std::string out;
  for (auto const& part : flow.parts)
    out += std::string(name(part.verdict)) + " at " + std::string(name(part.leg)) + " by '" +
           part.rule->text + "'; ";
  return out;
}

}  // namespace

TEST_CASE("conversation verdicts: what is proven is what happens between real sockets") {
  if (!netns_ready()) return;
  ConversationPlan plan;
  plan.gateway_ports = {53, 443};
  Conversation talk(plan);
  for (auto const& one : cases()) {
    auto const wanted = exchange_of(one);
    CAPTURE(one.claim);
    CAPTURE(one.six);
    CAPTURE(static_cast<int>(one.transport));
    auto const read = read_rules("as written", {one.rules});
    REQUIRE_MESSAGE(read.device, read.error);
    auto const flow = judged(*read.device, wanted);
    CAPTURE(legs_of(flow));
    CHECK(name(flow.verdict) == name(one.verdict));
    REQUIRE_FALSE(flow.parts.empty());
    auto const& part = flow.parts.front();
    if (one.verdict == Verdict::blocked) {
      CHECK(name(part.leg) == name(one.leg));
      CHECK((part.how.kind == How::Kind::reject) == one.refused.has_value());
      if (one.refused) CHECK(name(part.how.with) == name(*one.refused));
    }
    talk.flush();
    REQUIRE(talk.load_nft(one.rules) == "");
    auto const seen = talk.run_one(wanted);
    CHECK(seen_end(wanted, seen) == expected_end(flow));
    // Where the request is lost, nobody sees it; where a UDP reply is lost, the server saw it.
    if (one.verdict == Verdict::blocked && part.leg == Leg::request)
      CHECK_FALSE(seen.server_saw.has_value());
    if (one.verdict == Verdict::blocked && part.leg == Leg::reply &&
        one.transport == Transport::udp)
      CHECK(seen.server_saw.has_value());
    if (part.leg == Leg::later_request) CHECK(seen.connected);
  }
}

TEST_CASE("conversation verdicts: iptables rules of both tools, as written") {
  if (!netns_ready()) return;
  struct IptablesCase {
    std::string claim;
    std::string rules;
    Verdict verdict;
  };
  std::string const head =
      "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  std::string const replies = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
  std::string const ask =
      "-A FORWARD -i lan0 -p udp -m udp --dport 53 -j ACCEPT\n"
      "-A FORWARD -i lan0 -p tcp -m tcp --dport 443 -j ACCEPT\n";
  auto const table = [](std::string const& name, std::string const& chains,
                        std::string const& rules) {
    return "*" + name + "\n" + chains + rules + "COMMIT\n";
  };
  std::string const pre = ":PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
  std::string const nat = pre + ":INPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n";
  std::string const stateful = head + replies + ask + "COMMIT\n";
  std::vector<IptablesCase> const list = {
      {"stateful", stateful, Verdict::allowed},
      {"no replies", head + ask + "COMMIT\n", Verdict::blocked},
      {"refused",
       head + "-A FORWARD -i lan0 -j REJECT --reject-with icmp-host-prohibited\nCOMMIT\n",
       Verdict::blocked},
      {"notrack", table("raw", pre, "-A PREROUTING -j CT --notrack\n") + stateful,
       Verdict::blocked},
      {"masquerade", table("nat", nat, "-A POSTROUTING -o wan0 -j MASQUERADE\n") + stateful,
       Verdict::allowed},
      {"dnat",
       table("nat", nat,
             "-A PREROUTING -d 208.67.222.222/32 -j DNAT --to-destination 198.51.100.7\n") +
           stateful,
       Verdict::intercepted},
      {"redirect",
       table("nat", nat,
             "-A PREROUTING -i lan0 -p udp -m udp --dport 53 -j REDIRECT --to-ports 53\n"
             "-A PREROUTING -i lan0 -p tcp -m tcp --dport 443 -j REDIRECT --to-ports 443\n") +
           stateful,
       Verdict::intercepted},
      {"connmark",
       table("mangle", pre, "-A PREROUTING -i lan0 -j CONNMARK --set-xmark 0x5/0xffffffff\n") +
           head + "-A FORWARD -m connmark --mark 0x1/0x1 -j ACCEPT\nCOMMIT\n",
       Verdict::allowed},
  };
  ConversationPlan plan;
  plan.gateway_ports = {53, 443};
  Conversation talk(plan);
  for (auto const& one : list)
    for (auto const backend : {Backend::nft, Backend::legacy})
      for (auto const transport : {Transport::udp, Transport::tcp}) {
        CAPTURE(one.claim);
        CAPTURE(static_cast<int>(backend));
        CAPTURE(static_cast<int>(transport));
        auto const wanted = exchange_of({"", "", transport, one.verdict, Leg::request, {}, false});
        auto const read = read_rules("as written", {"# Generated by iptables-save\n" + one.rules});
        REQUIRE_MESSAGE(read.device, read.error);
        auto const flow = judged(*read.device, wanted);
        CAPTURE(legs_of(flow));
        CHECK(name(flow.verdict) == name(one.verdict));
        REQUIRE_FALSE(flow.parts.empty());
        talk.flush();
        REQUIRE(talk.load_iptables(one.rules, Family::ip4, backend) == "");
        CHECK(seen_end(wanted, talk.run_one(wanted)) == expected_end(flow));
      }
}

}  // namespace safeconduct::testing
