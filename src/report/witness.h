// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A witness packet in the two forms that 'trace' takes: a command to paste, and the fields of a
// JSON line. cli/packet_text.cc reads both; a test holds the two directions against each other.

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct {

// Key and value of a packet's JSON line, in the contract's order and words.
using PacketValue = std::variant<std::uint32_t, std::string, std::vector<std::string>>;
using PacketFields = std::vector<std::pair<std::string, PacketValue>>;

PacketFields packet_fields(Packet const& packet);
PacketFields witness_fields(Part const& part, Hook hook);

// The hook that the part's witness is traced at: answers to what this host sends come in.
Hook witness_hook(Part const& part, Hook hook);

// "safeconduct trace gateway.nft --packet '...' --in lan0", split where a line may end.
std::vector<std::string> trace_command(Part const& part, ReportContext const& context);

}  // namespace safeconduct
