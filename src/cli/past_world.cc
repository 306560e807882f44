// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/past_world.h"

#include <utility>

#include "cli/data.h"
#include "cli/text_stream.h"

namespace safeconduct {
namespace {

// Where a pattern begins: "conf/" and "*.nft" of "conf/*.nft".
std::pair<std::string, std::string> split_pattern(std::string const& pattern) {
  auto const special = pattern.find_first_of("*?[");
  auto const slash = pattern.rfind('/', special);
  if (slash == std::string::npos) return {"", pattern};
  return {pattern.substr(0, slash + 1), pattern.substr(slash + 1)};
}

class Past {
 public:
  Past(World const& world, std::shared_ptr<GitTree const> tree, std::string const& data)
      : world_(world), tree_(std::move(tree)) {
    auto const found = find_data(world, data);
    if (!found) return;
    auto const place = tree_->place_of(found->path);
    if (!place || !tree_->has_folder(*place)) data_ = found->path;
  }

  Result<std::shared_ptr<std::string const>> read(std::string const& path) const {
    if (is_of_today(path)) return world_.read(path);
    auto const place = tree_->place_of(path);
    if (!place)
      return std::unexpected(Error{ErrorKind::unreadable,
                                   {path, 0, 0},
                                   "is outside of the repository: how it was in '" +
                                       printable(tree_->revision()) + "' is not known",
                                   {},
                                   {}});
    return tree_->read(*place);
  }

  bool is_file(std::string const& path) const {
    auto const place = is_of_today(path) ? std::nullopt : tree_->place_of(path);
    return place ? tree_->has_file(*place) : world_.is_file(path);
  }

  bool is_folder(std::string const& path) const {
    auto const place = is_of_today(path) ? std::nullopt : tree_->place_of(path);
    return place ? tree_->has_folder(*place) : world_.is_folder(path);
  }

  std::vector<std::string> list(std::string const& path) const {
    auto const place = is_of_today(path) ? std::nullopt : tree_->place_of(path);
    return place ? tree_->names_in(*place) : world_.list(path);
  }

  Result<std::vector<std::string>> matching(std::string const& pattern) const {
    auto const [folder, rest] = split_pattern(pattern);
    auto const place = is_of_today(pattern) ? std::nullopt : tree_->place_of(folder);
    if (!place) return world_.matching(pattern);
    auto paths = tree_->matching(*place, rest);
    for (auto& one : paths) one.insert(0, folder);
    return paths;
  }

  Error no_past(std::string const& name) const {
    return {ErrorKind::usage,
            {name, 0, 0},
            "the running rules are in no revision",
            "compare files of the repository",
            {}};
  }

 private:
  bool is_of_today(std::string const& path) const {
    return !data_.empty() && path.starts_with(data_);
  }

  World const& world_;
  std::shared_ptr<GitTree const> tree_;
  std::string data_;  // of today; empty: there is none, or it is in the tree
};

}  // namespace

World past_world(World const& world, std::shared_ptr<GitTree const> tree, std::string const& data) {
  auto const past = std::make_shared<Past const>(world, std::move(tree), data);
  World result = world;
  result.kept = nullptr;
  result.read = [past](std::string const& path) { return past->read(path); };
  result.open = [past](std::string const& path) -> Result<std::unique_ptr<std::istream>> {
    SC_TRY(text, past->read(path));
    return std::make_unique<TextStream>(std::move(text));
  };
  result.is_file = [past](std::string const& path) { return past->is_file(path); };
  result.is_folder = [past](std::string const& path) { return past->is_folder(path); };
  result.list = [past](std::string const& path) { return past->list(path); };
  result.matching = [past](std::string const& pattern) { return past->matching(pattern); };
  result.running_rules = [past](std::string const& name) -> Result<SourceText> {
    return std::unexpected(past->no_past(name));
  };
  return result;
}

}  // namespace safeconduct
