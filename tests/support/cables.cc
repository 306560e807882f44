// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/cables.h"

#include <string>
#include <vector>

namespace safeconduct::testing {
namespace {

constexpr auto kUplink = "up0";  // the one device of the client, and of the server
// The hosts' ends of the links, as next hops only: no host owns these addresses.
constexpr auto kClientHop4 = "192.0.2.101";
constexpr auto kClientHop6 = "2001:db8:ffff::101";
constexpr auto kServerHop4 = "192.0.2.102";
constexpr auto kServerHop6 = "2001:db8:ffff::102";

// Link n joins hop n to hop n + 1; side 0 is the client's.
std::string mac(std::size_t link, std::size_t side) {
  return "02:00:00:00:0" + std::to_string(link) + ":0" + std::to_string(side);
}
std::string via(std::string const& prefix, std::string const& hop, std::string const& device) {
  return "route add " + prefix + " via " + hop + " dev " + device + " onlink\n";
}
std::string neighbour(std::string const& hop, std::string const& mac, std::string const& device) {
  return "neigh add " + hop + " lladdr " + mac + " nud permanent dev " + device + "\n";
}
std::string own(std::string const& address, std::string const& device) {
  return "addr add " + address + (address.contains(':') ? "/128 nodad" : "/32") + " dev " + device +
         "\n";
}
std::string up(std::string const& device) { return "link set dev " + device + " up\n"; }

void quiet(Namespace const& space, bool discovers) {
  for (auto const* setting :
       {"net/ipv6/conf/default/accept_dad", "net/ipv6/conf/default/router_solicitations",
        "net/ipv6/conf/default/accept_ra", "net/ipv4/conf/all/rp_filter",
        "net/ipv4/conf/default/rp_filter", "net/ipv4/icmp_ratelimit", "net/ipv4/icmp_ratemask",
        "net/ipv6/icmp/ratelimit", "net/ipv4/conf/all/send_redirects",
        "net/ipv4/conf/default/send_redirects"})
    (void)space.try_sysctl(setting, "0");
  // Link-local addresses only where neighbours are asked for from them.
  (void)space.try_sysctl("net/ipv6/conf/default/addr_gen_mode", discovers ? "0" : "1");
  (void)space.try_sysctl("net/ipv4/icmp_msgs_per_sec", "2147483647");
  (void)space.try_sysctl("net/ipv4/icmp_msgs_burst", "2147483647");
}

struct Router {
  Namespace const* space;
  Gateway const* as;
};

// What a router's neighbours are called: the address to send to, and its hardware address.
struct Hop {
  std::string address;
  std::string mac;
};

void route(Router const& router, Hop const& back, Hop const& on, bool v6, bool discovers) {
  auto const& g = *router.as;
  auto lines = up(g.inside) + up(g.outside);
  lines += own(v6 ? g.inside_ip6 : g.inside_ip4, g.inside);
  lines += own(v6 ? g.outside_ip6 : g.outside_ip4, g.outside);
  if (!discovers) {
    lines += neighbour(back.address, back.mac, g.inside);
    lines += neighbour(on.address, on.mac, g.outside);
  }
  lines += via(v6 ? "::/0" : "0.0.0.0/0", on.address, g.outside);
  for (auto const& prefix : g.inside_prefixes)
    if (prefix.contains(':') == v6) lines += via(prefix, back.address, g.inside);
  router.space->ip(v6 ? 6 : 4, lines);
}

// 'found_at': the address of its own that the gateway asks for its neighbour; empty: the neighbours
// need not find each other.
void host(Namespace const& space, std::vector<std::string> const& addresses, Hop const& gateway,
          bool v6, std::string const& found_at) {
  auto lines = up(kUplink);
  for (auto const& address : addresses)
    if (address.contains(':') == v6) lines += own(address, kUplink);
  lines +=
      found_at.empty() ? neighbour(gateway.address, gateway.mac, kUplink) : own(found_at, kUplink);
  space.ip(v6 ? 6 : 4, lines + via(v6 ? "::/0" : "0.0.0.0/0", gateway.address, kUplink));
}

void join(Namespace const& left, std::string const& left_device, Namespace const& right,
          std::string const& right_device, std::size_t link) {
  left.ip(4, "link add dev " + left_device + " address " + mac(link, 0) + " type veth peer name " +
                 right_device + " address " + mac(link, 1) + " netns " + right.path() + "\n");
}

}  // namespace

Cables::Cables(ConversationPlan const& plan) {
  if (plan.edge) edge.emplace();
  std::vector<Router> routers{{&gateway, &plan.gateway}};
  if (edge) routers.push_back({&*edge, &*plan.edge});

  quiet(client, plan.discovery);
  quiet(server, plan.discovery);
  auto const* left = &client;
  std::string left_device = kUplink;
  for (std::size_t i = 0; i < routers.size(); ++i) {
    auto const& router = routers[i];
    quiet(*router.space, plan.discovery);
    router.space->sysctl("net/ipv4/ip_forward", "1");
    router.space->sysctl("net/ipv6/conf/all/forwarding", "1");
    join(*left, left_device, *router.space, router.as->inside, i);
    left = router.space;
    left_device = router.as->outside;
  }
  auto const last = routers.size();
  join(*left, left_device, server, kUplink, last);

  for (bool const v6 : {false, true}) {
    auto const inside = [&](Router const& r) { return v6 ? r.as->inside_ip6 : r.as->inside_ip4; };
    auto const outside = [&](Router const& r) {
      return v6 ? r.as->outside_ip6 : r.as->outside_ip4;
    };
    bool const discovers = v6 && plan.discovery;
    host(client, plan.client_addresses, {inside(routers.front()), mac(0, 1)}, v6,
         discovers ? kClientHop6 : "");
    host(server, plan.server_addresses, {outside(routers.back()), mac(last, 0)}, v6,
         discovers ? kServerHop6 : "");
    for (std::size_t i = 0; i < last; ++i) {
      std::string const back = i > 0 ? outside(routers[i - 1]) : (v6 ? kClientHop6 : kClientHop4);
      std::string const on =
          i + 1 < last ? inside(routers[i + 1]) : (v6 ? kServerHop6 : kServerHop4);
      route(routers[i], {back, mac(i, 0)}, {on, mac(i + 1, 1)}, v6, discovers);
    }
  }
}

}  // namespace safeconduct::testing
