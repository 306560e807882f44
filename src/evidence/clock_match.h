// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Logs write the client's local time without a zone, captures UTC. When the client asked which
// resolver at which port stands in both: the offset under which most steps of the log are there in
// the capture, a multiple of 15 minutes as zones are and a small residual, is the client's zone.

#include <optional>
#include <span>
#include <string>

#include "evidence/capture.h"
#include "evidence/client_story.h"
#include "packet/client_state.h"

namespace safeconduct {

// nullopt: too little of the log is in the capture, or two offsets fit alike.
std::optional<ClockMatch> clock_match(std::span<AskedAt const> asked,
                                      std::span<DnsWave const> waves);

// A time of the log in UTC: "2024-08-26T18:07:43Z"; "" where it is none.
std::string in_utc(std::string const& at, ClockMatch const& match);

}  // namespace safeconduct
