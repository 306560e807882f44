// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/data.h"

#include <algorithm>

#include "cli/kept_data.h"
#include "cli/options.h"
#include "policy/read.h"
#include "policy/words.h"

namespace safeconduct {
namespace {

constexpr std::string_view kDialects = "policies/dialects";

constexpr std::string_view kExtension = ".yaml";

std::string with_slash(std::string path) {
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return path;
}

Error no_data(std::string text) {
  return {ErrorKind::unreadable,
          {},
          std::move(text),
          "--data DIR or SAFECONDUCT_DATA name the folder that has policies/ and ingress-ranges/",
          {}};
}

}  // namespace

std::string folder_of_name(Placed<std::string> const& name) {
  auto const& file = name.at.file;
  if (file.starts_with("--")) return {};
  auto const slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash + 1);
}

Result<DataFolder> find_data(World const& world, std::string const& asked) {
  if (!asked.empty()) {
    auto const path = with_slash(asked);
    if (!world.is_folder(path))
      return std::unexpected(no_data("--data: no folder '" + asked + "'"));
    return DataFolder{path, path};
  }
  if (world.data_variable && !world.data_variable->empty()) {
    auto const path = with_slash(*world.data_variable);
    if (!world.is_folder(path))
      return std::unexpected(
          no_data("$SAFECONDUCT_DATA: no folder '" + *world.data_variable + "'"));
    return DataFolder{path, ""};
  }
  for (auto const& folder : world.data_folders) {
    auto const path = with_slash(folder);
    if (world.is_folder(path + "policies")) return DataFolder{path, ""};
  }
  return std::unexpected(no_data("cannot find the policies and ingress ranges of this program"));
}

bool is_path(std::string_view name) { return name.contains('/') || name.ends_with(kExtension); }

std::string below(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || path == "-") return std::string(path);
  return std::string(folder) + std::string(path);
}

std::vector<std::string> known_names(World const& world, DataFolder const& data,
                                     std::string_view kind) {
  std::vector<std::string> names;
  for (auto const& file : world.list(data.path + std::string(kind)))
    if (file.ends_with(kExtension))
      names.push_back(file.substr(0, file.size() - kExtension.size()));
  return names;
}

std::string shown_path(DataFolder const& data, std::string const& path) {
  return path.starts_with(data.path) ? data.shown + path.substr(data.path.size()) : path;
}

Result<NamedFile> find_named(World const& world, std::string const& data, std::string_view kind,
                             Placed<std::string> const& name, std::string_view folder) {
  if (is_path(name.value)) {
    auto const path = below(folder, name.value);
    return NamedFile{path, path};
  }
  SC_TRY(found, find_data(world, data));
  auto const names = known_names(world, found, kind);
  if (std::ranges::find(names, name.value) == names.end()) {
    std::vector<std::string_view> const words(names.begin(), names.end());
    return std::unexpected(
        Error{ErrorKind::unknown_name,
              name.at,
              "there is no '" + name.value + "' in " + found.shown + std::string(kind),
              (words.empty() ? "" : known_words(name.value, words) + "; or ") +
                  "name a file that ends in .yaml",
              {}});
  }
  auto const file = std::string(kind) + '/' + name.value + std::string(kExtension);
  return NamedFile{found.path + file, found.shown + file};
}

Result<Policy> load_policy(World const& world, std::string const& data,
                           Placed<std::string> const& name, std::string_view folder) {
  SC_TRY(file, find_named(world, data, "policies", name, folder));
  if (world.kept != nullptr)
    if (auto const found = world.kept->policies.find(file.path);
        found != world.kept->policies.end())
      return found->second.value;
  SC_TRY(text, world.read(file.path));
  return read_policy(file.shown, *text);
}

Result<IngressRanges> load_ranges(World const& world, std::string const& data,
                                  Placed<std::string> const& provider, std::string_view folder) {
  SC_TRY(file, find_named(world, data, "ingress-ranges", provider, folder));
  if (world.kept != nullptr)
    if (auto const found = world.kept->ranges.find(file.path); found != world.kept->ranges.end())
      return found->second.value;
  SC_TRY(text, world.read(file.path));
  return read_ingress_ranges(file.shown, *text);
}

Result<std::vector<Dialect>> load_dialects(World const& world, std::string const& data) {
  if (world.kept != nullptr) return world.kept->dialects;
  SC_TRY(found, find_data(world, data));
  std::vector<Dialect> dialects;
  for (auto const& name : known_names(world, found, kDialects)) {
    auto const file = std::string(kDialects) + '/' + name + std::string(kExtension);
    SC_TRY(text, world.read(found.path + file));
    SC_TRY(dialect, read_dialect(found.shown + file, *text));
    dialects.push_back(std::move(dialect));
  }
  return dialects;
}

Result<std::vector<Dialect>> load_dialect(World const& world, std::string const& data,
                                          Placed<std::string> const& name,
                                          std::string_view folder) {
  if (!is_path(name.value)) {
    SC_CHECK(find_named(world, data, kDialects, name, folder));
    SC_TRY(all, load_dialects(world, data));
    std::erase_if(all, [&](Dialect const& dialect) {
      return dialect.id != name.value && dialect.prefilter_of != name.value;
    });
    return all;
  }
  SC_TRY(file, find_named(world, data, kDialects, name, folder));
  SC_TRY(text, world.read(file.path));
  SC_TRY(dialect, read_dialect(file.shown, *text));
  return std::vector<Dialect>{std::move(dialect)};
}

}  // namespace safeconduct
