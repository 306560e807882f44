// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Golden cases whose "--- input" is what 'nft -j list ruleset' writes, and whose "--- expect" is
// what is read out of it, each rule followed by its words as nft text; or the message that refuses
// it.

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/golden.h"

namespace safeconduct::test {

inline Result<Ruleset> read_nft_json_text(std::string text) {
  RulesetBuilder builder;
  SC_CHECK(read_nft_json({"input", std::make_shared<std::string const>(std::move(text))}, builder));
  return std::move(builder).finish();
}

inline std::string nft_json_text_of(std::string const& input) {
  auto const rules = read_nft_json_text(input);
  if (!rules) return to_message(rules.error());
  std::string text = to_text(*rules);
  Span last{~0U, 0, 0};
  for (auto const& chain : rules->chains)
    for (auto const& rule : chain.rules) {
      if (rule.span == last || rules->files[rule.span.file].original == nullptr) continue;
      last = rule.span;
      text += to_string(location(*rules, rule.span)) + ": " +
              printable(safeconduct::text(*rules, rule.span)) + '\n';
    }
  for (auto const& note : rules->notes)
    text += "note " + note.code + ' ' + to_string(note.at) + ": " + note.message.english() + '\n';
  return text;
}

}  // namespace safeconduct::test
