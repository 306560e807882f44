// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/explain.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace safeconduct;

namespace {

// Every string literal "SCnnn" of a source file.
void add_codes(std::filesystem::path const& path, std::set<std::string>& codes) {
  std::ifstream in(path, std::ios::binary);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  for (auto at = text.find("\"SC"); at != std::string::npos; at = text.find("\"SC", at + 1)) {
    auto const code = text.substr(at + 1, 5);
    bool const digits =
        std::ranges::all_of(code.substr(2), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && at + 6 < text.size() && text[at + 6] == '"') codes.insert(code);
  }
}

}  // namespace

TEST_CASE("explain: every code that the sources use is in the catalogue, and no other") {
  std::set<std::string> used;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(SC_TEST_SOURCE_DIR) / "src"))
    if (entry.path().extension() == ".h" || entry.path().extension() == ".cc")
      add_codes(entry.path(), used);
  std::set<std::string> explained;
  for (auto const& one : explanations()) explained.emplace(one.code);
  CHECK(used == explained);
}

TEST_CASE("explain: the catalogue is in order, and each page is whole") {
  auto const all = explanations();
  CHECK(std::ranges::is_sorted(all, {}, &Explanation::code));
  for (auto const& one : all) {
    CAPTURE(one.code);
    CHECK_FALSE(one.title.empty());
    CHECK_FALSE(one.means.empty());
    CHECK_FALSE(one.matters.empty());
    CHECK_FALSE(one.mend.empty());
    CHECK(one.sources.front() != Reference::none);
  }
}

TEST_CASE("explain: what stands as Japanese is Japanese") {
  // Hiragana, which no sentence is without: U+3041 to U+3096 begin with these bytes.
  auto const has_kana = [](std::string_view text) {
    return text.contains("\xE3\x81") || text.contains("\xE3\x82");
  };
  for (auto const& one : explanations()) {
    CAPTURE(one.code);
    for (auto const& text : {one.title, one.means, one.matters, one.mend}) {
      CHECK(has_kana(text.in(Language::japanese)));
      CHECK_FALSE(has_kana(text.in(Language::english)));
    }
  }
}

TEST_CASE("explain: a code is found in any case") {
  REQUIRE(find_explanation("sc101") != nullptr);
  CHECK(find_explanation("sc101")->code == "SC101");
  CHECK(find_explanation("SC10") == nullptr);
  CHECK(find_explanation("") == nullptr);
}
