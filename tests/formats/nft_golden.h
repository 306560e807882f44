// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Golden cases whose "--- input" is an nft listing or script, and whose "--- expect" is what is
// read out of it, or the message that refuses it.

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/golden.h"

namespace safeconduct::test {

inline Result<Ruleset> read_nft(std::string text) {
  RulesetBuilder builder;
  SC_CHECK(read_nft_text({"input", std::make_shared<std::string const>(std::move(text))}, builder));
  return std::move(builder).finish();
}

inline std::string nft_text_of(std::string const& input) {
  auto const rules = read_nft(input);
  if (!rules) return to_message(rules.error());
  std::string text = to_text(*rules);
  for (auto const& note : rules->notes)
    text += "note " + note.code + ' ' + to_string(note.at) + ": " + note.message.english() + '\n';
  return text;
}

// The same where lines are told apart by nothing else.
inline std::string without_lines(std::string text) {
  for (std::size_t at = text.find("  "); at != std::string::npos; at = text.find("\n  ", at + 1)) {
    auto const colon = text.find(": ", at);
    text.erase(at, colon - at);
  }
  return text;
}

}  // namespace safeconduct::test
