// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/audit_cache.h"

#include "base/sha256.h"
#include "report/audit_json.h"

namespace safeconduct {

AuditCache::AuditCache(std::string folder, World const& world)
    : folder_(std::move(folder)),
      program_(world.program()),
      world_(&world),
      hits_(std::make_shared<std::atomic<std::size_t>>(0)),
      failures_(std::make_shared<std::atomic<std::size_t>>(0)) {}

Result<AuditCache> AuditCache::open(std::string folder, World const& world) {
  SC_CHECK(world.make_folder(folder));
  if (!folder.ends_with('/')) folder += '/';
  AuditCache cache(std::move(folder), world);
  if (cache.program_.empty())
    return std::unexpected(Error{ErrorKind::unreadable,
                                 {},
                                 "the program cannot read itself, so it cannot tell whose answers "
                                 "are in the cache",
                                 {},
                                 {}});
  return cache;
}

// Another build of the same version may answer otherwise.
std::string AuditCache::path_of(std::string const& key) const {
  return folder_ + sha256(key + ' ' + program_) + ".json";
}

std::string AuditCache::head_of(std::string const& key, std::string_view record) const {
  return "safeconduct.audit.cache/1 " + key + ' ' + program_ + ' ' + sha256(record) + '\n';
}

std::optional<SiteAudit> AuditCache::find(std::string const& key, std::string const& site) const {
  auto const path = path_of(key);
  if (!world_->is_file(path)) return std::nullopt;
  auto const text = world_->read(path);
  if (!text) return std::nullopt;
  std::string_view record = **text;
  auto const end = record.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto const head = record.substr(0, end + 1);
  record.remove_prefix(end + 1);
  if (head != head_of(key, record)) return std::nullopt;
  auto audit = read_site_audit({path, 2, 0}, record);
  if (!audit || audit->fault || audit->key != key || audit->site != site) return std::nullopt;
  return std::move(*audit);
}

void AuditCache::keep(SiteAudit const& audit) const {
  auto const record = json_site_audit(audit);
  if (!world_->replace(path_of(audit.key), head_of(audit.key, record) + record)) ++*failures_;
}

}  // namespace safeconduct
