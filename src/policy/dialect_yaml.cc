// SPDX-License-Identifier: GPL-3.0-or-later
// dialect/1.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "policy/read.h"
#include "policy/yaml_reader.h"

namespace safeconduct {
namespace {

constexpr std::array<std::string_view, 13> kFileKeys{
    "schema",  "id",      "title",    "unverified",          "sources",      "rules",     "cells",
    "actions", "objects", "services", "application-default", "applications", "conditions"};
constexpr std::array<std::string_view, 8> kRulesKeys{
    "expected", "tell-by", "columns", "ignored", "one-only", "prefilter-of", "defaults", "order"};
constexpr std::array<std::string_view, 10> kCellsKeys{
    "any-of-family",  "separators",    "any",        "negation", "disabled-prefix",
    "disabled-types", "section-types", "rule-types", "enabled",  "users-among-sources"};
constexpr std::array<std::string_view, 2> kDefaultKeys{"between-zones", "within-zone"};
constexpr std::array<std::string_view, 3> kOrderKeys{"last-match", "by-direction",
                                                     "layers-by-number"};
constexpr std::array<std::string_view, 4> kConditionKeys{"columns", "any", "unless-told", "word"};
constexpr std::array<std::string_view, 2> kDefaultPortKeys{"columns", "word"};
constexpr std::array<std::string_view, 10> kObjectKeys{
    "mask",   "ignored", "kind",     "tell-by", "name",
    "values", "members", "protocol", "ports",   "source-ports"};

// A scalar as it is written, blanks at its ends too: "[Negate] ".
Result<std::string> read_exact(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  if (node.kind != YamlNode::Kind::scalar || node.text.empty())
    return std::unexpected(
        yaml.error(ErrorKind::syntax, node, std::string(what) + " is text, in quotes"));
  return node.text;
}

Result<std::vector<std::string>> read_texts(YamlText const& yaml, YamlNode const& node,
                                            std::string_view what) {
  SC_TRY(items, read_list_or_one(yaml, node, what));
  std::vector<std::string> texts;
  for (auto const& item : items) {
    // The empty text is the header of a column without a name.
    if (item.kind != YamlNode::Kind::scalar)
      return std::unexpected(
          yaml.error(ErrorKind::syntax, item, std::string(what) + " is a list of texts"));
    texts.push_back(item.text);
  }
  return texts;
}

Result<void> read_texts_if(YamlText const& yaml, YamlMap const& map, std::string_view key,
                           std::vector<std::string>& into) {
  auto const* const node = map.find(key);
  if (node == nullptr) return {};
  SC_TRY(texts, read_texts(yaml, *node, key));
  into = std::move(texts);
  return {};
}

Result<void> read_words_if(YamlText const& yaml, YamlMap const& map, std::string_view key,
                           std::vector<std::string>& into) {
  SC_CHECK(read_texts_if(yaml, map, key, into));
  for (auto& word : into) word = lower(word);
  return {};
}

Result<void> read_exact_if(YamlText const& yaml, YamlMap const& map, std::string_view key,
                           std::string& into) {
  auto const* const node = map.find(key);
  if (node == nullptr) return {};
  SC_TRY(text, read_exact(yaml, *node, key));
  into = text;
  return {};
}

Result<CsvAction> read_action(YamlText const& yaml, YamlNode const& node) {
  return read_word(yaml, node, "an action", parse_csv_action, csv_action_names());
}

// The pairs of a map whose keys are the vendor's words.
template <class Read>
Result<void> read_pairs(YamlText const& yaml, YamlNode const& node, std::string_view what,
                        Read read) {
  if (node.kind != YamlNode::Kind::map)
    return std::unexpected(yaml.error(ErrorKind::syntax, node, std::string(what) + " is a map"));
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2)
    SC_CHECK(read(node.items[i], node.items[i + 1]));
  return {};
}

Result<void> read_services(YamlText const& yaml, YamlNode const* node, std::string_view what,
                           CsvServices& into) {
  if (node == nullptr) return {};
  return read_pairs(yaml, *node, what,
                    [&](YamlNode const& key, YamlNode const& value) -> Result<void> {
                      SC_TRY(ports, read_texts(yaml, value, "a service"));
                      into[lower(key.text)] = std::move(ports);
                      return {};
                    });
}

Result<void> read_rules(YamlText const& yaml, YamlNode const& node, Dialect& dialect) {
  SC_TRY(map, YamlMap::read(yaml, node, "rules", kRulesKeys));
  SC_TRY(tell_by, map.need("tell-by"));
  SC_TRY(required, read_texts(yaml, *tell_by, "tell-by"));
  dialect.required = std::move(required);
  SC_TRY(columns, map.need("columns"));
  SC_CHECK(read_pairs(
      yaml, *columns, "columns", [&](YamlNode const& key, YamlNode const& value) -> Result<void> {
        SC_TRY(column, read_word(yaml, key, "a column", parse_csv_column, csv_column_names()));
        SC_TRY(headers, read_texts(yaml, value, "a column"));
        dialect.columns[column] = std::move(headers);
        return {};
      }));
  SC_CHECK(read_texts_if(yaml, map, "ignored", dialect.ignored));
  SC_CHECK(read_texts_if(yaml, map, "one-only", dialect.one_only));
  if (auto const* const expected = map.find("expected")) {
    SC_TRY(items, read_list_or_one(yaml, *expected, "expected"));
    for (auto const& item : items) {
      SC_TRY(column, read_word(yaml, item, "a column", parse_csv_column, csv_column_names()));
      dialect.expected.push_back(column);
    }
  }
  SC_CHECK(read_exact_if(yaml, map, "prefilter-of", dialect.prefilter_of));
  if (auto const* const defaults = map.find("defaults")) {
    SC_TRY(words, YamlMap::read(yaml, *defaults, "defaults", kDefaultKeys));
    if (auto const* const between = words.find("between-zones")) {
      SC_TRY(action, read_action(yaml, *between));
      dialect.between_zones = action;
    }
    if (auto const* const within = words.find("within-zone")) {
      SC_TRY(action, read_action(yaml, *within));
      dialect.within_zone = action;
    }
  }
  if (auto const* const order = map.find("order")) {
    SC_TRY(flags, YamlMap::read(yaml, *order, "order", kOrderKeys));
    for (auto const& [key, flag] : {std::pair{"last-match", &dialect.last_match},
                                    std::pair{"by-direction", &dialect.by_direction},
                                    std::pair{"layers-by-number", &dialect.layers_by_number}})
      if (auto const* const value = flags.find(key)) {
        SC_TRY(on, read_bool(yaml, *value, key));
        *flag = on;
      }
  }
  return {};
}

Result<void> read_cells(YamlText const& yaml, YamlNode const& node, Dialect& dialect) {
  SC_TRY(map, YamlMap::read(yaml, node, "cells", kCellsKeys));
  SC_CHECK(read_texts_if(yaml, map, "separators", dialect.separators));
  if (std::ranges::any_of(dialect.separators, [](auto const& text) { return text.empty(); }))
    return std::unexpected(
        yaml.error(ErrorKind::out_of_range, *map.find("separators"), "a separator is not empty"));
  SC_CHECK(read_words_if(yaml, map, "any", dialect.any));
  SC_CHECK(read_words_if(yaml, map, "any-of-family", dialect.any_of_family));
  SC_CHECK(read_exact_if(yaml, map, "negation", dialect.negation));
  SC_CHECK(read_exact_if(yaml, map, "disabled-prefix", dialect.disabled_prefix));
  SC_CHECK(read_words_if(yaml, map, "disabled-types", dialect.disabled_words));
  SC_CHECK(read_words_if(yaml, map, "section-types", dialect.section_words));
  SC_CHECK(read_words_if(yaml, map, "rule-types", dialect.rule_words));
  if (auto const* const users = map.find("users-among-sources")) {
    SC_TRY(on, read_bool(yaml, *users, "users-among-sources"));
    dialect.users_among_sources = on;
  }
  return read_words_if(yaml, map, "enabled", dialect.enabled_words);
}

Result<CsvCondition> read_condition(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(map, YamlMap::read(yaml, node, "a condition", kConditionKeys));
  CsvCondition condition;
  SC_TRY(columns, map.need("columns"));
  SC_TRY(headers, read_texts(yaml, *columns, "columns"));
  condition.columns = std::move(headers);
  SC_CHECK(read_words_if(yaml, map, "any", condition.any));
  SC_CHECK(read_words_if(yaml, map, "unless-told", condition.unless_told));
  SC_TRY(word_node, map.need("word"));
  SC_TRY(word, read_line(yaml, *word_node, "word"));
  condition.word = word;
  return condition;
}

Result<CsvObjects> read_objects(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(map, YamlMap::read(yaml, node, "an object export", kObjectKeys));
  CsvObjects objects;
  SC_TRY(kind_node, map.need("kind"));
  SC_TRY(kind, read_line(yaml, *kind_node, "kind"));
  if (kind != "addresses" && kind != "services")
    return std::unexpected(yaml.error(ErrorKind::unknown_name, *kind_node,
                                      "'" + kind + "' is not a kind of objects",
                                      "addresses or services"));
  objects.services = kind == "services";
  SC_TRY(tell_by, map.need("tell-by"));
  SC_TRY(required, read_texts(yaml, *tell_by, "tell-by"));
  objects.required = std::move(required);
  SC_TRY(name, map.need("name"));
  SC_TRY(header, read_exact(yaml, *name, "name"));
  objects.name = header;
  SC_CHECK(read_texts_if(yaml, map, "values", objects.values));
  SC_CHECK(read_exact_if(yaml, map, "mask", objects.mask));
  SC_CHECK(read_exact_if(yaml, map, "members", objects.members));
  SC_CHECK(read_texts_if(yaml, map, "ignored", objects.ignored));
  SC_CHECK(read_exact_if(yaml, map, "protocol", objects.protocol));
  SC_CHECK(read_exact_if(yaml, map, "ports", objects.ports));
  SC_CHECK(read_exact_if(yaml, map, "source-ports", objects.source_ports));
  return objects;
}

Result<void> read_lists(YamlText const& yaml, YamlMap const& map, Dialect& dialect) {
  if (auto const* const conditions = map.find("conditions")) {
    SC_TRY(items, read_list(yaml, *conditions, "conditions"));
    for (auto const& item : items) {
      SC_TRY(condition, read_condition(yaml, item));
      dialect.conditions.push_back(std::move(condition));
    }
  }
  if (auto const* const objects = map.find("objects")) {
    SC_TRY(items, read_list(yaml, *objects, "objects"));
    for (auto const& item : items) {
      SC_TRY(shape, read_objects(yaml, item));
      dialect.objects.push_back(std::move(shape));
    }
  }
  if (auto const* const node = map.find("application-default")) {
    SC_TRY(ports, YamlMap::read(yaml, *node, "application-default", kDefaultPortKeys));
    SC_CHECK(read_texts_if(yaml, ports, "columns", dialect.application_headers));
    SC_CHECK(read_exact_if(yaml, ports, "word", dialect.application_default));
    dialect.application_default = lower(dialect.application_default);
  }
  SC_CHECK(read_services(yaml, map.find("services"), "services", dialect.services));
  return read_services(yaml, map.find("applications"), "applications", dialect.applications);
}

}  // namespace

