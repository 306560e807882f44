// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <string_view>
#include <vector>

namespace safeconduct::testing {

// How often something is drawn, of what is usual: a tenth with sanitizers, which make a test about
// ten times as long. The optimised build, which CI runs too, draws all.
constexpr std::size_t draws(std::size_t usual) {
#ifdef SC_SANITIZED
  return usual / 10 + 1;
#else
  return usual;
#endif
}

// Random draws that come out the same on every machine and library for one seed: the standard
// fixes mt19937_64, but not its distributions.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  // 0 ... count - 1; the bias of the remainder is of no concern here.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  std::uint32_t number(std::uint32_t first, std::uint32_t last) {
    return first + static_cast<std::uint32_t>(below(std::size_t{last} - first + 1));
  }
  bool percent(unsigned chance) { return below(100) < chance; }

  template <class T>
  T pick(std::initializer_list<T> list) {
    return *(list.begin() + below(list.size()));
  }
  std::string_view word(std::initializer_list<std::string_view> list) { return pick(list); }
  template <class T>
  T const& pick(std::vector<T> const& list) {
    return list[below(list.size())];
  }
  template <class T, std::size_t N>
  T const& pick(std::span<T const, N> list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace safeconduct::testing
