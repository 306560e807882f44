// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Files of results, as 'audit --output' writes them and the next audit reads them.

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"
#include "cli/world.h"
#include "verify/audit.h"
#include "verify/fleet_rollup.h"

namespace safeconduct {

struct AuditResults {
  AuditHeader header;
  std::vector<SiteAudit> sites;  // in the order of the file
  std::vector<Location> at;      // of each
};

// Of a run that has ended: every line as it should be.
Result<AuditResults> read_audit_results(std::string const& file, std::string_view text);
// Of one that was ended: the lines that are whole. Nothing where not even the first is.
std::optional<AuditResults> read_audit_remains(std::string const& file, std::string_view text);

// Where lines go as they come.
class ResultStream {
 public:
  explicit ResultStream(World const& world) : world_(&world) {}
  // To the end of a file, and to standard output.
  Result<void> to_file(std::string const& file);
  void to_output() { prints_ = true; }
  Result<void> put(std::string_view lines);

 private:
  World const* world_;
  std::string file_;
  std::unique_ptr<std::ostream> into_;
  bool prints_ = false;
};

// The reports that are asked for, once all is known. 'text': what there is to say to who reads it.
Result<void> report_fleet(FleetRollup const& rollup, CommonOptions const& common,
                          World const& world);
// The answer on all.
int status_of(FleetRollup const& rollup);
// As it goes to standard output, which --output leaves free.
CommonOptions beside_results(CommonOptions const& common);
// Do people read what goes to standard output?
bool tells_in_text(CommonOptions const& common);

}  // namespace safeconduct
