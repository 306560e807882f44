// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/yaml_reader.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kLongestId = 64;
constexpr std::size_t kLongestDomain = 253;  // RFC 1035, 2.3.4, without the last dot
constexpr std::size_t kLongestLabel = 63;
constexpr std::uint32_t kLastPort = 65535;

std::unexpected<Error> wrong_type(YamlText const& yaml, YamlNode const& node, std::string_view what,
                                  std::string_view wanted, std::string hint = {}) {
  return std::unexpected(
      yaml.error(ErrorKind::syntax, node,
                 std::string(what) + " must be " + std::string(wanted) + ", not " + describe(node),
                 std::move(hint)));
}

// Decimal digits only, without leading zeros: 022 is 18 to YAML and 22 to everybody else.
std::optional<std::uint32_t> port_number(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return std::nullopt;
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value > kLastPort) return std::nullopt;
  return value;
}

bool is_domain_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_domain(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.size() > kLongestDomain || name.find('.') == std::string_view::npos) return false;
  while (true) {
    auto const dot = name.find('.');
    if (!is_domain_label(name.substr(0, dot))) return false;
    // The last label is a word: 10.1.2 is a slip of an address.
    if (dot == std::string_view::npos) return name.front() < '0' || name.front() > '9';
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

// ---- maps ------------------------------------------------------------------------------------

Result<YamlMap> YamlMap::read(YamlText const& yaml, YamlNode const& node, std::string_view what,
                              std::span<std::string_view const> keys) {
  if (node.kind != YamlNode::Kind::map)
    return wrong_type(yaml, node, what, "a map", known_words("", keys));
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    auto const& key = node.items[i];
    if (std::ranges::find(keys, key.text) == keys.end())
      return std::unexpected(yaml.error(ErrorKind::unknown_name, key,
                                        "unknown key '" + key.text + "' in " + std::string(what),
                                        known_words(key.text, keys)));
  }
  return YamlMap(yaml, node, what);
}

YamlNode const* YamlMap::key(std::string_view key) const {
  for (std::size_t i = 0; i + 1 < node_->items.size(); i += 2)
    if (node_->items[i].text == key) return &node_->items[i];
  return nullptr;
}

YamlNode const* YamlMap::find(std::string_view key) const {
  auto const* const found = this->key(key);
  return found == nullptr ? nullptr : found + 1;
}

Result<YamlNode const*> YamlMap::need(std::string_view key) const {
  if (auto const* const value = find(key)) return value;
  return std::unexpected(yaml_->error(ErrorKind::syntax, *node_,
                                      std::string(what_) + " has no '" + std::string(key) + "'"));
}

Result<YamlMap> read_root(YamlText const& yaml, YamlNode const& root, std::string_view schema,
                          std::span<std::string_view const> keys) {
  std::string const wanted = "schema: " + std::string(schema);
  if (root.kind == YamlNode::Kind::null)
    return std::unexpected(yaml.error(ErrorKind::syntax, root, "the file is empty",
                                      "it starts with '" + wanted + "'"));
  if (root.kind != YamlNode::Kind::map)
    return wrong_type(yaml, root, "the file", "a map", "it starts with '" + wanted + "'");
  // The schema first: a file of another kind is told so, not that all its keys are unknown.
  for (std::size_t i = 0; i + 1 < root.items.size(); i += 2) {
    if (root.items[i].text != "schema") continue;
    auto const& value = root.items[i + 1];
    SC_TRY(text, read_line(yaml, value, "schema"));
    if (text != schema)
      return std::unexpected(yaml.error(ErrorKind::unknown_name, value,
                                        "schema '" + text + "' is not what is read here",
                                        "'" + wanted + "' is"));
    return YamlMap::read(yaml, root, "the file", keys);
  }
  return std::unexpected(yaml.error(ErrorKind::syntax, root, "the file has no 'schema'",
                                    "it starts with '" + wanted + "'"));
}

// ---- scalars ---------------------------------------------------------------------------------

std::string describe(YamlNode const& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "'" + node.text + "'";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  std::abort();  // not a Kind
}

