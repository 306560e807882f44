// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "cli/world.h"
#include "policy/site.h"

namespace safeconduct {

// The site with the waivers that its file had in a revision of its repository, so that no change
// excuses itself. What has come, gone or changed since is a note (SC919).
Result<void> take_waivers_from(std::string const& revision, std::string const& site_file,
                               Site& site, Notes& notes, World const& world);

}  // namespace safeconduct
