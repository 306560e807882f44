// SPDX-License-Identifier: GPL-3.0-or-later
#include <utility>

#include "formats/nft_json_expression.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

using json::Kind;
using json::Value;
using Writer = bool (*)(JsonText&, Value);

// A keyword of the object, as a word of the text.
bool keyword(JsonText& out, Value object, std::string_view name) {
  auto const value = object.find(name);
  if (!value || !value->is(Kind::string) || !is_keyword(value->text())) return false;
  out.word(value->text());
  return true;
}

bool keyword_if_there(JsonText& out, Value object, std::string_view name) {
  return !object.find(name) || keyword(out, object, name);
}

bool number_if_there(JsonText& out, Value object, std::string_view name, std::string_view word) {
  auto const value = object.find(name);
  if (!value) return true;
  auto const number = json_number(*value);
  if (!number) return false;
  out.word(word);
  out.number(*number);
  return true;
}

bool hex_if_there(JsonText& out, Value object, std::string_view name, std::string_view word) {
  auto const value = object.find(name);
  if (!value) return true;
  Notation const hex = Notation::hex;
  out.word(word);
  return json_number(*value) && json_value(out, *value, std::span(&hex, 1));
}

// "@th,16,16"
bool bits(JsonText& out, Value object) {
  auto const offset = object.find("offset");
  auto const length = object.find("len");
  if (!offset || !length || !json_number(*offset) || !json_number(*length)) return false;
  out.glue(",");
  out.glue(offset->text());
  out.glue(",");
  out.glue(length->text());
  return true;
}

bool payload(JsonText& out, Value object) {
  static constexpr auto kProtocols = words<bool>({
      {"ip", true},     {"ip6", true},  {"tcp", true},   {"udp", true},  {"udplite", true},
      {"sctp", true},   {"dccp", true}, {"th", true},    {"icmp", true}, {"icmpv6", true},
      {"igmp", true},   {"ah", true},   {"esp", true},   {"comp", true}, {"ether", true},
      {"vlan", true},   {"arp", true},  {"vxlan", true}, {"gre", true},  {"gretap", true},
      {"geneve", true},
  });
  if (auto const base = object.find("base")) {
    if (!object.has_only({"base", "offset", "len"}) || !is_keyword(base->text())) return false;
    out.word("@");
    out.glue(base->text());
    return bits(out, object);
  }
  auto const protocol = object.find("protocol");
  if (!object.has_only({"tunnel", "protocol", "field"}) || !protocol ||
      !kProtocols.contains(protocol->text()))
    return false;
  if (auto const tunnel = object.find("tunnel"))
    if (!kProtocols.contains(tunnel->text()) || !keyword(out, object, "tunnel")) return false;
  return keyword(out, object, "protocol") && keyword(out, object, "field");
}

// A header of IPv6; alone it asks whether it is there.
bool extension_header(JsonText& out, Value object) {
  static constexpr auto kNames = words<bool>({
      {"hbh", true},
      {"rt", true},
      {"rt0", true},
      {"rt2", true},
      {"rt4", true},
      {"srh", true},
      {"frag", true},
      {"auth", true},
      {"dst", true},
      {"mh", true},
  });
  auto const name = object.find("name");
  if (!object.has_only({"name", "field"}) || !name || !kNames.contains(name->text())) return false;
  if (!object.find("field")) out.word("exthdr");
  return keyword(out, object, "name") && keyword_if_there(out, object, "field");
}

bool option(JsonText& out, Value object, std::string_view words) {
  out.word(words);
  if (auto const base = object.find("base")) {
    if (!object.has_only({"base", "offset", "len"}) || !json_number(*base)) return false;
    out.word("@");
    out.glue(base->text());
    return bits(out, object);
  }
  return object.has_only({"name", "field"}) && keyword(out, object, "name") &&
         keyword_if_there(out, object, "field");
}

bool dccp_option(JsonText& out, Value object) {
  return object.has_only({"type"}) && object.find("type") &&
         number_if_there(out, object, "type", "dccp option");
}

bool meta(JsonText& out, Value object) {
  static constexpr auto kAlone = words<bool>({{"iif", true},
                                              {"oif", true},
                                              {"iifname", true},
                                              {"oifname", true},
                                              {"iifgroup", true},
                                              {"oifgroup", true}});
  auto const key = object.find("key");
  if (!object.has_only({"key"}) || !key) return false;
  if (!kAlone.contains(key->text())) out.word("meta");
  return keyword(out, object, "key");
}

