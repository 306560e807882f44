// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_object.h"
#include "formats/nft_json_statement.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

using json::Value;

bool is_type_name(Value value) {
  return value.is(json::Kind::string) && !value.text().empty() &&
         value.text().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_. ") ==
             std::string_view::npos;
}

}  // namespace

// "ipv4_addr", ["ipv4_addr", "inet_service"], {"typeof": ...}
Result<void> JsonObjects::type_list(Value types, std::vector<Notation>& notations) {
  out_.mark(types);
  if (auto const expression = types.find("typeof"); expression && types.size() == 1) {
    notations = nft::notations(*expression);
    if (json_selector(out_, *expression)) return {};
    return not_understood(types, "an expression with a type that is known");
  }
  // Of what a map's keys map to, nft 1.0.6 writes one string: "ipv4_addr . inet_service".
  auto const one = [&](Value type) -> Result<void> {
    if (!is_type_name(type)) return not_understood(type, "a type");
    auto rest = type.text();
    while (true) {
      auto const end = rest.find(" . ");
      auto const name = rest.substr(0, end);
      if (name.empty() || name.contains('.')) return not_understood(type, "a type");
      out_.word(name);
      notations.push_back(notation_of_type(name));
      if (end == std::string_view::npos) return {};
      out_.word(".");
      rest.remove_prefix(end + 3);
    }
  };
  if (!types.is(json::Kind::array)) return one(types);
  bool first = true;
  for (auto const type : types.items()) {
    if (!first) out_.word(".");
    first = false;
    SC_CHECK(one(type));
  }
  return {};
}

Result<void> JsonObjects::set_types(Value object, Shape& shape) {
  auto const type = object.find("type");
  auto const data = object.find("map");
  if (!type) return fail(ErrorKind::syntax, object, "this has no \"type\"");
  if (shape.map && !data) return fail(ErrorKind::syntax, object, "this has no \"map\"");
  out_.word(type->is(json::Kind::object) ? "typeof" : "type");
  SC_CHECK(type_list(*type, shape.keys));
  if (data) {
    std::vector<Notation> notations;
    out_.word(":");
    SC_CHECK(type_list(*data, notations));
    if (!notations.empty()) shape.data = notations.front();
  }
  out_.word(";");
  return {};
}

Result<void> JsonObjects::set_property(std::string_view name, Value value) {
  auto const number = json_number(value);
  auto const word = [&](Value each) -> Result<void> {
    if (!each.is(json::Kind::string) || !is_keyword(each.text()))
      return not_understood(each, "a word that a set has for its " + std::string(name));
    out_.word(each.text());
    return {};
  };
  if (name == "flags") {
    bool first = true;
    out_.word(name);
    if (!value.is(json::Kind::array)) return word(value);
    for (auto const flag : value.items()) {
      if (!first) out_.glue(",");
      first = false;
      SC_CHECK(word(flag));
    }
    return {};
  }
  if (name == "auto-merge") {
    if (value.text() == "true") out_.word(name);
    return {};
  }
  out_.word(name);
  if (name == "policy") return word(value);
  if (!number) return not_understood(value, "a number");
  if (name == "size") {
    out_.number(*number);
  } else {
    out_.word(duration(*number));
  }
  return {};
}

Result<void> JsonObjects::set_properties(Value object) {
  for (std::string_view const name :
       {"flags", "timeout", "gc-interval", "size", "policy", "auto-merge"})
    if (auto const value = object.find(name)) {
      out_.mark(*value);
      SC_CHECK(set_property(name, *value));
      out_.word(";");
    }
  auto const statements = object.find("stmt");
  if (!statements) return {};
  for (auto const statement : statements->items()) {
    out_.mark(statement);
    if (!json_element_statement(out_, statement))
      return not_understood(statement, "a statement that elements of a set can have");
    out_.word(";");
  }
  return {};
}

Result<void> JsonObjects::elements(Value list, Shape const& shape) {
  out_.mark(list);
  auto const here = out_.here();
  if (json_elements(out_, list, shape.keys, shape.map, shape.data)) return {};
  // Which one: try them one by one.
  if (list.is(json::Kind::array))
    for (auto const each : list.items()) {
      out_.back_to(here);
      bool const is_pair = each.is(json::Kind::array) && each.size() == 2;
      bool const fine = shape.map ? is_pair && json_pair(out_, each, shape.keys, shape.data)
                                  : json_element(out_, each, shape.keys);
      if (!fine)
        return not_understood(each, shape.map ? "an element of a map" : "an element of a set");
    }
  return not_understood(list, "a list of elements");
}

Result<void> JsonObjects::set(Value object, bool map) {
  SC_CHECK(only_known(object, map ? "a map" : "a set",
                      {"family", "table", "name", "handle", "type", "map", "policy", "flags",
                       "elem", "timeout", "gc-interval", "size", "auto-merge", "comment", "stmt"}));
  SC_CHECK(implied_table(object));
  SC_TRY(name, head(map ? "add map" : "add set", object, "name"));
  out_.word("{");
  Shape shape;
  shape.map = map;
  SC_CHECK(set_types(object, shape));
  SC_CHECK(set_properties(object));
  if (auto const list = object.find("elem")) {
    out_.word("elements =");
    SC_CHECK(elements(*list, shape));
  }
  out_.word("}");
  out_.line();
  sets_[name] = std::move(shape);
  return {};
}

// {"element": {"name": "clients", "elem": [...]}}: more for a set that is there.
Result<void> JsonObjects::element(Value object) {
  commands_ = true;
  SC_CHECK(only_known(object, "an element", {"family", "table", "name", "elem"}));
  SC_TRY(name, head("add element", object, "name"));
  auto const list = object.find("elem");
  if (!list) return fail(ErrorKind::syntax, object, "this has no \"elem\"");
  auto const known = sets_.find(name);
  SC_CHECK(elements(*list, known == sets_.end() ? Shape{} : known->second));
  out_.line();
  return {};
}

}  // namespace safeconduct::nft
