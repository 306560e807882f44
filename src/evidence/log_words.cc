// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/log_words.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace safeconduct {

bool says(std::string_view line, std::string_view words) {
  if (line.starts_with(words)) return true;
  return line.size() >= kFewestLetters && words.starts_with(line);
}

std::optional<std::string_view> behind(std::string_view text, std::string_view words) {
  auto const at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + words.size());
}

std::optional<unsigned> whole_number(std::string_view text, unsigned most) {
  unsigned value = 0;
  auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || value > most) return std::nullopt;
  return value;
}

std::vector<Address> listed_addresses(std::string_view text) {
  constexpr std::string_view kOfAddresses = "0123456789abcdefABCDEF.:";
  constexpr std::size_t kMost = 16;
  std::vector<Address> found;
  while (found.size() < kMost) {
    text = trimmed(text);
    auto const end = std::min(text.find_first_not_of(kOfAddresses), text.size());
    // One at the very end may be cut.
    if (end == text.size()) break;
    auto const address = parse_address(text.substr(0, end));
    if (!address) break;
    found.push_back(*address);
    text.remove_prefix(end);
    if (!text.starts_with(',')) break;
    text.remove_prefix(1);
  }
  return found;
}

}  // namespace safeconduct
