// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_draft.h"

namespace safeconduct::iptables {
namespace {

// "10.0.0.1", "10.0.0.1-10.0.0.9".
bool parse_nat_addresses(Family family, std::string_view text, Nat& nat) {
  auto const dash = text.find('-');
  if (dash != std::string_view::npos) {
    auto const first = parse_plain_address(family, text.substr(0, dash));
    auto const last = parse_plain_address(family, text.substr(dash + 1));
    if (!first || !last || *first > *last) return false;
    nat.addresses = ValueInterval{*first, *last};
    return true;
  }
  auto const one = parse_plain_address(family, text);
  if (!one) return false;
  nat.addresses = ValueInterval{*one, *one};
  return true;
}

// "80", "80-90", "80-90/100"; with a base, ports are shifted and still end up in the range.
bool parse_nat_ports(std::string_view text, Nat& nat) {
  auto const slash = text.find('/');
  if (slash != std::string_view::npos && !parse_one_port(text.substr(slash + 1))) return false;
  auto const ports = parse_ports(text.substr(0, slash), '-');
  if (!ports || ports->reversed()) return false;
  nat.ports = Interval<std::uint32_t>{ports->first, ports->last};
  return true;
}

}  // namespace

bool parse_nat_network(Family family, std::string_view text, Nat& nat) {
  auto const network = parse_masked_address(family, text);
  if (!network || !network->is_prefix(family)) return false;
  nat.addresses = network->interval(family);
  return true;
}

bool parse_nat_place(Family family, std::string_view text, Nat& nat) {
  if (text.empty()) return false;
  std::string_view addresses = text;
  std::string_view ports;
  if (text.starts_with('[')) {
    auto const close = text.find(']');
    if (close == std::string_view::npos) return false;
    addresses = text.substr(1, close - 1);
    auto const rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return false;
    if (!rest.empty()) ports = rest.substr(1);
    if (rest.size() == 1) return false;
  } else if (auto const colon = text.find(':');
             colon != std::string_view::npos &&
             text.find(':', colon + 1) == std::string_view::npos) {
    addresses = text.substr(0, colon);  // one colon alone: before a port, also in IPv6
    ports = text.substr(colon + 1);
    if (ports.empty()) return false;
  }
  if (!addresses.empty() && !parse_nat_addresses(family, addresses, nat)) return false;
  return ports.empty() || parse_nat_ports(ports, nat);
}

}  // namespace safeconduct::iptables
