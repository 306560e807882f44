// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_statement.h"

#include <algorithm>
#include <utility>

#include "formats/nft_json_expression.h"
#include "formats/nft_json_nat.h"
#include "formats/nft_json_parts.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

using json::Kind;
using json::Value;
using Writer = bool (*)(JsonText&, Value);

// ---- matches

// Flags are compared with "==" alone, or a part of them is asked for without it.
bool says_equal(Value left, Value right) {
  if (right.is(Kind::string) && right.text().starts_with('@')) return false;
  if (right.find("set")) return false;
  if (is_arithmetic(left)) return true;
  if (auto const ct = left.find("ct")) {
    auto const key = ct->find("key");
    return key && (key->text() == "state" || key->text() == "status" || key->text() == "label");
  }
  auto const payload = left.find("payload");
  auto const field = payload ? payload->find("field") : std::nullopt;
  return field && field->text() == "flags";
}

bool match(JsonText& out, Value object) {
  static constexpr auto kOperators = words<bool>({{"==", true},
                                                  {"!=", true},
                                                  {"<", true},
                                                  {">", true},
                                                  {"<=", true},
                                                  {">=", true},
                                                  {"!", true},
                                                  {"in", true}});
  auto const sign = object.find("op");
  auto const left = object.find("left");
  auto const right = object.find("right");
  if (!object.has_only({"op", "left", "right"}) || !sign || !left || !right ||
      !kOperators.contains(sign->text()) || !json_selector(out, *left))
    return false;
  if (sign->text() == "==" ? says_equal(*left, *right) : sign->text() != "in")
    out.word(sign->text());
  return json_value(out, *right, notations(*left));
}

bool vmap(JsonText& out, Value object) { return json_map(out, object, "vmap", Notation::plain); }

// {"type": "match", "name": "conntrack"}: rules of iptables-nft. Older versions write null.
bool xt(JsonText& out, Value object) {
  if (object.is(Kind::null)) {
    out.word("xt match \"unknown\" xt target \"unknown\"");
    return true;
  }
  auto const type = object.find("type");
  auto const name = object.find("name");
  if (!object.has_only({"type", "name"}) || !type || !name || !name->is(Kind::string)) return false;
  out.word("xt");
  if (!json_word(out, object, "type", {"match", "target", "watcher"})) return false;
  out.remark(name->text());
  return true;
}

// ---- statements that a packet goes on from

// A name, or a map that picks one by the packet.
bool named(JsonText& out, Value value, std::string_view words) {
  out.word(words);
  if (value.is(Kind::string)) {
    out.remark(value.text());
    return true;
  }
  auto const map = value.find("map");
  return map && value.size() == 1 && json_map(out, *map, "map", Notation::name);
}

bool counter(JsonText& out, Value value) {
  if (value.is(Kind::string) || value.find("map")) return named(out, value, "counter name");
  if (!value.is(Kind::null) && !value.has_only({"packets", "bytes"})) return false;
  out.word("counter");
  for (std::string_view const what : {"packets", "bytes"})
    if (!json_named_number(out, value, what)) return false;
  return true;
}

bool last(JsonText& out, Value value) {
  out.word("last");
  return value.is(Kind::null) || value.has_only({"used"});
}

// "10/second burst 5 packets", "1 mbytes/second"
bool limit(JsonText& out, Value value) {
  if (value.is(Kind::string) || value.find("map")) return named(out, value, "limit name");
  if (!value.has_only({"rate", "burst", "per", "inv", "rate_unit", "burst_unit"})) return false;
  bool const bytes = value.find("rate_unit") && value.find("rate_unit")->text() != "packets";
  out.word("limit rate");
  if (json_is_true(value, "inv")) out.word("over");
  if (!json_number_of(out, value, "rate") || !value.find("per")) return false;
  if (bytes && !json_word(out, value, "rate_unit", {"bytes", "kbytes", "mbytes"})) return false;
  JsonText per;
  if (!json_word(per, value, "per", {"second", "minute", "hour", "day", "week"})) return false;
  out.glue("/" + per.text);
  auto const burst = value.find("burst");
  if (!burst || burst->text() == "0") return true;
  out.word("burst");
  if (!json_number_of(out, value, "burst")) return false;
  if (!bytes) {
    out.word("packets");
  } else if (value.find("burst_unit")) {
    return json_word(out, value, "burst_unit", {"bytes", "kbytes", "mbytes"});
  } else {
    out.word("bytes");
  }
  return true;
}

