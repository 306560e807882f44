// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Golden cases: one file a case, prose first (what the case claims, and why), then sections, each
// introduced by a line "--- name" or "--- name argument":
//
//   A port range may not run backwards.
//   --- file gateway.nft
//   ...
//   --- expect
//   ...
//
// SC_UPDATE_GOLDEN=1 makes check_golden rewrite the files; the diff is then read like code.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct::test {

struct GoldenSection {
  std::string name;
  std::string argument;  // what stands after the name; mostly empty
  std::string text;      // up to the next section, every line ended by a newline
  std::size_t line = 0;  // of the text's first line in the file, counted from 1
};

struct GoldenCase {
  std::filesystem::path path;
  std::string name;  // the path below the folder, '/' between, without ".golden"
  std::string prose;
  std::vector<GoldenSection> sections;

  // The first section of that name (and argument); null when there is none.
  [[nodiscard]] GoldenSection const* find(std::string_view section,
                                          std::string_view argument = "") const;
  // As above; a missing section fails the test case, with the file's name.
  [[nodiscard]] std::string const& text(std::string_view section,
                                        std::string_view argument = "") const;
};

// `text` is the file's content; the path is kept, not read.
[[nodiscard]] GoldenCase parse_golden(std::filesystem::path const& path, std::string_view text);

// Every *.golden under the folder and its subfolders, sorted by name. The folder is given from
// tests/, for example "formats/golden/nft". A folder with none fails the test case.
[[nodiscard]] std::vector<GoldenCase> load_golden(std::string_view folder);

// Holds `actual` against the section, byte for byte, but for a missing newline at the end. A
// difference fails the test case (which goes on) with a line diff. With SC_UPDATE_GOLDEN=1 the
// section is rewritten instead, or added at the end of the file when it is missing.
void check_golden(GoldenCase const& golden, std::string_view section, std::string_view actual,
                  std::string_view argument = "");

// Lines of both, marked ' ' (same), '-' (expected only) and '+' (actual only); long stretches
// without a difference are left out.
[[nodiscard]] std::string line_diff(std::string_view expected, std::string_view actual);

}  // namespace safeconduct::test
