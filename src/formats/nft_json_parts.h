// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>

#include "formats/nft_json_expression.h"

namespace safeconduct::nft {

// What stands in many statements of nft JSON. False: it is not there, or not what it should be.

bool json_is_true(json::Value object, std::string_view name);
// A value on which nothing of the statement says how it is shown.
bool json_plain(JsonText& out, json::Value value);
// One of the known words, where the object has a member of that name.
bool json_word(JsonText& out, json::Value object, std::string_view name,
               std::initializer_list<std::string_view> known);
// The number of that name.
bool json_number_of(JsonText& out, json::Value object, std::string_view name);
// "size 5", where the object has it.
bool json_named_number(JsonText& out, json::Value object, std::string_view name);

// "flags": "random", or a list of them; each is handed over.
template <class Each>
bool json_each_flag(json::Value object, Each const& each) {
  auto const flags = object.find("flags");
  if (!flags) return true;
  if (flags->is(json::Kind::string)) return each(flags->text());
  if (!flags->is(json::Kind::array)) return false;
  for (auto const flag : flags->items())
    if (!flag.is(json::Kind::string) || !each(flag.text())) return false;
  return true;
}
// "random,persistent"
bool json_flags(JsonText& out, json::Value object, std::initializer_list<std::string_view> known);

}  // namespace safeconduct::nft
