// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Members that both forms of a certificate have.

#include <boost/json.hpp>

#include "verify/certificate.h"

namespace safeconduct {

boost::json::object json_question(CertifiedQuestion const& question);

}  // namespace safeconduct
