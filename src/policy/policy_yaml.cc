// SPDX-License-Identifier: GPL-3.0-or-later
// policy/1.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "packet/field.h"
#include "policy/read.h"
#include "policy/yaml_reader.h"

namespace safeconduct {
namespace {

using SourceTable = std::optional<std::vector<Source>>;

constexpr std::size_t kMostPorts = 1000;  // each is a flow of its own to prove

constexpr std::array<std::string_view, 6> kPolicyKeys{"schema",      "id",      "title",
                                                      "description", "sources", "requirements"};
constexpr std::array<std::string_view, 16> kRequirementKeys{
    "id",     "title",  "feature", "level",       "expect", "protocol", "ports",      "to",
    "any_of", "breaks", "impact",  "constraints", "probe",  "sources",  "confidence", "notes"};
constexpr std::array<std::string_view, 5> kToKeys{"addresses", "names", "ingress", "anywhere",
                                                  "anywhere_but"};
constexpr std::array<std::string_view, 3> kProbeKeys{"kind", "name", "expect"};

Result<std::vector<Placed<std::string>>> read_names(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(items, read_list(yaml, node, "names"));
  std::vector<Placed<std::string>> names;
  std::unordered_set<std::string> seen;
  for (auto const& item : items) {
    SC_TRY(name, read_domain(yaml, item));
    if (!seen.insert(name).second)
      return std::unexpected(
          yaml.error(ErrorKind::conflict, item, "'" + name + "' is listed twice"));
    names.push_back({name, yaml.at(item)});
  }
  return names;
}

Result<Destination> read_anywhere(YamlText const& yaml, YamlMap const& to) {
  if (to.node().items.size() > 2)
    return std::unexpected(yaml.error(ErrorKind::conflict, to.node(),
                                      "'anywhere' and 'anywhere_but' stand alone in 'to'"));
  if (auto const* const but = to.find("anywhere_but")) {
    SC_TRY(prefixes, read_prefixes(yaml, *but, "anywhere_but"));
    return ToAnywhere{std::move(prefixes)};
  }
  auto const& said = *to.find("anywhere");
  SC_TRY(anywhere, read_bool(yaml, said, "anywhere"));
  if (!anywhere)
    return std::unexpected(yaml.error(ErrorKind::out_of_range, said,
                                      "'anywhere: false' says nothing",
                                      "list addresses, names or an ingress service"));
  return ToAnywhere{};
}

Result<Destination> read_destination(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(to, YamlMap::read(yaml, node, "'to'", kToKeys));
  if (to.find("anywhere") != nullptr || to.find("anywhere_but") != nullptr)
    return read_anywhere(yaml, to);
  auto const* const addresses = to.find("addresses");
  auto const* const names = to.find("names");
  auto const* const ingress = to.find("ingress");
  if (ingress != nullptr && addresses != nullptr)
    return std::unexpected(yaml.error(ErrorKind::conflict, *to.key("ingress"),
                                      "'to' has both 'addresses' and 'ingress'",
                                      "make two requirements of it"));
  std::vector<Placed<std::string>> name_list;
  if (names != nullptr) {
    SC_TRY(read, read_names(yaml, *names));
    name_list = std::move(read);
  }
  if (ingress != nullptr) {
    SC_TRY(service, read_word(yaml, *ingress, "a service", parse_feature, feature_names()));
    return ToIngress{service, std::move(name_list)};
  }
  ToListed listed;
  listed.names = std::move(name_list);
  if (addresses != nullptr) {
    SC_TRY(read, read_prefixes(yaml, *addresses, "addresses"));
    listed.addresses = std::move(read);
  }
  if (listed.addresses.empty() && listed.names.empty())
    return std::unexpected(
        yaml.error(ErrorKind::syntax, node, "'to' names no destination", known_words("", kToKeys)));
  return listed;
}

// Ports stand where every protocol has them, and nowhere else.
Result<std::vector<PortInterval>> read_port_list(YamlText const& yaml, YamlMap const& map,
                                                 std::vector<std::uint32_t> const& protocols) {
  auto const with_ports = std::ranges::count_if(protocols, has_ports);
  auto const all = static_cast<std::ptrdiff_t>(protocols.size());
  if (with_ports != 0 && with_ports != all)
    return std::unexpected(yaml.error(ErrorKind::conflict, *map.find("protocol"),
                                      "protocols with and without ports in one requirement",
                                      "make two requirements of it"));
  auto const* const node = map.find("ports");
  if (with_ports == 0 && node != nullptr)
    return std::unexpected(yaml.error(ErrorKind::conflict, *map.key("ports"),
                                      l4proto_name(protocols.front()) + " has no ports"));
  if (with_ports == 0) return std::vector<PortInterval>{};
  if (node == nullptr) return std::unexpected(map.need("ports").error());
  SC_TRY(items, read_list_or_one(yaml, *node, "ports"));
  if (items.size() > kMostPorts)
    return std::unexpected(yaml.error(ErrorKind::limit, *node,
                                      "more than " + std::to_string(kMostPorts) + " ports",
                                      "write ranges, as 8080-8090"));
  std::vector<PortInterval> ports;
  for (auto const& item : items) {
    SC_TRY(interval, read_ports(yaml, item));
    for (auto const& earlier : ports)
      if (earlier.overlaps(interval))
        return std::unexpected(
            yaml.error(ErrorKind::conflict, item, "port '" + item.text + "' is listed twice"));
    ports.push_back(interval);
  }
  return ports;
}

Result<Probe> read_probe(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(map, YamlMap::read(yaml, node, "a probe", kProbeKeys));
  SC_TRY(kind_node, map.need("kind"));
  SC_TRY(kind,
         read_word(yaml, *kind_node, "a kind of probe", parse_probe_kind, probe_kind_names()));
  Probe probe;
  probe.kind = kind;
  probe.at = yaml.at(node);
  if (auto const* const name = map.find("name")) {
    SC_TRY(text, read_line(yaml, *name, "name"));
    probe.name = text;
  }
  if (auto const* const expect = map.find("expect")) {
    if (expect->kind != YamlNode::Kind::map)
      return std::unexpected(
          yaml.error(ErrorKind::syntax, *expect, "expect must be a map, not " + describe(*expect)));
    for (std::size_t i = 0; i + 1 < expect->items.size(); i += 2) {
      SC_TRY(text, read_line(yaml, expect->items[i + 1], "'" + expect->items[i].text + "'"));
      probe.expect.emplace_back(expect->items[i].text, text);
    }
  }
  return probe;
}

Result<std::vector<Placed<std::string>>> read_breaks(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(breaks, read_lines(yaml, node, "breaks"));
  auto const states = client_states();
  for (std::size_t i = 0; i < breaks.size(); ++i)
    if (std::ranges::find(states, breaks[i].value) == states.end())
      return std::unexpected(yaml.error(ErrorKind::unknown_name, node.items[i],
                                        "'" + breaks[i].value + "' is not a state of a client",
                                        known_words(breaks[i].value, states)));
  return std::move(breaks);
}

// What every requirement says.
Result<Requirement> read_must_haves(YamlText const& yaml, YamlMap const& map) {
  Requirement requirement;
  SC_TRY(id_node, map.need("id"));
  SC_TRY(id, read_id(yaml, *id_node, "the id of a requirement"));
  requirement.id = id;
  requirement.at = yaml.at(*id_node);
  SC_TRY(feature_node, map.need("feature"));
  SC_TRY(feature, read_word(yaml, *feature_node, "a feature", parse_feature, feature_names()));
  requirement.feature = feature;
  SC_TRY(level_node, map.need("level"));
  SC_TRY(level, read_word(yaml, *level_node, "a level", parse_level, level_names()));
  requirement.level = level;
  SC_TRY(expect_node, map.need("expect"));
  SC_TRY(expect, read_word(yaml, *expect_node, "an expectation", parse_expect, expect_names()));
  requirement.expect = expect;
  SC_TRY(protocol_node, map.need("protocol"));
  SC_TRY(protocols,
         read_words(yaml, *protocol_node, "a protocol", parse_protocol, protocol_names()));
  requirement.protocols = protocols;
  SC_TRY(ports, read_port_list(yaml, map, protocols));
  requirement.ports = ports;
  SC_TRY(to_node, map.need("to"));
  SC_TRY(to, read_destination(yaml, *to_node));
  requirement.to = std::move(to);
  return requirement;
}

Result<void> read_effects(YamlText const& yaml, YamlMap const& map, Requirement& requirement) {
  if (auto const* const any_of = map.find("any_of")) {
    SC_TRY(group, read_id(yaml, *any_of, "the name of a group"));
    requirement.any_of = group;
  }
  if (auto const* const breaks = map.find("breaks")) {
    SC_TRY(states, read_breaks(yaml, *breaks));
    requirement.breaks = std::move(states);
  }
  if (auto const* const constraints = map.find("constraints")) {
    SC_TRY(words,
           read_words(yaml, *constraints, "a constraint", parse_constraint, constraint_names()));
    requirement.constraints = words;
  }
  if (auto const* const probe = map.find("probe")) {
    SC_TRY(read, read_probe(yaml, *probe));
    requirement.probe = std::move(read);
  }
  return {};
}

Result<void> read_words_of(YamlText const& yaml, YamlMap const& map, SourceTable const& table,
                           Requirement& requirement) {
  if (auto const* const title = map.find("title")) {
    SC_TRY(text, read_line(yaml, *title, "title"));
    requirement.title = text;
  }
  if (auto const* const impact = map.find("impact")) {
    SC_TRY(text, read_text(yaml, *impact, "impact"));
    requirement.impact = text;
  }
  if (auto const* const notes = map.find("notes")) {
    SC_TRY(text, read_text(yaml, *notes, "notes"));
    requirement.notes = text;
  }
  if (auto const* const sources = map.find("sources")) {
    SC_TRY(keys, read_source_keys(yaml, *sources, table));
    requirement.sources = std::move(keys);
  }
  if (auto const* const confidence = map.find("confidence")) {
    SC_TRY(word,
           read_word(yaml, *confidence, "a confidence", parse_confidence, confidence_names()));
    requirement.confidence = word;
  }
  return {};
}

Result<Requirement> read_requirement(YamlText const& yaml, YamlNode const& node,
                                     SourceTable const& table) {
  SC_TRY(map, YamlMap::read(yaml, node, "a requirement", kRequirementKeys));
  SC_TRY(requirement, read_must_haves(yaml, map));
  SC_CHECK(read_effects(yaml, map, requirement));
  SC_CHECK(read_words_of(yaml, map, table, requirement));
  return std::move(requirement);
}

Result<void> read_header(YamlText const& yaml, YamlMap const& root, Policy& policy) {
  SC_TRY(id_node, root.need("id"));
  SC_TRY(id, read_id(yaml, *id_node, "the id of a policy"));
  policy.id = id;
  policy.at = yaml.at(*id_node);
  if (auto const* const title = root.find("title")) {
    SC_TRY(text, read_line(yaml, *title, "title"));
    policy.title = text;
  }
  if (auto const* const description = root.find("description")) {
    SC_TRY(text, read_text(yaml, *description, "description"));
    policy.description = text;
  }
  return {};
}

}  // namespace

Result<Policy> read_policy(std::string file_name, std::string_view text) {
  YamlText const yaml(std::move(file_name), text);
  SC_TRY(tree, parse_yaml(yaml));
  SC_TRY(root, read_root(yaml, tree, "policy/1", kPolicyKeys));
  Policy policy;
  SC_CHECK(read_header(yaml, root, policy));
  SourceTable table;
  if (auto const* const sources = root.find("sources")) {
    SC_TRY(read, read_sources(yaml, *sources));
    policy.sources = read;
    table = std::move(read);
  }
  SC_TRY(list, root.need("requirements"));
  SC_TRY(items, read_list(yaml, *list, "requirements"));
  std::unordered_map<std::string, std::uint32_t> lines;  // of the ids so far
  for (auto const& item : items) {
    SC_TRY(requirement, read_requirement(yaml, item, table));
    auto const [first, fresh] = lines.emplace(requirement.id, requirement.at.line);
    if (!fresh) {
      SC_TRY(map, YamlMap::read(yaml, item, "a requirement", kRequirementKeys));
      return std::unexpected(yaml.error(ErrorKind::conflict, *map.find("id"),
                                        "requirement '" + requirement.id + "' is defined twice",
                                        "first in line " + std::to_string(first->second)));
    }
    policy.requirements.push_back(std::move(requirement));
  }
  return policy;
}

}  // namespace safeconduct
