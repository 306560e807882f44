// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "rules/ruleset.h"

// The options of rules that we know, and the modules ("-m") that have them.
namespace safeconduct::iptables {

enum class Module : std::uint8_t {
  base,       // no module: -s, -d, -p ...
  transport,  // tcp, udp, udplite, sctp, dccp
  icmp,
  multiport,
  conntrack,
  state,
  iprange,
  set,
  mark,
  connmark,
  addrtype,
  comment,
  length,
  ttl,
  hl,
  dscp,
  tos,
  pkttype,
  opaque,  // any other: kept as text
};

// Of every rule, without a module.
enum class BaseOption : std::uint8_t {
  source,
  destination,
  in_interface,
  out_interface,
  protocol,
  fragment,
  match,
  jump,
  go_to,
  counters,
  ip4_only,
  ip6_only,
  command,  // "--append" and the like, which begin a line
};

enum class MatchOption : std::uint8_t {
  sport,
  dport,
  tcp_flags,
  syn,
  transport_other,  // tcp-option, dccp-types ...: one value
  chunk_types,      // of sctp: two values, the second not always
  icmp_type,
  sports,
  dports,
  ports,
  state,
  src_range,
  dst_range,
  match_set,          // also "--set" of iptables before 1.4.4
  set_without_value,  // return-nomatch, update-counters ...
  set_with_value,     // packets-eq ...
  mark,
  src_type,
  dst_type,
  limit_interface,  // limit-iface-in, limit-iface-out
  comment,
  length,
  ttl_equal,
  ttl_less,
  ttl_greater,
  dscp,
  dscp_class,
  tos,
  packet_type,
};

enum class ConnectionOption : std::uint8_t {  // of "-m conntrack"
  state,
  protocol,
  original_source,
  original_destination,
  original_source_port,
  original_destination_port,
  direction,
  other,  // ctreplsrc, ctstatus ...: one value
};

struct OptionInfo {
  std::string_view name;  // without the hyphens
  std::variant<BaseOption, MatchOption, ConnectionOption> option;
  Module module{};
  // No other extension has an option of this name: it is that module's wherever it stands.
  bool unique = true;
};

// The long options ("dport"). Several modules may have one of the same name ("mark"): 'module' is
// the one to prefer. Null where nothing that we model has it.
OptionInfo const* find_option(std::string_view name, Module module);

struct ModuleInfo {
  std::string_view name;
  Module module = Module::opaque;
  std::uint8_t l4proto = 0;         // which the module asks for: 0 any
  Lasting lasting = Lasting::once;  // of an opaque one's answer
  bool complements = false;         // an opaque one: "! --option" holds where "--option" does not
};
// Never fails: what is not known is opaque (and each rule that has it draws its own lot).
ModuleInfo find_module(std::string_view name);
std::string_view module_name(Module module);  // of one that we model

// Options of opaque extensions whose one value may begin with a hyphen.
bool takes_free_text(std::string_view option);

// An extension that ip(6)tables has, or once had, as a target.
bool is_extension_target(std::string_view name);

}  // namespace safeconduct::iptables
