// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/waivers_from.h"

#include <algorithm>

#include "base/codes.h"
#include "cli/git_tree.h"
#include "cli/note_wording.h"
#include "policy/read.h"

namespace safeconduct {
namespace {

// Without one in the revision: none.
Result<std::optional<Site>> site_of(GitTree const& tree, std::string const& site_file) {
  auto const place = tree.place_of(site_file);
  if (!place || !tree.has_file(*place)) return std::optional<Site>();
  SC_TRY(text, tree.read(*place));
  SC_TRY(site, read_site(named_at(tree.revision(), site_file), *text));
  return std::optional(std::move(site));
}

bool says_the_same(Waiver const& a, Waiver const& b) {
  return a.reason == b.reason && a.owner == b.owner && a.expires == b.expires;
}

Waiver const* of_scope(std::vector<Waiver> const& waivers, Waiver const& like) {
  auto const found =
      std::ranges::find_if(waivers, [&](Waiver const& one) { return same_scope(one, like); });
  return found == waivers.end() ? nullptr : &*found;
}

}  // namespace

Result<void> take_waivers_from(std::string const& revision, std::string const& site_file,
                               Site& site, Notes& notes, World const& world) {
  SC_TRY(tree, GitTree::open(world, site.folder, revision));
  SC_TRY(then, site_of(*tree, site_file));
  auto const now = std::move(site.waivers);
  site.waivers = then ? std::move(then->waivers) : std::vector<Waiver>();
  auto const note = [&](Said message, Location const& at) {
    notes.push_back({std::string(code::kWaiverNotCounted), std::move(message), at});
  };
  auto const in_revision = printable(revision);
  if (!then) note({wording::kNoSiteThen, {site_file, in_revision}}, {site_file, 1, 0});
  for (auto const& one : now) {
    auto const* const earlier = of_scope(site.waivers, one);
    auto const& what = one.requirement.value;
    if (earlier == nullptr) {
      note({wording::kWaiverIsNew, {what, in_revision}}, one.at);
    } else if (!says_the_same(*earlier, one)) {
      note({wording::kWaiverWasChanged, {what, in_revision, to_string(earlier->expires)}}, one.at);
    }
  }
  // Places are those of today's file, which reports lead to.
  for (auto& one : site.waivers) {
    auto const* const today = of_scope(now, one);
    one.at = today == nullptr ? Location{site_file, 1, 0} : today->at;
    if (today == nullptr)
      note({wording::kWaiverIsGone, {one.requirement.value, in_revision}}, one.at);
  }
  return {};
}

}  // namespace safeconduct
