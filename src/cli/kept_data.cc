// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/kept_data.h"

#include "base/sha256.h"
#include "cli/data.h"
#include "policy/read.h"

namespace safeconduct {
namespace {

template <class T, class Read>
void keep(std::map<std::string, KeptData::Kept<T>>& all, World const& world,
          Result<NamedFile> const& file, Read read) {
  if (!file || all.contains(file->path)) return;
  auto const text = world.read(file->path);
  if (text) {
    all.emplace(file->path,
                KeptData::Kept<T>{read(file->shown, **text), file->shown, sha256(**text)});
  } else {
    all.emplace(file->path, KeptData::Kept<T>{std::unexpected(text.error()), file->shown, {}});
  }
}

template <class T>
T const* found(std::map<std::string, T> const& all, Result<NamedFile> const& file) {
  if (!file) return nullptr;
  auto const one = all.find(file->path);
  return one == all.end() ? nullptr : &one->second;
}

}  // namespace

KeptData keep_data(std::vector<AskedSite const*> const& sites, World const& world,
                   std::string const& data) {
  KeptData kept;
  for (auto const* one : sites) {
    auto const& settings = one->site.settings;
    for (auto const& name : settings.policies)
      keep(kept.policies, world, find_named(world, data, "policies", name, folder_of_name(name)),
           read_policy);
    keep(kept.ranges, world,
         find_named(world, data, "ingress-ranges", *settings.provider,
                    folder_of_name(*settings.provider)),
         read_ingress_ranges);
  }
  std::string bytes;
  World seen = world;
  seen.read = [&](std::string const& path) {
    auto text = world.read(path);
    if (text) bytes += path + ' ' + sha256(**text) + '\n';
    return text;
  };
  kept.dialects = load_dialects(seen, data);
  kept.dialects_sha256 = sha256(bytes);
  return kept;
}

KeptData::Kept<Policy> const* kept_policy(KeptData const& kept, World const& world,
                                          std::string const& data,
                                          Placed<std::string> const& name) {
  return found(kept.policies, find_named(world, data, "policies", name, folder_of_name(name)));
}

KeptData::Kept<IngressRanges> const* kept_ranges(KeptData const& kept, World const& world,
                                                 std::string const& data,
                                                 Placed<std::string> const& provider) {
  return found(kept.ranges,
               find_named(world, data, "ingress-ranges", provider, folder_of_name(provider)));
}

}  // namespace safeconduct
