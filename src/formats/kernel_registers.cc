// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_registers.h"

#include <algorithm>
#include <limits>

namespace safeconduct::kernel {
namespace {

constexpr std::uint32_t kWord = 4;
constexpr std::uint32_t kGroup = 16;
constexpr Register kFirstWord = 8;  // NFT_REG32_00, where NFT_REG_1 is, too
constexpr Register kLastWord = 23;  // NFT_REG32_15
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

std::uint32_t begin_of(Register at) {
  if (at < kFirstWord) return at <= 4 ? at * kGroup : kNowhere;
  return at <= kLastWord ? kGroup + (at - kFirstWord) * kWord : kNowhere;
}

std::uint32_t whole_words(std::uint32_t bytes) { return (bytes + kWord - 1) / kWord * kWord; }

}  // namespace

void Held::change(Bytes const& by_mask, Bytes const& by_flip) {
  if (mask.empty()) {
    mask.assign(length, 0xFF);
    flip.assign(length, 0);
  }
  for (std::size_t i = 0; i < mask.size(); ++i) {
    mask[i] &= by_mask[i];
    flip[i] = static_cast<std::uint8_t>((flip[i] & by_mask[i]) ^ by_flip[i]);
  }
}

void Registers::hold(Register at, Held held) {
  auto const begin = begin_of(at);
  if (begin == kNowhere) {
    slots_.clear();
    return;
  }
  // Of unknown length: it may be all that follows.
  auto const end =
      held.length == 0 ? kNowhere : begin + whole_words(std::min<std::uint32_t>(held.length, 256));
  std::erase_if(slots_, [&](Slot const& s) { return s.begin < end && begin < s.end; });
  held.id = ++next_;
  slots_.push_back({begin, end, std::move(held)});
}

Held* Registers::find(Register at) { return find(at, 0); }

Held* Registers::find(Register at, std::uint32_t bytes) {
  auto const begin = begin_of(at);
  if (begin == kNowhere) return nullptr;
  auto const found =
      std::ranges::find_if(slots_, [&](Slot const& s) { return s.begin == begin + bytes; });
  return found == slots_.end() ? nullptr : &found->held;
}

}  // namespace safeconduct::kernel
