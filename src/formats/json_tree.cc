// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json_tree.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <utility>

namespace safeconduct::json {
namespace {

constexpr std::size_t kMostNodes = 64U << 20U;  // in one object: a set of 10 million elements
constexpr std::uint32_t kMostNames = 64;

// What Boost.JSON's parser calls for each token. It has checked the syntax then, but does not say
// where the token stands; between two tokens there are blanks, commas and colons alone, so that the
// next one is found by its first letter.
class Builder {
 public:
  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};
  using Code = boost::json::error_code;

  Builder(std::string_view file, std::string_view text, std::string_view name,
          std::function<Result<void>(Value)> const& each)
      : file_(file), wanted_(name), each_(each) {
    tree_.source = text;
    cursor_ = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  }

  std::size_t start() const { return cursor_; }
  std::optional<Error>& error() { return error_; }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code& ec) {
    return found_ || fail(ec, ErrorKind::syntax, cursor_, "this has no \"" + wanted_ + "\"");
  }
  bool on_object_begin(Code& ec) { return begin(Kind::object, ec); }
  bool on_array_begin(Code& ec) { return begin(Kind::array, ec); }
  bool on_object_end(std::size_t count, Code& ec) { return end('}', count, ec); }
  bool on_array_end(std::size_t count, Code& ec) { return end(']', count, ec); }
  bool on_string_part(std::string_view part, std::size_t, Code&) { return letters(part); }
  bool on_key_part(std::string_view part, std::size_t, Code&) { return letters(part); }
  bool on_string(std::string_view part, std::size_t, Code& ec) {
    letters(part);
    return string(ec);
  }
  bool on_key(std::string_view part, std::size_t, Code& ec) {
    letters(part);
    if (depth_ == 1) return top_name(ec);
    return string(ec);
  }
  bool on_number_part(std::string_view, Code&) { return true; }
  bool on_int64(std::int64_t, std::string_view, Code& ec) { return number(ec); }
  bool on_uint64(std::uint64_t, std::string_view, Code& ec) { return number(ec); }
  bool on_double(double, std::string_view, Code& ec) { return number(ec); }
  bool on_bool(bool value, Code& ec) {
    return scalar(Kind::boolean, value ? 't' : 'f', value ? 4 : 5, ec);
  }
  bool on_null(Code& ec) { return scalar(Kind::null, 'n', 4, ec); }
  bool on_comment_part(std::string_view, Code&) { return true; }
  bool on_comment(std::string_view, Code&) { return true; }

 private:
  bool fail(Code& ec, ErrorKind kind, std::size_t place, std::string message) {
    error_ = error_at(kind, file_, tree_.source, place, std::move(message));
    return stop(ec);
  }
  static bool stop(Code& ec) {
    ec = boost::json::make_error_code(boost::json::error::exception);
    return false;
  }

  std::size_t seek(char letter) {
    cursor_ = std::min(tree_.source.find(letter, cursor_), tree_.source.size());
    return cursor_;
  }

  bool letters(std::string_view part) {
    tree_.letters += part;
    return true;
  }

