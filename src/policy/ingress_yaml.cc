// SPDX-License-Identifier: GPL-3.0-or-later
// ingress-ranges/1.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "policy/read.h"
#include "policy/yaml_reader.h"

namespace safeconduct {
namespace {

using SourceTable = std::optional<std::vector<Source>>;
constexpr std::size_t kMostAround = 1000;  // ranges that contain one prefix, other days included

using IdLines = std::unordered_map<std::string, std::uint32_t>;

constexpr std::array<std::string_view, 7> kFileKeys{"schema",   "provider", "cloud",  "version",
                                                    "complete", "sources",  "regions"};
constexpr std::array<std::string_view, 6> kRegionKeys{"id",      "name",    "country",
                                                      "aliases", "anycast", "ranges"};
constexpr std::array<std::string_view, 7> kRangeKeys{"prefix",     "service", "from", "until",
                                                     "confidence", "sources", "note"};

Result<std::string> read_country(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(text, read_line(yaml, node, "country"));
  bool const letters = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.size() == 2 && letters) return std::move(text);
  return std::unexpected(yaml.error(ErrorKind::out_of_range, node,
                                    "'" + text + "' is not a country code",
                                    "two capital letters of ISO 3166-1, in quotes: \"NO\""));
}

Result<std::optional<Date>> read_day_or_null(YamlText const& yaml, YamlNode const* node,
                                             std::string_view what) {
  if (node == nullptr || node->kind == YamlNode::Kind::null) return std::optional<Date>{};
  SC_TRY(date, read_date(yaml, *node, what));
  return std::optional<Date>(date);
}

Result<Range> read_range(YamlText const& yaml, YamlNode const& node, SourceTable const& table) {
  SC_TRY(map, YamlMap::read(yaml, node, "a range", kRangeKeys));
  Range range;
  SC_TRY(prefix_node, map.need("prefix"));
  SC_TRY(prefix, read_prefix(yaml, *prefix_node));
  range.prefix = prefix;
  range.at = yaml.at(*prefix_node);
  SC_TRY(service_node, map.need("service"));
  SC_TRY(service, read_word(yaml, *service_node, "a service", parse_feature, feature_names()));
  range.service = service;
  SC_TRY(from, read_day_or_null(yaml, map.find("from"), "from"));
  SC_TRY(until, read_day_or_null(yaml, map.find("until"), "until"));
  range.from = from;
  range.until = until;
  if (from && until && *until < *from)
    return std::unexpected(yaml.error(ErrorKind::out_of_range, *map.find("until"),
                                      "'until' is before 'from'",
                                      "until is the last day in effect"));
  if (auto const* const confidence = map.find("confidence")) {
    SC_TRY(word,
           read_word(yaml, *confidence, "a confidence", parse_confidence, confidence_names()));
    range.confidence = word;
  }
  if (auto const* const sources = map.find("sources")) {
    SC_TRY(keys, read_source_keys(yaml, *sources, table));
    range.sources = std::move(keys);
  }
  if (auto const* const note = map.find("note")) {
    SC_TRY(text, read_text(yaml, *note, "note"));
    range.note = text;
  }
  return range;
}

bool days_overlap(Range const& a, Range const& b) {
  auto const starts_by_end = [](Range const& early, Range const& late) {
    return !early.until || !late.from || *late.from <= *early.until;
  };
  return starts_by_end(a, b) && starts_by_end(b, a);
}

// Two ranges of one service that hold the same address on the same day: one is a slip, and its
// days or confidence would be the other's.
Result<void> check_overlaps(YamlText const& yaml, std::span<YamlNode const> items,
                            std::vector<Range> const& ranges) {
  std::vector<std::size_t> order(ranges.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  // Prefixes nest or are disjoint: in this order, what contains a prefix stands before it.
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(ranges[i].prefix, i); });
  std::vector<std::size_t> around;  // the prefixes that contain the present one
  for (auto const i : order) {
    auto const own = interval(ranges[i].prefix);
    std::erase_if(around, [&](std::size_t j) {
      return ranges[j].prefix.address.family != ranges[i].prefix.address.family ||
             !interval(ranges[j].prefix).contains(own);
    });
    for (auto const j : around) {
      if (ranges[j].service != ranges[i].service || !days_overlap(ranges[i], ranges[j])) continue;
      auto const& later = std::max(i, j) == i ? ranges[i] : ranges[j];
      auto const& earlier = std::max(i, j) == i ? ranges[j] : ranges[i];
      return std::unexpected(yaml.error(
          ErrorKind::conflict, items[std::max(i, j)].items.front(),
          to_string(later.prefix) + " overlaps " + to_string(earlier.prefix) + " of the same " +
              "service and region",
          "in line " + std::to_string(earlier.at.line) + ", in effect on the same days"));
    }
    around.push_back(i);
    if (around.size() > kMostAround)
      return std::unexpected(
          yaml.error(ErrorKind::limit, items[i],
                     "more than " + std::to_string(kMostAround) + " ranges around this prefix"));
  }
  return {};
}

