// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What an audit keeps of each site: enough to say who is ready and, of who is not, which rule it
// is. The whole answer on a site is that of 'check'.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "verify/finding.h"

namespace safeconduct {

// A rule that a requirement fails by, or hangs on.
struct AuditedRule {
  std::string device;
  Location at;
  std::string text;
  auto operator<=>(AuditedRule const&) const = default;
};

struct AuditedRequirement {
  std::string policy;
  std::string id;
  std::string level;
  bool expect_deny = false;
  Verdict verdict = Verdict::undecided;
  bool holds = false;
  std::string code;                   // where it does not hold
  std::optional<std::string> waived;  // the reason, the owner if any, the last day
  std::string known;                  // the day since when a baseline knows it; may be empty
  std::vector<AuditedRule> by;        // where it does not hold: the first kMostRules of them
  std::size_t rules = 0;              // how many there are
  bool operator==(AuditedRequirement const&) const = default;
};
inline constexpr std::size_t kMostAuditedRules = 5;

struct AuditedLater {
  std::string effective;  // a day
  AuditedRequirement requirement;
  bool operator==(AuditedLater const&) const = default;
};

// What the site reaches of the provider's region: the worst of its required flows to there.
struct AuditedRegion {
  std::string provider;
  std::string id;
  Verdict verdict = Verdict::undecided;
  bool operator==(AuditedRegion const&) const = default;
};

// What the record hangs on; with the same inputs it is the same.
struct AuditedInput {
  enum class Kind : std::uint8_t {
    file,      // 'answer' is the SHA-256 of its bytes
    included,  // the same, of a file that only the rules name
    pattern,   // 'answer' is the SHA-256 of the paths that it matches
    presence,  // 'answer' is "yes" where there is such a file
  } kind = Kind::file;
  std::string name;
  std::string answer;
  auto operator<=>(AuditedInput const&) const = default;
};

struct SiteAudit {
  std::string site;            // its name; of a file that does not tell it, the file
  std::string file;            // the site file
  std::optional<Error> fault;  // why it could not be checked: then nothing below is known
  bool fails = false;          // it has a finding at the level that was asked for
  Verdict verdict = Verdict::undecided;
  ClientStatus status;
  CheckSummary summary;
  std::vector<AuditedRequirement> requirements;
  std::vector<AuditedLater> upcoming;
  std::vector<AuditedRegion> regions;
  std::map<std::string, std::size_t> notes;  // how many of each code
  std::string key;                           // of all that went into it; of a fault: empty
  std::vector<AuditedInput> inputs;
};

// 'provider': whose regions they are.
SiteAudit site_audit(CheckResult const& result, std::string const& provider);

// A file that counts for many sites.
struct AuditedPolicy {
  struct Requirement {
    std::string id;
    std::string title;
    std::string feature;
    std::string level;
    bool operator==(Requirement const&) const = default;
  };
  std::string file;
  std::string sha256;
  std::string id;
  std::vector<Requirement> requirements;
  bool operator==(AuditedPolicy const&) const = default;
};
struct AuditedRanges {
  std::string file;
  std::string sha256;
  std::string provider;
  std::string version;
  bool complete = false;
  bool operator==(AuditedRanges const&) const = default;
};

// What an audit was asked, and of whom. Of the same run, all but 'shards', 'sites', 'policies' and
// 'ranges' are the same for each shard.
struct AuditHeader {
  std::string tool = "safeconduct";
  std::string version;
  std::string as_of;
  std::string fail_on;
  bool upcoming_fails = true;
  std::string fleet;                    // SHA-256 of its defaults and of the ids of its sites
  std::string baseline;                 // SHA-256 of its file; empty: none
  std::size_t in_all = 0;               // sites of the fleet
  std::uint32_t shards = 1;             // into how many it was dealt out,
  std::vector<std::uint32_t> covered;   // and which of them these are
  std::vector<std::string> sites;       // ids, sorted: those that there should be records of
  std::vector<AuditedPolicy> policies;  // by file
  std::vector<AuditedRanges> ranges;    // the same
};

}  // namespace safeconduct
