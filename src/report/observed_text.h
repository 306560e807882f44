// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was seen on the wire, as the text reports of 'probe' and 'diagnose' have it.

#include <string>

#include "report/paper.h"
#include "verify/observed.h"

namespace safeconduct {

Ink ink_of(Verdict verdict);
// "1 allowed and 2 blocked"
std::string counts_text(CheckSummary const& summary, Language language);
// " (recommended)"; of what is required: ""
std::string level_in_brackets(std::string_view level, Language language);
void put_status(Paper& paper, ClientStatus const& status, Language language);
// What it is about, and what became of it; the whole of it.
void put_target(Paper& paper, Observation const& o, Language language);
void put_observation(Paper& paper, Seen const& seen, bool verbose, Language language);
// Where read evidence stands: "a.log:4", "a.pcap packet 7".
std::string place_text(Evidence const& one, Language language);
// 'places': with where each is from.
void put_notes(Paper& paper, Notes const& notes, Language language, bool places = false);

}  // namespace safeconduct
