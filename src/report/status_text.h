// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/language.h"
#include "verify/finding.h"

namespace safeconduct {

// What the client will show, a sentence each: "DNS: Unprotected", "Web: Cloud Service Unavailable".
std::vector<std::string> status_lines(ClientStatus const& status,
                                      Language language = Language::english);

}  // namespace safeconduct