Result<std::string> read_text(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  if (node.kind != YamlNode::Kind::scalar) return wrong_type(yaml, node, what, "text");
  auto const end = node.text.find_last_not_of(" \t\n");
  if (end == std::string::npos)
    return std::unexpected(
        yaml.error(ErrorKind::syntax, node, std::string(what) + " must not be empty"));
  return node.text.substr(0, end + 1);  // a block scalar ends in a newline
}

Result<std::string> read_line(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  SC_TRY(text, read_text(yaml, node, what));
  if (text.find('\n') != std::string::npos)
    return std::unexpected(
        yaml.error(ErrorKind::syntax, node, std::string(what) + " must be one line"));
  return std::move(text);
}

Result<std::string> read_id(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  SC_TRY(text, read_line(yaml, node, what));
  bool const letters = std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!letters || text.front() == '-' || text.size() > kLongestId)
    return std::unexpected(
        yaml.error(ErrorKind::out_of_range, node, "'" + text + "' cannot be " + std::string(what),
                   "letters a-z, digits and '-', at most " + std::to_string(kLongestId)));
  return std::move(text);
}

Result<bool> read_bool(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::scalar && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  return wrong_type(yaml, node, what, "true or false");
}

Result<Date> read_date(YamlText const& yaml, YamlNode const& node, std::string_view what) {
  SC_TRY(text, read_line(yaml, node, what));
  if (auto const date = parse_date(text)) return *date;
  return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                    std::string(what) + " '" + text + "' is not a day",
                                    "a day is written 2026-11-23"));
}

Result<std::string> read_domain(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(text, read_line(yaml, node, "a name"));
  auto name = lower(text);
  if (name.ends_with('.')) name.pop_back();
  if (parse_address(name))
    return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                      "'" + text + "' is an address, not a name",
                                      "list it under 'addresses'"));
  if (!is_domain(name))
    return std::unexpected(
        yaml.error(ErrorKind::out_of_range, node, "'" + text + "' is not a domain name",
                   "a full name, as sync.hydra.opendns.com, or one with a first label of *"));
  return name;
}

Result<Prefix> read_prefix(YamlText const& yaml, YamlNode const& node) {
  if (node.kind != YamlNode::Kind::scalar)
    return wrong_type(yaml, node, "a prefix", "text", "put an IPv6 prefix in quotes");
  auto const prefix = parse_prefix(node.text);
  if (!prefix)
    return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                      "'" + node.text + "' is not an address or prefix",
                                      "as 192.0.2.1, 192.0.2.0/24 or \"2001:db8::/32\""));
  if (has_host_bits(*prefix))
    return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                      "'" + node.text + "' has bits set after its length",
                                      "the network is " + to_string(without_host_bits(*prefix)) +
                                          "; one host is " + to_string(prefix->address)));
  if (is_mapped_ip4(*prefix))
    return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                      "'" + node.text + "' is IPv4 written as IPv6",
                                      "write the IPv4 address itself"));
  return *prefix;
}

Result<PortInterval> read_ports(YamlText const& yaml, YamlNode const& node) {
  if (node.kind != YamlNode::Kind::scalar)
    return wrong_type(yaml, node, "a port", "a number or a range");
  std::string_view const text = node.text;
  auto const dash = text.find('-');
  auto const first = port_number(text.substr(0, dash));
  auto const last = dash == std::string_view::npos ? first : port_number(text.substr(dash + 1));
  if (!first || !last)
    return std::unexpected(yaml.error(
        ErrorKind::out_of_range, node, "'" + node.text + "' is not a port",
        "a decimal number from 1 to 65535 without leading zeros, or a range as 8080-8090"));
  if (*first > *last)
    return std::unexpected(
        yaml.error(ErrorKind::out_of_range, node, "port range '" + node.text + "' runs backwards"));
  return PortInterval{*first, *last};
}

// ---- lists -----------------------------------------------------------------------------------

Result<std::span<YamlNode const>> read_list(YamlText const& yaml, YamlNode const& node,
                                            std::string_view what) {
  if (node.kind != YamlNode::Kind::list) return wrong_type(yaml, node, what, "a list");
  if (node.items.empty())
    return std::unexpected(yaml.error(ErrorKind::syntax, node,
                                      std::string(what) + " must not be an empty list",
                                      "leave the key out, or list something"));
  return std::span<YamlNode const>(node.items);
}

