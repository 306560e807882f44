// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Members that both forms of a certificate have.

#include "verify/certificate.h"

namespace boost::json {
class object;
}  // namespace boost::json

namespace safeconduct {

boost::json::object json_question(CertifiedQuestion const& question);

}  // namespace safeconduct
