// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/paper.h"

#include <algorithm>

#include "base/diagnostic.h"

namespace safeconduct {
namespace {

// Select Graphic Rendition, ECMA-48 8.3.117: the eight colours that every terminal has.
std::string_view escape(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[1;31m";
    case Ink::doubtful:
      return "\x1b[33m";
    case Ink::place:
      return "\x1b[36m";
  }
  return "";
}

// What is not broken: it ends at a blank, or where a script without blanks lets a line end. It may
// change its colour within.
struct Word {
  std::vector<Inked> pieces;
  bool blank = false;  // one stands before it, unless a line begins with it
};

class Words {
 public:
  void add(Inked const& piece) {
    auto const text = printable(piece.text);
    std::string_view rest = text;
    while (!rest.empty()) {
      auto const letter = first_letter(rest);
      if (letter.code == ' ') {
        blank_ = true;
      } else {
        put(rest.substr(0, letter.bytes), letter.code, piece.ink);
      }
      rest.remove_prefix(letter.bytes);
    }
    new_piece_ = true;
  }

  std::vector<Word> take() && { return std::move(words_); }

 private:
  void put(std::string_view letter, std::uint32_t code, Ink ink) {
    if (words_.empty() || blank_ || may_break(last_, code)) {
      words_.push_back({{}, blank_});
      new_piece_ = true;
    }
    auto& pieces = words_.back().pieces;
    if (new_piece_ || pieces.empty()) pieces.push_back({"", ink});
    pieces.back().text += letter;
    new_piece_ = false;
    blank_ = false;
    last_ = code;
  }

  std::vector<Word> words_;
  std::uint32_t last_ = 0;
  bool blank_ = false;
  bool new_piece_ = true;
};

std::vector<Word> words_of(Phrase const& phrase) {
  Words words;
  for (auto const& piece : phrase) words.add(piece);
  return std::move(words).take();
}

std::size_t columns(Phrase const& phrase) {
  std::size_t sum = 0;
  for (auto const& piece : phrase) sum += safeconduct::columns(printable(piece.text));
  return sum;
}

}  // namespace

Paper::Paper(std::size_t width, bool colour)
    : width_(std::max(width, kNarrowest)), colour_(colour) {}

void Paper::put(Inked const& piece) {
  auto const code = colour_ ? escape(piece.ink) : std::string_view();
  text_ += code;
  text_ += printable(piece.text);
  if (!code.empty()) text_ += "\x1b[0m";
}

void Paper::paragraph(std::size_t indent, Phrase const& lead, Phrase const& text) {
  text_.append(indent, ' ');
  for (auto const& piece : lead) put(piece);
  auto const hanging = indent + columns(lead);
  auto at = hanging;
  for (auto const& word : words_of(text)) {
    auto const length = columns(word.pieces);
    if (at > hanging && at + (word.blank ? 1 : 0) + length > width_) {
      text_ += '\n';
      text_.append(hanging, ' ');
      at = hanging;
    }
    if (at > hanging && word.blank) {
      text_ += ' ';
      ++at;
    }
    for (auto const& piece : word.pieces) put(piece);
    at += length;
  }
  text_ += '\n';
}

void Paper::line(std::size_t indent, Phrase const& text) {
  text_.append(indent, ' ');
  for (auto const& piece : text) put(piece);
  text_ += '\n';
}

std::string Paper::take() && {
  while (text_.ends_with("\n\n")) text_.pop_back();
  return std::move(text_);
}

void Paper::blank() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

void put_quote(Paper& paper, std::size_t indent, Quote const& quote) {
  // Blanks before the text, and tabs anywhere, only push the words out of sight.
  auto const first = std::min(quote.text.find_first_not_of(" \t"), quote.text.size());
  std::string text(quote.text.substr(first));
  std::ranges::replace(text, '\t', ' ');
  auto const mark = quote.column > first ? std::min(quote.column - 1 - first, text.size()) : 0;
  auto const length = std::min(std::max<std::size_t>(quote.length, 1), text.size() - mark);

  auto const number = std::to_string(quote.line);
  auto const gutter = std::string(number.size(), ' ') + " | ";
  auto const room = paper.width() - std::min(paper.width() - 20, indent + gutter.size());
  if (columns(printable(text)) > room) {  // too long for one line, so for a mark as well
    constexpr std::size_t kLongest = 1000;
    if (text.size() > kLongest) text = text.substr(0, kLongest) + " ...";
    paper.paragraph(indent, {{number + " | ", Ink::faint}}, {{text}});
    return;
  }
  paper.line(indent, {{number + " | ", Ink::faint}, {text}});
  if (quote.column == 0) return;
  auto const lead = columns(printable(text.substr(0, mark)));
  auto const marked = columns(printable(text.substr(mark, length)));
  paper.line(indent, {{gutter, Ink::faint},
                      {std::string(lead, ' ') + '^' +
                           std::string(std::max<std::size_t>(marked, 1) - 1, '~'),
                       Ink::bad}});
}

}  // namespace safeconduct
