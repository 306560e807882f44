// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Between a certificate and the command line: the files that a check read, and what it was asked.

#include <vector>

#include "cli/check_input.h"
#include "cli/recorded.h"
#include "verify/certificate.h"

namespace safeconduct {

// By what they were read for. 'input' is what came of them.
std::vector<CertifiedInput> certified_inputs(std::vector<RecordedFile> const& files,
                                             CheckOptions const& options, AskedSite const& asked,
                                             CheckInput const& input, World const& world);
// An error: the running rules, which are no file that could be read again.
Result<void> refuse_uncertifiable(AskedSite const& asked);

CertifiedQuestion certified_question(CheckOptions const& options, Date as_of);
Result<CheckOptions> options_of(CertifiedQuestion const& question, CommonOptions const& common);

}  // namespace safeconduct
