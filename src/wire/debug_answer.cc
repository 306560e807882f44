// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/debug_answer.h"
#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace safeconduct {
namespace {

constexpr std::size_t kLongestValue = 64;  // bytes; what is longer is none of these

// "server m84.lon": letters, digits, '.' and '-' with at least one dot.
bool is_server(std::string_view text) {
  return text.contains('.') && std::ranges::all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '.' || c == '-';
         });
}

// "source 192.0.2.7:57552", "source [2001:db8::7]:57552"
bool is_source(std::string_view text) {
  return text.contains(':') && std::ranges::all_of(text, [](char c) {
           return is_hex_digit(c) || c == '.' || c == ':' || c == '[' || c == ']';
         });
}

}  // namespace

DebugAnswer read_debug_answer(std::span<std::string const> strings) {
  DebugAnswer answer;
  for (std::string_view const text : strings) {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) continue;
    auto const key = text.substr(0, blank);
    auto const value = text.substr(blank + 1);
    if (value.empty() || value.size() > kLongestValue) continue;
    if (key == "server" && is_server(value)) answer.server = value;
    if (key == "source" && is_source(value)) answer.source = value;
    if (text.starts_with("dnscrypt enabled")) answer.encrypted = true;
  }
  return answer;
}

}  // namespace safeconduct