  bool add(Kind kind, std::size_t begin, std::size_t end, Code& ec) {
    if (depth_ < 3 && kind != Kind::object)
      return fail(ec, ErrorKind::syntax, begin, "expected an object in \"" + wanted_ + "\"");
    if (tree_.nodes.size() >= kMostNodes)
      return fail(ec, ErrorKind::limit, begin, "more than 64 million values in one object");
    auto const next = static_cast<std::uint32_t>(tree_.nodes.size() + 1);
    tree_.nodes.push_back(
        {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), 0, 0, next});
    return true;
  }

  bool scalar(Kind kind, char first, std::size_t length, Code& ec) {
    auto const begin = seek(first);
    cursor_ += length;
    return top(kind, begin, ec) && add(kind, begin, cursor_, ec);
  }

  bool number(Code& ec) {
    auto const begin = tree_.source.find_first_of("-0123456789", cursor_);
    cursor_ =
        std::min(tree_.source.find_first_not_of("+-0123456789.eE", begin), tree_.source.size());
    return top(Kind::number, begin, ec) && add(Kind::number, begin, cursor_, ec);
  }

  // Over a string, to behind its closing quote.
  std::size_t skip_string() {
    auto const begin = seek('"');
    for (++cursor_; tree_.source[cursor_] != '"'; ++cursor_)
      if (tree_.source[cursor_] == '\\') ++cursor_;
    ++cursor_;
    return begin;
  }

  bool string(Code& ec) {
    auto const begin = skip_string();
    if (!top(Kind::string, begin, ec) || !add(Kind::string, begin, cursor_, ec)) return false;
    auto& node = tree_.nodes.back();
    node.letters = letters_;
    node.length = static_cast<std::uint32_t>(tree_.letters.size()) - letters_;
    letters_ += node.length;
    return true;
  }

  bool top_name(Code& ec) {
    auto const begin = skip_string();
    std::string const name = std::exchange(tree_.letters, {});
    if (name != wanted_)
      return fail(ec, ErrorKind::unknown_name, begin,
                  "'" + printable(name.substr(0, 64)) + "' is not known here: expected \"" +
                      wanted_ + "\"");
    if (found_) return fail(ec, ErrorKind::conflict, begin, "\"" + name + "\" stands here twice");
    found_ = true;
    return true;
  }

  // What may stand above the objects that are handed over.
  bool top(Kind kind, std::size_t place, Code& ec) {
    if (depth_ == 0 && kind != Kind::object)
      return fail(ec, ErrorKind::syntax, place, "expected an object: {\"" + wanted_ + "\": [...]}");
    if (depth_ == 1 && kind != Kind::array)
      return fail(ec, ErrorKind::syntax, place, "\"" + wanted_ + "\" is no array");
    return true;
  }

  bool begin(Kind kind, Code& ec) {
    auto const place = seek(kind == Kind::object ? '{' : '[');
    ++cursor_;
    if (!top(kind, place, ec)) return false;
    if (depth_ >= 2) {
      open_.push_back(static_cast<std::uint32_t>(tree_.nodes.size()));
      if (!add(kind, place, place, ec)) return false;
    }
    ++depth_;
    return true;
  }

  bool end(char bracket, std::size_t count, Code& ec) {
    seek(bracket);
    ++cursor_;
    --depth_;
    if (depth_ < 2) return true;
    auto const at = open_.back();
    open_.pop_back();
    auto& node = tree_.nodes[at];
    node.end = static_cast<std::uint32_t>(cursor_);
    node.length = static_cast<std::uint32_t>(count);
    node.next = static_cast<std::uint32_t>(tree_.nodes.size());
    if (node.kind == Kind::object && !check_names(at, ec)) return false;
    return depth_ > 2 || hand_over(ec);
  }

  bool check_names(std::uint32_t at, Code& ec) {
    Value const object(tree_, at);
    if (object.size() > kMostNames)
      return fail(ec, ErrorKind::limit, object.place(), "more than 64 names in one object");
    std::vector<std::string_view> names;
    bool is_name = false;
    for (auto const item : object.items()) {
      is_name = !is_name;
      if (!is_name) continue;
      if (std::ranges::find(names, item.text()) != names.end())
        return fail(ec, ErrorKind::conflict, item.place(),
                    "'" + printable(item.text().substr(0, 64)) + "' stands in this object twice");
      names.push_back(item.text());
    }
    return true;
  }

  bool hand_over(Code& ec) {
    auto done = each_({tree_, 0});
    tree_.nodes.clear();
    tree_.letters.clear();
    letters_ = 0;
    if (done) return true;
    error_ = std::move(done).error();
    return stop(ec);
  }

  std::string file_;
  std::string wanted_;
  std::function<Result<void>(Value)> const& each_;
  Tree tree_;
  std::vector<std::uint32_t> open_;  // containers around the value being read
  std::size_t depth_ = 0;
  std::size_t cursor_ = 0;     // behind the last token
  std::uint32_t letters_ = 0;  // where the string being read begins in them
  bool found_ = false;
  std::optional<Error> error_;
};

