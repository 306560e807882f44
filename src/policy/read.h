// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The readers of the YAML files. They take the text and the name that messages call it by, and
// open nothing. Strict: an unknown or repeated key, a wrong type, a number in octal, an alias, a
// prefix with host bits is an Error with its place, never a guess.

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "dialects/dialect.h"
#include "policy/ingress.h"
#include "policy/requirement.h"
#include "policy/site.h"

namespace safeconduct {

Result<Policy> read_policy(std::string file_name, std::string_view text);
Result<IngressRanges> read_ingress_ranges(std::string file_name, std::string_view text);
Result<Site> read_site(std::string file_name, std::string_view text);
Result<Dialect> read_dialect(std::string file_name, std::string_view text);
Result<Fleet> read_fleet(std::string file_name, std::string_view text);

}  // namespace safeconduct
