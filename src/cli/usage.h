// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace safeconduct {

std::string general_help();
std::string version_text();

}  // namespace safeconduct
