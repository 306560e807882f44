// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "cli/git_tree.h"
#include "cli/world.h"

namespace safeconduct {

// The world with the files of the repository as a revision has them: rules, what they include, site
// files, policies. Policies, ranges and dialects of a data folder that the revision does not have
// are those of today. What is outside of both is an error: its earlier state is not known. As long
// as 'world' lives.
World past_world(World const& world, std::shared_ptr<GitTree const> tree, std::string const& data);

}  // namespace safeconduct
