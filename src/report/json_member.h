// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text.h"

namespace boost::json {
class value;
}  // namespace boost::json

namespace safeconduct {

// A JSON text of our own making that is read again, as messages speak of it.
struct JsonDocument {
  Location at;         // the file; of JSON lines, with the line
  std::string called;  // "the certificate"
  std::string hint;    // where such texts come from
};

// A member of such a text, which knows its path: "requirements[0].flows[2]". Whatever is not as it
// should be is an error that names it. Lives as long as the document.
class Member {
 public:
  Member(JsonDocument const& document, boost::json::value const& value, std::string path)
      : document_(&document), value_(&value), path_(std::move(path)) {}

  std::unexpected<Error> fail(std::string const& what) const;

  // An object with these keys and no other.
  Result<void> has_only(std::initializer_list<std::string_view> keys) const;
  bool has(std::string_view key) const;
  Result<Member> at(std::string_view key) const;
  Result<std::vector<std::string>> keys() const;
  Result<std::vector<Member>> items() const;
  bool is_null() const;
  Result<std::string> text() const;
  Result<bool> truth() const;
  Result<std::uint64_t> number(std::uint64_t most) const;

  // The one whose name it is.
  template <class T, std::size_t N>
  Result<T> one_of(std::array<T, N> const& all) const {
    SC_TRY(word, text());
    for (auto const one : all)
      if (name(one) == word) return one;
    return fail("is " + quoted(word) + ", which it cannot be");
  }

 private:
  JsonDocument const* document_;
  boost::json::value const* value_;
  std::string path_;
};

Result<std::string> text_at(Member const& object, std::string_view key);
// "" where it is not said.
Result<std::string> text_if(Member const& object, std::string_view key);
Result<bool> truth_at(Member const& object, std::string_view key);
Result<std::vector<std::string>> texts_if(Member const& object, std::string_view key);
Result<std::uint64_t> number_if(Member const& object, std::string_view key, std::uint64_t most,
                                std::uint64_t otherwise);

}  // namespace safeconduct
