// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_object.h"

#include <algorithm>
#include <utility>

#include "formats/nft_json_statement.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {

enum class JsonObjects::Kind : std::uint8_t {
  metainfo,
  ruleset,
  table,
  chain,
  rule,
  set,
  map,
  element,
  object,
};

enum class JsonObjects::Command : std::uint8_t { add, insert, remove, flush, list, refused };

namespace {

using json::Value;

constexpr auto kFamilies = words<bool>({{"ip", true},
                                        {"ip6", true},
                                        {"inet", true},
                                        {"arp", true},
                                        {"bridge", true},
                                        {"netdev", true}});

constexpr std::string_view kGiveListing = "give the output of 'nft list ruleset'";

std::string shown(Value value) { return "'" + printable(value.text().substr(0, 64)) + "'"; }

}  // namespace

// ---- errors

std::unexpected<Error> JsonObjects::fail(ErrorKind kind, Value at, std::string message,
                                         std::string hint) const {
  return std::unexpected(
      error_at(kind, source_.name, *source_.text, at.place(), std::move(message), std::move(hint)));
}

std::unexpected<Error> JsonObjects::not_understood(Value at, std::string_view what) const {
  return fail(ErrorKind::syntax, at,
              "'" + printable(at.source().substr(0, 64)) + "' is not " + std::string(what));
}

Result<void> JsonObjects::only_known(Value object, std::string_view what,
                                     std::initializer_list<std::string_view> known) {
  if (!object.is(json::Kind::object)) return not_understood(object, what);
  bool is_name = false;
  for (auto const item : object.items()) {
    is_name = !is_name;
    if (is_name && std::ranges::find(known, item.text()) == known.end())
      return fail(ErrorKind::unknown_name, item,
                  shown(item) + " is nothing that " + std::string(what) + " has",
                  std::string(kGiveListing));
  }
  return {};
}

// ---- commands

Result<JsonObjects::Kind> JsonObjects::kind_of(Value name) const {
  static constexpr auto kKinds = words<Kind>({
      {"metainfo", Kind::metainfo},
      {"ruleset", Kind::ruleset},
      {"table", Kind::table},
      {"chain", Kind::chain},
      {"rule", Kind::rule},
      {"set", Kind::set},
      {"map", Kind::map},
      {"element", Kind::element},
      {"flowtable", Kind::object},
      {"counter", Kind::object},
      {"quota", Kind::object},
      {"limit", Kind::object},
      {"ct helper", Kind::object},
      {"ct timeout", Kind::object},
      {"ct expectation", Kind::object},
      {"secmark", Kind::object},
      {"synproxy", Kind::object},
      {"tunnel", Kind::object},
  });
  if (auto const* const known = kKinds.find(name.text())) return *known;
  return fail(ErrorKind::unknown_name, name,
              shown(name) + " is nothing that a rule set in JSON has", std::string(kGiveListing));
}

Result<void> JsonObjects::write(Value object) {
  static constexpr auto kCommands = words<Command>({
      {"add", Command::add},
      {"create", Command::add},
      {"insert", Command::insert},
      {"delete", Command::remove},
      {"destroy", Command::remove},
      {"flush", Command::flush},
      {"list", Command::list},
      {"replace", Command::refused},
      {"rename", Command::refused},
      {"reset", Command::refused},
      {"export", Command::refused},
      {"import", Command::refused},
  });
  constexpr std::size_t kLargest = 0xFFFF0000U;
  auto const member = object.only();
  if (!member)
    return fail(ErrorKind::syntax, object, "expected one name here, as in {\"table\": {...}}");
  whole_ = object;
  out_.mark(object);
  auto const* const known = kCommands.find(member->name.text());
  explicit_ = known != nullptr;
  SC_CHECK(explicit_ ? command(*known, *member) : add(*member));
  if (out_.text.size() > kLargest)
    return fail(ErrorKind::limit, object, "as nft text, the rules are larger than 4 GiB");
  return {};
}

Result<void> JsonObjects::command(Command command, Value::Member const& member) {
  if (command == Command::list) return {};
  commands_ = true;
  auto const inner = member.value.only();
  if (!inner)
    return fail(ErrorKind::syntax, member.value,
                "expected what to " + std::string(member.name.text()));
  switch (command) {
    case Command::add:
      return add(*inner);
    case Command::insert:
      if (inner->name.text() != "rule")
        return fail(ErrorKind::syntax, inner->name,
                    "expected \"rule\", found " + shown(inner->name));
      return rule(inner->value, "insert");
    case Command::remove:
      return remove(*inner);
    case Command::flush:
      return flush(*inner);
    case Command::list:
    case Command::refused:
      break;
  }
  return fail(ErrorKind::syntax, member.name,
              shown(member.name) + " makes this a script that changes a running rule set",
              std::string(kGiveListing));
}