Result<std::span<YamlNode const>> read_list_or_one(YamlText const& yaml, YamlNode const& node,
                                                   std::string_view what) {
  if (node.kind == YamlNode::Kind::scalar) return std::span<YamlNode const>(&node, 1);
  return read_list(yaml, node, what);
}

Result<std::vector<Placed<std::string>>> read_lines(YamlText const& yaml, YamlNode const& node,
                                                    std::string_view what) {
  SC_TRY(items, read_list(yaml, node, what));
  std::vector<Placed<std::string>> result;
  std::unordered_set<std::string_view> seen;
  for (auto const& item : items) {
    SC_TRY(text, read_line(yaml, item, "an entry of " + std::string(what)));
    if (!seen.insert(item.text).second)
      return std::unexpected(
          yaml.error(ErrorKind::conflict, item, "'" + text + "' is listed twice"));
    result.push_back({std::move(text), yaml.at(item)});
  }
  return result;
}

Result<std::vector<Placed<Prefix>>> read_prefixes(YamlText const& yaml, YamlNode const& node,
                                                  std::string_view what) {
  SC_TRY(items, read_list(yaml, node, what));
  std::vector<Placed<Prefix>> result;
  for (auto const& item : items) {
    SC_TRY(prefix, read_prefix(yaml, item));
    result.push_back({prefix, yaml.at(item)});
  }
  // The same prefix twice is a slip of the pen, and would be reported twice.
  std::vector<std::size_t> order(result.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(result[i].value, i); });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (result[order[i]].value == result[order[i - 1]].value)
      return std::unexpected(yaml.error(ErrorKind::conflict, items[order[i]],
                                        "'" + items[order[i]].text + "' is listed twice"));
  return result;
}

// ---- sources ---------------------------------------------------------------------------------

Result<std::string> read_sha256(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(text, read_line(yaml, node, "sha256"));
  bool const digits = std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (text.size() == 64 && digits) return std::move(text);
  return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                    "'" + text + "' is not a SHA-256", "64 digits 0-9, a-f"));
}

Result<std::vector<Source>> read_sources(YamlText const& yaml, YamlNode const& node) {
  static constexpr std::array<std::string_view, 4> kKeys{"title", "url", "retrieved", "sha256"};
  if (node.kind != YamlNode::Kind::map || node.items.empty())
    return wrong_type(yaml, node, "sources", "a map of keys to {title, url, retrieved}");
  std::vector<Source> result;
  for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
    SC_TRY(key, read_id(yaml, node.items[i], "the key of a source"));
    SC_TRY(map, YamlMap::read(yaml, node.items[i + 1], "a source", kKeys));
    Source source;
    source.key = key;
    source.at = yaml.at(node.items[i]);
    SC_TRY(title, map.need("title"));
    SC_TRY(title_text, read_line(yaml, *title, "title"));
    source.title = title_text;
    if (auto const* const url = map.find("url")) {
      SC_TRY(text, read_line(yaml, *url, "url"));
      source.url = text;
    }
    if (auto const* const retrieved = map.find("retrieved")) {
      SC_TRY(date, read_date(yaml, *retrieved, "retrieved"));
      source.retrieved = date;
    }
    if (auto const* const sha256 = map.find("sha256")) {
      SC_TRY(digest, read_sha256(yaml, *sha256));
      source.sha256 = digest;
    }
    result.push_back(std::move(source));
  }
  return result;
}

Result<std::vector<Placed<std::string>>> read_source_keys(
    YamlText const& yaml, YamlNode const& node, std::optional<std::vector<Source>> const& table) {
  SC_TRY(keys, read_lines(yaml, node, "sources"));
  if (!table) return std::move(keys);
  std::vector<std::string_view> known;
  for (auto const& source : *table) known.push_back(source.key);
  std::unordered_set<std::string_view> const defined(known.begin(), known.end());
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!defined.contains(keys[i].value))
      return std::unexpected(yaml.error(ErrorKind::unknown_name, node.items[i],
                                        "source '" + keys[i].value + "' is not defined",
                                        known_words(keys[i].value, known)));
  return std::move(keys);
}

}  // namespace safeconduct
