// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Umbrella.txt: entries of the Windows event log, of which those of the web gateway's agent
// (csc_swgagent, acswgagent before Secure Client 5) are read:
//
//   Date : 08/27/2024
//   Time : 06:41:22
//   Type : Warning
//   Source : csc_swgagent
//   Description : WARN | Thread 27cc | TCP handshake to SWG Proxy URL was not successful. Since ...
//
// Before the thread stand a level, a category ("BRIDGE"), or both; how many fields there are is not
// counted on. Descriptions may be cut at any length. What is not known is counted, and is no error.

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

struct GatewayStep {
  enum class Kind : std::uint8_t {
    resolved,          // the gateway's name, to 'address'
    connecting,        // to 'address', 'port'
    handshake_failed,  // of TCP, to the gateway
    protection,        // 'state': "protected", "unprotected", ...
    backed_off,        // left to a VPN or a trusted network
  };
  Kind kind = Kind::resolved;
  std::optional<DatedTime> time;  // none: the entry has none that can be read
  std::string category;           // what stands before the thread: "BRIDGE", "WARN | BRIDGE"
  std::string thread;             // hexadecimal; steps of a thread belong together
  std::optional<Address> address;
  std::uint16_t port = 0;
  std::string name;
  std::string state;
  std::optional<bool> fail_open;  // of a failed handshake, as far as the text goes
  std::size_t line = 0;           // of the description
  std::string text;               // the description, as far as it is kept
  bool operator==(GatewayStep const&) const = default;
};

struct SwgLog {
  std::string file;
  std::vector<GatewayStep> steps;
  std::size_t entries = 0;  // of all sources
  std::size_t others = 0;   // of the agent, that tell nothing known
  std::size_t lines = 0;
  bool full = false;
};

// From a description alone; place and time are the caller's.
std::optional<GatewayStep> gateway_step(std::string_view description);
SwgLog read_swg_log(TextLines lines, std::string file);

bool is_swg_log(std::string_view line);

}  // namespace safeconduct
