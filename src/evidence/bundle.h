// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Everything that was given to be looked at: which files of it are evidence, and what they hold.

#include <cstddef>
#include <istream>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "evidence/archive.h"
#include "evidence/capture.h"
#include "evidence/client_facts.h"
#include "evidence/content_mark.h"
#include "evidence/plugin_log.h"
#include "evidence/swg_log.h"
#include "policy/wanted.h"

namespace safeconduct {

// A file that was read, for the report.
struct ReadFile {
  std::string file;
  std::string kind;  // "dns-log", "gateway-log", "capture", "client"
  std::string text;  // "214 lines, 12 of the state machines"
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
  std::map<ContentMark, std::string> marks;  // of logs and captures that were read: which it was
};

// Adds what the file holds. It is found by its name, at any depth and in any case; one that was
// named by the operator, by its content, too. What holds the same bytes as a file before counts
// once.
void read_evidence(std::string const& name, std::istream& in, Wanted const& wanted,
                   ArchiveLimits const& limits, Bundle& bundle);

}  // namespace safeconduct
