// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "policy/import_rows.h"

namespace safeconduct {

// Every object becomes a row of its plain members; so does every plain element of an array, under
// the array's key. A row knows the keys around it, and the plain members of the objects around it.
Result<std::vector<ImportRow>> read_json_rows(std::string const& file_name, std::string_view text);

}  // namespace safeconduct
