// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace safeconduct {

// A row of RFC 4180, with its line end. Cells that a spreadsheet would take for a formula begin
// with an apostrophe.
std::string csv_row(std::initializer_list<std::string_view> cells);

}  // namespace safeconduct
