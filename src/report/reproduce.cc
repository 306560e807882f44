// SPDX-License-Identifier: GPL-3.0-or-later
// How to see it again: display filters of Wireshark, packets for 'trace'.
#include <algorithm>

#include "base/text.h"
#include "packet/field.h"
#include "report/diagnosis_report.h"

namespace safeconduct {
namespace {

constexpr int kSomePort = 40000;  // of a client: any will do

std::string protocol_word(Observation const& o) { return o.protocol == l4::udp ? "udp" : "tcp"; }

// A name goes into a quoted string only where it is one of the DNS.
bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

std::string endpoint(Address const& address, int port) {
  auto const text = to_string(address);
  return (address.family == Family::ip4 ? text : '[' + text + ']') + ':' + std::to_string(port);
}

}  // namespace

std::string wireshark_filter(std::span<Observation const* const> observations) {
  if (observations.empty()) return {};
  auto const& o = *observations.front();
  if (!o.dst) {
    if (!is_plain(o.name)) return {};
    return "dns.qry.name == \"" + o.name + "\" || tls.handshake.extensions_server_name == \"" +
           o.name + '"';
  }
  std::string const ip = o.family == Family::ip4 ? "ip" : "ipv6";
  std::string addresses;
  for (auto const* one : observations)
    if (one->dst)
      addresses += (addresses.empty() ? "" : " || ") + ip + ".addr == " + to_string(*one->dst);
  if (observations.size() > 1) addresses = '(' + addresses + ')';
  return addresses + " && (" + protocol_word(o) + ".port == " + std::to_string(o.dport) +
         " || icmp" + (o.family == Family::ip4 ? "" : "v6") + ')';
}

std::string trace_command(Diagnosis const& diagnosis, Observation const& o) {
  if (diagnosis.trace_command.empty() || !o.dst) return {};
  auto source = o.src;
  for (auto const& one : diagnosis.clients)
    if (!source && one.family == o.family) source = one;
  if (!source) return {};
  return diagnosis.trace_command + " --packet '" + protocol_word(o) + ' ' +
         endpoint(*source, kSomePort) + " > " + endpoint(*o.dst, o.dport) + '\'';
}

}  // namespace safeconduct
