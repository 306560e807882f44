// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_text.h"

#include <boost/json.hpp>
#include <cstddef>

namespace safeconduct {
namespace {

constexpr std::size_t kWidth = 100;

bool has_members(boost::json::value const& value) {
  return (value.is_array() && !value.get_array().empty()) ||
         (value.is_object() && !value.get_object().empty());
}

// On one line, with the blanks that people expect.
std::string one_line(boost::json::value const& value) {
  std::string out;
  if (value.is_array()) {
    for (auto const& member : value.get_array())
      out += (out.empty() ? "" : ", ") + one_line(member);
    return '[' + out + ']';
  }
  if (!value.is_object()) return boost::json::serialize(value);
  for (auto const& member : value.get_object()) {
    out += (out.empty() ? "" : ", ") + boost::json::serialize(boost::json::string(member.key()));
    out += ": " + one_line(member.value());
  }
  return '{' + out + '}';
}

void put(std::string& out, boost::json::value const& value, std::size_t indent, std::size_t used);

template <class Members, class PutMember>
void put_members(std::string& out, Members const& members, std::size_t indent, char open,
                 char close, PutMember put_member) {
  out += open;
  bool first = true;
  for (auto const& member : members) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(indent + 2, ' ');
    put_member(member);
  }
  out += '\n';
  out.append(indent, ' ');
  out += close;
}

void put(std::string& out, boost::json::value const& value, std::size_t indent, std::size_t used) {
  auto const line = one_line(value);
  if (!has_members(value) || indent + used + line.size() <= kWidth) {
    out += line;
  } else if (value.is_array()) {
    put_members(out, value.get_array(), indent, '[', ']',
                [&](boost::json::value const& member) { put(out, member, indent + 2, 0); });
  } else {
    put_members(out, value.get_object(), indent, '{', '}',
                [&](boost::json::key_value_pair const& member) {
                  auto const key = boost::json::serialize(boost::json::string(member.key())) + ": ";
                  out += key;
                  put(out, member.value(), indent + 2, key.size());
                });
  }
}

}  // namespace

std::string pretty(boost::json::value const& value) {
  std::string out;
  put(out, value, 0, 0);
  return out + '\n';
}

std::string compact(boost::json::value const& value) {
  return boost::json::serialize(value) + '\n';
}

}  // namespace safeconduct
