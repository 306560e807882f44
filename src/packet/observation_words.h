// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was asked on the wire and what came of it, in the words of reports.

#include "base/said.h"
#include "packet/observation.h"

namespace safeconduct {

// "timeout". The word that machines read stands beside the Japanese one.
Translated words_of(Outcome outcome);

// "udp 192.0.2.1 port 53", "tcp gateway.example port 443"
Said target_words(std::uint32_t protocol, std::string to, std::uint16_t port);
Said target_words(Observation const& o);

std::string milliseconds_text(double time);  // "12.5 ms"

}  // namespace safeconduct
