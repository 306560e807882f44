// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_member.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace safeconduct {

namespace json = boost::json;

std::unexpected<Error> Member::fail(std::string const& what) const {
  return std::unexpected(Error{ErrorKind::syntax,
                               document_->at,
                               (path_.empty() ? document_->called : path_) + ' ' + what,
                               document_->hint,
                               {}});
}

Result<void> Member::has_only(std::initializer_list<std::string_view> keys) const {
  if (!value_->is_object()) return fail("is not an object");
  for (auto const& member : value_->get_object()) {
    bool known = false;
    for (auto const key : keys) known = known || key == std::string_view(member.key());
    if (!known) return fail("has an unknown key " + quoted(member.key()));
  }
  return {};
}

bool Member::has(std::string_view key) const {
  return value_->is_object() && value_->get_object().contains(key);
}
Result<Member> Member::at(std::string_view key) const {
  if (!value_->is_object()) return fail("is not an object");
  auto const* const found = value_->get_object().if_contains(key);
  if (found == nullptr) return fail("has no '" + std::string(key) + "'");
  return Member(*document_, *found, (path_.empty() ? "" : path_ + '.') + std::string(key));
}
Result<std::vector<std::string>> Member::keys() const {
  if (!value_->is_object()) return fail("is not an object");
  std::vector<std::string> all;
  for (auto const& member : value_->get_object()) all.emplace_back(member.key());
  return all;
}
Result<std::vector<Member>> Member::items() const {
  if (!value_->is_array()) return fail("is not a list");
  std::vector<Member> all;
  for (auto const& one : value_->get_array())
    all.emplace_back(*document_, one, path_ + '[' + std::to_string(all.size()) + ']');
  return all;
}

bool Member::is_null() const { return value_->is_null(); }
Result<std::string> Member::text() const {
  if (!value_->is_string()) return fail("is not a string");
  return std::string(value_->get_string());
}
Result<bool> Member::truth() const {
  if (!value_->is_bool()) return fail("is not true or false");
  return value_->get_bool();
}
Result<std::uint64_t> Member::number(std::uint64_t most) const {
  bool const whole = (value_->is_int64() && value_->get_int64() >= 0) || value_->is_uint64();
  if (!whole || value_->to_number<std::uint64_t>() > most)
    return fail("is not a number from 0 to " + std::to_string(most));
  return value_->to_number<std::uint64_t>();
}

Result<std::string> text_at(Member const& object, std::string_view key) {
  SC_TRY(member, object.at(key));
  return member.text();
}
Result<std::string> text_if(Member const& object, std::string_view key) {
  if (!object.has(key)) return std::string();
  return text_at(object, key);
}
Result<bool> truth_at(Member const& object, std::string_view key) {
  SC_TRY(member, object.at(key));
  return member.truth();
}
Result<std::vector<std::string>> texts_if(Member const& object, std::string_view key) {
  std::vector<std::string> texts;
  if (!object.has(key)) return texts;
  SC_TRY(member, object.at(key));
  SC_TRY(items, member.items());
  for (auto const& one : items) {
    SC_TRY(text, one.text());
    texts.push_back(std::move(text));
  }
  return texts;
}
Result<std::uint64_t> number_if(Member const& object, std::string_view key, std::uint64_t most,
                                std::uint64_t otherwise) {
  if (!object.has(key)) return otherwise;
  SC_TRY(member, object.at(key));
  return member.number(most);
}

}  // namespace safeconduct
