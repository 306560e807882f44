// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/git_tree.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

namespace safeconduct {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 16;  // one after the other
constexpr std::string_view kLinkMode = "120000";
constexpr std::string_view kModuleMode = "160000";

std::string first_line(std::string const& text) {
  return printable(text.substr(0, text.find('\n')));
}

Error about(std::string text, std::string hint = {}) {
  return {ErrorKind::unreadable, {}, std::move(text), std::move(hint), {}};
}

// "a/./b/../c" is "a/c"; none: it leads out.
std::optional<std::string> tidy(fs::path const& place) {
  auto text = place.lexically_normal().generic_string();
  while (text.ends_with('/')) text.pop_back();
  if (text == ".") return std::string();
  if (text == ".." || text.starts_with("../") || text.starts_with('/')) return std::nullopt;
  return text;
}

}  // namespace

Result<std::shared_ptr<GitTree>> GitTree::open(World const& world, std::string const& folder,
                                               std::string const& revision) {
  auto const at = folder.empty() ? std::string(".") : folder;
  SC_TRY(top, world.run_program({"git", "-C", at, "rev-parse", "--show-toplevel"}));
  if (top.status != 0)
    return std::unexpected(
        about("'" + at + "' is in no working tree of git", "git says: " + first_line(top.err)));
  while (top.out.ends_with('\n')) top.out.pop_back();
  SC_TRY(commit, world.run_program({"git", "-C", top.out, "rev-parse", "--verify", "--quiet",
                                    revision + "^{commit}"}));
  if (commit.status != 0)
    return std::unexpected(about("the repository has no revision '" + printable(revision) + "'",
                                 "a shallow clone lacks the older ones: fetch it first"));
  while (commit.out.ends_with('\n')) commit.out.pop_back();
  std::shared_ptr<GitTree> tree(new GitTree(world, top.out, revision));
  SC_CHECK(tree->list(commit.out));
  return tree;
}

Result<std::string> GitTree::git(std::vector<std::string> words) const {
  words.insert(words.begin(), {"git", "-C", root_});
  SC_TRY(run, world_.run_program(words));
  if (run.status != 0)
    return std::unexpected(
        about("git cannot read revision '" + printable(revision_) + "': " + first_line(run.err)));
  return std::move(run.out);
}

// Each entry: "MODE TYPE OBJECT<tab>PATH<nul>".
Result<void> GitTree::list(std::string const& commit) {
  SC_TRY(text, git({"ls-tree", "-r", "-z", "--full-tree", commit}));
  std::string_view left = text;
  while (!left.empty()) {
    auto const end = left.find('\0');
    auto const line = left.substr(0, end);
    left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
    auto const tab = line.find('\t');
    auto const blank = line.rfind(' ', tab);
    if (tab == std::string_view::npos || blank == std::string_view::npos)
      return std::unexpected(about("git lists a tree in a way that is not known"));
    std::string const path(line.substr(tab + 1));
    files_[path] = {std::string(line.substr(blank + 1, tab - blank - 1)),
                    line.starts_with(kLinkMode), line.starts_with(kModuleMode)};
    for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      folders_.insert(path.substr(0, slash));
  }
  folders_.insert("");
  return {};
}

std::optional<std::string> GitTree::place_of(std::string const& path) const {
  // Links on the way are those of today; the last name is looked up in the tree.
  fs::path const named(path);
  auto const last = named.filename();
  bool const plain = !last.empty() && last != "." && last != "..";
  auto const parent = plain ? named.parent_path().string() : path;
  auto const whole =
      fs::path(world_.real_path(parent.empty() ? "." : parent)) / (plain ? last : fs::path());
  auto const text = whole.lexically_normal().generic_string();
  auto const prefix = root_.ends_with('/') ? root_ : root_ + '/';
  if (text == root_ || text == prefix) return std::string();
  if (!text.starts_with(prefix)) return std::nullopt;
  return tidy(text.substr(prefix.size()));
}

std::optional<std::string> GitTree::followed(std::string const& place) const {
  auto whole = tidy(place);
  for (int links = 0; whole && links < kMostLinks; ++links) {
    // The first link on the way, if any.
    auto end = whole->find('/');
    auto found = files_.find(whole->substr(0, end));
    while (end != std::string::npos && (found == files_.end() || !found->second.link)) {
      end = whole->find('/', end + 1);
      found = files_.find(whole->substr(0, end));
    }
    if (found == files_.end() || !found->second.link) return whole;
    auto const target = object(found->second.object);
    if (!target) return std::nullopt;
    auto const rest = end == std::string::npos ? std::string() : whole->substr(end + 1);
    whole = tidy(fs::path(found->first).parent_path() / **target / rest);
  }
  return std::nullopt;
}

bool GitTree::has_file(std::string const& place) const {
  auto const where = followed(place);
  auto const found = where ? files_.find(*where) : files_.end();
  return found != files_.end() && !found->second.module;
}

bool GitTree::has_folder(std::string const& place) const {
  auto const where = followed(place);
  return where && folders_.contains(*where);
}

Result<std::shared_ptr<std::string const>> GitTree::object(std::string const& id) const {
  auto& text = objects_[id];
  if (text == nullptr) {
    SC_TRY(bytes, git({"cat-file", "blob", id}));
    text = std::make_shared<std::string const>(std::move(bytes));
  }
  return text;
}

Result<std::shared_ptr<std::string const>> GitTree::read(std::string const& place) const {
  auto const where = followed(place);
  auto const found = where ? files_.find(*where) : files_.end();
  if (found == files_.end() || found->second.module) {
    auto error = about("there is no such file in revision '" + printable(revision_) + "'");
    error.at.file = named_at(revision_, place);
    return std::unexpected(std::move(error));
  }
  return object(found->second.object);
}

std::vector<std::string> GitTree::names_in(std::string const& place) const {
  auto const where = followed(place);
  if (!where) return {};
  auto const prefix = where->empty() ? std::string() : *where + '/';
  std::set<std::string> names;
  for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix);
       ++at)
    names.insert(
        at->first.substr(prefix.size(), at->first.find('/', prefix.size()) - prefix.size()));
  return {names.begin(), names.end()};
}

std::vector<std::string> GitTree::matching(std::string const& folder,
                                           std::string const& pattern) const {
  auto const where = followed(folder);
  if (!where) return {};
  auto const prefix = where->empty() ? std::string() : *where + '/';
  std::vector<std::string> found;
  auto const look_at = [&](std::string const& path) {
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return;
    auto const rest = path.substr(prefix.size());
    if (fnmatch(pattern.c_str(), rest.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
      found.push_back(rest);
  };
  for (auto const& [path, entry] : files_) look_at(path);
  for (auto const& path : folders_) look_at(path);
  std::ranges::sort(found);
  return found;
}

std::string named_at(std::string const& revision, std::string const& path) {
  return revision + ':' + path;
}

}  // namespace safeconduct
