// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "verify/finding.h"

namespace boost::json {
class object;
}  // namespace boost::json

namespace safeconduct {

// What the client will show, as every JSON report has it.
boost::json::object status_object(ClientStatus const& status);

}  // namespace safeconduct