std::string what_is_there(std::string_view text, std::size_t at) {
  auto const byte = static_cast<unsigned char>(text[at]);
  if (byte >= 0x80) return "the text is not UTF-8 here";
  if (byte < 0x20) return "a control character stands here";
  return "'" + printable(text.substr(at, 1)) + "' is not what JSON has here";
}

Error syntax_error(std::string_view file, std::string_view text, std::size_t at,
                   boost::json::error_code const& ec) {
  using boost::json::error;
  auto const fault = [&](ErrorKind kind, std::size_t place, std::string message,
                         std::string hint = {}) {
    return error_at(kind, file, text, place, std::move(message), std::move(hint));
  };
  if (ec == error::incomplete || at >= text.size())
    return fault(
        ErrorKind::syntax, text.size(), "the JSON ends before it is complete",
        "is the file cut short? nft 1.0.6 itself stops behind a table with flags: give the "
        "output of 'nft list ruleset' then");
  if (ec == error::too_deep)
    return fault(ErrorKind::limit, at,
                 "nested deeper than " + std::to_string(kDeepest) + " levels");
  if (ec == error::extra_data)
    return fault(ErrorKind::syntax, at, "something follows the end of the JSON",
                 "give one listing a file");
  if (ec == error::syntax) return fault(ErrorKind::syntax, at, what_is_there(text, at));
  return fault(ErrorKind::syntax, at, "this is no letter that JSON can have: " + ec.message());
}

}  // namespace

std::string_view Value::text() const {
  auto const& node = this->node();
  if (node.kind != Kind::string) return source();
  return std::string_view(tree_->letters).substr(node.letters, node.length);
}

std::string_view Value::source() const {
  return tree_->source.substr(node().begin, node().end - node().begin);
}

Value::Items Value::items() const {
  bool const container = is(Kind::array) || is(Kind::object);
  auto const end = node().next;
  return {{*tree_, container ? at_ + 1 : end}, {*tree_, end}};
}

std::optional<Value> Value::find(std::string_view name) const {
  if (!is(Kind::object)) return std::nullopt;
  for (auto at = at_ + 1; at < node().next;) {
    auto const value = tree_->nodes[at].next;
    if (Value(*tree_, at).text() == name) return Value(*tree_, value);
    at = tree_->nodes[value].next;
  }
  return std::nullopt;
}

std::optional<Value::Member> Value::only() const {
  if (!is(Kind::object) || size() != 1) return std::nullopt;
  return Member{{*tree_, at_ + 1}, {*tree_, at_ + 2}};
}

bool Value::has_only(std::initializer_list<std::string_view> names) const {
  if (!is(Kind::object)) return false;
  bool is_name = false;
  for (auto const item : items()) {
    is_name = !is_name;
    if (is_name && std::ranges::find(names, item.text()) == names.end()) return false;
  }
  return true;
}

Result<void> for_each_object(std::string_view file, std::string_view text, std::string_view name,
                             std::function<Result<void>(Value)> const& each) {
  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::json::basic_parser<Builder> parser(options, file, text, name, each);
  auto const start = parser.handler().start();
  boost::json::error_code ec;
  auto const read = parser.write_some(false, text.data() + start, text.size() - start, ec);
  if (auto& error = parser.handler().error()) return std::unexpected(std::move(*error));
  if (!ec && start + read < text.size()) {
    auto const behind = text.find_first_not_of(" \t\r\n", start + read);
    if (behind != std::string_view::npos)
      return std::unexpected(syntax_error(
          file, text, behind, boost::json::make_error_code(boost::json::error::extra_data)));
  }
  if (ec) return std::unexpected(syntax_error(file, text, start + read, ec));
  return {};
}

}  // namespace safeconduct::json
