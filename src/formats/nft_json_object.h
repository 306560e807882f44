// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "formats/nft_json_expression.h"
#include "formats/nft_json_text.h"
#include "formats/reader.h"

namespace safeconduct::nft {

// Writes the objects of nft JSON, one after the other, as the commands that make them:
// {"chain": {...}} as "add chain ...". What an object cannot do without, or has and should not
// have, is an error; only what is in a rule may be unknown.
class JsonObjects {
 public:
  explicit JsonObjects(SourceText const& source) : source_(source) {}

  // {"table": {...}}, or with a command around it: {"flush": {"ruleset": null}}
  Result<void> write(json::Value object);

  JsonText& text() { return out_; }
  // Was there a command? Without one it is a listing.
  bool has_commands() const { return commands_; }

 private:
  enum class Kind : std::uint8_t;
  enum class Command : std::uint8_t;
  // What the elements of a set look like.
  struct Shape {
    std::vector<Notation> keys;
    bool map = false;
    Notation data = Notation::plain;
  };

  Result<void> command(Command command, json::Value::Member const& member);
  Result<void> add(json::Value::Member const& member);
  Result<void> remove(json::Value::Member const& member);
  Result<void> flush(json::Value::Member const& member);
  Result<Kind> kind_of(json::Value name) const;

  Result<void> metainfo(json::Value object);
  Result<void> table(json::Value object);
  Result<void> chain(json::Value object);
  Result<void> base_chain(json::Value object, json::Value type);
  Result<void> devices(json::Value names);
  Result<void> priority(json::Value value);
  Result<void> rule(json::Value object, std::string_view command);
  Result<void> set(json::Value object, bool map);
  Result<void> set_types(json::Value object, Shape& shape);
  Result<void> type_list(json::Value types, std::vector<Notation>& notations);
  Result<void> set_properties(json::Value object);
  Result<void> elements(json::Value list, Shape const& shape);
  Result<void> element(json::Value object);
  Result<void> set_property(std::string_view name, json::Value value);
  Result<void> named_object(json::Value object, std::string_view kind);

  // "add chain inet filter input", whose last name stands under 'key'; returns the last three.
  Result<std::string> head(std::string_view command, json::Value object, std::string_view key);
  // "inet filter"
  Result<void> table_name(json::Value object, std::string_view key);
  // A listing of one chain or set has no table before it.
  Result<void> implied_table(json::Value object);
  Result<void> named(json::Value object, std::string_view key);
  Result<void> only_known(json::Value object, std::string_view what,
                          std::initializer_list<std::string_view> known);
  std::unexpected<Error> fail(ErrorKind kind, json::Value at, std::string message,
                              std::string hint = {}) const;
  std::unexpected<Error> not_understood(json::Value at, std::string_view what) const;

  SourceText const& source_;
  JsonText out_;
  bool commands_ = false;
  std::optional<json::Value> whole_;  // the object being read, with the name or command around it
  bool explicit_ = false;             // a command stands around the object being read
  std::unordered_set<std::string> tables_;
  std::unordered_map<std::string, Shape> sets_;
};

}  // namespace safeconduct::nft
