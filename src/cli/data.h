// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where policies and ingress ranges come from: the data folder, or a file that is named.

#include <string>
#include <string_view>
#include <vector>

#include "cli/world.h"
#include "dialects/dialect.h"
#include "policy/ingress.h"
#include "policy/placed.h"
#include "policy/requirement.h"

namespace safeconduct {

// The folder that has policies/ and ingress-ranges/.
struct DataFolder {
  std::string path;   // to open files by; ends in '/'
  std::string shown;  // what messages and reports say before "policies/...": never absolute unless
                      // the operator wrote it so
};

// 'asked' is --data; else $SAFECONDUCT_DATA, else the first of World::data_folders that is there.
Result<DataFolder> find_data(World const& world, std::string const& asked);

// What a report calls a file: those of the data folder, which is elsewhere on another machine, by
// names of their own.
std::string shown_path(DataFolder const& data, std::string const& path);

// A file with the names that it goes by.
struct NamedFile {
  std::string path;
  std::string shown;
};

// "secure-client-roaming" is <data>/policies/secure-client-roaming.yaml; what has a '/' or ends in
// ".yaml" is a path, relative to 'folder' ("" or ending in '/'), where it was written.
bool is_path(std::string_view name);
std::string below(std::string_view folder, std::string_view path);
// The folder of the file that has the name in it; "" of one on the command line.
std::string folder_of_name(Placed<std::string> const& name);
Result<NamedFile> find_named(World const& world, std::string const& data, std::string_view kind,
                             Placed<std::string> const& name, std::string_view folder);

Result<Policy> load_policy(World const& world, std::string const& data,
                           Placed<std::string> const& name, std::string_view folder);
Result<IngressRanges> load_ranges(World const& world, std::string const& data,
                                  Placed<std::string> const& provider, std::string_view folder);

// The dialect of that name, with the one whose rules come before it; or all of the data folder.
Result<std::vector<Dialect>> load_dialect(World const& world, std::string const& data,
                                          Placed<std::string> const& name, std::string_view folder);
Result<std::vector<Dialect>> load_dialects(World const& world, std::string const& data);

// The names of the data folder's files of a kind, without ".yaml".
std::vector<std::string> known_names(World const& world, DataFolder const& data,
                                     std::string_view kind);

}  // namespace safeconduct
