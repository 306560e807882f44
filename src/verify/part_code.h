// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "verify/finding.h"

namespace safeconduct {

// Is a part as it should be? Of flows that must not pass: stopped, or led to where they may go.
bool is_as_expected(Finding const& finding, Part const& part);

// Is the part handed to a program (nfqueue), which may let it pass?
bool is_queued(Part const& part);

// How a part that is not as it should be is called by itself: a finding with several such takes the
// worst of them (codes.h). Of what is undecided before the rules were asked, by its flow.
std::string_view code_of(Finding const& finding, Part const& part);
std::string_view code_of(FlowResult const& without_parts);

}  // namespace safeconduct
