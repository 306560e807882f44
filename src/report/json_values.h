// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Pieces that several JSON writers share.

#include <string_view>

#include "report/witness.h"
#include "verify/finding.h"

namespace boost::json {
class value;
class object;
class array;
}  // namespace boost::json

namespace safeconduct {

boost::json::array json_strings(std::vector<std::string> const& texts);
boost::json::array json_strings(std::vector<Said> const& all);  // in English
boost::json::object json_rule(RuleRef const& rule);
boost::json::object json_packet(PacketFields const& fields);
// "file", "line", "column", as far as they are known.
void put_place(boost::json::object& into, Location const& at);
// "how": "drop", or "how": "reject", "with": "tcp-reset"; nothing for what passes.
void put_how(boost::json::object& into, How const& how);
// Invalid UTF-8 has no place in JSON: such bytes become '?'.
std::string json_safe(std::string_view text);

}  // namespace safeconduct
