// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diagnostic.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace safeconduct {
namespace {

// How much of a long line a message shows, in bytes, around the place.
constexpr std::size_t kShownBefore = 60;
constexpr std::size_t kShownAfter = 60;

// The first bytes of UTF-8 sequences, how long those are, and what the second byte may be: no
// overlong forms, no surrogates, nothing past U+10FFFF (RFC 3629, 4).
struct Lead {
  std::size_t length;
  unsigned char first;
  unsigned char last;
  unsigned char second_first;
  unsigned char second_last;
};
constexpr Lead kLeads[] = {
    {2, 0xC2, 0xDF, 0x80, 0xBF}, {3, 0xE0, 0xE0, 0xA0, 0xBF}, {3, 0xE1, 0xEC, 0x80, 0xBF},
    {3, 0xED, 0xED, 0x80, 0x9F}, {3, 0xEE, 0xEF, 0x80, 0xBF}, {4, 0xF0, 0xF0, 0x90, 0xBF},
    {4, 0xF1, 0xF3, 0x80, 0xBF}, {4, 0xF4, 0xF4, 0x80, 0x8F},
};

// The length of the UTF-8 sequence that starts at 'at', or 0 where there is no valid one.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char const first = byte(at);
  if (first < 0x80) return 1;
  auto const* const lead = std::ranges::find_if(
      kLeads, [&](Lead const& l) { return l.first <= first && first <= l.last; });
  if (lead == std::end(kLeads) || text.size() - at < lead->length) return 0;
  if (byte(at + 1) < lead->second_first || byte(at + 1) > lead->second_last) return 0;
  for (std::size_t i = at + 2; i < at + lead->length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return lead->length;
}

// Where the letter begins that the byte at 'at' belongs to.
std::size_t letter_start(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  for (std::size_t i = at, back = 0; back < 4; --i, ++back) {
    if (utf8_length(text, i) > back) return i;
    if (i == 0) break;
  }
  return at;
}

}  // namespace

namespace {

// Letters that are not seen, or that change the order of those around them: U+200B to U+200F,
// U+2028 to U+202E, U+2060 to U+2069, U+FEFF.
bool is_unseen(std::string_view letter) {
  return (letter >= "\u200B" && letter <= "\u200F") || (letter >= "\u2028" && letter <= "\u202E") ||
         (letter >= "\u2060" && letter <= "\u2069") || letter == "\uFEFF";
}

}  // namespace

std::string printable(std::string_view text) {
  // Nearly all texts are plain as a whole.
  auto const is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  auto const plain = std::ranges::find_if_not(text, is_plain);
  if (plain == text.end()) return std::string(text);
  std::string out(text.begin(), plain);
  out.reserve(text.size());
  for (std::size_t i = out.size(); i < text.size();) {
    auto const length = utf8_length(text, i);
    auto const byte = static_cast<unsigned char>(text[i]);
    bool const c1_control =
        length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (length == 0 || c1_control || is_unseen(text.substr(i, length)) ||
        (length == 1 && (byte < 0x20 || byte == 0x7F) && byte != '\t')) {
      out += '?';
      i += std::max<std::size_t>(length, 1);
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out;
}

std::string to_message(Error const& error) {
  std::string out = printable(to_string(error.at));
  if (!out.empty()) out += ": ";
  out += printable(error.text) + '\n';
  if (!error.line_text.empty() && error.at.column != 0) {
    std::string_view const line = error.line_text;
    std::size_t const caret = letter_start(line, error.at.column - 1 - error.line_from);
    std::size_t const from = letter_start(line, caret > kShownBefore ? caret - kShownBefore : 0);
    std::size_t const end = letter_start(line, caret + kShownAfter);
    std::string const before = printable(line.substr(from, caret - from));
    std::string const after = printable(line.substr(caret, end - caret));
    std::string const lead = from + error.line_from > 0 ? "..." : "";
    out += "    " + lead + before + after + (end < line.size() ? "..." : "") + '\n';
    out += "    " + std::string(lead.size(), ' ');
    for (char const c : before)  // keep tabs, so that the caret stands under its place
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) out += c == '\t' ? '\t' : ' ';
    out += "^\n";
  }
  if (!error.hint.empty()) out += "  hint: " + printable(error.hint) + '\n';
  return out;
}

std::string_view line_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  auto const before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  auto const begin = before == std::string_view::npos ? 0 : before + 1;
  auto end = text.find('\n', offset);
  if (end == std::string_view::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return text.substr(begin, end - begin);
}

Location location_at(std::string_view file, std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  auto const lines =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  auto const before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  auto const begin = before == std::string_view::npos ? 0 : before + 1;
  return {std::string(file), static_cast<std::uint32_t>(lines + 1),
          static_cast<std::uint32_t>(offset - begin + 1)};
}

Error error_at(ErrorKind kind, std::string_view file, std::string_view text, std::size_t offset,
               std::string message, std::string hint) {
  // A message needs a few words of the line, not all of a line without end.
  constexpr std::size_t kKeptLine = 4096;
  auto line = line_at(text, offset);
  auto where = location_at(file, text, offset);
  std::uint32_t from = 0;
  if (line.size() > kKeptLine) {
    std::size_t const at = std::min<std::size_t>(where.column - 1, line.size());
    auto const begin = letter_start(line, at - std::min(at, kKeptLine / 2));
    from = static_cast<std::uint32_t>(begin);
    line = line.substr(begin, letter_start(line, begin + kKeptLine) - begin);
  }
  return {kind, std::move(where), std::move(message), std::move(hint), std::string(line), from};
}

}  // namespace safeconduct