bool quota(JsonText& out, Value value) {
  if (value.is(Kind::string) || value.find("map")) return named(out, value, "quota name");
  if (!value.has_only({"val", "val_unit", "used", "used_unit", "inv"})) return false;
  auto const amount = [&](std::string_view number, std::string_view unit) {
    if (!json_number_of(out, value, number)) return false;
    if (!value.find(unit)) out.word("bytes");
    return json_word(out, value, unit, {"bytes", "kbytes", "mbytes"});
  };
  out.word("quota");
  if (json_is_true(value, "inv")) out.word("over");
  if (!amount("val", "val_unit")) return false;
  if (!value.find("used")) return true;
  out.word("used");
  return amount("used", "used_unit");
}

bool connection_count(JsonText& out, Value value) {
  out.word("ct count");
  if (json_is_true(value, "inv")) out.word("over");
  return value.has_only({"val", "inv"}) && json_number_of(out, value, "val");
}

bool log(JsonText& out, Value value) {
  static constexpr std::string_view kLevels[] = {"emerg",  "alert", "crit",  "err",  "warn",
                                                 "notice", "info",  "debug", "audit"};
  out.word("log");
  if (value.is(Kind::null)) return true;
  if (!value.has_only({"prefix", "group", "snaplen", "queue-threshold", "level", "flags"}))
    return false;
  if (auto const prefix = value.find("prefix")) {
    if (!prefix->is(Kind::string)) return false;
    out.word("prefix");
    out.remark(prefix->text());
  }
  if (auto const level = value.find("level")) {
    if (std::ranges::find(kLevels, level->text()) == std::end(kLevels)) return false;
    out.word("level");
    out.word(level->text());
  }
  for (std::string_view const what : {"group", "snaplen", "queue-threshold"})
    if (!json_named_number(out, value, what)) return false;
  return json_each_flag(value, [&](std::string_view flag) {
    constexpr std::string_view kFlags[] = {"all",        "tcp sequence", "tcp options",
                                           "ip options", "skuid",        "ether"};
    if (std::ranges::find(kFlags, flag) == std::end(kFlags)) return false;
    out.word("flags");
    out.word(flag);
    return true;
  });
}

bool mangle(JsonText& out, Value value) {
  auto const key = value.find("key");
  auto const to = value.find("value");
  if (!value.has_only({"key", "value"}) || !key || !to || !json_selector(out, *key)) return false;
  out.word("set");
  return json_value(out, *to, notations(*key));
}

bool word_alone(JsonText& out, Value value, std::string_view word) {
  out.word(word);
  return value.is(Kind::null);
}

bool synproxy(JsonText& out, Value value) {
  if (value.is(Kind::string) || value.find("map")) return named(out, value, "synproxy name");
  out.word("synproxy");
  if (value.is(Kind::null)) return true;
  if (!value.has_only({"mss", "wscale", "flags"})) return false;
  if (!json_named_number(out, value, "mss") || !json_named_number(out, value, "wscale"))
    return false;
  return json_each_flag(value, [&](std::string_view flag) {
    out.word(flag);
    return flag == "timestamp" || flag == "sack-perm";
  });
}

bool dup(JsonText& out, Value value) {
  auto const to = value.find("addr");
  if (!value.has_only({"addr", "dev"}) || !to) return false;
  out.word("dup to");
  if (!json_plain(out, *to)) return false;
  auto const device = value.find("dev");
  if (!device) return true;
  out.word("device");
  Notation const name[] = {Notation::name};
  return json_value(out, *device, name);
}

// A packet that is sent out elsewhere never comes to what follows.
bool fwd(JsonText& out, Value value) {
  auto const device = value.find("dev");
  auto const to = value.find("addr");
  if (!value.has_only({"dev", "addr", "family"}) || !device) return false;
  Notation const name[] = {Notation::name};
  out.word("fwd");
  if (!to) {
    out.word("to");
    return !value.find("family") && json_value(out, *device, name);
  }
  if (!json_word(out, value, "family", {"ip", "ip6"})) return false;
  out.word("to");
  if (!json_plain(out, *to)) return false;
  out.word("device");
  return json_value(out, *device, name);
}

bool flow(JsonText& out, Value value) {
  auto const table = value.find("flowtable");
  if (!value.has_only({"op", "flowtable"}) || !table) return false;
  out.word("flow");
  return value.find("op") && json_word(out, value, "op", {"add"}) && json_reference(out, *table);
}

bool element_statements(JsonText& out, Value list) {
  if (!list.is(Kind::array)) return json_element_statement(out, list);
  for (auto const each : list.items())
    if (!json_element_statement(out, each)) return false;
  return true;
}