Result<void> add_id(YamlText const& yaml, YamlNode const& node, std::string const& id,
                    IdLines& lines) {
  auto const [first, fresh] = lines.emplace(id, yaml.at(node).line);
  if (fresh) return {};
  return std::unexpected(yaml.error(ErrorKind::conflict, node,
                                    "region '" + id + "' is defined twice",
                                    "first in line " + std::to_string(first->second)));
}

Result<std::vector<std::string>> read_aliases(YamlText const& yaml, YamlNode const& node,
                                              IdLines& lines) {
  SC_TRY(items, read_list(yaml, node, "aliases"));
  std::vector<std::string> aliases;
  for (auto const& item : items) {
    SC_TRY(alias, read_id(yaml, item, "the alias of a region"));
    SC_CHECK(add_id(yaml, item, alias, lines));
    aliases.push_back(alias);
  }
  return aliases;
}

Result<std::vector<Range>> read_ranges(YamlText const& yaml, YamlNode const& node,
                                       SourceTable const& table) {
  SC_TRY(items, read_list(yaml, node, "ranges"));
  std::vector<Range> ranges;
  for (auto const& item : items) {
    SC_TRY(range, read_range(yaml, item, table));
    ranges.push_back(std::move(range));
  }
  SC_CHECK(check_overlaps(yaml, items, ranges));
  return ranges;
}

Result<Region> read_region(YamlText const& yaml, YamlNode const& node, SourceTable const& table,
                           IdLines& lines) {
  SC_TRY(map, YamlMap::read(yaml, node, "a region", kRegionKeys));
  Region region;
  SC_TRY(id_node, map.need("id"));
  SC_TRY(id, read_id(yaml, *id_node, "the id of a region"));
  SC_CHECK(add_id(yaml, *id_node, id, lines));
  region.id = id;
  region.at = yaml.at(*id_node);
  if (auto const* const name = map.find("name")) {
    SC_TRY(text, read_line(yaml, *name, "name"));
    region.name = text;
  }
  if (auto const* const country = map.find("country")) {
    SC_TRY(text, read_country(yaml, *country));
    region.country = text;
  }
  if (auto const* const aliases = map.find("aliases")) {
    SC_TRY(list, read_aliases(yaml, *aliases, lines));
    region.aliases = list;
  }
  if (auto const* const anycast = map.find("anycast")) {
    SC_TRY(flag, read_bool(yaml, *anycast, "anycast"));
    region.anycast = flag;
  }
  if (auto const* const ranges = map.find("ranges")) {
    SC_TRY(list, read_ranges(yaml, *ranges, table));
    region.ranges = std::move(list);
  }  // else the region is known to exist, and its addresses are not
  return region;
}

Result<void> read_header(YamlText const& yaml, YamlMap const& root, IngressRanges& ranges) {
  SC_TRY(provider_node, root.need("provider"));
  SC_TRY(provider, read_id(yaml, *provider_node, "the id of a provider"));
  ranges.provider = provider;
  ranges.at = yaml.at(*provider_node);
  if (auto const* const cloud = root.find("cloud")) {
    SC_TRY(text, read_id(yaml, *cloud, "the name of a cloud"));
    ranges.cloud = text;
  }
  if (auto const* const version = root.find("version")) {
    SC_TRY(text, read_line(yaml, *version, "version"));
    ranges.version = text;
  }
  if (auto const* const complete = root.find("complete")) {
    SC_TRY(flag, read_bool(yaml, *complete, "complete"));
    ranges.complete = flag;
  }
  return {};
}

}  // namespace

Result<IngressRanges> read_ingress_ranges(std::string file_name, std::string_view text) {
  YamlText const yaml(std::move(file_name), text);
  SC_TRY(tree, parse_yaml(yaml));
  SC_TRY(root, read_root(yaml, tree, "ingress-ranges/1", kFileKeys));
  IngressRanges ranges;
  SC_CHECK(read_header(yaml, root, ranges));
  SourceTable table;
  if (auto const* const sources = root.find("sources")) {
    SC_TRY(read, read_sources(yaml, *sources));
    ranges.sources = read;
    table = std::move(read);
  }
  SC_TRY(list, root.need("regions"));
  SC_TRY(items, read_list(yaml, *list, "regions"));
  IdLines lines;
  for (auto const& item : items) {
    SC_TRY(region, read_region(yaml, item, table, lines));
    ranges.regions.push_back(std::move(region));
  }
  return ranges;
}

}  // namespace safeconduct
