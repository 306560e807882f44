// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "cli/options.h"
#include "net/address.h"
#include "verify/trace.h"

namespace safeconduct {

// What was said of a packet, in either form, before it is one.
struct PacketDraft {
  std::optional<std::uint32_t> protocol;
  std::optional<Address> src;
  std::optional<Address> dst;
  std::optional<std::uint32_t> sport;
  std::optional<std::uint32_t> dport;
  PacketOptions said;
};

// The packet, with what is taken for granted: a whole packet, mark 0, a new connection unless
// said, a SYN where that is tcp. The text of an error alone: the caller knows the place.
std::expected<TraceQuestion, std::string> to_question(PacketDraft const& draft);

}  // namespace safeconduct
