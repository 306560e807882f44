// SPDX-License-Identifier: GPL-3.0-or-later
// A small reader of JSON (RFC 8259), for its places: which line a value stands in. Escapes above
// ASCII become '?': no region, service or prefix has such.
#include "policy/import_json.h"
#include "base/text.h"

#include <algorithm>
#include <optional>

namespace safeconduct {
namespace {

class JsonRows {
 public:
  JsonRows(std::string const& file, std::string_view text) : file_(file), text_(text) {}

  Result<std::vector<ImportRow>> run() {
    SC_CHECK(value("", 0));
    skip_blank();
    if (at_ != text_.size()) return fail("the JSON goes on after its end");
    return std::move(rows_);
  }

 private:
  struct Place {
    std::size_t at = 0;
    std::uint32_t line = 1;
  };

  std::unexpected<Error> fail(std::string message, ErrorKind kind = ErrorKind::syntax) const {
    return std::unexpected(
        error_at(kind, file_, text_, std::min(at_, text_.size()), std::move(message)));
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blank() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) {
      if (text_[at_] == '\n') ++line_;
      ++at_;
    }
  }

  Result<void> value(std::string const& key, std::size_t depth) {
    skip_blank();
    if (depth > kMostImportDepth) return fail("the JSON is nested too deeply", ErrorKind::limit);
    if (peek() == '{') return object(key, depth);
    if (peek() == '[') return array(key, depth);
    SC_TRY(text, scalar());
    return add_row({{folded(key), std::move(text)}});
  }

  Result<void> add_row(std::vector<ImportCell> cells) {
    if (rows_.size() == kMostImportRows)
      return fail("more than " + std::to_string(kMostImportRows) + " values", ErrorKind::limit);
    rows_.push_back({context_, std::move(cells), {file_, line_, 1}});
    return {};
  }

  // The plain members come first, whatever their order: they say of what the rest is.
  Result<void> object(std::string const& key, std::size_t depth) {
    auto const context = context_.size();
    push_context(key);
    std::vector<ImportCell> cells;
    std::vector<std::pair<std::string, Place>> nested;
    SC_CHECK(members(cells, nested, depth));
    auto const end = Place{at_, line_};
    if (!cells.empty()) SC_CHECK(add_row(cells));
    for (auto const& cell : cells) push_context(cell.text);
    for (auto const& [name, place] : nested) {
      go(place);
      SC_CHECK(value(name, depth + 1));
    }
    go(end);
    context_.resize(std::min(context, context_.size()));
    return {};
  }

  void push_context(std::string const& text) {
    if (!text.empty() && text.size() <= kLongestImportHeading && context_.size() < kMostContext)
      context_.push_back(text);
  }

  void go(Place const& place) {
    at_ = place.at;
    line_ = place.line;
  }

  Result<void> members(std::vector<ImportCell>& cells,
                       std::vector<std::pair<std::string, Place>>& nested, std::size_t depth) {
    ++at_;  // {
    skip_blank();
    if (peek() == '}') {
      ++at_;
      return {};
    }
    while (true) {
      skip_blank();
      if (peek() != '"') return fail("a key in quotes should stand here");
      SC_TRY(name, string());
      skip_blank();
      if (peek() != ':') return fail("a ':' should stand here");
      ++at_;
      skip_blank();
      if (peek() == '{' || peek() == '[') {
        nested.emplace_back(name, Place{at_, line_});
        SC_CHECK(skip_nested(depth));
      } else {
        SC_TRY(text, scalar());
        cells.push_back({folded(name), std::move(text)});
      }
      skip_blank();
      if (peek() == '}') {
        ++at_;
        return {};
      }
      if (peek() != ',') return fail("a ',' or '}' should stand here");
      ++at_;
    }
  }

  // To the end of an object or array that is read later.
  Result<void> skip_nested(std::size_t depth) {
    std::size_t open = 0;
    do {
      skip_blank();
      char const c = peek();
      if (at_ >= text_.size()) return fail("the JSON ends in the middle");
      if (c == '"') {
        SC_CHECK(string());
        continue;
      }
      if (c == '{' || c == '[') ++open;
      if (c == '}' || c == ']') --open;
      if (depth + open > kMostImportDepth)
        return fail("the JSON is nested too deeply", ErrorKind::limit);
      ++at_;
    } while (open > 0);
    return {};
  }

  Result<void> array(std::string const& key, std::size_t depth) {
    ++at_;  // [
    skip_blank();
    if (peek() == ']') {
      ++at_;
      return {};
    }
    auto const context = context_.size();
    push_context(key);
    while (true) {
      SC_CHECK(value(key, depth + 1));
      skip_blank();
      if (peek() == ']') {
        ++at_;
        context_.resize(context);
        return {};
      }
      if (peek() != ',') return fail("a ',' or ']' should stand here");
      ++at_;
    }
  }

  Result<std::string> scalar() {
    if (peek() == '"') return string();
    auto const start = at_;
    while (at_ < text_.size() && !std::string_view(",]} \t\r\n").contains(text_[at_])) ++at_;
    auto const word = text_.substr(start, at_ - start);
    bool const known = word == "true" || word == "false" || word == "null";
    bool const number = !word.empty() && std::ranges::all_of(word, [](char c) {
      return (c >= '0' && c <= '9') || std::string_view("+-.eE").contains(c);
    });
    if (known || number) return word == "null" ? std::string() : std::string(word);
    at_ = start;
    return fail("a value should stand here");
  }

  Result<std::string> string() {
    std::string result;
    for (++at_; at_ < text_.size(); ++at_) {
      char const c = text_[at_];
      if (c == '"') {
        ++at_;
        return result;
      }
      if (c == '\n') return fail("a string is not closed on its line");
      if (c != '\\') {
        result += c;
        continue;
      }
      if (++at_ >= text_.size()) break;
      SC_CHECK(escape(result));
    }
    return fail("a string is not closed");
  }

  Result<void> escape(std::string& result) {
    char const c = text_[at_];
    if (std::string_view("\"\\/").contains(c)) {
      result += c;
    } else if (std::string_view("bfnrt").contains(c)) {
      result += ' ';
    } else if (c == 'u' && at_ + 4 < text_.size()) {
      auto const digits = text_.substr(at_ + 1, 4);
      result += digits.starts_with("00") && digits[2] >= '2' && digits[2] <= '7'
                    ? static_cast<char>(hexadecimal(digits[2]) * 16 + hexadecimal(digits[3]))
                    : '?';
      at_ += 4;
    } else {
      return fail("'\\" + std::string(1, c) + "' is no escape of JSON");
    }
    return {};
  }

  static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 15;
  }

  static constexpr std::size_t kMostContext = 16;

  std::string const& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::vector<std::string> context_;
  std::vector<ImportRow> rows_;
};

}  // namespace

Result<std::vector<ImportRow>> read_json_rows(std::string const& file_name, std::string_view text) {
  return JsonRows(file_name, text).run();
}

}  // namespace safeconduct
