// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "rules/sieve.h"

// Pieces of a line, told in a few instructions, for the readers of plain rules. Each returns where
// it ends, or null. They look up to 16 bytes ahead.
namespace safeconduct::plain {

template <std::size_t N>
bool begins(char const* at, char const (&text)[N]) {
  return std::memcmp(at, text, N - 1) == 0;
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

// Where lengths are any, as those of numbers are, no branch depends on them: half of the time it
// would be guessed wrong, and each such guess costs as much as all the rest.

// A number of at most five digits, without zeros ahead, up to 'most'.
inline char const* number(char const* at, std::uint32_t most, std::uint32_t& value) {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  std::uint64_t text = 0;
  std::memcpy(&text, at, sizeof text);
  auto const digits = text ^ 0x3030303030303030U;  // '0' is 0x30
  // What is above nine carries into the upper half; the bytes behind the first such do not count.
  auto const others = (digits | (digits + 0x0606060606060606U)) & 0xF0F0F0F0F0F0F0F0U;
  auto const length = static_cast<unsigned>(std::countr_zero(others | std::uint64_t{1} << 63U)) / 8;
  if (length - 1 > 4) return nullptr;
  // With zeros ahead of eight digits, pairs of them, then of these, are joined at once.
  auto sum = digits << (64 - 8 * length);
  sum = (sum * 10 + (sum >> 8U)) & 0x00FF00FF00FF00FFU;
  sum = (sum * 100 + (sum >> 16U)) & 0x0000FFFF0000FFFFU;
  sum = (sum * 10000 + (sum >> 32U)) & 0xFFFFFFFFU;
  bool const zero_ahead = (digits & 0xFFU) == 0 && length > 1;
  if (zero_ahead || sum > most) return nullptr;
  value = static_cast<std::uint32_t>(sum);
  return at + length;
}

#if defined(__SSE2__)
// One to three digits that end before 'end': their value.
inline std::uint32_t octet(char const* end, std::size_t length) {
  // Of the digits before the last; and what '0' is of all of them.
  struct Weights {
    std::uint32_t hundreds;
    std::uint32_t tens;
    std::uint32_t zeros;
  };
  static constexpr std::array<Weights, 4> kWeights{
      {{}, {0, 0, '0'}, {0, 10, 11 * '0'}, {100, 10, 111 * '0'}}};
  auto const digit = [&](int back) { return static_cast<std::uint32_t>(end[back]); };
  auto const& weights = kWeights[length & 3U];
  return digit(-3) * weights.hundreds + digit(-2) * weights.tens + digit(-1) - weights.zeros;
}

// A bit for each of 16 bytes.
inline unsigned which(__m128i found) { return static_cast<unsigned>(_mm_movemask_epi8(found)); }
inline __m128i among(__m128i bytes, char first, char last) {
  auto const above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
  auto const most = _mm_set1_epi8(static_cast<char>(last - first));
  return _mm_cmpeq_epi8(_mm_max_epu8(above, most), most);
}

// "192.0.2.1": the dots' places from one comparison of 16 bytes. Looks at two bytes before it, too.
inline char const* ip4(char const* at, std::uint32_t& bits) {
  auto const text = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
  auto const all_digits = which(among(text, '0', '9'));
  auto const all_dots = which(_mm_cmpeq_epi8(text, _mm_set1_epi8('.')));
  auto const zeros = which(_mm_cmpeq_epi8(text, _mm_set1_epi8('0')));
  auto const end = static_cast<unsigned>(std::countr_one(all_digits | all_dots));
  auto const within = (1U << end) - 1;
  auto const dots = all_dots & within;
  auto const digits = all_digits & within;
  auto const from_second = dots & (dots - 1);
  auto const from_third = from_second & (from_second - 1);
  auto const starts = dots << 1U | 1U;
  auto const no_digit = starts & ~digits;
  auto const zero_ahead = starts & zeros & digits >> 1U;
  auto const four_digits = digits & digits >> 1U & digits >> 2U & digits >> 3U;
  auto const more_dots = from_third & (from_third - 1);
  if (from_third == 0 || (no_digit | zero_ahead | four_digits | more_dots) != 0 || end > 15)
    return nullptr;
  auto const first = static_cast<unsigned>(std::countr_zero(dots));
  auto const second = static_cast<unsigned>(std::countr_zero(from_second));
  auto const third = static_cast<unsigned>(std::countr_zero(from_third));
  auto const a = octet(at + first, first);
  auto const b = octet(at + second, second - first - 1);
  auto const c = octet(at + third, third - second - 1);
  auto const d = octet(at + end, end - third - 1);
  if ((a | b | c | d) > 255) return nullptr;
  bits = a << 24U | b << 16U | c << 8U | d;
  return at + end;
}
#else
inline char const* ip4(char const* at, std::uint32_t& bits) {
  std::uint32_t result = 0;
  for (int octet = 0; octet < 4; ++octet) {
    std::uint32_t value = 0;
    if (octet > 0 && *at++ != '.') return nullptr;
    at = number(at, 255, value);
    if (at == nullptr) return nullptr;
    result = result << 8U | value;
  }
  if (*at == '.') return nullptr;
  bits = result;
  return at;
}
#endif

// "192.0.2.0/24", "192.0.2.1": the addresses that it covers.
inline char const* ip4_prefix(char const* at, Sieve::Ip4Range& range) {
  std::uint32_t bits = 0;
  at = ip4(at, bits);
  if (at == nullptr) return nullptr;
  auto const digit = [&](int i) { return static_cast<unsigned char>(at[i] - '0'); };
  std::uint32_t const has_length = *at == '/' ? 1 : 0;
  std::uint32_t const has_two = has_length & (digit(2) <= 9 ? 1U : 0U);
  std::uint32_t const tens = digit(1) & (0U - has_two);
  std::uint32_t const ones = digit(1 + static_cast<int>(has_two));
  auto const written = tens * 10 + ones;
  bool const bad = (ones > 9) | (written > 32) | ((has_two != 0) & ((tens == 0) | (digit(3) <= 9)));
  if (bad & (has_length != 0)) return nullptr;
  std::uint32_t const length = 32 + ((written - 32) & (0U - has_length));
  auto const host = static_cast<std::uint32_t>(std::uint64_t{0xFFFFFFFF} >> length);
  range = {bits & ~host, bits | host};
  return at + (has_length << 1U) + has_two;
}

// A word of letters, digits and a few signs that mean nothing anywhere; up to the blank after it.
inline char const* name(char const* at) {
  auto const is_letter = [](char c) {
    return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || is_digit(c) || c == '_';
  };
  if (!is_letter(*at)) return nullptr;
#if defined(__SSE2__)
  auto const text = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
  auto const letters = among(_mm_or_si128(text, _mm_set1_epi8(0x20)), 'a', 'z');
  auto const signs = _mm_or_si128(among(text, '-', '.'), _mm_cmpeq_epi8(text, _mm_set1_epi8('_')));
  auto const all = _mm_or_si128(_mm_or_si128(letters, signs), among(text, '0', '9'));
  auto const length = std::countr_one(which(all));
  at += length;
  if (length < 16) return at;
#endif
  while (is_letter(*at) || *at == '-' || *at == '.') ++at;
  return at;
}

// Are the first bytes these? In a few comparisons of words, of which some may overlap.
inline bool same(char const* one, char const* other, std::size_t size) {
  auto const differ = [&]<typename Word>(Word first, std::size_t at) {
    Word second{};
    std::memcpy(&first, one + at, sizeof first);
    std::memcpy(&second, other + at, sizeof second);
    return first ^ second;
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (differ(std::uint64_t{}, at) != 0) return false;
    return differ(std::uint64_t{}, size - 8) == 0;
  }
  if (size >= 4) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, size - 4)) == 0;
  for (std::size_t at = 0; at < size; ++at)
    if (one[at] != other[at]) return false;
  return true;
}

// "text" in double quotes: printable ASCII without a quote or a backslash in it.
inline char const* quoted(char const* at) {
  if (*at != '"') return nullptr;
  for (++at; *at != '"'; ++at)
    if (*at < ' ' || *at > '~' || *at == '\\') return nullptr;
  return at + 1;
}

}  // namespace safeconduct::plain
