// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// cscumbrellaplugin.txt: the DNS module's log, of which its state machines are read, one for IPv4
// and one for IPv6 (shapes: Cisco tech note 222351):
//
//   2024-08-27 03:07:43 [8880] [DEBUG] < 12> Dns Protection IPv4 State Machine: checking
//   reachability of primary OpenDNS resolver candidates using port 443 (candidates are ...)
//
// Lines may be cut at any length. What is not known is counted, and is no error.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/log_time.h"
#include "evidence/text_lines.h"
#include "net/address.h"

namespace safeconduct {

// A step of one state machine.
struct ResolverStep {
  enum class Kind : std::uint8_t {
    checking,  // begins to ask the candidates at a port
    probing,   // sends to them
    rejected,  // took none of them
    other,     // says something that is not known
  };
  Kind kind = Kind::other;
  LogTime time;
  Family family = Family::ip4;
  std::optional<std::uint16_t> port;  // none: the line ends before it
  std::vector<Address> candidates;    // as far as the line has them
  std::size_t line = 0;
  std::string text;  // the whole line, as far as it is kept
  bool operator==(ResolverStep const&) const = default;
};

struct PluginLog {
  std::string file;
  std::vector<ResolverStep> steps;  // in the order of the lines
  std::size_t lines = 0;
  std::size_t others = 0;       // lines that tell nothing of a state machine
  bool full = false;            // there were more steps than are kept
  std::optional<LogTime> last;  // of any line
};

inline constexpr std::size_t kMostSteps = 200'000;

std::optional<ResolverStep> resolver_step(std::string_view line);
PluginLog read_plugin_log(TextLines lines, std::string file);

// Does a file that begins so look like one?
bool is_plugin_log(std::string_view line);

}  // namespace safeconduct
