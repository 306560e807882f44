// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
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

// A number of at most five digits, without zeros ahead, up to 'most'.
inline char const* number(char const* at, std::uint32_t most, std::uint32_t& value) {
  if (!is_digit(*at)) return nullptr;
  auto const* const begin = at;
  std::uint32_t result = 0;
  for (; is_digit(*at); ++at) {
    if (at - begin == 5) return nullptr;
    result = result * 10 + static_cast<std::uint32_t>(*at - '0');
  }
  if ((*begin == '0' && at - begin > 1) || result > most) return nullptr;
  value = result;
  return at;
}

#if defined(__SSE2__)
// One to three digits that end before 'end': their value, or more than 255 where it is none.
inline std::uint32_t octet(char const* end, unsigned length) {
  auto const digit = [&](int back) { return static_cast<std::uint32_t>(end[back] - '0'); };
  std::uint32_t const ones = digit(-1);
  std::uint32_t const tens = digit(-2) & (0U - static_cast<std::uint32_t>(length > 1));
  std::uint32_t const hundreds = digit(-3) & (0U - static_cast<std::uint32_t>(length > 2));
  // A zero ahead: of two digits no tens, of three no hundreds.
  std::uint32_t const value = hundreds * 100 + tens * 10 + ones;
  std::uint32_t const least = (length > 2 ? 100U : 0U) + (length == 2 ? 10U : 0U);
  return value < least || length - 1 > 2 ? 256U : value;
}

// "192.0.2.1": the dots' places from one comparison of 16 bytes. Looks at two bytes before it, too.
inline char const* ip4(char const* at, std::uint32_t& bits) {
  auto const text = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
  auto const digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
  auto const nine = _mm_set1_epi8(9);
  auto const is_digits =
      static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digits, nine), nine)));
  auto const all_dots =
      static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8('.'))));
  auto const end = static_cast<unsigned>(std::countr_one(is_digits | all_dots));
  auto const dots = all_dots & ((1U << end) - 1);
  auto const from_second = dots & (dots - 1);
  auto const from_third = from_second & (from_second - 1);
  if (from_third == 0 || (from_third & (from_third - 1)) != 0 || end > 15) return nullptr;
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
  std::uint32_t length = 32;
  if (*at == '/') {
    at = number(at + 1, 32, length);
    if (at == nullptr) return nullptr;
  }
  std::uint32_t const host = length == 0 ? 0xFFFFFFFFU : (length == 32 ? 0 : ~0U >> length);
  range = {bits & ~host, bits | host};
  return at;
}

// A word of letters, digits and a few signs that mean nothing anywhere; up to the blank after it.
inline char const* name(char const* at) {
  auto const* const begin = at;
  auto const is_letter = [](char c) {
    return static_cast<unsigned char>((c | 0x20) - 'a') < 26 || is_digit(c) || c == '_';
  };
  if (!is_letter(*at)) return nullptr;
  while (is_letter(*at) || *at == '-' || *at == '.') ++at;
  return at == begin ? nullptr : at;
}

// "text" in double quotes: printable ASCII without a quote or a backslash in it.
inline char const* quoted(char const* at) {
  if (*at != '"') return nullptr;
  for (++at; *at != '"'; ++at)
    if (*at < ' ' || *at > '~' || *at == '\\') return nullptr;
  return at + 1;
}

}  // namespace safeconduct::plain
