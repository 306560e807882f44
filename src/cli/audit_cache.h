// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Answers of earlier audits, a file each in a folder, found by the hash of all that went into them
// and of this program. What is damaged, or of something else, is as good as not there.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "cli/world.h"
#include "verify/audit.h"

namespace safeconduct {

class AuditCache {
 public:
  static Result<AuditCache> open(std::string folder, World const& world);

  // The answer of that key, if it is on that site.
  std::optional<SiteAudit> find(std::string const& key, std::string const& site) const;
  // Nothing where it cannot be written: it is found again next time, by checking.
  void keep(SiteAudit const& audit) const;

  void used() const { ++*hits_; }
  std::size_t hits() const { return *hits_; }
  std::size_t failures() const { return *failures_; }

 private:
  AuditCache(std::string folder, World const& world);
  std::string path_of(std::string const& key) const;
  std::string head_of(std::string const& key, std::string_view record) const;

  std::string folder_;
  std::string program_;
  World const* world_;
  std::shared_ptr<std::atomic<std::size_t>> hits_;
  std::shared_ptr<std::atomic<std::size_t>> failures_;  // to write
};

}  // namespace safeconduct
