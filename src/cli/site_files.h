// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a check sees of the files around it, and a record of that: its answer hangs on nothing else,
// but for policies, ranges and dialects (kept_data.h).

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/world.h"
#include "verify/audit.h"

namespace safeconduct {

class SiteFiles {
 public:
  explicit SiteFiles(World const& world) : world_(world) {}
  SiteFiles(SiteFiles const&) = delete;
  SiteFiles& operator=(SiteFiles const&) = delete;

  // Each file is read once: what is hashed is what is checked. As long as this object lives.
  World world();

  // Of a file that the site names; empty where it cannot be read.
  std::string sha256_of(std::string const& path);
  // What was looked at beside the files that sha256_of() was asked for, in order.
  std::vector<AuditedInput> const& beside() const { return beside_; }
  // Is all of it as it was?
  bool still(std::vector<AuditedInput> const& inputs);

 private:
  struct Seen {
    Result<std::shared_ptr<std::string const>> text;
    std::string sha256;
  };
  Seen const& see(std::string const& path);
  void note(AuditedInput input);
  std::string answer_of(AuditedInput const& asked);

  World const& world_;
  std::map<std::string, Seen> files_;
  std::set<std::string> named_;  // by the site
  std::vector<AuditedInput> beside_;
};

}  // namespace safeconduct
