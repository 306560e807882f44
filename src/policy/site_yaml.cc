// SPDX-License-Identifier: GPL-3.0-or-later
// site/1 and fleet/1.
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "policy/read.h"
#include "policy/yaml_reader.h"

namespace safeconduct {
namespace {

constexpr std::array<std::string_view, 10> kSiteKeys{"schema",  "site",     "clients",  "provider",
                                                     "regions", "features", "policies", "path",
                                                     "paths",   "waivers"};
constexpr std::array<std::string_view, 2> kPathKeys{"path", "devices"};
constexpr std::array<std::string_view, 11> kDeviceKeys{"device",
                                                       "rules",
                                                       "dialect",
                                                       "enter",
                                                       "leave",
                                                       "addresses",
                                                       "masquerade-as",
                                                       "symmetric-routes",
                                                       "plain-interfaces",
                                                       "known-neighbours",
                                                       "full-listing"};
constexpr std::array<std::string_view, 7> kWaiverKeys{"requirement", "regions", "devices", "codes",
                                                      "reason",      "owner",   "expires"};
constexpr std::array<std::string_view, 3> kFleetKeys{"schema", "defaults", "sites"};
constexpr std::array<std::string_view, 4> kDefaultKeys{"provider", "regions", "features",
                                                       "policies"};

// "sites/london.yaml" is in "sites/".
std::string folder_of(std::string_view file_name) {
  auto const slash = file_name.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(file_name.substr(0, slash + 1));
}

Result<Placed<std::string>> read_placed(YamlText const& yaml, YamlNode const& node,
                                        std::string_view what) {
  SC_TRY(text, read_line(yaml, node, what));
  return Placed<std::string>{text, yaml.at(node)};
}

Result<std::optional<Placed<std::string>>> read_placed_if(YamlText const& yaml, YamlMap const& map,
                                                          std::string_view key) {
  auto const* const node = map.find(key);
  if (node == nullptr) return std::optional<Placed<std::string>>{};
  SC_TRY(placed, read_placed(yaml, *node, key));
  return std::optional<Placed<std::string>>(std::move(placed));
}

Result<SiteSettings> read_settings(YamlText const& yaml, YamlMap const& map) {
  SiteSettings settings;
  SC_TRY(provider, read_placed_if(yaml, map, "provider"));
  settings.provider = std::move(provider);
  if (auto const* const regions = map.find("regions")) {
    SC_TRY(lines, read_lines(yaml, *regions, "regions"));
    settings.regions = std::move(lines);
  }
  if (auto const* const features = map.find("features")) {
    settings.features.emplace();
    bool const none = features->kind == YamlNode::Kind::list && features->items.empty();
    if (!none) {
      SC_TRY(words, read_words(yaml, *features, "a feature", parse_feature, feature_names()));
      settings.features = words;
    }
  }
  if (auto const* const policies = map.find("policies")) {
    SC_TRY(lines, read_lines(yaml, *policies, "policies"));
    settings.policies = std::move(lines);
  }
  return settings;
}

Result<std::vector<Placed<Address>>> read_addresses(YamlText const& yaml, YamlMap const& map,
                                                    std::string_view key) {
  std::vector<Placed<Address>> addresses;
  auto const* const found = map.find(key);
  if (found == nullptr) return addresses;
  auto const& node = *found;
  SC_TRY(prefixes, read_prefixes(yaml, node, key));
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    auto const& [prefix, at] = prefixes[i];
    if (prefix.length != (prefix.address.family == Family::ip4 ? 32 : 128))
      return std::unexpected(yaml.error(ErrorKind::out_of_range, node.items[i],
                                        "'" + node.items[i].text + "' is a network",
                                        "list the addresses of the device itself"));
    addresses.push_back({prefix.address, at});
  }
  return addresses;
}

Result<Device> read_device(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(map, YamlMap::read(yaml, node, "a device", kDeviceKeys));
  Device device;
  SC_TRY(name_node, map.need("device"));
  SC_TRY(name, read_placed(yaml, *name_node, "device"));
  device.name = name.value;
  device.at = name.at;
  SC_TRY(rules_node, map.need("rules"));
  SC_TRY(rules, read_lines(yaml, *rules_node, "rules"));
  device.rules = std::move(rules);
  SC_TRY(dialect, read_placed_if(yaml, map, "dialect"));
  device.dialect = std::move(dialect);
  SC_TRY(enter, read_placed_if(yaml, map, "enter"));
  device.enter = std::move(enter);
  SC_TRY(leave, read_placed_if(yaml, map, "leave"));
  device.leave = std::move(leave);
  SC_TRY(addresses, read_addresses(yaml, map, "addresses"));
  device.addresses = std::move(addresses);
  SC_TRY(masquerade_as, read_addresses(yaml, map, "masquerade-as"));
  device.masquerade_as = std::move(masquerade_as);
  for (auto const& [key, into] : {std::pair{"symmetric-routes", &Device::symmetric_routes},
                                  std::pair{"plain-interfaces", &Device::plain_interfaces},
                                  std::pair{"known-neighbours", &Device::known_neighbours},
                                  std::pair{"full-listing", &Device::full_listing}}) {
    auto const* const said = map.find(key);
    if (said == nullptr) continue;
    SC_TRY(truth, read_bool(yaml, *said, key));
    device.*into = truth;
  }
  return device;
}

// "SC101": what a finding on a requirement can be called.
bool is_finding_code(std::string_view text) {
  return text.size() == 5 && text.starts_with("SC1") &&
         std::ranges::all_of(text.substr(3), [](char c) { return c >= '0' && c <= '9'; });
}

Result<void> read_scope(YamlText const& yaml, YamlMap const& map, Waiver& waiver) {
  for (auto const& [key, into] :
       {std::pair{"regions", &waiver.regions}, std::pair{"devices", &waiver.devices},
        std::pair{"codes", &waiver.codes}}) {
    auto const* const node = map.find(key);
    if (node == nullptr) continue;
    SC_TRY(lines, read_lines(yaml, *node, key));
    *into = std::move(lines);
  }
  for (std::size_t i = 0; i < waiver.codes.size(); ++i)
    if (!is_finding_code(waiver.codes[i].value))
      return std::unexpected(yaml.error(ErrorKind::unknown_name, map.find("codes")->items[i],
                                        "'" + waiver.codes[i].value + "' is no code of a finding",
                                        "such as SC101; 'safeconduct explain' lists them"));
  return {};
}

Result<Waiver> read_waiver(YamlText const& yaml, YamlNode const& node) {
  SC_TRY(map, YamlMap::read(yaml, node, "a waiver", kWaiverKeys));
  Waiver waiver;
  waiver.at = yaml.at(node);
  SC_TRY(requirement_node, map.need("requirement"));
  SC_TRY(id, read_id(yaml, *requirement_node, "the id of a requirement"));
  waiver.requirement = {id, yaml.at(*requirement_node)};
  SC_CHECK(read_scope(yaml, map, waiver));
  if (auto const* const owner_node = map.find("owner")) {
    SC_TRY(owner, read_line(yaml, *owner_node, "owner"));
    waiver.owner = owner;
  }
  SC_TRY(reason_node, map.need("reason"));
  SC_TRY(reason, read_text(yaml, *reason_node, "reason"));
  waiver.reason = reason;
  SC_TRY(expires_node, map.need("expires"));
  SC_TRY(expires, read_date(yaml, *expires_node, "expires"));
  waiver.expires = expires;
  return waiver;
}

// Of which device an address is, on all paths.
using Owners = std::map<Address, std::string>;

// An address leads to one device.
Result<void> own_addresses(YamlText const& yaml, YamlNode const& node, Device const& device,
                           Owners& owners) {
  SC_TRY(map, YamlMap::read(yaml, node, "a device", kDeviceKeys));
  for (std::size_t i = 0; i < device.addresses.size(); ++i) {
    auto const [owner, fresh] = owners.emplace(device.addresses[i].value, device.name);
    if (!fresh && owner->second != device.name)
      return std::unexpected(yaml.error(
          ErrorKind::conflict, map.find("addresses")->items[i],
          "'" + to_string(owner->first) + "' is an address of device '" + owner->second + "', too",
          "list it under one of them"));
  }
  return {};
}

Result<std::vector<Device>> read_path(YamlText const& yaml, YamlNode const& node,
                                      std::string_view what, Owners& owners) {
  SC_TRY(items, read_list(yaml, node, what));
  std::vector<Device> path;
  std::unordered_map<std::string, std::uint32_t> lines;  // of the names so far
  for (auto const& item : items) {
    SC_TRY(device, read_device(yaml, item));
    auto const [first, fresh] = lines.emplace(device.name, device.at.line);
    if (!fresh) {
      SC_TRY(map, YamlMap::read(yaml, item, "a device", kDeviceKeys));
      return std::unexpected(yaml.error(ErrorKind::conflict, *map.find("device"),
                                        "device '" + device.name + "' is on the path twice",
                                        "first in line " + std::to_string(first->second)));
    }
    SC_CHECK(own_addresses(yaml, item, device, owners));
    path.push_back(std::move(device));
  }
  return path;
}

// What a device is does not depend on the way to it.
Result<void> same_device_on_all(YamlText const& yaml, YamlNode const& node,
                                std::vector<SitePath> const& earlier, SitePath const& path) {
  auto const what = [](Device const& device) {
    std::vector<std::string> files;
    for (auto const& file : device.rules) files.push_back(file.value);
    return std::pair(files, device.dialect ? device.dialect->value : std::string());
  };
  for (auto const& other : earlier)
    for (auto const& known : other.devices)
      for (auto const& device : path.devices)
        if (device.name == known.name && what(device) != what(known))
          return std::unexpected(yaml.error(ErrorKind::conflict, node,
                                            "device '" + device.name +
                                                "' has other rules here "
                                                "than on path '" +
                                                other.name + "'",
                                            "two devices need two names"));
  return {};
}

Result<std::vector<SitePath>> read_paths(YamlText const& yaml, YamlNode const& node) {
  Owners owners;
  SC_TRY(items, read_list(yaml, node, "paths"));
  std::vector<SitePath> paths;
  for (auto const& item : items) {
    SC_TRY(map, YamlMap::read(yaml, item, "a path", kPathKeys));
    SitePath path;
    SC_TRY(name_node, map.need("path"));
    SC_TRY(name, read_id(yaml, *name_node, "the name of a path"));
    path.name = name;
    path.at = yaml.at(*name_node);
    for (auto const& earlier : paths)
      if (earlier.name == path.name)
        return std::unexpected(yaml.error(ErrorKind::conflict, *name_node,
                                          "path '" + path.name + "' is listed twice",
                                          "first in line " + std::to_string(earlier.at.line)));
    SC_TRY(devices_node, map.need("devices"));
    SC_TRY(devices, read_path(yaml, *devices_node, "devices", owners));
    path.devices = std::move(devices);
    SC_CHECK(same_device_on_all(yaml, *name_node, paths, path));
    paths.push_back(std::move(path));
  }
  return paths;
}

Result<void> read_ways(YamlText const& yaml, YamlMap const& root, Site& site) {
  auto const* const path = root.find("path");
  auto const* const paths = root.find("paths");
  if (path != nullptr && paths != nullptr)
    return std::unexpected(yaml.error(ErrorKind::conflict, *root.key("paths"),
                                      "the site has both 'path' and 'paths'",
                                      "make one of the paths of it"));
  if (path != nullptr) {
    Owners owners;
    SC_TRY(devices, read_path(yaml, *path, "path", owners));
    site.path = std::move(devices);
  }
  if (paths != nullptr) {
    SC_TRY(list, read_paths(yaml, *paths));
    site.paths = std::move(list);
  }
  return {};
}

Result<std::vector<Waiver>> read_waivers(YamlText const& yaml, YamlNode const& node) {
  std::vector<Waiver> waivers;
  if (node.kind == YamlNode::Kind::list && node.items.empty()) return waivers;
  SC_TRY(items, read_list(yaml, node, "waivers"));
  for (auto const& item : items) {
    SC_TRY(waiver, read_waiver(yaml, item));
    auto const first = std::ranges::find_if(
        waivers, [&](Waiver const& earlier) { return same_scope(earlier, waiver); });
    if (first != waivers.end()) {
      SC_TRY(map, YamlMap::read(yaml, item, "a waiver", kWaiverKeys));
      return std::unexpected(
          yaml.error(ErrorKind::conflict, *map.find("requirement"),
                     "requirement '" + waiver.requirement.value + "' is waived twice",
                     "first in line " + std::to_string(first->at.line)));
    }
    waivers.push_back(std::move(waiver));
  }
  return waivers;
}

}  // namespace

