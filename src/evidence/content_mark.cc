// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/content_mark.h"

#include <algorithm>
#include <cstring>

#include "net/address.h"

namespace safeconduct {
namespace {

// More digits of pi.
constexpr std::uint64_t kKey1 = 0xA4093822299F31D1U;
constexpr std::uint64_t kKey2 = 0x082EFA98EC4E6C89U;
constexpr std::uint64_t kKey3 = 0x452821E638D01377U;
constexpr std::uint64_t kKey4 = 0xBE5466CF34E90C6DU;

std::uint64_t word(char const* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Both halves of the product of two words: each bit of them moves many of it.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
  auto const product = static_cast<Bits128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

void ContentMarker::mix(char const* block) {
  // What was mixed is added, not only multiplied: a product that is 0 must not forget what was.
  state_.one = folded(state_.one ^ word(block), kKey1 ^ word(block + 8)) + state_.one * kKey3;
  state_.other =
      folded(state_.other ^ word(block + 16), kKey2 ^ word(block + 24)) + state_.other * kKey4;
}

void ContentMarker::add(std::string_view bytes) {
  state_.size += bytes.size();
  if (!rest_.empty()) {
    auto const some = std::min(kBlock - rest_.size(), bytes.size());
    rest_.append(bytes.substr(0, some));
    bytes.remove_prefix(some);
    if (rest_.size() < kBlock) return;
    mix(rest_.data());
    rest_.clear();
  }
  for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) mix(bytes.data());
  rest_ = bytes;
}

ContentMark ContentMarker::mark() const {
  auto last = *this;
  last.rest_.resize(kBlock, '\0');  // the size tells it from a longer text that ends in zeroes
  last.mix(last.rest_.data());
  auto const one = folded(last.state_.one ^ kKey1, last.state_.other ^ state_.size);
  auto const other = folded(last.state_.other ^ kKey2, last.state_.one ^ kKey3);
  return {state_.size, one, other};
}

}  // namespace safeconduct
