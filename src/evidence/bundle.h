// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Everything that was given to be looked at: which files of it are evidence, and what they hold.

#include <cstddef>
#include <istream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "evidence/archive.h"
#include "evidence/capture.h"
#include "evidence/client_facts.h"
#include "evidence/content_mark.h"
#include "evidence/gateway_told.h"
#include "evidence/plugin_log.h"
#include "evidence/swg_log.h"
#include "policy/wanted.h"

namespace safeconduct {

// A file that was read, for the report.
struct ReadFile {
  std::string file;
  std::string kind;  // "dns-log", "gateway-log", "capture", "client"
  Said text;         // "214 lines, 12 of the state machines"
};

struct Bundle {
  std::vector<PluginLog> plugin_logs;
  std::vector<SwgLog> swg_logs;
  std::vector<CaptureAccount> captures;
  ClientFacts client;
  std::vector<ReadFile> read;
  std::size_t passed_over = 0;  // members of archives that are no evidence
  bool incomplete = false;      // something that may be evidence was not read
  Notes notes;
  // Of logs and captures that were read, by what they were read as: which it was.
  std::map<std::pair<std::string, ContentMark>, std::string> marks;
  // By the logs that were read, or looked into before; captures that come later are searched for
  // these.
  std::vector<GatewayTold> gateways;
};

// Adds what the file holds. It is found by its name, at any depth and in any case; one that was
// named by the operator, by its content, too. What holds the same bytes as a file before counts
// once.
void read_evidence(std::string const& name, std::istream& in, Wanted const& wanted,
                   ArchiveLimits const& limits, Bundle& bundle);

// Looks into logs alone, so that captures that stand before them can be searched for what they
// tell. What cannot be read is not said here.
void look_for_gateways(std::string const& name, std::istream& in, Wanted const& wanted,
                       ArchiveLimits const& limits, std::vector<GatewayTold>& gateways);

// Notes the captures that were read before a log told more: of input that is read once.
void note_read_before_logs(Bundle& bundle);

}  // namespace safeconduct
