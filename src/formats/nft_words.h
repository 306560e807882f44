// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace safeconduct::nft {

// A fixed table from words to values, looked up by hash: for keywords, in the hot path.
template <class T, std::size_t N>
class WordTable {
 public:
  using Entry = std::pair<std::string_view, T>;

  consteval explicit WordTable(std::array<Entry, N> const& entries) : entries_(entries) {
    for (std::size_t i = 0; i < N; ++i) {
      std::size_t slot = hash(entries[i].first) % kSlots;
      while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
      slots_[slot] = static_cast<std::uint16_t>(i + 1);
    }
  }

  T const* find(std::string_view word) const {
    for (std::size_t slot = hash(word) % kSlots; slots_[slot] != 0; slot = (slot + 1) % kSlots)
      if (auto const& entry = entries_[slots_[slot] - 1U]; entry.first == word)
        return &entry.second;
    return nullptr;
  }
  bool contains(std::string_view word) const { return find(word) != nullptr; }

 private:
  static constexpr std::size_t kSlots = std::bit_ceil(4 * N);

  // A few letters tell keywords apart well enough.
  static constexpr std::size_t hash(std::string_view word) {
    if (word.empty()) return 0;
    auto const letter = [word](std::size_t i) { return static_cast<unsigned char>(word[i]); };
    return word.size() * 7U + letter(0) * 5U + letter(word.size() / 2) * 31U +
           letter(word.size() - 1) * 17U;
  }

  std::array<Entry, N> entries_;
  std::array<std::uint16_t, kSlots> slots_{};
};

template <class T, std::size_t N>
consteval WordTable<T, N> words(std::pair<std::string_view, T> const (&entries)[N]) {
  return WordTable<T, N>(std::to_array(entries));
}

}  // namespace safeconduct::nft
