// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Golden cases whose sections "--- file NAME" are the exports of one device, and whose "--- expect"
// is what is read out of them, or the message that refuses them.

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/golden.h"

namespace safeconduct::test {

inline std::vector<SourceText> files_of(GoldenCase const& golden) {
  std::vector<SourceText> files;
  for (auto const& section : golden.sections)
    if (section.name == "file")
      files.push_back({section.argument, std::make_shared<std::string const>(section.text)});
  return files;
}

inline std::string read_case(GoldenCase const& golden) {
  auto const files = files_of(golden);
  auto const rules = read_device(files);
  if (!rules) return to_message(rules.error());
  std::string text = to_text(*rules);
  for (auto const& note : rules->notes)
    text += "note " + note.code + ' ' + to_string(note.at) + ": " + note.message.english() + '\n';
  return text;
}

// Those of tests/formats/rejects whose name begins so.
inline void check_rejects(std::string_view prefix) {
  std::size_t count = 0;
  for (auto const& golden : load_golden("formats/rejects")) {
    if (!golden.name.starts_with(prefix)) continue;
    ++count;
    CAPTURE(golden.name);
    CHECK_FALSE(read_device(files_of(golden)).has_value());
    check_golden(golden, "expect", read_case(golden));
  }
  CHECK(count > 0);
}

}  // namespace safeconduct::test
