// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json.hpp>

#include "cli/packet_draft.h"
#include "cli/packet_text.h"
#include "report/json_doubles.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

// Reads the members of one object into a draft. Each step answers with its fault, or nothing.
using Fault = std::string;

Fault read_text(json::value const& value, std::string& into) {
  if (!value.is_string()) return "is not a string";
  into = std::string(value.get_string());
  return {};
}

Fault read_number(json::value const& value, std::optional<std::uint32_t>& into, std::uint32_t max) {
  bool const fits = (value.is_int64() && value.get_int64() >= 0 && value.get_int64() <= max) ||
                    (value.is_uint64() && value.get_uint64() <= max);
  if (!fits) return "is not a number from 0 to " + std::to_string(max);
  into = value.to_number<std::uint32_t>();
  return {};
}

Fault read_address(json::value const& value, std::optional<Address>& into) {
  std::string text;
  if (auto fault = read_text(value, text); !fault.empty()) return fault;
  into = parse_address(text);
  return into ? Fault() : "'" + text + "' is not an address";
}

Fault read_protocol(json::value const& value, std::optional<std::uint32_t>& into) {
  if (!value.is_string()) return read_number(value, into, 255);
  into = parse_l4proto(std::string(value.get_string()));
  return into ? Fault() : "'" + std::string(value.get_string()) + "' is not a protocol";
}

Fault read_hook(json::value const& value, Hook& into) {
  std::string text;
  if (auto fault = read_text(value, text); !fault.empty()) return fault;
  for (auto const hook : {Hook::forward, Hook::output, Hook::input}) {
    if (text != name(hook)) continue;
    into = hook;
    return {};
  }
  return "'" + text + "' is not forward, output or input";
}

Fault read_state(json::value const& value, std::optional<CtState>& into) {
  std::string text;
  if (auto fault = read_text(value, text); !fault.empty()) return fault;
  into = parse_ct_state(text);
  return into ? Fault() : "'" + text + "' is not a connection state";
}

Fault read_direction(json::value const& value, std::optional<CtDirection>& into) {
  std::string text;
  if (auto fault = read_text(value, text); !fault.empty()) return fault;
  if (text != "original" && text != "reply") return "'" + text + "' is not original or reply";
  into = text == "reply" ? CtDirection::reply : CtDirection::original;
  return {};
}

Fault read_flags(json::value const& value, std::optional<std::uint32_t>& into) {
  if (!value.is_array()) return "is not a list of flags";
  std::uint32_t flags = 0;
  for (auto const& one : value.get_array()) {
    auto const flag =
        one.is_string() ? parse_tcp_flag(std::string(one.get_string())) : std::nullopt;
    if (!flag) return json::serialize(one) + " is not a TCP flag";
    flags |= *flag;
  }
  into = flags;
  return {};
}

struct Key {
  std::string_view name;
  Fault (*read)(json::value const&, PacketDraft&);
};

constexpr std::array kKeys = std::to_array<Key>({
    {"proto", [](json::value const& v, PacketDraft& d) { return read_protocol(v, d.protocol); }},
    {"src", [](json::value const& v, PacketDraft& d) { return read_address(v, d.src); }},
    {"sport", [](json::value const& v, PacketDraft& d) { return read_number(v, d.sport, 65535); }},
    {"dst", [](json::value const& v, PacketDraft& d) { return read_address(v, d.dst); }},
    {"dport", [](json::value const& v, PacketDraft& d) { return read_number(v, d.dport, 65535); }},
    {"in", [](json::value const& v, PacketDraft& d) { return read_text(v, d.said.in); }},
    {"out", [](json::value const& v, PacketDraft& d) { return read_text(v, d.said.out); }},
    {"state", [](json::value const& v, PacketDraft& d) { return read_state(v, d.said.state); }},
    {"direction",
     [](json::value const& v, PacketDraft& d) { return read_direction(v, d.said.direction); }},
    {"hook", [](json::value const& v, PacketDraft& d) { return read_hook(v, d.said.hook); }},
    {"tcp_flags",
     [](json::value const& v, PacketDraft& d) { return read_flags(v, d.said.tcp_flags); }},
    {"icmp_type",
     [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.icmp_type, 255); }},
    {"icmp_code",
     [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.icmp_code, 255); }},
    {"mark",
     [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.mark, 0xFFFFFFFFU); }},
    {"ct_mark", [](json::value const& v,
                   PacketDraft& d) { return read_number(v, d.said.ct_mark, 0xFFFFFFFFU); }},
    {"ttl", [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.ttl, 255); }},
    {"dscp", [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.dscp, 63); }},
    {"length",
     [](json::value const& v, PacketDraft& d) { return read_number(v, d.said.length, 65535); }},
});

Fault read_member(std::string_view key, json::value const& value, PacketDraft& draft) {
  for (auto const& known : kKeys) {
    if (known.name != key) continue;
    auto const fault = known.read(value, draft);
    return fault.empty() ? Fault() : "'" + std::string(key) + "': " + fault;
  }
  return "unknown key '" + std::string(key) + "'";
}

}  // namespace

Result<TraceQuestion> parse_packet_line(std::string_view text, PacketOptions const& said,
                                        std::string const& file, std::uint32_t line) {
  auto const fail = [&](Fault fault) {
    return std::unexpected(Error{ErrorKind::syntax, {file, line, 0}, std::move(fault), {}, {}});
  };
  json::error_code error;
  auto const value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return fail("this is not JSON: " + error.message());
  if (!value.is_object()) return fail("this is not a JSON object");
  SC_CHECK(refuse_doubles({{file, line, 0}, "the packet", {}}, text));
  PacketDraft draft;
  draft.said = said;
  for (auto const& member : value.get_object())
    if (auto fault = read_member(member.key(), member.value(), draft); !fault.empty())
      return fail(std::move(fault));
  auto question = to_question(draft);
  if (!question) return fail(std::move(question).error());
  return *std::move(question);
}

}  // namespace safeconduct
