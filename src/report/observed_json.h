// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was seen on the wire, as the JSON reports of 'probe' and 'diagnose' have it.

#include <string_view>
#include <vector>

#include "report/context.h"
#include "verify/observed.h"

namespace boost::json {
class object;
class array;
}  // namespace boost::json

namespace safeconduct {

boost::json::object observation_object(Observation const& o);
// 'beside': with how each observation stands to the rules.
boost::json::object requirement_object(ObservedRequirement const& one, bool beside);
boost::json::array notes_array(Notes const& notes);
boost::json::array causes_array(std::vector<ProbableCause> const& causes);
// Schema, tool, verdict, status and counts.
boost::json::object observed_head(ObservedResult const& result, ReportContext const& context,
                                  std::string_view schema);

}  // namespace safeconduct
