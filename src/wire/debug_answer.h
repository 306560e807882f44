// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the service's resolvers tell of themselves: the TXT answer to debug.opendns.com.

#include <optional>
#include <span>
#include <string>

namespace safeconduct {

// Without organisation and device ids, which are nobody's business.
struct DebugAnswer {
  std::string server;  // "m84.lon": node and place; empty: another resolver answered
  std::string source;  // the address and port that the question came from, as the service saw it
  bool encrypted = false;
  bool operator==(DebugAnswer const&) const = default;
};

// The strings of the answer, printable or not.
DebugAnswer read_debug_answer(std::span<std::string const> strings);

}  // namespace safeconduct