bool ct(JsonText& out, Value object) {
  auto const key = object.find("key");
  if (!object.has_only({"key", "dir", "family"}) || !key || !key->is(Kind::string)) return false;
  out.word("ct");
  if (!keyword_if_there(out, object, "dir") || !keyword_if_there(out, object, "family"))
    return false;
  for (std::string_view const family : {"ip ", "ip6 "})  // "ip saddr", of nft 1.0
    if (key->text().starts_with(family) && is_keyword(key->text().substr(family.size()))) {
      out.word(key->text());
      return true;
    }
  return keyword(out, object, "key");
}

bool fib(JsonText& out, Value object) {
  auto const flags = object.find("flags");
  if (!object.has_only({"result", "flags"}) || !flags) return false;
  out.word("fib");
  bool first = true;
  auto const flag = [&](Value value) {
    if (!first) out.word(".");
    first = false;
    out.word(value.text());
    return value.is(Kind::string) && is_keyword(value.text());
  };
  if (!flags->is(Kind::array)) return flag(*flags) && keyword(out, object, "result");
  for (auto const each : flags->items())
    if (!flag(each)) return false;
  return !first && keyword(out, object, "result");
}

bool rt(JsonText& out, Value object) {
  out.word("rt");
  return object.has_only({"key", "family"}) && keyword_if_there(out, object, "family") &&
         keyword(out, object, "key");
}

bool socket(JsonText& out, Value object) {
  out.word("socket");
  return object.has_only({"key", "level"}) && keyword(out, object, "key") &&
         number_if_there(out, object, "level", "level");
}

bool osf(JsonText& out, Value object) {
  out.word("osf");
  if (object.find("ttl")) out.word("ttl");
  return object.has_only({"key", "ttl"}) && keyword_if_there(out, object, "ttl") &&
         keyword(out, object, "key");
}

bool ipsec(JsonText& out, Value object) {
  auto const number = object.find("spnum");
  out.word("ipsec");
  if (!object.has_only({"key", "family", "dir", "spnum"}) || !keyword(out, object, "dir"))
    return false;
  if (number && number->text() != "0" && !number_if_there(out, object, "spnum", "spnum"))
    return false;
  return keyword_if_there(out, object, "family") && keyword(out, object, "key");
}

bool offset(JsonText& out, Value object) {
  auto const value = object.find("offset");
  return !value || value->text() == "0" || number_if_there(out, object, "offset", "offset");
}

bool numgen(JsonText& out, Value object) {
  out.word("numgen");
  return object.has_only({"mode", "mod", "offset"}) && keyword(out, object, "mode") &&
         object.find("mod") && number_if_there(out, object, "mod", "mod") && offset(out, object);
}

bool jhash(JsonText& out, Value object) {
  auto const hashed = object.find("expr");
  out.word("jhash");
  return object.has_only({"mod", "offset", "expr", "seed"}) && hashed &&
         json_selector(out, *hashed) && object.find("mod") &&
         number_if_there(out, object, "mod", "mod") && hex_if_there(out, object, "seed", "seed") &&
         offset(out, object);
}

bool symhash(JsonText& out, Value object) {
  out.word("symhash");
  return object.has_only({"mod", "offset"}) && object.find("mod") &&
         number_if_there(out, object, "mod", "mod") && offset(out, object);
}

bool concat(JsonText& out, Value list) {
  if (!list.is(Kind::array) || list.size() == 0) return false;
  bool first = true;
  for (auto const part : list.items()) {
    if (!first) out.word(".");
    first = false;
    Notation const name = Notation::name;  // a constant among them, of nft's own making
    bool const constant = part.is(Kind::string) || part.is(Kind::number);
    if (constant ? !json_value(out, part, std::span(&name, 1)) : !json_selector(out, part))
      return false;
  }
  return true;
}

constexpr auto kSelectors = words<Writer>({
    {"payload", payload},
    {"exthdr", extension_header},
    {"tcp option", [](JsonText& out, Value v) { return option(out, v, "tcp option"); }},
    {"ip option", [](JsonText& out, Value v) { return option(out, v, "ip option"); }},
    {"sctp chunk", [](JsonText& out, Value v) { return option(out, v, "sctp chunk"); }},
    {"dccp option", dccp_option},
    {"meta", meta},
    {"ct", ct},
    {"fib", fib},
    {"rt", rt},
    {"socket", socket},
    {"osf", osf},
    {"ipsec", ipsec},
    {"numgen", numgen},
    {"jhash", jhash},
    {"symhash", symhash},
    {"concat", concat},
});

