// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/direct_web.h"

#include <string_view>
#include <utility>
#include <vector>

#include "packet/field.h"

namespace safeconduct {
namespace {

// 80 and 443: what a browser uses when no gateway takes its traffic.
constexpr std::array<std::uint32_t, 2> kWebPorts{443, 80};
// The public internet: all IPv4, and of IPv6 the global unicast addresses (RFC 4291, 2.4) ...
constexpr std::array<std::string_view, 2> kGlobal{"0.0.0.0/0", "2000::/3"};
// ... but for addresses that are no part of it (RFC 6890), and all of multicast.
constexpr std::array<std::string_view, 14> kNotPublic{
    "0.0.0.0/8",       "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12",   "192.0.0.0/24",   "192.0.2.0/24",  "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",   "2001:db8::/32"};

AddressSet public_addresses(Family family) {
  std::vector<AddressInterval> reserved;
  for (auto const text : kNotPublic)
    if (auto const prefix = *parse_prefix(text); prefix.address.family == family)
      reserved.push_back(interval(prefix));
  return AddressSet(interval(*parse_prefix(kGlobal[slot(family)]))) - AddressSet(reserved);
}

AddressSet clients_of(Family family, std::span<Placed<Prefix> const> clients) {
  std::vector<AddressInterval> some;
  for (auto const& client : clients)
    if (client.value.address.family == family) some.push_back(interval(client.value));
  return AddressSet(some);
}

AddressSet web_of(Family family, ServiceAddresses const& service) {
  return public_addresses(family) - service[slot(family)];
}

// Of packets that pass, does the whole conversation? One of them is asked about first: mostly it
// tells, and all of them are many.
std::optional<bool> is_answered(std::span<FocusedDevice const> devices, WantedFlow const& flow,
                                Box const& passing, Hook hook, bool& sieve_left) {
  auto one = flow;
  one.src =
      AddressSet(AddressInterval{passing.at(Field::saddr).first, passing.at(Field::saddr).first});
  one.dst =
      AddressSet(AddressInterval{passing.at(Field::daddr).first, passing.at(Field::daddr).first});
  bool open = false;
  for (auto const* const asked : {&std::as_const(one), &flow}) {
    Notes notes;  // of what nobody requires
    auto const result = judge_flow(devices, *asked, hook, notes);
    sieve_left = sieve_left || result.sieve_left;
    auto const some = [&](Verdict verdict) {
      return result.verdict == verdict ||
             std::ranges::find(result.parts, verdict, &Part::verdict) != result.parts.end();
    };
    if (some(Verdict::allowed)) return true;
    open = some(Verdict::undecided);
  }
  if (open) return std::nullopt;
  return false;
}

}  // namespace

ServiceAddresses service_addresses(Wanted const& wanted) {
  std::array<std::vector<AddressInterval>, 2> all;
  for (auto const& requirement : wanted.requirements)
    for (auto const& flow : requirement.flows) {
      if (flow.expect == Expect::deny) continue;
      auto& of_family = all[slot(flow.family)];
      of_family.insert(of_family.end(), flow.dst.intervals().begin(), flow.dst.intervals().end());
    }
  return {AddressSet(all[0]), AddressSet(all[1])};
}

Sieve direct_web_sieve(std::span<Placed<Prefix> const> clients, ServiceAddresses const& service) {
  Sieve sieve;
  for (auto const port : kWebPorts) sieve.on(l4::tcp, PortInterval{port, port});
  for (auto const family : {Family::ip4, Family::ip6})
    sieve.between(family, clients_of(family, clients), web_of(family, service));
  return sieve;
}

std::optional<bool> direct_web(std::span<FocusedDevice const> devices,
                               std::span<Placed<Prefix> const> clients,
                               ServiceAddresses const& service, Hook hook, bool& sieve_left) {
  std::optional<bool> answer = false;
  for (auto const family : {Family::ip4, Family::ip6}) {
    WantedFlow flow;
    flow.family = family;
    flow.protocol = l4::tcp;
    flow.src = clients_of(family, clients);
    if (flow.src.empty()) continue;
    flow.dst = web_of(family, service);
    for (auto const port : kWebPorts) {
      flow.ports = PortInterval{port, port};
      Box passing;
      auto passes = may_pass(devices, flow, hook, sieve_left, &passing);
      if (passes == true) passes = is_answered(devices, flow, passing, hook, sieve_left);
      if (passes == true) return true;
      if (!passes) answer = std::nullopt;
    }
  }
  return answer;
}

}  // namespace safeconduct
