// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <iterator>
#include <map>

#include "cli/audit_results.h"
#include "cli/commands.h"
#include "report/audit_json.h"
#include "report/audit_writers.h"

namespace safeconduct {
namespace {

Error of_another_run(std::string const& file, std::string const& first, std::string what) {
  return {ErrorKind::conflict,
          {file, 1, 0},
          "these results are of another run than those of " + first + ": " + std::move(what),
          "merge what was asked the same",
          {}};
}

// Adds the files of the other; an error: one that is another file there.
template <class T>
std::string unite(std::vector<T>& all, std::vector<T> const& others) {
  for (auto const& one : others) {
    auto const at = std::ranges::lower_bound(all, one.file, {}, &T::file);
    if (at == all.end() || at->file != one.file) {
      all.insert(at, one);
    } else if (*at != one) {
      return one.file + " was another file there";
    }
  }
  return {};
}

class Merger {
 public:
  Result<void> add(std::string const& file, AuditResults results) {
    if (first_.empty()) {
      first_ = file;
      header_ = results.header;
    } else {
      SC_CHECK(add_header(file, results.header));
    }
    for (std::size_t i = 0; i < results.sites.size(); ++i)
      SC_CHECK(add_site(std::move(results.sites[i]), results.at[i], results.header));
    return {};
  }

  // With the header that a run of all of it would have.
  AuditHeader const& header() {
    if (header_.sites.size() == header_.in_all) {
      header_.shards = 1;
      header_.covered = {1};
    }
    return header_;
  }

  template <class Use>
  void each(Use const& use) const {
    for (auto const& [site, one] : sites_) use(one.audit);
  }

  std::vector<std::uint32_t> missing_shards() const {
    std::vector<std::uint32_t> missing;
    if (header_.sites.size() == header_.in_all) return missing;
    for (std::uint32_t i = 1; i <= header_.shards; ++i)
      if (!std::ranges::binary_search(header_.covered, i)) missing.push_back(i);
    return missing;
  }

 private:
  struct Known {
    SiteAudit audit;
    Location at;
  };

  Result<void> add_header(std::string const& file, AuditHeader const& other) {
    auto const differs = [&](std::string what) {
      return std::unexpected(of_another_run(file, first_, std::move(what)));
    };
    if (other.tool != header_.tool || other.version != header_.version)
      return differs(other.tool + ' ' + other.version + " wrote them");
    if (other.as_of != header_.as_of) return differs("they are for " + other.as_of);
    if (other.fail_on != header_.fail_on || other.upcoming_fails != header_.upcoming_fails)
      return differs("--fail-on or --upcoming was another");
    if (other.fleet != header_.fleet || other.in_all != header_.in_all)
      return differs("the fleet had other sites, or other defaults");
    if (other.baseline != header_.baseline) return differs("--baseline was another file");
    if (auto fault = unite(header_.policies, other.policies); !fault.empty()) return differs(fault);
    if (auto fault = unite(header_.ranges, other.ranges); !fault.empty()) return differs(fault);
    if (other.shards != header_.shards && other.covered.size() < other.shards &&
        header_.covered.size() < header_.shards)
      return differs("it was dealt out into " + std::to_string(other.shards) + " shards, not " +
                     std::to_string(header_.shards));
    if (other.covered.size() == other.shards) {
      header_.shards = other.shards;
      header_.covered = other.covered;
    } else if (header_.shards == other.shards) {
      std::vector<std::uint32_t> both;
      std::ranges::set_union(header_.covered, other.covered, std::back_inserter(both));
      header_.covered = std::move(both);
    }
    std::vector<std::string> sites;
    std::ranges::set_union(header_.sites, other.sites, std::back_inserter(sites));
    header_.sites = std::move(sites);
    return {};
  }

  Result<void> add_site(SiteAudit audit, Location const& at, AuditHeader const& header) {
    if (!std::ranges::binary_search(header.sites, audit.site))
      return std::unexpected(Error{ErrorKind::conflict,
                                   at,
                                   "'" + audit.site + "' is none of the sites that this file is of",
                                   "the file was changed: audit again",
                                   {}});
    auto const known = sites_.find(audit.site);
    if (known == sites_.end()) {
      auto site = audit.site;
      sites_.emplace(std::move(site), Known{std::move(audit), at});
    } else if (json_site_audit(known->second.audit) != json_site_audit(audit)) {
      return std::unexpected(Error{ErrorKind::conflict,
                                   at,
                                   "there are two answers on '" + audit.site + "', and they differ",
                                   "the other is in " + to_string(known->second.at),
                                   {}});
    }
    return {};
  }

  std::string first_;
  AuditHeader header_;
  std::map<std::string, Known> sites_;
};

}  // namespace

Result<int> audit_merge_command(AuditOptions const& options, World const& world) {
  Merger merger;
  for (auto const& file : options.merged) {
    SC_TRY(text, world.read(file));
    SC_TRY(results, read_audit_results(file, *text));
    if (auto const& day = results.header.as_of; options.as_of && day != to_string(*options.as_of))
      return std::unexpected(
          Error{ErrorKind::conflict,
                {file, 1, 0},
                "these results are for " + day + ", asked is for " + to_string(*options.as_of),
                "audit again for that day",
                {}});
    SC_CHECK(merger.add(file, std::move(results)));
  }
  auto const& common = options.common;
  auto const missing = merger.missing_shards();
  auto const& header = merger.header();
  FleetTally tally(header);
  auto lines = json_audit_header(header);
  bool const prints = !common.only_further && common.format == OutputFormat::jsonl;
  merger.each([&](SiteAudit const& one) {
    tally.add(one);
    if (prints || !common.output.empty()) lines += json_site_audit(one);
  });
  if (!common.output.empty()) SC_CHECK(world.replace(common.output, lines));
  if (prints) SC_CHECK(emit(lines, {}, world));
  auto rollup = std::move(tally).end();
  rollup.missing_shards = missing;
  rollup.unnamed = header.in_all - header.sites.size();
  SC_CHECK(report_fleet(rollup, common, world));
  return status_of(rollup);
}

}  // namespace safeconduct