Notation notation(Value left) {
  auto const member = left.only();
  if (!member) return Notation::plain;
  if (is_arithmetic(left)) {
    if (member->name.text() == "<<" || member->name.text() == ">>") return Notation::hex;
    auto const parts = member->value.items();
    return parts.begin() == parts.end() ? Notation::plain : notation(*parts.begin());
  }
  static constexpr auto kKeys = words<Notation>({
      {"meta iif", Notation::index},         {"meta oif", Notation::index},
      {"meta iifname", Notation::name},      {"meta oifname", Notation::name},
      {"meta ibrname", Notation::name},      {"meta obrname", Notation::name},
      {"meta iifkind", Notation::name},      {"meta oifkind", Notation::name},
      {"meta sdif", Notation::index},        {"meta sdifname", Notation::name},
      {"meta mark", Notation::mark},         {"ct mark", Notation::mark},
      {"socket mark", Notation::mark},       {"meta time", Notation::name},
      {"meta hour", Notation::name},         {"meta day", Notation::name},
      {"meta priority", Notation::class_id}, {"ct expiration", Notation::seconds},
      {"ct helper", Notation::name},         {"ct status", Notation::flags},
      {"osf name", Notation::name},          {"osf version", Notation::name},
      {"fib oif", Notation::index},          {"fib oifname", Notation::name},
      {"socket cgroupv2", Notation::name},
  });
  auto const& [name, value] = *member;
  if (name.text() == "payload") return value.find("base") ? Notation::hex : Notation::plain;
  auto key = value.find(name.text() == "fib" ? "result" : "key");
  if (!key || !key->is(Kind::string)) return Notation::plain;
  std::string words(name.text());
  words += ' ';
  words += key->text();
  auto const* const known = kKeys.find(words);
  return known == nullptr ? Notation::plain : *known;
}

// A constant operand: a number, a name, or several joined by "|", which then stand in parentheses.
bool operand(JsonText& out, Value value, Notation notation, bool inside) {
  auto const member = value.only();
  if (!value.is(Kind::array) && !member) return json_value(out, value, std::span(&notation, 1));
  if (member && member->name.text() != "|") return !inside && json_selector(out, value);
  auto const list = member ? member->value : value;
  if (!list.is(Kind::array) || list.size() == 0) return false;
  if (!inside) out.word("(");
  bool first = true;
  for (auto const part : list.items()) {
    if (!first) out.word("|");
    first = false;
    if (!operand(out, part, notation, true)) return false;
  }
  if (!inside) out.word(")");
  return true;
}

// {"&": [..., ...]}, where the first is a selector or arithmetic again, which nft text reads from
// left to right.
bool arithmetic(JsonText& out, std::string_view sign, Value list) {
  if (!list.is(Kind::array) || list.size() < 2) return false;
  auto const left = *list.items().begin();
  auto const constants = sign == "<<" || sign == ">>" ? Notation::plain : notation(left);
  if (!json_selector(out, left)) return false;
  bool first = true;
  for (auto const part : list.items()) {
    if (!std::exchange(first, false)) {
      out.word(sign);
      if (!operand(out, part, constants, false)) return false;
    }
  }
  return true;
}

}  // namespace

bool is_arithmetic(Value value) {
  static constexpr auto kSigns =
      words<bool>({{"&", true}, {"|", true}, {"^", true}, {"<<", true}, {">>", true}});
  auto const member = value.only();
  return member && kSigns.contains(member->name.text());
}

std::vector<Notation> notations(Value left) {
  std::vector<Notation> all;
  if (auto const parts = left.find("concat")) {
    for (auto const part : parts->items()) all.push_back(notation(part));
  } else {
    all.push_back(notation(left));
  }
  return all;
}

Notation notation_of_type(std::string_view type) {
  static constexpr auto kTypes = words<Notation>({
      {"ifname", Notation::name},
      {"iface_index", Notation::index},
      {"mark", Notation::mark},
      {"classid", Notation::class_id},
      {"string", Notation::name},
      {"time", Notation::name},
      {"hour", Notation::name},
      {"day", Notation::name},
      {"counter", Notation::name},
      {"quota", Notation::name},
      {"limit", Notation::name},
      {"synproxy", Notation::name},
      {"secmark", Notation::name},
      {"ct helper", Notation::name},
  });
  auto const* const known = kTypes.find(type);
  return known == nullptr ? Notation::plain : *known;
}

bool json_selector(JsonText& out, Value value) {
  auto const member = value.only();
  if (!member) return false;
  out.mark(value);
  if (is_arithmetic(value)) return arithmetic(out, member->name.text(), member->value);
  auto const* const known = kSelectors.find(member->name.text());
  return known != nullptr && (*known)(out, member->value);
}

}  // namespace safeconduct::nft
