// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_json_parts.h"

#include <algorithm>
#include <utility>

namespace safeconduct::nft {

using json::Kind;
using json::Value;

bool json_is_true(Value object, std::string_view name) {
  auto const value = object.find(name);
  return value && value->text() == "true";
}

bool json_plain(JsonText& out, Value value) { return json_value(out, value, {}); }

bool json_word(JsonText& out, Value object, std::string_view name,
               std::initializer_list<std::string_view> known) {
  auto const value = object.find(name);
  if (!value) return true;
  if (!value->is(Kind::string) || std::ranges::find(known, value->text()) == known.end())
    return false;
  out.word(value->text());
  return true;
}

bool json_number_of(JsonText& out, Value object, std::string_view name) {
  auto const value = object.find(name);
  if (!value || !json_number(*value)) return false;
  out.word(value->text());
  return true;
}

bool json_named_number(JsonText& out, Value object, std::string_view name) {
  if (!object.find(name)) return true;
  out.word(name);
  return json_number_of(out, object, name);
}

bool json_flags(JsonText& out, Value object, std::initializer_list<std::string_view> known) {
  bool first = true;
  return json_each_flag(object, [&](std::string_view flag) {
    if (std::ranges::find(known, flag) == known.end()) return false;
    if (std::exchange(first, false)) {
      out.word(flag);
    } else {
      out.glue(",");
      out.glue(flag);
    }
    return true;
  });
}

}  // namespace safeconduct::nft
