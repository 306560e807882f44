// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/witness.h"

#include <algorithm>

#include "base/text.h"
#include "packet/field.h"
#include "verify/ordinary_address.h"

namespace safeconduct {
namespace {

std::uint32_t number(Bits128 value) { return static_cast<std::uint32_t>(value); }

std::string address_text(Packet const& packet, Field field) {
  auto const family =
      packet.at(Field::nfproto) == Bits128{nfproto::ip6} ? Family::ip6 : Family::ip4;
  return to_string(Address{family, *packet.at(field)});
}

std::vector<std::string> flag_names(std::uint32_t flags) {
  std::vector<std::string> names;
  for (std::uint32_t bit = 1; bit <= tcp_flag::cwr; bit <<= 1U)
    if ((flags & bit) != 0) names.push_back(tcp_flags_text(bit));
  return names;
}

// Which way a packet of a known connection goes; "" where a rule cannot ask.
std::string_view direction_of(Part const& part) {
  if (part.leg == Leg::reply) return "reply";
  return part.witness_state == CtState::established ? "original" : "";
}

// The words stand between single quotes where a shell would take them apart.
std::string shell_word(std::string_view text) {
  bool const plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("-_./:,@%+=").contains(c);
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (char const c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

void add_numbers(PacketFields& fields, Packet const& packet) {
  constexpr std::pair<std::string_view, Field> kNumbers[] = {
      {"mark", Field::mark}, {"ct_mark", Field::ct_mark}, {"ttl", Field::ttl},
      {"dscp", Field::dscp}, {"length", Field::length},
  };
  for (auto const& [key, field] : kNumbers) {
    auto const value = packet.at(field);
    bool const said_anyway = field == Field::mark && value == Bits128{0};
    if (value && !said_anyway) fields.emplace_back(key, number(*value));
  }
}

void add_option(std::vector<std::string>& words, std::string const& option,
                std::string_view value) {
  words.push_back(option + ' ' + shell_word(value));
}

// Behind a translation that puts any of several addresses in a client's place, what a device
// decides of one of them says nothing of the others: the client's packet is followed from its
// begin.
bool is_of_translated_source(Part const& part) {
  auto const& source = part.origin.source;
  return part.leg == Leg::request && source.kind == Symbol::Kind::own &&
         source.values.first != source.values.last;
}

Packet as_client_sends(Part const& part) {
  auto packet = *part.witness;
  auto const family =
      packet.at(Field::nfproto) == Bits128{nfproto::ip6} ? Family::ip6 : Family::ip4;
  packet.set(Field::saddr, ordinary_address(family, part.src));
  packet.set(Field::daddr, ordinary_address(family, part.dst));
  return packet;
}

}  // namespace

PacketFields packet_fields(Packet const& packet) {
  PacketFields fields;
  auto const protocol = packet.at(Field::l4proto);
  if (protocol) fields.emplace_back("proto", l4proto_name(number(*protocol)));
  bool const ports = protocol && has_ports(number(*protocol));
  if (packet.at(Field::saddr)) fields.emplace_back("src", address_text(packet, Field::saddr));
  if (auto const port = packet.at(Field::sport); port && ports)
    fields.emplace_back("sport", number(*port));
  if (packet.at(Field::daddr)) fields.emplace_back("dst", address_text(packet, Field::daddr));
  if (auto const port = packet.at(Field::dport); port && ports)
    fields.emplace_back("dport", number(*port));
  if (auto const flags = packet.at(Field::tcp_flags); flags && protocol == Bits128{l4::tcp})
    fields.emplace_back("tcp_flags", flag_names(number(*flags)));
  if (protocol && is_icmp(number(*protocol))) {
    if (auto const type = packet.at(Field::icmp_type))
      fields.emplace_back("icmp_type", number(*type));
    if (auto const code = packet.at(Field::icmp_code))
      fields.emplace_back("icmp_code", number(*code));
  }
  add_numbers(fields, packet);
  return fields;
}

Hook witness_hook(Part const& part, Hook hook) {
  if (part.leg != Leg::reply) return hook;
  if (hook == Hook::output) return Hook::input;
  if (hook == Hook::input) return Hook::output;
  return hook;
}

PacketFields witness_fields(Part const& part, Hook hook) {
  if (!part.witness) return {};
  auto fields = packet_fields(*part.witness);
  if (!part.witness_in.empty()) fields.emplace_back("in", part.witness_in);
  if (!part.witness_out.empty()) fields.emplace_back("out", part.witness_out);
  fields.emplace_back("state", std::string(name(part.witness_state)));
  if (auto const direction = direction_of(part); !direction.empty())
    fields.emplace_back("direction", std::string(direction));
  fields.emplace_back("hook", std::string(name(witness_hook(part, hook))));
  return fields;
}

std::vector<std::string> trace_command(Part const& part, ReportContext const& context) {
  if (!part.witness) return {};
  std::vector<std::string> words{"safeconduct trace"};
  if (is_of_translated_source(part) && !context.site_file.empty()) {
    add_option(words, "--site", context.site_file);
    add_option(words, "--packet", to_string(as_client_sends(part)));
    return words;
  }
  std::vector<std::string> facts;
  for (auto const& one : context.devices) {
    if (one.device != part.rule->device && context.devices.size() > 1) continue;
    for (auto const& file : one.files) words.push_back(shell_word(file));
    for (auto const& address : one.facts.masquerade_as)
      add_option(facts, "--masquerade-as", to_string(address));
    if (one.facts.symmetric_routes) facts.emplace_back("--symmetric-routes");
    if (one.facts.plain_interfaces) facts.emplace_back("--plain-interfaces");
    if (one.facts.full_listing) facts.emplace_back("--full-listing");
  }
  add_option(words, "--packet", to_string(*part.witness));
  if (!part.witness_in.empty()) add_option(words, "--in", part.witness_in);
  if (!part.witness_out.empty()) add_option(words, "--out", part.witness_out);
  words.insert(words.end(), facts.begin(), facts.end());
  auto const hook = witness_hook(part, context.hook);
  if (hook != Hook::forward) add_option(words, "--hook", name(hook));
  if (part.witness_state != CtState::new_) add_option(words, "--state", name(part.witness_state));
  if (auto const direction = direction_of(part); !direction.empty())
    add_option(words, "--direction", direction);
  for (auto const& [key, value] : packet_fields(*part.witness)) {
    if (key == "tcp_flags") {
      auto const flags = std::get<std::vector<std::string>>(value);
      if (flags != std::vector<std::string>{"syn"} || part.witness_state != CtState::new_)
        add_option(words, "--tcp-flags",
                   tcp_flags_text(number(*part.witness->at(Field::tcp_flags))));
    } else if (key == "mark" || key == "ct_mark" || key == "ttl" || key == "dscp" ||
               key == "length") {
      auto option = "--" + key;
      std::ranges::replace(option, '_', '-');
      add_option(words, option, std::to_string(std::get<std::uint32_t>(value)));
    }
  }
  return words;
}

}  // namespace safeconduct
