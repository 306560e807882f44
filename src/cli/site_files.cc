// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/site_files.h"

#include <algorithm>

#include "base/sha256.h"
#include "cli/text_stream.h"

namespace safeconduct {
namespace {

// Nothing where it could not be told.
std::string digest_of(Result<std::vector<std::string>> const& paths) {
  if (!paths) return {};
  std::string text;
  for (auto const& one : *paths) text += one + '\n';
  return sha256(text);
}

}  // namespace

SiteFiles::Seen const& SiteFiles::see(std::string const& path) {
  auto const found = files_.find(path);
  if (found != files_.end()) return found->second;
  auto text = world_.read(path);
  auto digest = text ? sha256(**text) : std::string();
  return files_.emplace(path, Seen{std::move(text), std::move(digest)}).first->second;
}

void SiteFiles::note(AuditedInput input) {
  if (std::ranges::find(beside_, input) == beside_.end()) beside_.push_back(std::move(input));
}

std::string SiteFiles::sha256_of(std::string const& path) {
  named_.insert(path);
  return see(path).sha256;
}

World SiteFiles::world() {
  World result = world_;
  result.read = [this](std::string const& path) {
    auto const& seen = see(path);
    if (!named_.contains(path)) note({AuditedInput::Kind::included, path, seen.sha256});
    return seen.text;
  };
  result.open = [this](std::string const& path) -> Result<std::unique_ptr<std::istream>> {
    auto const& seen = see(path);
    if (!seen.text) return std::unexpected(seen.text.error());
    return std::make_unique<TextStream>(*seen.text);
  };
  result.is_file = [this](std::string const& path) {
    bool const there = world_.is_file(path);
    if (!named_.contains(path)) note({AuditedInput::Kind::presence, path, there ? "yes" : "no"});
    return there;
  };
  result.matching = [this](std::string const& pattern) {
    auto paths = world_.matching(pattern);
    note({AuditedInput::Kind::pattern, pattern, digest_of(paths)});
    return paths;
  };
  return result;
}

std::string SiteFiles::answer_of(AuditedInput const& asked) {
  switch (asked.kind) {
    case AuditedInput::Kind::file:
    case AuditedInput::Kind::included:
      return see(asked.name).sha256;
    case AuditedInput::Kind::pattern:
      return digest_of(world_.matching(asked.name));
    case AuditedInput::Kind::presence:
      break;
  }
  return world_.is_file(asked.name) ? "yes" : "no";
}

bool SiteFiles::still(std::vector<AuditedInput> const& inputs) {
  return std::ranges::all_of(inputs, [&](AuditedInput const& one) {
    // Those that the site names are in the key.
    return one.kind == AuditedInput::Kind::file || answer_of(one) == one.answer;
  });
}

}  // namespace safeconduct
