// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_nat.h"

#include "formats/nft_json_parts.h"

namespace safeconduct::nft {
namespace {

using json::Kind;
using json::Value;

// An address that a port follows; of IPv6 in brackets.
bool address(JsonText& out, Value value, bool with_port) {
  auto const brackets = [&](Value one) {
    out.glue("[");
    out.glue(one.text());
    out.glue("]");
    return one.is(Kind::string) && is_plain_word(one.text());
  };
  auto const is_ip6 = [](Value one) { return one.is(Kind::string) && one.text().contains(':'); };
  if (with_port && is_ip6(value)) {
    out.word("");
    return brackets(value);
  }
  auto const range = value.find("range");
  if (!with_port || !range || !range->is(Kind::array) || range->size() != 2 ||
      !is_ip6(*range->items().begin()))
    return json_plain(out, value);
  out.word("");
  if (!brackets(*range->items().begin())) return false;
  out.glue("-");
  return brackets(*++range->items().begin());
}

// "10.0.0.1:80", ":80"
bool target(JsonText& out, Value value) {
  auto const to = value.find("addr");
  auto const port = value.find("port");
  if (to && !address(out, *to, port.has_value())) return false;
  if (!port) return true;
  if (to) {
    out.glue(":");
  } else {
    out.word(":");
  }
  JsonText words;  // of the port, to stand close to the colon
  if (!json_plain(words, *port)) return false;
  out.glue(words.text);
  return true;
}

bool flags(JsonText& out, Value value) {
  return json_flags(out, value, {"random", "fully-random", "persistent", "netmap"});
}

}  // namespace

bool json_reject(JsonText& out, Value value) {
  auto const type = value.find("type");
  auto const answer = value.find("expr");
  out.word("reject");
  if (value.is(Kind::null) || (value.is(Kind::object) && value.size() == 0)) return true;
  if (!value.has_only({"type", "expr"}) || !type) return false;
  if (type->text() == "icmpx" && answer && answer->text() == "port-unreachable") return true;
  out.word("with");
  if (!json_word(out, value, "type", {"tcp reset", "icmp", "icmpv6", "icmpx"})) return false;
  if (type->text() == "tcp reset") return !answer;
  if (!answer || (!json_number(*answer) && !is_keyword(answer->text()))) return false;
  out.word(answer->text());
  return true;
}

bool json_queue(JsonText& out, Value value) {
  out.word("queue");
  if (value.is(Kind::null)) return true;
  if (!value.has_only({"num", "flags"})) return false;
  if (value.find("flags")) out.word("flags");
  if (!json_flags(out, value, {"bypass", "fanout"})) return false;
  auto const number = value.find("num");
  if (!number) return true;
  out.word("to");
  return json_plain(out, *number);
}

bool json_translate(JsonText& out, Value value, std::string_view word) {
  if (!value.has_only({"addr", "port", "family", "flags", "type_flags"})) return false;
  if (!value.find("addr") && !value.find("port")) return false;
  out.word(word);
  if (!json_word(out, value, "family", {"ip", "ip6"})) return false;
  if (auto const types = value.find("type_flags")) {
    bool prefix = types->text() == "prefix";
    for (auto const type : types->items()) prefix = prefix || type.text() == "prefix";
    if (prefix) out.word("prefix");
  }
  out.word("to");
  return target(out, value) && flags(out, value);
}

bool json_to_interface(JsonText& out, Value value, std::string_view word) {
  out.word(word);
  if (value.is(Kind::null)) return true;
  if (!value.has_only({"port", "flags"})) return false;
  if (value.find("port")) out.word("to");
  return target(out, value) && flags(out, value);
}

bool json_tproxy(JsonText& out, Value value) {
  if (!value.has_only({"family", "addr", "port"})) return false;
  if (!value.find("addr") && !value.find("port")) return false;
  out.word("tproxy");
  if (!json_word(out, value, "family", {"ip", "ip6"})) return false;
  out.word("to");
  return target(out, value);
}

}  // namespace safeconduct::nft
