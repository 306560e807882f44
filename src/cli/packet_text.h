// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The packets that 'trace' is asked about: the text of --packet and the JSON lines of --packets.
// report/witness.h writes both forms.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "cli/options.h"
#include "verify/trace.h"

namespace safeconduct {

// "udp 10.1.2.3:40000 > 208.67.222.222:53", "tcp [2001:db8::1]:1024 > [2620:119:35::35]:443",
// "icmp 10.1.2.3 > 192.0.2.1"; ports may be left out. The options say the rest.
Result<TraceQuestion> parse_packet(std::string_view text, PacketOptions const& said);

// One line of JSON; 'said' holds where the line is silent. Errors are placed at 'file' and 'line'.
Result<TraceQuestion> parse_packet_line(std::string_view json, PacketOptions const& said,
                                        std::string const& file, std::uint32_t line);

}  // namespace safeconduct
