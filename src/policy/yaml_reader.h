// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Typed reading of a YamlNode: each function takes the node, and what to call it in a message.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"
#include "policy/date.h"
#include "policy/placed.h"
#include "policy/requirement.h"
#include "policy/words.h"
#include "policy/yaml_tree.h"

namespace safeconduct {

// A map of which every key is known. Absent keys are null; a key with nothing behind it is there.
class YamlMap {
 public:
  // 'what' as in "unknown key 'x' in <what>".
  static Result<YamlMap> read(YamlText const& yaml, YamlNode const& node, std::string_view what,
                              std::span<std::string_view const> keys);

  YamlNode const* find(std::string_view key) const;
  Result<YamlNode const*> need(std::string_view key) const;  // an error where it is absent
  YamlNode const* key(std::string_view key) const;           // the key itself, to point at
  YamlNode const& node() const { return *node_; }

 private:
  YamlMap(YamlText const& yaml, YamlNode const& node, std::string_view what)
      : yaml_(&yaml), node_(&node), what_(what) {}

  YamlText const* yaml_;
  YamlNode const* node_;
  std::string_view what_;
};

// The root map of a file, of which 'schema' must say this: "policy/1".
Result<YamlMap> read_root(YamlText const& yaml, YamlNode const& root, std::string_view schema,
                          std::span<std::string_view const> keys);

// "a list" and the like, with what it holds: for messages.
std::string describe(YamlNode const& node);

Result<std::string> read_text(YamlText const& yaml, YamlNode const& node, std::string_view what);
Result<std::string> read_line(YamlText const& yaml, YamlNode const& node, std::string_view what);
// An id: letters a-z, digits and '-', at most 64; what is shown and typed.
Result<std::string> read_id(YamlText const& yaml, YamlNode const& node, std::string_view what);
Result<bool> read_bool(YamlText const& yaml, YamlNode const& node, std::string_view what);
Result<Date> read_date(YamlText const& yaml, YamlNode const& node, std::string_view what);
// A full domain name, "*.example.com" too, in lower case and without the last dot.
Result<std::string> read_domain(YamlText const& yaml, YamlNode const& node);
Result<Prefix> read_prefix(YamlText const& yaml, YamlNode const& node);
Result<PortInterval> read_ports(YamlText const& yaml, YamlNode const& node);  // 53, 8080-8090

// The entries of a list that is not empty.
Result<std::span<YamlNode const>> read_list(YamlText const& yaml, YamlNode const& node,
                                            std::string_view what);
// The same, where a single scalar may stand for the list of it.
Result<std::span<YamlNode const>> read_list_or_one(YamlText const& yaml, YamlNode const& node,
                                                   std::string_view what);

// A list of lines, each with its place; none twice.
Result<std::vector<Placed<std::string>>> read_lines(YamlText const& yaml, YamlNode const& node,
                                                    std::string_view what);
Result<std::vector<Placed<Prefix>>> read_prefixes(YamlText const& yaml, YamlNode const& node,
                                                  std::string_view what);

// The sources table of a file: key -> {title, url, retrieved}.
Result<std::vector<Source>> read_sources(YamlText const& yaml, YamlNode const& node);
// A list of keys of that table; where the file has no table, any keys.
Result<std::vector<Placed<std::string>>> read_source_keys(
    YamlText const& yaml, YamlNode const& node, std::optional<std::vector<Source>> const& table);

// One word of a vocabulary, by its parse function.
template <class T>
Result<T> read_word(YamlText const& yaml, YamlNode const& node, std::string_view what,
                    std::optional<T> (*parse)(std::string_view),
                    std::span<std::string_view const> words) {
  auto text = read_line(yaml, node, what);
  if (!text) return std::unexpected(std::move(text).error());
  if (auto const value = parse(*text)) return *value;
  return std::unexpected(yaml.error(ErrorKind::unknown_name, node,
                                    "'" + *text + "' is not " + std::string(what),
                                    known_words(*text, words)));
}

// A list of such words, none twice; a single word may stand for the list of it.
template <class T>
Result<std::vector<T>> read_words(YamlText const& yaml, YamlNode const& node, std::string_view what,
                                  std::optional<T> (*parse)(std::string_view),
                                  std::span<std::string_view const> words) {
  auto const items = read_list_or_one(yaml, node, what);
  if (!items) return std::unexpected(items.error());
  std::vector<T> result;
  for (auto const& item : *items) {
    auto const value = read_word(yaml, item, what, parse, words);
    if (!value) return std::unexpected(value.error());
    for (auto const& earlier : result)
      if (earlier == *value)
        return std::unexpected(
            yaml.error(ErrorKind::conflict, item, "'" + item.text + "' is listed twice"));
    result.push_back(*value);
  }
  return result;
}

}  // namespace safeconduct
