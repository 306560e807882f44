// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/content_mark.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace safeconduct::test {
namespace {

ContentMark mark_of(std::string_view text, std::size_t piece) {
  ContentMarker marker;
  for (; text.size() > piece; text.remove_prefix(piece)) marker.add(text.substr(0, piece));
  marker.add(text);
  return marker.mark();
}

}  // namespace

TEST_CASE("content_mark: the same bytes have one mark, in pieces of any length") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * i % 251);
  for (std::size_t piece = 1; piece < 100; ++piece)
    CHECK(mark_of(text, piece) == mark_of(text, 1000));
}

TEST_CASE("content_mark: one bit, one byte more or another order is another mark") {
  std::string const text(200, '\0');
  std::set<ContentMark> marks{mark_of(text, 64)};
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = static_cast<char>(1U << (bit % 8));
    marks.insert(mark_of(changed, 64));
  }
  for (std::size_t size = 0; size < 200; ++size) marks.insert(mark_of(text.substr(0, size), 64));
  CHECK(marks.size() == 1 + 1600 + 200);
  CHECK(mark_of(std::string(32, 'a') + std::string(32, 'b'), 64) !=
        mark_of(std::string(32, 'b') + std::string(32, 'a'), 64));
}

}  // namespace safeconduct::test
