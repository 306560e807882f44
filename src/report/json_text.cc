// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_text.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstddef>
#include <string_view>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kWidth = 100;

bool has_members(boost::json::value const& value) {
  return (value.is_array() && !value.get_array().empty()) ||
         (value.is_object() && !value.get_object().empty());
}

// Writes on one line, with the blanks that people expect, as long as the text is not longer than
// 'most': each function says whether it got to its end.
class Line {
 public:
  Line(std::string& out, std::size_t most) : out_(out), most_(most) {}

  bool put(boost::json::value const& value) {
    if (!has_members(value)) {
      serializer_.reset(&value);
      return serialized();
    }
    if (value.is_array())
      return members(value.get_array(), "[]", [&](auto const& member) { return put(member); });
    return members(value.get_object(), "{}",
                   [&](auto const& member) { return key(member) && put(member.value()); });
  }
  bool key(boost::json::key_value_pair const& member) {
    serializer_.reset(boost::json::string_view(member.key()));
    return serialized() && text(": ");
  }

 private:
  template <class Members, class Put>
  bool members(Members const& all, std::string_view brackets, Put put_member) {
    if (!text(brackets.substr(0, 1))) return false;
    bool first = true;
    for (auto const& member : all) {
      if (!first && !text(", ")) return false;
      first = false;
      if (!put_member(member)) return false;
    }
    return text(brackets.substr(1));
  }
  bool serialized() {
    std::array<char, 256> piece{};
    while (!serializer_.done())
      if (!text(serializer_.read(piece.data(), piece.size()))) return false;
    return true;
  }
  bool text(std::string_view more) {
    out_ += more;
    return out_.size() <= most_;
  }

  std::string& out_;
  std::size_t most_;
  boost::json::serializer serializer_;
};

// A value for whose line 'width' columns are left.
void put(std::string& out, boost::json::value const& value, std::size_t indent, std::size_t width) {
  auto const begin = out.size();
  auto const most = has_members(value) ? begin + width : std::string::npos;
  if (Line(out, most).put(value)) return;
  out.resize(begin);
  bool const is_array = value.is_array();
  auto const inner = indent + 2;
  auto const new_line = [&](bool first) {
    out += first ? "\n" : ",\n";
    out.append(inner, ' ');
  };
  out += is_array ? '[' : '{';
  bool first = true;
  if (is_array) {
    for (auto const& member : value.get_array()) {
      new_line(std::exchange(first, false));
      put(out, member, inner, kWidth - std::min(kWidth, inner));
    }
  } else {
    for (auto const& member : value.get_object()) {
      new_line(std::exchange(first, false));
      auto const before = out.size();
      Line(out, std::string::npos).key(member);
      put(out, member.value(), inner, kWidth - std::min(kWidth, inner + out.size() - before));
    }
  }
  out += '\n';
  out.append(indent, ' ');
  out += is_array ? ']' : '}';
}

}  // namespace

std::string pretty(boost::json::value const& value) {
  std::string out;
  put(out, value, 0, kWidth);
  return out + '\n';
}

std::string compact(boost::json::value const& value) {
  return boost::json::serialize(value) + '\n';
}

}  // namespace safeconduct
