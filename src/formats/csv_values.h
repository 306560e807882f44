// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "packet/packet_set.h"

// What cells of a policy say: addresses and services.
namespace safeconduct::csv {

// An IPv4 address of which some bits count: (address & mask) == value.
struct MaskedValue {
  std::uint32_t mask = 0;
  std::uint32_t value = 0;
};

struct AddressList {
  bool any = false;
  bool only_ip4 = false;  // of any: said once, by a word that each family has one of
  std::vector<AddressInterval> ip4;
  std::vector<AddressInterval> ip6;
  std::vector<MaskedValue> masked;
  std::vector<std::string> unknown;  // what no file says: in words
};

// "10.0.0.0/8", "10.0.0.1", "10.0.0.1-10.0.0.9", "10.0.0.0/255.0.0.0", "10.0.0.0 255.0.0.0",
// "10.0.0.0/0.0.248.255" (bits that do not count). False: it is no address.
bool add_address(std::string_view text, AddressList& into);

// One protocol, and ports where it has them.
struct ServiceTerm {
  std::optional<std::uint32_t> protocol;  // nothing: any
  ValueSet source_ports;                  // empty: any
  ValueSet destination_ports;
  std::optional<std::uint32_t> icmp_type;
};
struct ServiceList {
  bool any = false;
  std::vector<ServiceTerm> terms;
  std::vector<std::string> unknown;
};

// "ip", "ipv4", "0": a word for any protocol.
bool is_any_protocol(std::string_view lower_word);
// "tcp/443", "udp/8000-8010", "icmp", "icmp/8", "TCP:443", "tcp 443", "50". False: it is no
// service.
bool add_service(std::string_view text, ServiceList& into);
// "443", "8000-8010", "8000:8010".
std::optional<ValueInterval> parse_port_range(std::string_view text);

}  // namespace safeconduct::csv
