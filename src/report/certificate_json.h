// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A certificate as JSON (schema/certificate.schema.json), and what checking one came to.

#include <string>
#include <string_view>

#include "report/context.h"
#include "verify/certificate.h"

namespace safeconduct {

std::string json_certificate(Certificate const& certificate);

// The result as a statement of in-toto (Statement v1, predicate test-result v0.1), not signed: of
// the rule files, by their hashes, as its subject. Its tests are the requirements: what is required
// and does not hold has failed; what is recommended and does not hold, or is waived, is a warning.
std::string json_statement(Certificate const& certificate);

// Errors: not JSON, with the place; JSON that is no certificate, with the path of the member.
Result<Certificate> read_certificate(std::string const& file, std::string_view text);

// What was checked, what differs, and what is not proven.
std::string text_certificate_check(CertificateCheck const& check, Certificate const& certificate,
                                   TextStyle const& style);
// schema/verify-certificate.schema.json
std::string json_certificate_check(CertificateCheck const& check, Certificate const& certificate,
                                   std::string const& version, bool on_one_line);

}  // namespace safeconduct
