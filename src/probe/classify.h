// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From what was heard to what became of it. Pure: no socket, no clock; each signal that counts
// stands in the evidence.

#include <cstdint>
#include <string>
#include <vector>

#include "packet/observation.h"
#include "probe/heard.h"
#include "probe/plan.h"

namespace safeconduct {

// Of a task with a destination. 'certificate' is the answer to the question for the DNSCrypt
// certificate, where that was asked; 'now' in seconds since 1970.
Observation classify(ProbeTask const& task, Heard const& heard, Heard const* certificate,
                     std::int64_t now);

// Whether it may come from something that passes: then it is asked again, alone.
bool may_pass(Observation const& observation);

// Whether the way should be looked at before this is the last word.
bool path_matters(Observation const& observation);
// Of an answer: with the way of others to the same target, and what became of a packet like those
// that were answered, which could go as far as the last router that is known there (nothing: it was
// not sent). False: more has to be looked at.
bool judge_reach(Observation& observation, std::vector<Hop> const& control, Hop const& at_reach);
// With the way of such packets, and that of others to the same target ('control'; may be empty).
void judge_path(Observation& observation, std::vector<Hop> own, std::vector<Hop> const& control);
// It was reset by this host itself.
void judge_own_reset(Observation& observation);
// The way is not looked at.
void judge_without_path(Observation& observation, Said why);
// Silence is judged by what else was heard: other ports of the target, the port of others.
void judge_silence(std::vector<Observation>& observations);

}  // namespace safeconduct
