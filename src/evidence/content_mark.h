// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Tells whether two streams hold the same bytes, so that evidence that is given twice counts once.
// Much faster than a cryptographic digest (a capture may have a gigabyte), and good against chance,
// not against forgery: who forges evidence needs no such means.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace safeconduct {

struct ContentMark {
  std::uint64_t size = 0;  // bytes
  std::uint64_t one = 0;
  std::uint64_t other = 0;
  auto operator<=>(ContentMark const&) const = default;
};

class ContentMarker {
 public:
  // The next bytes, in pieces of any length.
  void add(std::string_view bytes);
  ContentMark mark() const;

 private:
  static constexpr std::size_t kBlock = 32;  // bytes

  void mix(char const* block);

  std::string rest_;  // of the last piece, less than a block
  ContentMark state_{0, 0x243F6A8885A308D3U, 0x13198A2E03707344U};  // digits of pi
};

}  // namespace safeconduct
