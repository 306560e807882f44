// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_options.h"

#include <algorithm>
#include <array>

#include "packet/field.h"

namespace safeconduct::iptables {
namespace {

using B = BaseOption;
using O = MatchOption;
using C = ConnectionOption;
using M = Module;

// Sorted by length when compiled (see kByLength); frequent ones first within a length.
constexpr std::array kUnsorted{
    OptionInfo{"append", B::command, M::base},
    OptionInfo{"insert", B::command, M::base},
    OptionInfo{"new-chain", B::command, M::base},
    OptionInfo{"new", B::command, M::base, false},
    OptionInfo{"policy", B::command, M::base, false},
    OptionInfo{"source", B::source, M::base},
    OptionInfo{"src", B::source, M::base},
    OptionInfo{"destination", B::destination, M::base},
    OptionInfo{"dst", B::destination, M::base},
    OptionInfo{"in-interface", B::in_interface, M::base},
    OptionInfo{"out-interface", B::out_interface, M::base},
    OptionInfo{"protocol", B::protocol, M::base},
    OptionInfo{"proto", B::protocol, M::base},
    OptionInfo{"fragments", B::fragment, M::base},
    OptionInfo{"fragment", B::fragment, M::base},
    OptionInfo{"match", B::match, M::base},
    OptionInfo{"jump", B::jump, M::base},
    OptionInfo{"goto", B::go_to, M::base},
    OptionInfo{"set-counters", B::counters, M::base},
    OptionInfo{"ipv4", B::ip4_only, M::base},
    OptionInfo{"ipv6", B::ip6_only, M::base},
    OptionInfo{"dport", O::dport, M::transport},
    OptionInfo{"sport", O::sport, M::transport},
    OptionInfo{"destination-port", O::dport, M::transport},
    OptionInfo{"source-port", O::sport, M::transport},
    OptionInfo{"tcp-flags", O::tcp_flags, M::transport},
    OptionInfo{"syn", O::syn, M::transport},
    OptionInfo{"tcp-option", O::transport_other, M::transport},
    OptionInfo{"dccp-types", O::transport_other, M::transport},
    OptionInfo{"dccp-option", O::transport_other, M::transport},
    OptionInfo{"chunk-types", O::chunk_types, M::transport},
    OptionInfo{"mh-type", O::transport_other, M::transport, false},
    OptionInfo{"ahspi", O::transport_other, M::transport, false},
    OptionInfo{"espspi", O::transport_other, M::transport, false},
    OptionInfo{"icmp-type", O::icmp_type, M::icmp},
    OptionInfo{"icmpv6-type", O::icmp_type, M::icmp},
    OptionInfo{"dports", O::dports, M::multiport},
    OptionInfo{"sports", O::sports, M::multiport},
    OptionInfo{"ports", O::ports, M::multiport},
    OptionInfo{"destination-ports", O::dports, M::multiport},
    OptionInfo{"source-ports", O::sports, M::multiport},
    OptionInfo{"ctstate", C::state, M::conntrack},
    OptionInfo{"ctproto", C::protocol, M::conntrack},
    OptionInfo{"ctorigsrc", C::original_source, M::conntrack},
    OptionInfo{"ctorigdst", C::original_destination, M::conntrack},
    OptionInfo{"ctorigsrcport", C::original_source_port, M::conntrack},
    OptionInfo{"ctorigdstport", C::original_destination_port, M::conntrack},
    OptionInfo{"ctreplsrc", C::other, M::conntrack},
    OptionInfo{"ctrepldst", C::other, M::conntrack},
    OptionInfo{"ctreplsrcport", C::other, M::conntrack},
    OptionInfo{"ctrepldstport", C::other, M::conntrack},
    OptionInfo{"ctstatus", C::other, M::conntrack},
    OptionInfo{"ctexpire", C::other, M::conntrack},
    OptionInfo{"ctdir", C::direction, M::conntrack},
    OptionInfo{"state", O::state, M::state},
    OptionInfo{"src-range", O::src_range, M::iprange},
    OptionInfo{"dst-range", O::dst_range, M::iprange},
    OptionInfo{"match-set", O::match_set, M::set},
    OptionInfo{"set", O::match_set, M::set, false},
    OptionInfo{"return-nomatch", O::set_without_value, M::set},
    OptionInfo{"update-counters", O::set_without_value, M::set},
    OptionInfo{"update-subcounters", O::set_without_value, M::set},
    OptionInfo{"packets-eq", O::set_with_value, M::set},
    OptionInfo{"packets-lt", O::set_with_value, M::set},
    OptionInfo{"packets-gt", O::set_with_value, M::set},
    OptionInfo{"bytes-eq", O::set_with_value, M::set},
    OptionInfo{"bytes-lt", O::set_with_value, M::set},
    OptionInfo{"bytes-gt", O::set_with_value, M::set},
    OptionInfo{"mark", O::mark, M::mark, false},
    OptionInfo{"mark", O::mark, M::connmark, false},
    OptionInfo{"src-type", O::src_type, M::addrtype},
    OptionInfo{"dst-type", O::dst_type, M::addrtype},
    OptionInfo{"limit-iface-in", O::limit_interface, M::addrtype},
    OptionInfo{"limit-iface-out", O::limit_interface, M::addrtype},
    OptionInfo{"comment", O::comment, M::comment},
    OptionInfo{"length", O::length, M::length, false},
    OptionInfo{"ttl-eq", O::ttl_equal, M::ttl},
    OptionInfo{"ttl", O::ttl_equal, M::ttl, false},
    OptionInfo{"ttl-lt", O::ttl_less, M::ttl},
    OptionInfo{"ttl-gt", O::ttl_greater, M::ttl},
    OptionInfo{"hl-eq", O::ttl_equal, M::hl},
    OptionInfo{"hl", O::ttl_equal, M::hl, false},
    OptionInfo{"hl-lt", O::ttl_less, M::hl},
    OptionInfo{"hl-gt", O::ttl_greater, M::hl},
    OptionInfo{"dscp", O::dscp, M::dscp},
    OptionInfo{"dscp-class", O::dscp_class, M::dscp},
    OptionInfo{"tos", O::tos, M::tos, false},
    OptionInfo{"pkt-type", O::packet_type, M::pkttype},
};

constexpr std::size_t kLongest = 18;

struct ByLength {
  std::array<OptionInfo, kUnsorted.size()> options{};
  std::array<std::size_t, kLongest + 2> first{};  // of the names of that length
};

consteval ByLength by_length() {
  ByLength result;
  std::size_t count = 0;
  for (std::size_t length = 0; length <= kLongest; ++length) {
    result.first[length] = count;
    for (auto const& option : kUnsorted)
      if (option.name.size() == length) result.options[count++] = option;
  }
  result.first[kLongest + 1] = count;
  if (count != kUnsorted.size()) throw "kLongest is too short";
  return result;
}
constexpr ByLength kByLength = by_length();

constexpr std::array kModules{
    ModuleInfo{"tcp", M::transport, l4::tcp},
    ModuleInfo{"udp", M::transport, l4::udp},
    ModuleInfo{"conntrack", M::conntrack},
    ModuleInfo{"state", M::state},
    ModuleInfo{"comment", M::comment},
    ModuleInfo{"multiport", M::multiport},
    ModuleInfo{"mport", M::multiport},
    ModuleInfo{"icmp", M::icmp, l4::icmp},
    ModuleInfo{"icmp6", M::icmp, l4::icmp6},
    ModuleInfo{"icmpv6", M::icmp, l4::icmp6},
    ModuleInfo{"ipv6-icmp", M::icmp, l4::icmp6},
    ModuleInfo{"addrtype", M::addrtype},
    ModuleInfo{"mark", M::mark},
    ModuleInfo{"set", M::set},
    ModuleInfo{"iprange", M::iprange},
    ModuleInfo{"connmark", M::connmark},
    ModuleInfo{"udplite", M::transport, l4::udplite},
    ModuleInfo{"sctp", M::transport, l4::sctp},
    ModuleInfo{"dccp", M::transport, l4::dccp},
    ModuleInfo{"length", M::length},
    ModuleInfo{"ttl", M::ttl},
    ModuleInfo{"hl", M::hl},
    ModuleInfo{"dscp", M::dscp},
    ModuleInfo{"tos", M::tos},
    ModuleInfo{"pkttype", M::pkttype},
    // Opaque ones. All others answer for themselves each time: rates, counters and lots, and those
    // that ask for what rules may rewrite without our seeing it (payload, tos).
    ModuleInfo{"mac", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"owner", M::opaque, 0, Lasting::whole_way, true},
    ModuleInfo{"physdev", M::opaque, 0, Lasting::unchanged, true},
    ModuleInfo{"policy", M::opaque, 0, Lasting::unchanged},
    ModuleInfo{"string", M::opaque, 0, Lasting::unchanged},
    ModuleInfo{"time", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"geoip", M::opaque, 0, Lasting::unchanged, true},
    ModuleInfo{"helper", M::opaque, 0, Lasting::unchanged, true},
    ModuleInfo{"cpu", M::opaque, 0, Lasting::unchanged, true},
    ModuleInfo{"esp", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"ah", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"rt", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"hbh", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"dst", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"frag", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"ipv6header", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"mh", M::opaque, 0, Lasting::whole_way},
    ModuleInfo{"eui64", M::opaque, 0, Lasting::unchanged},
};

constexpr std::array<std::string_view, 16> kFreeText{
    "log-prefix", "nflog-prefix", "ulog-prefix",   "string",         "hex-string", "name",
    "helper",     "selctx",       "label",         "path",           "bytecode",   "condition",
    "u32",        "cgroup",       "object-pinned", "led-trigger-id",
};

constexpr std::array<std::string_view, 61> kTargets{
    "ACCOUNT",   "AUDIT",    "BALANCE",     "CHAOS",         "CHECKSUM", "CLASSIFY",
    "CLUSTERIP", "CONNMARK", "CONNSECMARK", "COUNTER",       "CT",       "DELUDE",
    "DHCPMAC",   "DNAT",     "DNETMAP",     "DNPT",          "DSCP",     "ECHO",
    "ECN",       "FTOS",     "HL",          "HMARK",         "JOOL",     "JOOL_SIIT",
    "IDLETIMER", "IMQ",      "IPMARK",      "IPV4OPTSSTRIP", "LED",      "LOG",
    "LOGMARK",   "MARK",     "MASQUERADE",  "MIRROR",        "NETMAP",   "NFLOG",
    "NFQUEUE",   "NOTRACK",  "PROTO",       "RATEEST",       "RAWDNAT",  "RAWSNAT",
    "REDIRECT",  "REJECT",   "ROUTE",       "RTPENGINE",     "SAME",     "SECMARK",
    "SET",       "SNAT",     "SNPT",        "STEAL",         "SYNPROXY", "SYSRQ",
    "TARPIT",    "TCPMSS",   "TCPOPTSTRIP", "TEE",           "TOS",      "TPROXY",
    "TRACE",
};

}  // namespace

OptionInfo const* find_option(std::string_view name, Module module) {
  if (name.size() > kLongest) return nullptr;
  OptionInfo const* found = nullptr;
  for (auto i = kByLength.first[name.size()]; i < kByLength.first[name.size() + 1]; ++i) {
    auto const& option = kByLength.options[i];
    if (option.name != name) continue;
    if (option.module == module) return &option;
    if (found == nullptr) found = &option;
  }
  return found;
}

ModuleInfo find_module(std::string_view name) {
  for (auto const& module : kModules)
    if (module.name == name) return module;
  return {name};
}

std::string_view module_name(Module module) {
  for (auto const& info : kModules)
    if (info.module == module) return info.name;
  return {};
}

bool takes_free_text(std::string_view option) {
  return std::ranges::find(kFreeText, option) != kFreeText.end();
}

bool is_extension_target(std::string_view name) {
  if (std::ranges::find(kTargets, name) != kTargets.end()) return true;
  // Extensions are named in capitals; a name of a chain that is written so and not declared cannot
  // be told from one.
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace safeconduct::iptables