Result<void> JsonObjects::add(Value::Member const& member) {
  SC_TRY(kind, kind_of(member.name));
  auto const object = member.value;
  switch (kind) {
    case Kind::metainfo:
      return metainfo(object);
    case Kind::ruleset:
      break;
    case Kind::table:
      return table(object);
    case Kind::chain:
      return chain(object);
    case Kind::rule:
      return rule(object, "add");
    case Kind::set:
      return set(object, false);
    case Kind::map:
      return set(object, true);
    case Kind::element:
      return element(object);
    case Kind::object:
      return named_object(object, member.name.text());
  }
  return fail(ErrorKind::syntax, member.name, shown(member.name) + " is nothing that can be added");
}

Result<void> JsonObjects::remove(Value::Member const& member) {
  SC_TRY(kind, kind_of(member.name));
  switch (kind) {
    case Kind::table:
      out_.word("delete table");
      SC_CHECK(table_name(member.value, "name"));
      break;
    case Kind::chain:
    case Kind::set:
    case Kind::map:
    case Kind::object:
      SC_CHECK(head("delete " + std::string(member.name.text()), member.value, "name"));
      break;
    case Kind::metainfo:
    case Kind::ruleset:
    case Kind::rule:
    case Kind::element:
      return fail(ErrorKind::syntax, member.name,
                  "'delete' makes this a script that changes a running rule set",
                  std::string(kGiveListing));
  }
  out_.line();
  return {};
}

Result<void> JsonObjects::flush(Value::Member const& member) {
  SC_TRY(kind, kind_of(member.name));
  switch (kind) {
    case Kind::ruleset:
      if (member.value.is(json::Kind::object) && member.value.size() > 0)
        return fail(ErrorKind::syntax, member.value, "only a part of the rules is flushed here",
                    std::string(kGiveListing));
      out_.word("flush ruleset");
      break;
    case Kind::table:
      out_.word("flush table");
      SC_CHECK(table_name(member.value, "name"));
      break;
    case Kind::chain:
    case Kind::set:
    case Kind::map:
      SC_CHECK(head("flush " + std::string(member.name.text()), member.value, "name"));
      break;
    case Kind::metainfo:
    case Kind::rule:
    case Kind::element:
    case Kind::object:
      return fail(ErrorKind::syntax, member.name,
                  shown(member.name) + " makes this a script that changes a running rule set",
                  std::string(kGiveListing));
  }
  out_.line();
  return {};
}

// ---- names

Result<void> JsonObjects::named(Value object, std::string_view key) {
  auto const value = object.find(key);
  if (!value) return fail(ErrorKind::syntax, object, "this has no \"" + std::string(key) + "\"");
  out_.mark(*value);
  if (!value->is(json::Kind::string) || !out_.name(value->text()))
    return fail(
        ErrorKind::syntax, *value,
        "'" + printable(value->source().substr(0, 64)) + "' is no name that nft text can say",
        "a name is not empty and has no quotes or control characters");
  return {};
}

Result<void> JsonObjects::table_name(Value object, std::string_view key) {
  auto const family = object.find("family");
  if (!family) return fail(ErrorKind::syntax, object, "this has no \"family\"");
  if (!kFamilies.contains(family->text()))
    return fail(ErrorKind::unknown_name, *family, shown(*family) + " is not a family of tables",
                "known are ip, ip6, inet, arp, bridge, netdev");
  out_.word(family->text());
  return named(object, key);
}

Result<std::string> JsonObjects::head(std::string_view command, Value object,
                                      std::string_view key) {
  out_.word(command);
  auto const begin = out_.text.size();
  SC_CHECK(table_name(object, "table"));
  SC_CHECK(named(object, key));
  return out_.text.substr(begin);
}

Result<void> JsonObjects::implied_table(Value object) {
  if (explicit_) return {};
  auto const begin = out_.here();
  out_.word("add table");
  SC_CHECK(table_name(object, "table"));
  if (!tables_.insert(out_.text.substr(begin.text)).second) {
    out_.back_to(begin);
    return {};
  }
  out_.line();
  out_.mark(*whole_);
  return {};
}

// ---- objects

Result<void> JsonObjects::metainfo(Value object) {
  auto const version = object.find("json_schema_version");
  if (!version || version->text() == "1") return {};
  return fail(ErrorKind::syntax, *version,
              "nft wrote this in version " + printable(version->text().substr(0, 64)) +
                  " of its JSON, and version 1 is what this program reads",
              std::string(kGiveListing));
}

Result<void> JsonObjects::table(Value object) {
  SC_CHECK(only_known(object, "a table", {"family", "name", "handle", "flags", "comment"}));
  auto const begin = out_.text.size();
  out_.word("add table");
  SC_CHECK(table_name(object, "name"));
  tables_.insert(out_.text.substr(begin));
  auto const flags = object.find("flags");
  auto const flag = [&](Value value) -> Result<void> {
    out_.mark(value);
    if (value.text() != "dormant" && value.text() != "owner" && value.text() != "persist")
      return fail(
          ErrorKind::unknown_name, value,
          "'" + printable(value.source().substr(0, 64)) + "' is not a flag of a table",
          "nft 1.0.6 writes another word where 'dormant' belongs: " + std::string(kGiveListing));
    out_.word("flags");
    out_.word(value.text());
    out_.word(";");
    // As a script that would be gone with its owner; what is listed is there.
    if (value.text() == "owner") {
      out_.word("flags");
      out_.word("persist");
      out_.word(";");
    }
    return {};
  };
  if (flags) {
    out_.word("{");
    if (flags->is(json::Kind::array)) {
      for (auto const each : flags->items()) SC_CHECK(flag(each));
    } else {
      SC_CHECK(flag(*flags));
    }
    out_.word("}");
  }
  out_.line();
  return {};
}