Result<Site> read_site(std::string file_name, std::string_view text) {
  Site site;
  site.folder = folder_of(file_name);
  YamlText const yaml(std::move(file_name), text);
  SC_TRY(tree, parse_yaml(yaml));
  SC_TRY(root, read_root(yaml, tree, "site/1", kSiteKeys));
  SC_TRY(name_node, root.need("site"));
  SC_TRY(name, read_placed(yaml, *name_node, "site"));
  site.name = name.value;
  site.at = name.at;
  SC_TRY(clients_node, root.need("clients"));
  SC_TRY(clients, read_prefixes(yaml, *clients_node, "clients"));
  site.clients = std::move(clients);
  SC_TRY(settings, read_settings(yaml, root));
  site.settings = std::move(settings);
  SC_CHECK(read_ways(yaml, root, site));
  if (auto const* const waivers = root.find("waivers")) {
    SC_TRY(list, read_waivers(yaml, *waivers));
    site.waivers = std::move(list);
  }
  return site;
}

Result<Fleet> read_fleet(std::string file_name, std::string_view text) {
  Fleet fleet;
  fleet.folder = folder_of(file_name);
  YamlText const yaml(std::move(file_name), text);
  SC_TRY(tree, parse_yaml(yaml));
  SC_TRY(root, read_root(yaml, tree, "fleet/1", kFleetKeys));
  if (auto const* const defaults = root.find("defaults")) {
    SC_TRY(map, YamlMap::read(yaml, *defaults, "the defaults", kDefaultKeys));
    SC_TRY(settings, read_settings(yaml, map));
    fleet.defaults = std::move(settings);
  }
  SC_TRY(sites_node, root.need("sites"));
  fleet.at = yaml.at(*sites_node);
  SC_TRY(sites, read_lines(yaml, *sites_node, "sites"));
  fleet.sites = std::move(sites);
  return fleet;
}

bool same_scope(Waiver const& a, Waiver const& b) {
  auto const same = [](std::vector<Placed<std::string>> const& some,
                       std::vector<Placed<std::string>> const& others) {
    return std::ranges::is_permutation(some, others, {}, &Placed<std::string>::value,
                                       &Placed<std::string>::value);
  };
  return a.requirement.value == b.requirement.value && same(a.regions, b.regions) &&
         same(a.devices, b.devices) && same(a.codes, b.codes);
}

Site with_defaults(Site site, SiteSettings const& defaults) {
  if (!site.settings.provider) site.settings.provider = defaults.provider;
  if (site.settings.regions.empty()) site.settings.regions = defaults.regions;
  if (!site.settings.features) site.settings.features = defaults.features;
  if (site.settings.policies.empty()) site.settings.policies = defaults.policies;
  return site;
}

}  // namespace safeconduct
