// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_doubles.h"

#include <boost/json/basic_parser_impl.hpp>
#include <set>
#include <vector>

namespace safeconduct {
namespace {

// What Boost.JSON's parser calls for each token: only keys are of interest.
class Keys {
 public:
  // NOLINTBEGIN(readability-identifier-naming) as Boost.JSON wants them
  static constexpr std::size_t max_object_size = ~std::size_t{0};
  static constexpr std::size_t max_array_size = ~std::size_t{0};
  static constexpr std::size_t max_key_size = ~std::size_t{0};
  static constexpr std::size_t max_string_size = ~std::size_t{0};
  // NOLINTEND(readability-identifier-naming)
  using Code = boost::json::error_code;
  using Text = boost::json::string_view;

  std::string const& doubled() const { return doubled_; }
  bool found() const { return found_; }

  bool on_object_begin(Code&) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Code&) {
    open_.pop_back();
    return true;
  }
  bool on_key_part(Text part, std::size_t, Code&) {
    key_ += std::string_view(part);
    return true;
  }
  bool on_key(Text part, std::size_t, Code& ec) {
    key_ += std::string_view(part);
    if (!open_.back().insert(key_).second) {
      doubled_ = std::move(key_);
      found_ = true;
      ec = boost::json::make_error_code(boost::json::error::syntax);
    }
    key_.clear();
    return !found_;
  }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_string_part(Text, std::size_t, Code&) { return true; }
  bool on_string(Text, std::size_t, Code&) { return true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t, Text, Code&) { return true; }
  bool on_uint64(std::uint64_t, Text, Code&) { return true; }
  bool on_double(double, Text, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

 private:
  std::vector<std::set<std::string>> open_;  // the keys of each object that has begun
  std::string key_;
  std::string doubled_;
  bool found_ = false;
};

}  // namespace

Result<void> refuse_doubles(JsonDocument const& document, std::string_view text) {
  boost::json::basic_parser<Keys> parser(boost::json::parse_options{});
  boost::json::error_code ec;
  parser.write_some(false, text.data(), text.size(), ec);
  if (!parser.handler().found()) return {};
  return std::unexpected(Error{
      ErrorKind::syntax,
      document.at,
      document.called + " has '" + printable(parser.handler().doubled()) + "' twice in one object",
      document.hint,
      {}});
}

}  // namespace safeconduct
