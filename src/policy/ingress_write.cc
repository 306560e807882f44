// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/ingress_write.h"

namespace safeconduct {
namespace {

// In double quotes: nothing in it is taken for anything but text.
std::string yaml_quoted(std::string_view text) {
  std::string result = "\"";
  for (char const c : text) {
    if (c == '\n') {
      result += "\\n";
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

template <class List, class Text>
std::string listed(List const& list, Text const& text) {
  std::string result = "[";
  for (auto const& one : list) result += (result.size() > 1 ? ", " : "") + text(one);
  return result + ']';
}

std::string prefix_text(Prefix const& prefix) {
  auto const text = to_string(prefix);
  return prefix.address.family == Family::ip6 ? yaml_quoted(text) : text;
}

std::string source_line(Source const& source) {
  std::string line = "  " + source.key + ": {title: " + yaml_quoted(source.title);
  if (!source.url.empty()) line += ", url: " + yaml_quoted(source.url);
  if (source.retrieved) line += ", retrieved: " + to_string(*source.retrieved);
  if (!source.sha256.empty()) line += ", sha256: " + yaml_quoted(source.sha256);
  return line + "}\n";
}

std::string range_line(Range const& range) {
  std::string line = "      - {prefix: " + prefix_text(range.prefix) +
                     ", service: " + std::string(name(range.service));
  if (range.from) line += ", from: " + to_string(*range.from);
  if (range.until) line += ", until: " + to_string(*range.until);
  if (range.confidence) line += ", confidence: " + std::string(name(*range.confidence));
  if (!range.sources.empty())
    line += ", sources: " + listed(range.sources, [](auto const& key) { return key.value; });
  if (!range.note.empty()) line += ", note: " + yaml_quoted(range.note);
  return line + "}\n";
}

std::string region_lines(Region const& region) {
  std::string lines = "  - id: " + yaml_quoted(region.id) + '\n';
  if (!region.name.empty()) lines += "    name: " + yaml_quoted(region.name) + '\n';
  if (!region.country.empty()) lines += "    country: " + yaml_quoted(region.country) + '\n';
  if (!region.aliases.empty())
    lines += "    aliases: " + listed(region.aliases, yaml_quoted) + '\n';
  if (region.anycast) lines += "    anycast: true\n";
  if (!region.ranges.empty()) lines += "    ranges:\n";
  for (auto const& range : region.ranges) lines += range_line(range);
  return lines;
}

}  // namespace

std::string write_ingress_ranges(IngressRanges const& ranges) {
  std::string text = "schema: ingress-ranges/1\nprovider: " + yaml_quoted(ranges.provider) +
                     "\ncloud: " + yaml_quoted(ranges.cloud) + '\n';
  if (!ranges.version.empty()) text += "version: " + yaml_quoted(ranges.version) + '\n';
  text += std::string("complete: ") + (ranges.complete ? "true" : "false") + '\n';
  if (!ranges.sources.empty()) text += "\nsources:\n";
  for (auto const& source : ranges.sources) text += source_line(source);
  text += "\nregions:\n";
  for (auto const& region : ranges.regions) text += region_lines(region);
  return text;
}

}  // namespace safeconduct
