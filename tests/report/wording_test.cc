// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/language.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "report/settling.h"
#include "report/words.h"

using namespace safeconduct;

namespace {

// The texts of one constant as its source has them, each put together of its literals.
std::vector<std::string> texts_of(std::string_view source) {
  std::vector<std::string> texts(1);
  bool inside = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    char const c = source[i];
    if (inside && c == '\\') {
      texts.back() += source[++i];
    } else if (c == '"') {
      inside = !inside;
    } else if (inside) {
      texts.back() += c;
    } else if (c == ',') {
      texts.emplace_back();
    }
  }
  return texts;
}

std::set<std::string> places_of(std::string const& text) {
  std::set<std::string> places;
  for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1))
    places.insert(text.substr(at, 3));
  return places;
}

std::vector<std::filesystem::path> wording_files() {
  std::vector<std::filesystem::path> files;
  for (auto const& file : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(SC_TEST_SOURCE_DIR) / "src"))
    if (file.path().filename().string().ends_with("_wording.h")) files.push_back(file.path());
  return files;
}

std::string text_of(std::filesystem::path const& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("language: both languages of a text ask for the same words, each by one digit") {
  std::size_t count = 0;
  for (auto const& file : wording_files()) {
    std::string const source = text_of(file);
    constexpr std::string_view kBegin = "inline constexpr Translated ";
    for (auto at = source.find(kBegin); at != std::string::npos; at = source.find(kBegin, at + 1)) {
      auto const texts = texts_of(source.substr(at, source.find("};\n", at) - at));
      CAPTURE(source.substr(at, 80));
      REQUIRE(texts.size() == 2);
      CHECK(places_of(texts[0]) == places_of(texts[1]));
      for (auto const& place : places_of(texts[0])) {
        CHECK(place.size() == 3);
        CHECK((place[1] >= '0' && place[1] <= '9' && place[2] == '}'));
      }
      ++count;
    }
  }
  CHECK(count > 450);
}

// In any layer: the linker takes two texts of one name for the same.
TEST_CASE("language: no two texts have the same name") {
  std::set<std::string> names;
  for (auto const& file : wording_files()) {
    std::string const source = text_of(file);
    constexpr std::string_view kBegin = "inline constexpr ";
    for (auto at = source.find(kBegin); at != std::string::npos; at = source.find(kBegin, at + 1)) {
      auto const declared = source.substr(at, source.find('{', at) - at);
      CAPTURE(declared);
      CHECK(names.insert(declared.substr(declared.rfind(' ') + 1)).second);
    }
  }
  CHECK(names.size() > 450);
}

TEST_CASE("language: what would decide a condition is said in Japanese, too") {
  auto const kana = [](std::string const& text) {
    return text.contains("\xE3\x81") || text.contains("\xE3\x82");
  };
  for (std::string const words :
       {"limit rate 5/second", "@blocked", "-d host.example", "frobnicate", "iifname \"lan0\"",
        "set --match-set blocked src"}) {
    CAPTURE(words);
    CHECK(kana(settled_by(words, Language::japanese)));
    CHECK_FALSE(kana(settled_by(words)));
  }
}

TEST_CASE("language: why nothing is proven of a flow is said in Japanese, with its words") {
  auto const ja = [](std::string const& reason) { return reason_text(reason, Language::japanese); };
  CHECK(ja("no address is known") == "アドレスが分かりません");
  CHECK(ja("no IPv6 rules of fw.v4 were given: add the output of ip6tables-save") ==
        "fw.v4 の IPv6 のルールが渡されていません。ip6tables-save の出力も渡してください");
  CHECK(ja("no range of service swg is known in region eu-west-2 of provider x") ==
        "提供元 x のリージョン eu-west-2 に、サービス swg のアドレス範囲がありません");
  CHECK(
      ja("no range of service swg is known in region eu of provider x; clients resolve a and b") ==
      "提供元 x のリージョン eu に、サービス swg のアドレス範囲がありません。クライアントは a and "
      "b "
      "を名前解決します");
  CHECK(ja("no range of service vpn is known for the regions of the site of provider x") ==
        "提供元 x の、拠点のリージョンに、サービス vpn のアドレス範囲がありません");
  CHECK(ja("something else {0}") == "something else {0}");
  CHECK(reason_text("budget", Language::english) == "budget");
}

TEST_CASE("language: the vendor's words for a client's state stay as they are") {
  CHECK(client_state_text("Unprotected", Language::japanese) == "Unprotected");
  CHECK(client_state_text("Unprotected for some clients", Language::japanese) ==
        "Unprotected(一部のクライアント)");
  CHECK(client_state_text("Unprotected for some clients", Language::english) ==
        "Unprotected for some clients");
}
