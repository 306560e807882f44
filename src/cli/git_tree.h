// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The files of a revision, as git has them: nothing of the working tree is looked at.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/world.h"

namespace safeconduct {

class GitTree {
 public:
  // Of the repository that the folder is in. Errors: no git, no repository, no such revision.
  static Result<std::shared_ptr<GitTree>> open(World const& world, std::string const& folder,
                                               std::string const& revision);

  std::string const& revision() const { return revision_; }  // as it was named

  // How the tree calls a path of the file system: "sites/london.yaml", "" for all of it. None: it
  // is outside of the working tree.
  std::optional<std::string> place_of(std::string const& path) const;

  // By the tree's paths, along links within it.
  bool has_file(std::string const& place) const;
  bool has_folder(std::string const& place) const;
  Result<std::shared_ptr<std::string const>> read(std::string const& place) const;
  std::vector<std::string> names_in(std::string const& place) const;  // sorted
  // The files and folders that a pattern matches below a folder of the tree, from there, sorted.
  std::vector<std::string> matching(std::string const& folder, std::string const& pattern) const;

 private:
  struct Entry {
    std::string object;
    bool link = false;
    bool module = false;  // a repository of its own: its files are not in here
  };
  GitTree(World const& world, std::string root, std::string revision)
      : world_(world), root_(std::move(root)), revision_(std::move(revision)) {}

  Result<void> list(std::string const& commit);
  Result<std::string> git(std::vector<std::string> words) const;
  Result<std::shared_ptr<std::string const>> object(std::string const& id) const;
  // Where a path leads along links; none: outside, or round and round.
  std::optional<std::string> followed(std::string const& place) const;

  World world_;
  std::string root_;  // of the working tree, absolute
  std::string revision_;
  std::map<std::string, Entry> files_;
  std::set<std::string> folders_;
  mutable std::map<std::string, std::shared_ptr<std::string const>> objects_;
};

// "main:site.yaml"
std::string named_at(std::string const& revision, std::string const& path);

}  // namespace safeconduct
