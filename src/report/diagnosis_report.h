// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Writers of a diagnosis.

#include <span>
#include <string>

#include "report/context.h"
#include "verify/diagnosis.h"

namespace safeconduct {

std::string text_diagnosis(Diagnosis const& diagnosis, TextStyle const& style);
std::string json_diagnosis(Diagnosis const& diagnosis, ReportContext const& context);
// States, then requirements, then the end.
std::string jsonl_diagnosis(Diagnosis const& diagnosis, ReportContext const& context);

// What shows these packets alone in Wireshark, of one protocol, port and family; "" where there is
// no such filter.
std::string wireshark_filter(std::span<Observation const* const> observations);
// What asks the rules of such a packet; "" where no rules were given, or the packet is not known.
std::string trace_command(Diagnosis const& diagnosis, Observation const& observation);

}  // namespace safeconduct