Result<Dialect> read_dialect(std::string file_name, std::string_view text) {
  YamlText const yaml(std::move(file_name), text);
  SC_TRY(root, parse_yaml(yaml));
  SC_TRY(map, read_root(yaml, root, "dialect/1", kFileKeys));
  Dialect dialect;
  SC_TRY(id_node, map.need("id"));
  SC_TRY(id, read_id(yaml, *id_node, "id"));
  dialect.id = id;
  SC_TRY(title_node, map.need("title"));
  SC_TRY(title, read_line(yaml, *title_node, "title"));
  dialect.title = title;
  if (auto const* const unverified = map.find("unverified")) {
    SC_TRY(reason, read_text(yaml, *unverified, "unverified"));
    dialect.unverified = reason;
  }
  if (auto const* const sources = map.find("sources")) SC_CHECK(read_sources(yaml, *sources));
  SC_TRY(rules, map.need("rules"));
  SC_CHECK(read_rules(yaml, *rules, dialect));
  if (auto const* const cells = map.find("cells")) SC_CHECK(read_cells(yaml, *cells, dialect));
  SC_TRY(actions, map.need("actions"));
  SC_CHECK(read_pairs(yaml, *actions, "actions",
                      [&](YamlNode const& key, YamlNode const& value) -> Result<void> {
                        SC_TRY(action, read_action(yaml, value));
                        dialect.actions[lower(key.text)] = action;
                        return {};
                      }));
  SC_CHECK(read_lists(yaml, map, dialect));
  return dialect;
}

}  // namespace safeconduct
