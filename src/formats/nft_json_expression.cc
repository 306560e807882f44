// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_expression.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

using json::Kind;
using json::Value;

Notation first_of(std::span<Notation const> notations) {
  return notations.empty() ? Notation::plain : notations.front();
}

std::string in_hex(std::uint64_t number, std::size_t digits) {
  char buffer[16];
  auto const end = std::to_chars(std::begin(buffer), std::end(buffer), number, 16).ptr;
  std::string text(std::begin(buffer), end);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return "0x" + text;
}

bool number(JsonText& out, Value value, Notation notation) {
  auto const read = json_number(value);
  if (!read) return false;
  if (notation == Notation::mark) {
    out.word(in_hex(*read, 8));
  } else if (notation == Notation::hex) {
    out.word(in_hex(*read, 1));
  } else if (notation == Notation::seconds) {
    out.word(value.text());
    out.glue("s");
  } else {
    out.word(value.text());
  }
  return true;
}

bool is_class_id(std::string_view text) {
  return text.contains(':') &&
         text.find_first_not_of("0123456789abcdef:") == std::string_view::npos;
}

bool string(JsonText& out, Value value, Notation notation) {
  auto const text = value.text();
  if (text.starts_with('@')) return json_reference(out, value);
  bool const digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  bool const plain = notation == Notation::index   ? digits && !text.empty()
                     : notation == Notation::flags ? is_keyword(text)
                     : notation == Notation::class_id
                         ? is_class_id(text) || is_plain_word(text)
                         : notation != Notation::name && is_plain_word(text);
  if (!plain) return out.quoted(text);
  out.word(text);
  return true;
}

// "80-90"; with blanks behind a name, which may have dashes of its own: "echo-reply - 255".
bool range(JsonText& out, Value list, Notation notation) {
  if (!list.is(Kind::array) || list.size() != 2) return false;
  auto const first = *list.items().begin();
  auto const last = *++list.items().begin();
  for (auto const end : {first, last})
    if (!end.is(Kind::number) && !end.is(Kind::string)) return false;
  auto const is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  bool const apart = first.is(Kind::string) && !first.text().empty() &&
                     is_letter(first.text().front()) && !first.text().contains(':');
  if (!json_value(out, first, std::span(&notation, 1))) return false;
  if (apart) {
    out.word("-");
    return json_value(out, last, std::span(&notation, 1));
  }
  out.glue("-");
  auto const here = out.here();
  if (!json_value(out, last, std::span(&notation, 1))) return false;
  out.text.erase(here.text, 1);  // the blank before it
  return true;
}

bool prefix(JsonText& out, Value object, Notation notation) {
  auto const address = object.find("addr");
  auto const length = object.find("len");
  if (!object.has_only({"addr", "len"}) || !address || !length || !json_number(*length))
    return false;
  if (!address->is(Kind::string) && !address->is(Kind::number)) return false;
  if (!json_value(out, *address, std::span(&notation, 1))) return false;
  out.glue("/");
  out.glue(length->text());
  return true;
}

bool joined(JsonText& out, Value list, std::string_view sign, Notation notation) {
  if (!list.is(Kind::array) || list.size() == 0) return false;
  bool first = true;
  for (auto const part : list.items()) {
    if (!std::exchange(first, false)) {
      if (sign == ",") {
        out.glue(",");
      } else {
        out.word(sign);
      }
    }
    auto const here = out.here();
    if (!json_value(out, part, std::span(&notation, 1))) return false;
    if (sign == "," && out.text[here.text] == ' ' && out.text[here.text - 1] == ',')
      out.text.erase(here.text, 1);
  }
  return true;
}

bool concat(JsonText& out, Value list, std::span<Notation const> notations) {
  if (!list.is(Kind::array) || list.size() == 0) return false;
  std::size_t i = 0;
  for (auto const part : list.items()) {
    if (i > 0) out.word(".");
    auto const rest = i < notations.size() ? notations.subspan(i, 1) : notations.subspan(0, 0);
    if (!json_value(out, part, rest)) return false;
    ++i;
  }
  return true;
}

bool object(JsonText& out, Value value, std::span<Notation const> notations) {
  auto const member = value.only();
  if (!member) return false;
  auto const& [name, inside] = *member;
  auto const notation = first_of(notations);
  if (name.text() == "range") return range(out, inside, notation);
  if (name.text() == "prefix") return prefix(out, inside, notation);
  if (name.text() == "concat") {
    auto const parts = inside.items();
    bool const selectors = inside.is(Kind::array) && parts.begin() != parts.end() &&
                           (*parts.begin()).is(Kind::object) && [&] {
                             auto const first = (*parts.begin()).only();
                             return first && first->name.text() != "prefix" &&
                                    first->name.text() != "range" && !is_arithmetic(*parts.begin());
                           }();
    return selectors ? json_selector(out, value) : concat(out, inside, notations);
  }
  if (name.text() == "set") return json_elements(out, inside, notations, false, Notation::plain);
  if (name.text() == "elem") return json_element(out, value, notations);
  if (name.text() == "map") return json_map(out, inside, "map", notation);
  if (name.text() == "|") {  // of constants: "syn | ack"
    auto const parts = inside.items();
    if (inside.is(Kind::array) && parts.begin() != parts.end() &&
        !(*parts.begin()).is(Kind::object))
      return joined(out, inside, "|", notation);
  }
  return json_selector(out, value);
}