Result<void> JsonObjects::chain(Value object) {
  SC_CHECK(only_known(
      object, "a chain",
      {"family", "table", "name", "handle", "type", "hook", "prio", "dev", "policy", "comment"}));
  SC_CHECK(implied_table(object));
  SC_CHECK(head("add chain", object, "name"));
  out_.word("{");
  auto const type = object.find("type");
  if (type) {
    SC_CHECK(base_chain(object, *type));
  } else if (object.find("hook") || object.find("prio") || object.find("policy")) {
    return fail(ErrorKind::syntax, object, "this has no \"type\"");
  }
  out_.word("}");
  out_.line();
  return {};
}

Result<void> JsonObjects::base_chain(Value object, Value type) {
  auto const word = [&](std::string_view before, Value value) -> Result<void> {
    out_.word(before);
    out_.mark(value);
    if (!value.is(json::Kind::string) || !is_keyword(value.text()))
      return not_understood(value, "a " + std::string(before));
    out_.word(value.text());
    return {};
  };
  SC_CHECK(word("type", type));
  auto const hook = object.find("hook");
  auto const priority_value = object.find("prio");
  if (!hook) return fail(ErrorKind::syntax, object, "this has no \"hook\"");
  if (!priority_value) return fail(ErrorKind::syntax, object, "this has no \"prio\"");
  SC_CHECK(word("hook", *hook));
  if (auto const names = object.find("dev")) SC_CHECK(devices(*names));
  SC_CHECK(priority(*priority_value));
  out_.word(";");
  if (auto const policy = object.find("policy")) {
    SC_CHECK(word("policy", *policy));
    out_.word(";");
  }
  return {};
}

Result<void> JsonObjects::devices(Value names) {
  Notation const quoted[] = {Notation::name};
  bool const list = names.is(json::Kind::array);
  out_.word(list ? "devices =" : "device");
  if (list ? json_elements(out_, names, quoted, false, Notation::plain)
           : names.is(json::Kind::string) && json_value(out_, names, quoted))
    return {};
  return not_understood(names, "a device");
}

// A number, or words as in nft text: "filter + 10".
Result<void> JsonObjects::priority(Value value) {
  out_.word("priority");
  out_.mark(value);
  bool const digits = value.text().find_first_not_of("-0123456789") == std::string_view::npos;
  bool const words = value.text().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+- ") ==
                     std::string_view::npos;
  if (!(value.is(json::Kind::number) ? digits : value.is(json::Kind::string) && words))
    return not_understood(value, "a priority");
  out_.word(value.text());
  return {};
}

Result<void> JsonObjects::rule(Value object, std::string_view command) {
  SC_CHECK(only_known(object, "a rule",
                      {"family", "table", "chain", "handle", "index", "expr", "comment"}));
  SC_CHECK(head(std::string(command) + " rule", object, "chain"));
  if (auto const index = object.find("index")) {
    auto const number = json_number(*index);
    if (!explicit_ || !number) return not_understood(*index, "the number of a rule in its chain");
    out_.word("index");
    out_.number(*number);
  }
  auto const handle = object.find("handle");
  if (handle && explicit_)
    return fail(
        ErrorKind::syntax, *handle,
        "a rule at a place among others makes this a script that changes a running rule set",
        std::string(kGiveListing));
  auto const statements = object.find("expr");
  bool const listed = handle && !explicit_;
  if (statements ? !statements->is(json::Kind::array) : !listed)
    return fail(ErrorKind::syntax, object, "this rule has no list \"expr\"");
  out_.mark(*whole_);
  bool const empty = !statements || statements->size() == 0;
  if (empty && listed) {  // nft 1.0.6 has no words for it (ct label in a set or map)
    out_.word("unlisted");
    out_.remark("a rule that this listing has no words for");
  } else {
    for (auto const statement : statements->items()) json_statement(out_, statement);
  }
  auto const comment = object.find("comment");
  if (comment || (empty && !listed)) {
    out_.word("comment");
    out_.remark(comment ? comment->text() : "a rule without statements");
  }
  if (auto const number = handle ? json_number(*handle) : std::nullopt) {
    out_.word("# handle");
    out_.number(*number);
  }
  out_.line();
  return {};
}

// A counter, a helper of connection tracking, a flowtable: what rules name and what decides nothing
// by itself.
Result<void> JsonObjects::named_object(Value object, std::string_view kind) {
  if (!object.is(json::Kind::object)) return not_understood(object, "an object");
  SC_CHECK(implied_table(object));
  SC_CHECK(head("add " + std::string(kind), object, "name"));
  out_.word("{ }");
  out_.line();
  return {};
}

}  // namespace safeconduct::nft
