// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "formats/reader.h"
#include "formats/vendor_csv.h"
#include "policy/read.h"
#include "support/conversation.h"
#include "support/netns.h"
#include "verify/flow.h"

// A path of three devices: a gateway with nft, a PAN-OS firewall, and an edge with iptables. The
// first and the last are rebuilt as namespaces, and what is proven of these two is what happens
// between real sockets. The firewall in the middle only has rules, no kernel: it may take from what
// the other two let through, never add to it.
namespace safeconduct::testing {
namespace {

struct Case {
  std::string claim;
  std::string gateway;   // nft
  std::string firewall;  // rows of a PAN-OS export
  std::string edge;      // iptables, of tables nat and filter
  Verdict verdict = Verdict::allowed;
  std::string stops = {};  // the device that does
  Leg leg = Leg::request;  // where
  Verdict wire = verdict;  // without the firewall in the middle
};

constexpr std::string_view kHeader =
    "Name,Source Zone,Source Address,Destination Zone,Destination Address,Application,Service,"
    "Action\n";

std::string gateway_rules(std::string const& forward, std::string const& nat = {}) {
  return "table inet f {\nchain c {\ntype filter hook forward priority 0; policy drop;\n" +
         forward + "\n}\n}\n" + nat;
}
std::string edge_rules(std::string const& forward, std::string const& nat = {}) {
  return (nat.empty()
              ? nat
              : "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                ":POSTROUTING ACCEPT [0:0]\n" +
                    nat + "COMMIT\n") +
         "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" + forward +
         "COMMIT\n";
}

std::vector<Case> cases() {
  std::string const stateful =
      gateway_rules("ct state established,related accept\niifname \"lan0\" accept");
  std::string const hiding =
      gateway_rules("ct state established,related accept\niifname \"lan0\" accept",
                    "table ip n {\nchain c {\ntype nat hook postrouting priority 100;\n"
                    "oifname \"wan0\" snat to 192.0.2.2\n}\n}\n");
  std::string const dns_to_other =
      gateway_rules("ct state established,related accept\niifname \"lan0\" accept",
                    "table ip n {\nchain c {\ntype nat hook prerouting priority -100;\n"
                    "ip daddr 208.67.222.222 dnat to 198.51.100.7\n}\n}\n");
  std::string const replies = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
  auto const from = [&](std::string const& source) {
    return edge_rules(replies + "-A FORWARD -s " + source + " -i eth0 -o eth1 -j ACCEPT\n");
  };
  auto const row = [](std::string const& source, std::string const& destination) {
    return "dns,trust," + source + ",untrust," + destination + ",any,any,Allow\n";
  };
  constexpr auto kGateway = "192.0.2.2";
  constexpr auto kClients = "10.0.0.0/8";
  constexpr auto kResolvers = "208.67.222.222;208.67.220.220";
  return {
      {"the clients' addresses all the way", stateful, row(kClients, kResolvers), from(kClients)},
      {"behind the gateway's address, which both others know", hiding, row(kGateway, kResolvers),
       from(kGateway)},
      {"the firewall knows the clients' addresses only, which it never sees", hiding,
       row(kClients, kResolvers), from(kGateway), Verdict::blocked, "firewall", Leg::request,
       Verdict::allowed},
      {"the edge knows the clients' addresses only", hiding, row(kGateway, kResolvers),
       from(kClients), Verdict::blocked, "edge"},
      {"the firewall has no rule for the resolvers", stateful, row(kClients, "198.51.100.7"),
       from(kClients), Verdict::blocked, "firewall", Leg::request, Verdict::allowed},
      {"the gateway lets nothing out", gateway_rules("ct state established,related accept"),
       row("any", "any"), from(kClients), Verdict::blocked, "gateway"},
      {"the gateway lets no answers in", gateway_rules("iifname \"lan0\" accept"),
       row("any", "any"), from(kClients), Verdict::blocked, "gateway", Leg::reply},
      {"the edge lets no answers in", stateful, row("any", "any"),
       edge_rules("-A FORWARD -i eth0 -j ACCEPT\n"), Verdict::blocked, "edge", Leg::reply},
      {"the edge refuses, and says so", stateful, row("any", "any"),
       edge_rules(replies + "-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n"),
       Verdict::blocked, "edge"},
      {"the edge leads elsewhere", stateful, row("any", "any"),
       edge_rules(replies + "-A FORWARD -i eth0 -j ACCEPT\n",
                  "-A PREROUTING -d 208.67.222.222/32 -j DNAT --to-destination 198.51.100.7\n"),
       Verdict::intercepted, "edge"},
      {"the gateway leads elsewhere, and the firewall sees that", dns_to_other,
       row("any", "198.51.100.7"), from(kClients), Verdict::intercepted, "gateway"},
      {"behind two addresses, one after the other", hiding, row(kGateway, "any"),
       edge_rules(replies + "-A FORWARD -s 192.0.2.2/32 -j ACCEPT\n",
                  "-A POSTROUTING -o eth1 -j MASQUERADE\n")},
  };
}

Dialect panos() {
  std::filesystem::path const path =
      std::filesystem::path(SC_TEST_SOURCE_DIR) / "policies/dialects/panos.yaml";
  std::ifstream in(path, std::ios::binary);
  auto dialect = read_dialect("panos.yaml", std::string{std::istreambuf_iterator<char>(in), {}});
  REQUIRE(dialect.has_value());
  return std::move(*dialect);
}

SourceText source(std::string name, std::string text) {
  return {std::move(name), std::make_shared<std::string const>(std::move(text))};
}

DeviceRules device(std::string name, std::string enter, std::string leave,
                   Result<Ruleset> const& rules) {
  REQUIRE_MESSAGE(rules.has_value(), (rules ? "" : to_message(rules.error())));
  return {std::move(name), std::move(enter), std::move(leave), *rules};
}

std::vector<DeviceRules> devices_of(Case const& one) {
  static Dialect const kPanos = panos();
  auto const gateway = source("gateway.nft", one.gateway);
  auto const firewall = source("firewall.csv", std::string(kHeader) + one.firewall);
  auto const edge = source("edge.iptables", "# Generated by iptables-save\n" + one.edge);
  std::vector<DeviceRules> devices;
  devices.push_back(
      device("gateway", "lan0", "wan0",
             read_device(std::span(&gateway, 1), std::vector<std::string>{"lan0", "wan0"})));
  devices.push_back(
      device("firewall", "trust", "untrust",
             read_csv_device(std::span(&firewall, 1), std::vector<std::string>{"trust", "untrust"},
                             std::span(&kPanos, 1))));
  devices.push_back(
      device("edge", "eth0", "eth1",
             read_device(std::span(&edge, 1), std::vector<std::string>{"eth0", "eth1"})));
  return devices;
}

FlowResult judged(std::span<DeviceRules const> devices, Exchange const& wanted) {
  WantedFlow flow;
  flow.family = wanted.to.family;
  flow.protocol = wanted.transport == Transport::udp ? l4::udp : l4::tcp;
  flow.src = AddressSet(AddressInterval{wanted.from.bits, wanted.from.bits});
  flow.dst = AddressSet(AddressInterval{wanted.to.bits, wanted.to.bits});
  flow.ports = PortInterval{wanted.to_port, wanted.to_port};
  Wanted flows;
  flows.requirements.push_back({nullptr, nullptr, {}, {flow}, {}, {}, {}});
  Notes notes;
  return judge_flow(focused(devices, flows), flow, Hook::forward, notes);
}

ConversationPlan plan() {
  ConversationPlan plan;
  Gateway edge;
  edge.inside = "eth0";
  edge.outside = "eth1";
  edge.inside_ip4 = "192.0.2.17";
  edge.outside_ip4 = "192.0.2.18";
  edge.inside_ip6 = "2001:db8:ffff::17";
  edge.outside_ip6 = "2001:db8:ffff::18";
  edge.inside_prefixes.insert(edge.inside_prefixes.end(), {plan.gateway.outside_ip4 + "/32",
                                                           plan.gateway.outside_ip6 + "/128"});
  plan.edge = edge;
  return plan;
}

Verdict verdict_of(Exchange const& wanted, ExchangeResult const& seen) {
  if (seen.end != End::ok) return Verdict::blocked;
  bool const elsewhere = seen.asked_at && seen.asked_at->address != wanted.to;
  return elsewhere ? Verdict::intercepted : Verdict::allowed;
}

}  // namespace

TEST_CASE(
    "three devices: what is proven of a path is what its kernels do, less what the CSV stops") {
  if (!netns_ready()) return;
  Conversation talk(plan());
  for (auto const& one : cases())
    for (auto const transport : {Transport::udp, Transport::tcp}) {
      CAPTURE(one.claim);
      CAPTURE(static_cast<int>(transport));
      auto const wanted =
          exchange(transport, "10.1.2.3", "208.67.222.222", transport == Transport::udp ? 53 : 443);
      auto devices = devices_of(one);
      auto const flow = judged(devices, wanted);
      CHECK(name(flow.verdict) == name(one.verdict));
      if (!one.stops.empty()) {
        REQUIRE_FALSE(flow.parts.empty());
        CHECK(flow.parts.front().rule->device == one.stops);
        CHECK(name(flow.parts.front().leg) == name(one.leg));
      }
      devices.erase(devices.begin() + 1);
      auto const rebuilt = judged(devices, wanted);
      CHECK(name(rebuilt.verdict) == name(one.wire));

      talk.flush();
      REQUIRE(talk.load_nft(one.gateway) == "");
      REQUIRE(talk.edge_rules().load_iptables(one.edge, Family::ip4, Backend::nft) == "");
      auto const seen = talk.run_one(wanted);
      CAPTURE(to_string(seen));
      CHECK(name(verdict_of(wanted, seen)) == name(rebuilt.verdict));
      // Where the request is lost nobody sees it; where an answer is lost, the server saw the
      // request (of TCP only the handshake).
      if (rebuilt.verdict == Verdict::blocked && transport == Transport::udp)
        CHECK(seen.server_saw.has_value() == (one.leg == Leg::reply));
    }
}

}  // namespace safeconduct::testing
