// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was seen on the wire, as the text reports of 'probe' and 'diagnose' have it.

#include <string>

#include "report/paper.h"
#include "verify/observed.h"

namespace safeconduct {

Ink ink_of(Verdict verdict);
std::string counts_text(CheckSummary const& summary);  // "1 allowed and 2 blocked"
void put_status(Paper& paper, ClientStatus const& status);
// What it is about, and what became of it; the whole of it.
void put_target(Paper& paper, Observation const& o);
void put_observation(Paper& paper, Seen const& seen, bool verbose);
// 'places': with where each is from.
void put_notes(Paper& paper, Notes const& notes, bool places = false);

}  // namespace safeconduct
