// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The answers on many sites, added up: who is ready, by site, by region, by requirement. The same
// whatever the order in which they come.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/audit.h"

namespace safeconduct {

// Of a site: ready, where all that is required holds or is waived.
enum class Readiness : std::uint8_t { ready, not_ready, undecided, broken };
std::string_view name(Readiness readiness);  // "ready", "not-ready", "undecided", "broken"
Readiness readiness(SiteAudit const& audit);

// Of a site and a requirement; none: the site is not asked for it.
enum class Mark : std::uint8_t { none, holds, fails, undecided, waived };
std::string_view name(Mark mark);  // "", "holds", "fails", "undecided", "waived"
Mark mark(AuditedRequirement const& requirement);

struct FleetColumn {
  std::string policy;
  std::string id;
  std::string title;
  std::string level;                   // as the policy says it
  std::array<std::size_t, 5> sites{};  // by Mark
  std::size_t known = 0;               // of those where it does not hold: by the baseline
};

// What does not hold at a site, and by which rules.
struct FleetFailure {
  std::size_t column = 0;
  Verdict verdict = Verdict::undecided;
  bool expect_deny = false;
  std::string code;
  std::string level;
  std::optional<std::string> waived;
  std::string known;  // the day since when a baseline knows it; may be empty
  std::vector<AuditedRule> by;
  std::size_t rules = 0;
};

struct FleetRow {
  std::string site;
  std::string file;
  Readiness readiness = Readiness::broken;
  bool fails = false;
  std::optional<Error> fault;
  Verdict verdict = Verdict::undecided;
  std::string dns;  // what the client will show
  std::string web;
  std::optional<bool> fail_open;
  std::string breaks_on;    // the first day on which something required breaks; may be empty
  std::size_t gone = 0;     // findings that the baseline knows of and that are no longer there
  std::size_t grew = 0;     // and those that are more than it knows
  std::vector<Mark> marks;  // by column
  std::vector<FleetFailure> failures;
};

struct FleetRegion {
  std::string provider;
  std::string id;
  std::array<std::size_t, 4> sites{};  // by Readiness; never broken
};

struct FleetRollup {
  AuditHeader header;
  std::vector<FleetRow> rows;          // by site
  std::vector<FleetColumn> columns;    // of what was asked at some site, in the policies' order
  std::vector<FleetRegion> regions;    // by provider and id
  std::array<std::size_t, 4> sites{};  // by Readiness
  std::vector<std::string> missing;    // sites that were to be checked and have no answer
  std::size_t unnamed = 0;             // the same, where not even their ids are known
  std::vector<std::uint32_t> missing_shards;

  bool complete() const { return missing.empty() && unnamed == 0 && missing_shards.empty(); }
};

// The exit status: something is missing or broken; something fails.
bool could_not_all_be_checked(FleetRollup const& rollup);
bool some_fail(FleetRollup const& rollup);

// Of all sites: findings that the baseline knows, that are no longer there, that are more than it
// knows.
struct KnownByBaseline {
  std::size_t known = 0;
  std::size_t gone = 0;
  std::size_t grew = 0;
};
KnownByBaseline known_by_baseline(FleetRollup const& rollup);

class FleetTally {
 public:
  explicit FleetTally(AuditHeader header);
  void add(SiteAudit const& audit);
  FleetRollup end() &&;

 private:
  std::size_t column(AuditedRequirement const& requirement);

  FleetRollup all_;
  std::map<std::pair<std::string, std::string>, std::size_t> columns_;
  std::map<std::pair<std::string, std::string>, FleetRegion> regions_;
};

}  // namespace safeconduct
