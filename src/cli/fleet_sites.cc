// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/fleet_sites.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/in_parallel.h"
#include "base/sha256.h"
#include "cli/data.h"
#include "policy/read.h"

namespace safeconduct {
namespace {

// The folder is a path, and no pattern, whatever is in its name.
std::string escaped(std::string_view folder) {
  std::string text;
  for (char const c : folder) {
    if (std::string_view("*?[\\").contains(c)) text += '\\';
    text += c;
  }
  return text;
}

// Results are JSON, which holds no bytes that are no text: a name with such bytes is told by them,
// so that no two names become one.
std::string id_of(std::string const& name) {
  if (printable(name) == name) return name;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (char const c : name) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      text += c;
    } else {
      text += {'\\', 'x', kDigits[byte / 16U], kDigits[byte % 16U]};
    }
  }
  return text;
}

Result<std::set<std::string>> site_files(Fleet const& fleet, World const& world) {
  std::set<std::string> files;
  for (auto const& pattern : fleet.sites) {
    auto const path = below(fleet.folder, pattern.value);
    if (world.is_file(path)) {
      files.insert(path);
      continue;
    }
    SC_TRY(found,
           world.matching(pattern.value.starts_with('/') ? pattern.value
                                                         : escaped(fleet.folder) + pattern.value));
    if (found.empty())
      return std::unexpected(Error{ErrorKind::unreadable,
                                   pattern.at,
                                   "no file matches '" + pattern.value + "'",
                                   "patterns are relative to the folder of the fleet file",
                                   {}});
    files.insert(found.begin(), found.end());
  }
  return files;
}

FleetSite read_fleet_site(std::string const& file, Fleet const& fleet, World const& world) {
  auto const text = world.read(file);
  if (!text) return {id_of(file), file, {}, std::unexpected(text.error())};
  auto site = read_site(file, **text);
  if (!site) return {id_of(file), file, sha256(**text), std::unexpected(site.error())};
  auto id = id_of(site->name);
  return {std::move(id), file, sha256(**text), with_defaults(std::move(*site), fleet.defaults)};
}

Result<void> refuse_repeated(std::vector<FleetSite> const& sites) {
  auto const same = std::ranges::adjacent_find(sites, {}, &FleetSite::id);
  if (same == sites.end()) return {};
  auto const& second = *(same + 1);
  auto const place = [](FleetSite const& one) {
    return one.site ? one.site->at : Location{one.file, 0, 0};
  };
  return std::unexpected(Error{ErrorKind::conflict,
                               place(second),
                               "there are two sites '" + second.id + "'",
                               "the first is in " + to_string(place(*same)),
                               {}});
}

}  // namespace

Result<FleetSites> read_fleet_sites(std::string const& file, World const& world, unsigned jobs) {
  SC_TRY(text, world.read(file));
  SC_TRY(fleet, read_fleet(file, *text));
  SC_TRY(found, site_files(fleet, world));
  std::vector<std::string> const files(found.begin(), found.end());
  std::vector<std::optional<FleetSite>> read(files.size());
  in_parallel(files.size(), jobs,
              [&](std::size_t i) { read[i].emplace(read_fleet_site(files[i], fleet, world)); });
  FleetSites all;
  for (auto& one : read) all.sites.push_back(std::move(*one));
  std::ranges::stable_sort(all.sites, {}, &FleetSite::id);
  SC_CHECK(refuse_repeated(all.sites));
  all.fleet = std::move(fleet);
  return all;
}

}  // namespace safeconduct
