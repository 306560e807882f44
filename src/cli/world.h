// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All that a command may see of the machine it runs on. main() fills it with the real thing, tests
// with what they like.

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "cli/program.h"
#include "formats/reader.h"
#include "monitor/exposition.h"
#include "policy/date.h"
#include "probe/dns_query.h"
#include "probe/lan_client.h"
#include "probe/rule_trace.h"
#include "probe/run.h"

namespace safeconduct {

struct KeptData;

struct Terminal {
  bool is_terminal = false;  // standard output is one
  bool draws = false;        // standard error is one, for progress
  std::size_t width = 80;    // its columns; 80 where it is none
  bool no_colour = false;    // NO_COLOR is set, or the terminal is a dumb one
};

struct World {
  // The whole of a file, or of standard input ("-"). Errors name the file.
  std::function<Result<std::shared_ptr<std::string const>>(std::string const& path)> read;
  // The same, to be read line by line as they come.
  std::function<Result<std::unique_ptr<std::istream>>(std::string const& path)> open;
  std::function<Result<void>(std::string const& path, std::string const& text)> write;
  // The same, so that a reader finds the old text or the new one, and never a part.
  std::function<Result<void>(std::string const& path, std::string const& text)> replace;
  // To add to a file, which is made where there is none.
  std::function<Result<std::unique_ptr<std::ostream>>(std::string const& path)> append;
  std::function<Result<void>(std::string const& path)> make_folder;  // nothing where there is one
  // The running rules, by a name like "kernel:".
  std::function<Result<SourceText>(std::string const& name)> running_rules;
  std::function<DnsReply(DnsServer const& server, DnsQuestion const& question)> ask_dns;
  std::function<ProbeRun(ProbePlan const& plan, ProbeSettings const& settings)> probe;
  // A client of this gateway, made up.
  std::function<Result<std::unique_ptr<LanClient>>(LanClientPlan const& plan)> lan_client;
  // Follows packets through the rules of this host, until it is ended.
  std::function<Result<std::unique_ptr<RuleTrace>>(RuleTracePlan const& plan)> trace_rules;
  // Metrics, served at an address and port.
  std::function<Result<std::unique_ptr<MetricsServer>>(std::string const& listen)> serve;
  // From now on: waits until a time; true where the user, or the system, wants an end.
  std::function<std::function<bool(std::chrono::steady_clock::time_point)>()> interruption;
  std::function<bool(Address const& address)> has_route;
  // Does this host pass packets of others on?
  std::function<bool()> forwards;
  std::function<bool(std::string const& path)> is_folder;
  std::function<bool(std::string const& path)> is_file;  // its text can be read more than once
  std::function<std::vector<std::string>(std::string const& folder)> list;  // names, sorted
  // The paths that a pattern of the shell matches, sorted; an error where a folder on the way
  // cannot be looked into.
  std::function<Result<std::vector<std::string>>(std::string const& pattern)> matching;
  // Absolute, without dots and without links as far as it is there.
  std::function<std::string(std::string const& path)> real_path;
  std::function<Result<ProgramRun>(std::vector<std::string> const& words)> run_program;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  Terminal terminal;
  std::map<std::string, std::string> variables;  // of the environment, "SAFECONDUCT_..."
  std::vector<std::string> config_folders;       // see cli/config_file.h
  // Is it a file, and no link, of this user or of the system's?
  std::function<bool(std::string const& path)> is_own;
  std::optional<std::string> data_variable;  // $SAFECONDUCT_DATA
  std::vector<std::string> data_folders;     // where the data of this program may be, best first
  // SHA-256 of this program's bytes; empty where they cannot be read.
  std::function<std::string()> program;
  std::shared_ptr<KeptData const> kept;  // what was read before; mostly none
  Date today;
  std::function<Date()> day;  // of a command that runs for days
};

}  // namespace safeconduct