// {"op": "add", "elem": ..., "set": "@name", "stmt": [...]}; of a map, with "data".
bool change(JsonText& out, Value value, std::string_view kind) {
  auto const set = value.find(kind);
  auto const element = value.find("elem");
  auto const data = value.find("data");
  if (!value.has_only({"op", "elem", kind, "stmt", "data"}) || !value.find("op") || !set ||
      !element || data.has_value() != (kind == "map"))
    return false;
  if (!json_word(out, value, "op", {"add", "update", "delete"}) || !json_reference(out, *set))
    return false;
  out.word("{");
  if (!json_element(out, *element, {})) return false;
  if (auto const statements = value.find("stmt"))
    if (!element_statements(out, *statements)) return false;
  if (data) {
    out.word(":");
    if (!json_plain(out, *data)) return false;
  }
  out.word("}");
  return true;
}

bool meter(JsonText& out, Value value) {
  auto const name = value.find("name");
  auto const key = value.find("key");
  auto const statement = value.find("stmt");
  if (!value.has_only({"name", "key", "stmt", "size"}) || !name || !key || !statement) return false;
  out.word("meter");
  out.remark(name->text());
  if (!json_named_number(out, value, "size")) return false;
  out.word("{");
  if (!json_element(out, *key, {}) || !element_statements(out, *statement)) return false;
  out.word("}");
  return true;
}

bool reset(JsonText& out, Value value) {
  out.word("reset");
  return value.find("tcp option") && json_selector(out, value);
}

constexpr auto kStatements = words<Writer>({
    {"match", match},
    {"vmap", vmap},
    {"xt", xt},
    {"counter", counter},
    {"last", last},
    {"limit", limit},
    {"quota", quota},
    {"ct count", connection_count},
    {"log", log},
    {"mangle", mangle},
    {"notrack", [](JsonText& out, Value v) { return word_alone(out, v, "notrack"); }},
    {"synproxy", synproxy},
    {"dup", dup},
    {"fwd", fwd},
    {"flow", flow},
    {"set", [](JsonText& out, Value v) { return change(out, v, "set"); }},
    {"map", [](JsonText& out, Value v) { return change(out, v, "map"); }},
    {"meter", meter},
    {"reset", reset},
    {"ct helper", [](JsonText& out, Value v) { return named(out, v, "ct helper set"); }},
    {"ct timeout", [](JsonText& out, Value v) { return named(out, v, "ct timeout set"); }},
    {"ct expectation", [](JsonText& out, Value v) { return named(out, v, "ct expectation set"); }},
    {"secmark", [](JsonText& out, Value v) { return named(out, v, "meta secmark set"); }},
    {"reject", json_reject},
    {"queue", json_queue},
    {"snat", [](JsonText& out, Value v) { return json_translate(out, v, "snat"); }},
    {"dnat", [](JsonText& out, Value v) { return json_translate(out, v, "dnat"); }},
    {"masquerade", [](JsonText& out, Value v) { return json_to_interface(out, v, "masquerade"); }},
    {"redirect", [](JsonText& out, Value v) { return json_to_interface(out, v, "redirect"); }},
    {"tproxy", json_tproxy},
});

bool known(JsonText& out, Value statement) {
  if (statement.is(Kind::string)) {
    if (!is_contained(statement.text())) return false;
    out.word(statement.text());
    return true;
  }
  auto const member = statement.only();
  if (!member) return false;
  if (auto const* const writer = kStatements.find(member->name.text()))
    return (*writer)(out, member->value);
  return json_verdict(out, statement);
}

}  // namespace

bool json_element_statement(JsonText& out, Value statement) {
  auto const member = statement.only();
  if (!member) return false;
  auto const& [name, value] = *member;
  if (name.text() == "counter") return counter(out, value);
  if (name.text() == "limit") return limit(out, value);
  if (name.text() == "quota") return quota(out, value);
  if (name.text() == "ct count") return connection_count(out, value);
  return name.text() == "last" && last(out, value);
}

void json_statement(JsonText& out, Value statement) {
  constexpr std::size_t kShown = 160;
  out.mark(statement);
  auto const here = out.here();
  if (known(out, statement)) return;
  out.back_to(here);
  auto const source = statement.source();
  out.word("json");
  out.remark(std::string(source.substr(0, kShown)) + (source.size() > kShown ? "..." : ""));
}

bool is_contained(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (char const c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\0' || (quoted && c == '\n')) return false;
    if (quoted) continue;
    if (c == '#' || c == '\\' || c == '$')
      return false;  // a comment, a line that goes on, a variable
    if ((c == '\n' || c == ';') && depth == 0) return false;
    if (c == '{') ++depth;
    if (c == '}' && depth-- == 0) return false;
  }
  return depth == 0 && !quoted && text.find_first_not_of(" \t\n") != std::string_view::npos;
}

}  // namespace safeconduct::nft
