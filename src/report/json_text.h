// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace boost::json {
class value;
}  // namespace boost::json

namespace safeconduct {

// Two blanks a level; an array or object that fits within 100 columns stays on its line. Keys in
// the order in which they were added. Ends with a newline.
std::string pretty(boost::json::value const& value);
// On one line; ends with a newline.
std::string compact(boost::json::value const& value);

}  // namespace safeconduct