// What stands behind an element besides its key.
bool options(JsonText& out, Value element) {
  bool is_name = false;
  std::string_view name;
  for (auto const item : element.items()) {
    is_name = !is_name;
    if (is_name) {
      name = item.text();
      continue;
    }
    if (name == "val") continue;
    if (name == "comment" && item.is(Kind::string)) {
      out.word("comment");
      out.remark(item.text());
    } else if (name == "counter") {  // what it counted so far decides nothing
      out.word("counter");
    } else if (name == "timeout" || name == "expires") {
      auto const seconds = json_number(item);
      if (!seconds) return false;
      out.word(name);
      out.word(duration(*seconds));
    } else if (name == "limit" || name == "quota" || name == "ct count") {
      out.word(name == "ct count" ? "ct" : name);  // a rate: the element is in the set at times
    } else if (name == "last") {
      out.word("last");
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<std::uint64_t> json_number(Value value) {
  if (!value.is(Kind::number)) return std::nullopt;
  auto const text = value.text();
  std::uint64_t read = 0;
  auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return read;
}

std::string duration(std::uint64_t seconds) {
  std::string text;
  for (auto const& [unit, length] :
       {std::pair{'d', 86400U}, std::pair{'h', 3600U}, std::pair{'m', 60U}, std::pair{'s', 1U}}) {
    auto const count = seconds / length;
    seconds %= length;
    if (count > 0) text += std::to_string(count) + unit;
  }
  return text.empty() ? "0s" : text;
}

bool json_reference(JsonText& out, Value value) {
  if (!value.is(Kind::string) || !value.text().starts_with('@')) return false;
  auto const here = out.here();
  if (!out.name(value.text().substr(1))) return false;
  out.text.insert(here.text + (out.text[here.text] == ' ' ? 1 : 0), 1, '@');
  return true;
}

bool json_value(JsonText& out, Value value, std::span<Notation const> notations) {
  out.mark(value);
  switch (value.kind()) {
    case Kind::null:
      return false;
    case Kind::boolean:
      out.word(value.text() == "true" ? "exists" : "missing");
      return true;
    case Kind::number:
      return number(out, value, first_of(notations));
    case Kind::string:
      return string(out, value, first_of(notations));
    case Kind::array:  // flags
      return joined(out, value, ",", first_of(notations));
    case Kind::object:
      return object(out, value, notations);
  }
  return false;
}

bool json_element(JsonText& out, Value value, std::span<Notation const> notations) {
  out.mark(value);
  if (value.is(Kind::string) && value.text() == "*") {  // everything else
    out.word("*");
    return true;
  }
  if (value.is(Kind::array)) return joined(out, value, "|", first_of(notations));
  auto const element = value.find("elem");
  if (!element || value.size() != 1) return json_value(out, value, notations);
  auto const key = element->find("val");
  return key && !key->find("elem") && json_element(out, *key, notations) && options(out, *element);
}

bool json_pair(JsonText& out, Value pair, std::span<Notation const> keys, Notation data) {
  if (!pair.is(Kind::array) || pair.size() != 2) return false;
  auto const key = *pair.items().begin();
  auto const datum = *++pair.items().begin();
  if (!json_element(out, key, keys)) return false;
  out.word(":");
  out.mark(datum);
  return json_verdict(out, datum) || json_element(out, datum, std::span(&data, 1));
}

bool json_elements(JsonText& out, Value list, std::span<Notation const> keys, bool map,
                   Notation data) {
  out.word("{");
  bool first = true;
  auto const element = [&](Value value) {
    if (!std::exchange(first, false)) out.glue(",");
    if (!map) return json_element(out, value, keys);
    return json_pair(out, value, keys, data);
  };
  if (!list.is(Kind::array)) {
    if (!element(list)) return false;
  } else {
    for (auto const each : list.items())
      if (!element(each)) return false;
  }
  out.word("}");
  return true;
}

bool json_map(JsonText& out, Value map, std::string_view word, Notation data) {
  auto const key = map.find("key");
  auto const table = map.find("data");
  if (!map.has_only({"key", "data"}) || !key || !table || !json_selector(out, *key)) return false;
  out.word(word);
  if (table->is(Kind::string)) return json_reference(out, *table);
  auto const set = table->find("set");
  return set && table->size() == 1 && json_elements(out, *set, notations(*key), true, data);
}

bool json_verdict(JsonText& out, Value value) {
  auto const member = value.only();
  if (!member) return false;
  auto const verdict = member->name.text();
  if (verdict == "jump" || verdict == "goto") {
    auto const target = member->value.find("target");
    if (!member->value.has_only({"target"}) || !target || !target->is(Kind::string)) return false;
    out.word(verdict);
    return out.name(target->text());
  }
  if (verdict != "accept" && verdict != "drop" && verdict != "continue" && verdict != "return")
    return false;
  if (!member->value.is(Kind::null)) return false;
  out.word(verdict);
  return true;
}

}  // namespace safeconduct::nft
