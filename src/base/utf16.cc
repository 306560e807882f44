// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf16.h"

#include <cstdint>

namespace safeconduct {
namespace {

void append_utf8(std::uint32_t c, std::string& to) {
  auto const byte = [&](std::uint32_t value) { to += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6U);
    byte(0x80 | (c & 0x3FU));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12U);
    byte(0x80 | (c >> 6U & 0x3FU));
    byte(0x80 | (c & 0x3FU));
  } else {
    byte(0xF0 | c >> 18U);
    byte(0x80 | (c >> 12U & 0x3FU));
    byte(0x80 | (c >> 6U & 0x3FU));
    byte(0x80 | (c & 0x3FU));
  }
}

}  // namespace

std::optional<std::string> utf8_of_utf16(std::string_view text) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  bool const little = text.starts_with("\xFF\xFE");
  if (!little && !text.starts_with("\xFE\xFF")) return std::nullopt;
  auto const unit = [&](std::size_t at) {
    auto const one = static_cast<unsigned char>(text[at]);
    auto const two = static_cast<unsigned char>(text[at + 1]);
    return static_cast<std::uint32_t>(little ? two << 8U | one : one << 8U | two);
  };
  std::string result;
  result.reserve(text.size() / 2);
  std::size_t at = 2;
  while (at + 1 < text.size()) {
    auto c = unit(at);
    at += 2;
    bool const leads = c >= 0xD800 && c < 0xDC00;
    if (leads && at + 1 < text.size() && unit(at) >= 0xDC00 && unit(at) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10U) + (unit(at) - 0xDC00);
      at += 2;
    } else if (c >= 0xD800 && c < 0xE000) {
      c = kReplacement;
    }
    append_utf8(c, result);
  }
  if (at < text.size()) append_utf8(kReplacement, result);
  return result;
}

}  // namespace safeconduct
