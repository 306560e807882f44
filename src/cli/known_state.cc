// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/known_state.h"

#include <algorithm>

#include "base/codes.h"
#include "cli/check_input.h"
#include "cli/note_wording.h"
#include "cli/past_world.h"
#include "report/known.h"

namespace safeconduct {
namespace {

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

// The files that the command line names, the site's first.
std::vector<std::string> named_files(CheckOptions const& options) {
  std::vector<std::string> files;
  if (!options.site.empty()) files.push_back(options.site);
  files.insert(files.end(), options.rules.begin(), options.rules.end());
  files.insert(files.end(), options.also.begin(), options.also.end());
  return files;
}

Error cannot_compare(Error error, std::string const& revision) {
  error.text =
      "what was there before, in '" + printable(revision) + "', cannot be checked: " + error.text;
  return error;
}

// Those that the revision does not have.
Result<std::vector<std::string>> new_files(GitTree const& tree,
                                           std::vector<std::string> const& files) {
  std::vector<std::string> fresh;
  for (auto const& file : files) {
    auto const place = tree.place_of(file);
    if (!place)
      return std::unexpected(Error{ErrorKind::unreadable,
                                   {file, 0, 0},
                                   "is outside of the repository",
                                   "what is compared has to be in one repository",
                                   {}});
    if (!tree.has_file(*place)) fresh.push_back(file);
  }
  return fresh;
}

// The same question, asked of the files as they were.
Result<KnownState> state_of(CheckOptions const& options, ReportContext const& context,
                            World const& world, CheckResult& result) {
  KnownState state{Known::By::revision, options.changed_since, {}};
  auto const files = named_files(options);
  SC_TRY(tree, GitTree::open(world, folder_of(files.front()), options.changed_since));
  SC_TRY(fresh, new_files(*tree, files));
  for (auto const& file : fresh)
    result.notes.push_back({std::string(code::kNotInRevision),
                            {wording::kFileIsNew, {file, printable(options.changed_since)}},
                            {file, 0, 0}});
  if (!fresh.empty()) return state;
  auto const past = past_world(world, tree, options.common.data);
  SC_TRY(asked, asked_site(options, past));
  SC_TRY(before, checked(options, asked, past));
  auto then = context;
  then.devices = device_files(asked);
  state.alerts = known_alerts(before, then, options.changed_since, OfWaived::taken);
  return state;
}

}  // namespace

Result<void> hold_against(CheckOptions const& options, ReportContext const& context,
                          World const& world, CheckResult& result) {
  if (!options.baseline.empty()) {
    SC_TRY(text, world.read(options.baseline));
    SC_TRY(known, read_baseline(options.baseline, *text));
    // That of a fleet knows of other sites, too.
    std::erase_if(
        known, [&](KnownAlert const& one) { return !one.site.empty() && one.site != result.site; });
    mark_known(result, context, {Known::By::baseline, options.baseline, std::move(known)});
  }
  if (options.changed_since.empty()) return {};
  auto state = state_of(options, context, world, result);
  if (!state)
    return std::unexpected(cannot_compare(std::move(state).error(), options.changed_since));
  mark_known(result, context, *state);
  return {};
}

}  // namespace safeconduct
