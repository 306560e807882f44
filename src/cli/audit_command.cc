// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>

#include "base/in_parallel.h"
#include "base/sha256.h"
#include "cli/audit_results.h"
#include "cli/commands.h"
#include "cli/fleet_baseline.h"
#include "cli/kept_data.h"
#include "cli/site_auditor.h"
#include "report/audit_json.h"
#include "report/audit_writers.h"

namespace safeconduct {
namespace {

// What there is to check, and all that is the same for each site.
struct Run {
  FleetSites fleet;  // the sites of this share only
  AuditHeader header;
  World world;  // with the kept data
  std::optional<FleetBaseline> baseline;
};

// What is known of a site that is none of the fleet's is never held against anything.
void tell_of_strangers(FleetBaseline const& baseline, std::vector<FleetSite> const& sites,
                       World const& world) {
  std::vector<std::string> ids;
  ids.reserve(sites.size());
  for (auto const& one : sites) ids.push_back(one.id);
  for (auto const& site : baseline.strangers(ids))
    *world.err << "safeconduct: " << printable(baseline.name) << ": '" << printable(site)
               << "' is none of the sites of this fleet\n"
               << std::flush;
}

std::string digest_of(FleetSites const& fleet) {
  std::string text = canonical_text(fleet.fleet.defaults);
  for (auto const& one : fleet.sites) text += '\n' + one.id;
  return sha256(text);
}

void take_share(std::vector<FleetSite>& sites, AuditOptions const& options) {
  if (options.shards == 1) return;
  std::erase_if(sites, [&](FleetSite const& one) {
    return shard_of(one.id, options.shards) != options.shard;
  });
}

std::shared_ptr<KeptData const> kept_for(std::vector<FleetSite> const& sites,
                                         AuditOptions const& options, World const& world) {
  CheckOptions asking;
  asking.common.data = options.common.data;
  std::vector<AskedSite> asked;
  std::set<std::string> known;  // the same words, the same files
  for (auto const& one : sites) {
    if (!one.site || !known.insert(canonical_text(one.site->settings)).second) continue;
    if (auto each = asked_site(asking, *one.site, world)) asked.push_back(std::move(*each));
  }
  std::vector<AskedSite const*> all;
  for (auto const& one : asked) all.push_back(&one);
  return std::make_shared<KeptData const>(keep_data(all, world, options.common.data));
}

void put_files(AuditHeader& header, KeptData const& kept) {
  for (auto const& [path, one] : kept.policies) {
    if (!one.value) continue;
    AuditedPolicy policy{one.shown, one.sha256, one.value->id, {}};
    policy.requirements.reserve(one.value->requirements.size());
    for (auto const& requirement : one.value->requirements)
      policy.requirements.push_back({requirement.id, requirement.title,
                                     std::string(name(requirement.feature)),
                                     std::string(name(requirement.level))});
    header.policies.push_back(std::move(policy));
  }
  for (auto const& [path, one] : kept.ranges)
    if (one.value)
      header.ranges.push_back(
          {one.shown, one.sha256, one.value->provider, one.value->version, one.value->complete});
  std::ranges::sort(header.policies, {}, &AuditedPolicy::file);
  std::ranges::sort(header.ranges, {}, &AuditedRanges::file);
}

Result<Run> prepared(AuditOptions const& options, World const& world) {
  Run run;
  SC_TRY(fleet, read_fleet_sites(options.fleet, world, jobs_or_cores(options.jobs)));
  auto& header = run.header;
  header.version = SC_VERSION;
  header.as_of = to_string(options.as_of.value_or(world.today));
  header.fail_on = options.fail_on;
  header.upcoming_fails = options.upcoming_fails;
  header.fleet = digest_of(fleet);
  if (!options.baseline.empty()) {
    SC_TRY(baseline, read_fleet_baseline(options.baseline, world));
    header.baseline = baseline.sha256;
    tell_of_strangers(baseline, fleet.sites, world);
    run.baseline = std::move(baseline);
  }
  header.in_all = fleet.sites.size();
  header.shards = options.shards;
  header.covered = {options.shard};
  take_share(fleet.sites, options);
  for (auto const& one : fleet.sites) header.sites.push_back(one.id);
  run.world = world;
  run.world.kept = kept_for(fleet.sites, options, world);
  put_files(header, *run.world.kept);
  run.fleet = std::move(fleet);
  return run;
}

// What the two ask differently, as the operator would say it.
std::string difference(AuditHeader const& one, AuditHeader const& other) {
  if (one.version != other.version) return "by version " + other.version + " of this program";
  if (one.as_of != other.as_of) return "for " + other.as_of;
  if (one.fail_on != other.fail_on) return "with --fail-on " + other.fail_on;
  if (one.upcoming_fails != other.upcoming_fails)
    return std::string("with --upcoming ") + (other.upcoming_fails ? "fail" : "report");
  if (one.baseline != other.baseline) return "with another --baseline";
  if (one.shards != other.shards || one.covered != other.covered) return "of another shard";
  if (one.fleet != other.fleet) return "of other sites, or other defaults";
  return "by other policies or ranges";
}

// A run that was ended before its first line was written.
bool is_cut_header(std::string_view text) {
  constexpr std::string_view kBegin = "{\"schema\":\"safeconduct.audit/1\"";
  if (text.contains('\n')) return false;
  return text.starts_with(kBegin) || kBegin.starts_with(text);
}

// The answers of an earlier run that still hold, by site.
Result<std::vector<SiteAudit>> earlier_answers(AuditOptions const& options, Run const& run,
                                               SiteAuditor const& auditor) {
  std::vector<SiteAudit> kept;
  if (!run.world.is_file(options.resume)) return kept;
  SC_TRY(text, run.world.read(options.resume));
  auto remains = read_audit_remains(options.resume, *text);
  if (!remains && !is_cut_header(*text))
    return std::unexpected(Error{ErrorKind::syntax,
                                 {options.resume, 1, 0},
                                 "this is no file of an audit's results",
                                 "--resume goes on with what --output or --resume began",
                                 {}});
  if (!remains) return kept;  // it did not get to the first line
  if (json_audit_header(remains->header) != json_audit_header(run.header)) {
    *run.world.err << "safeconduct: " << options.resume << ": these results are of another run: "
                   << difference(run.header, remains->header) << "; all is asked anew\n"
                   << std::flush;
    return kept;
  }
  auto& earlier = remains->sites;
  std::ranges::stable_sort(earlier, {}, &SiteAudit::site);
  auto const& sites = run.fleet.sites;
  std::vector<char> holds(sites.size(), 0);
  auto const find = [&](std::size_t i) {
    return std::ranges::lower_bound(earlier, sites[i].id, {}, &SiteAudit::site);
  };
  in_parallel(sites.size(), jobs_or_cores(options.jobs), [&](std::size_t i) {
    auto const found = find(i);
    if (found != earlier.end() && found->site == sites[i].id)
      holds[i] = auditor.still_holds(sites[i], *found) ? 1 : 0;
  });
  for (std::size_t i = 0; i < sites.size(); ++i)
    if (holds[i] != 0) kept.push_back(*find(i));
  return kept;
}

// The answers as they come in: to the file, to the reader, and added up.
class Collected {
 public:
  Collected(AuditOptions const& options, Run const& run)
      : common_(options.common), world_(run.world), stream_(run.world), tally_(run.header) {
    in_all_ = run.fleet.sites.size();
    file_ = options.resume.empty() ? common_.output : options.resume;
    style_ = text_style(beside_results(common_), world_);
    tells_ = tells_in_text(common_) && !common_.quiet;
  }

  Result<void> begin(AuditHeader const& header, std::vector<SiteAudit> const& earlier, bool anew) {
    auto lines = json_audit_header(header);
    for (auto const& one : earlier) lines += json_site_audit(one);
    if (!file_.empty()) {
      // What there is of an earlier run is not lost should this one be ended, too.
      SC_CHECK(anew ? world_.write(file_, lines) : world_.replace(file_, lines));
      SC_CHECK(stream_.to_file(file_));
    }
    bool const prints = !common_.only_further && common_.format == OutputFormat::jsonl;
    if (prints) {
      SC_CHECK(emit(lines, {}, world_));
      stream_.to_output();
    }
    for (auto const& one : earlier) take(one);
    return failure_;
  }

  // Of any thread.
  void add(SiteAudit const& audit) {
    auto const line = json_site_audit(audit);
    std::lock_guard const lock(mutex_);
    if (!failure_) return;
    failure_ = stream_.put(line);
    if (failure_) take(audit);
  }
  bool stopped() {
    std::lock_guard const lock(mutex_);
    return !failure_;
  }

  Result<FleetRollup> end() && {
    if (drawn_) *world_.err << "\r\x1b[K" << std::flush;
    SC_CHECK(failure_);
    if (tells_ && done_ > 0) SC_CHECK(emit("\n", {}, world_));
    return std::move(tally_).end();
  }

 private:
  void take(SiteAudit const& audit) {
    tally_.add(audit);
    ++done_;
    if (tells_) failure_ = emit(text_site_audit(audit, style_), {}, world_);
    bool const draws = world_.terminal.draws && !common_.quiet;
    if (draws && !(tells_ && world_.terminal.is_terminal)) {
      *world_.err << '\r' << done_ << " of " << in_all_ << " sites" << std::flush;
      drawn_ = true;
    }
  }

  CommonOptions const& common_;
  World const& world_;
  ResultStream stream_;
  FleetTally tally_;
  TextStyle style_;
  std::string file_;
  std::size_t in_all_ = 0;
  std::size_t done_ = 0;
  bool tells_ = false;
  bool drawn_ = false;
  std::mutex mutex_;
  Result<void> failure_;
};

void tell_of_cache(AuditCache const& cache, std::size_t checked, CommonOptions const& common,
                   World const& world) {
  if (common.verbose)
    *world.err << cache.hits() << " of " << checked << " answers from the cache\n" << std::flush;
  if (cache.failures() > 0)
    *world.err << "safeconduct: " << cache.failures()
               << " answers could not be written into the cache\n"
               << std::flush;
}

// The sites that are still to be asked; 'earlier' is by site.
std::vector<FleetSite const*> without(std::vector<SiteAudit> const& earlier,
                                      std::vector<FleetSite> const& sites) {
  std::vector<FleetSite const*> left;
  for (auto const& one : sites)
    if (!std::ranges::binary_search(earlier, one.id, {}, &SiteAudit::site)) left.push_back(&one);
  return left;
}

// What a baseline would know of each, where one is to be written.
std::vector<FoundAtSite> ask_all(std::vector<FleetSite const*> const& sites,
                                 SiteAuditor const& auditor, AuditOptions const& options,
                                 Collected& collected) {
  auto const jobs = jobs_or_cores(options.jobs);
  // Where there are fewer sites than threads, a site may use several.
  auto const each = static_cast<unsigned>(
      std::max<std::size_t>(1, jobs / std::max<std::size_t>(1, sites.size())));
  std::vector<FoundAtSite> found(options.write_baseline.empty() ? 0 : sites.size());
  in_parallel(sites.size(), jobs, [&](std::size_t i) {
    if (collected.stopped()) return;
    auto const audit = auditor.audit(*sites[i], each, found.empty() ? nullptr : &found[i].found);
    if (!found.empty()) {
      found[i].site = sites[i]->id;
      found[i].checked = !audit.fault;
    }
    collected.add(audit);
  });
  return found;
}

// What fails is known from now on.
Result<int> write_down(std::vector<FoundAtSite> found, FleetRollup const& rollup,
                       AuditOptions const& options, World const& world) {
  auto const& day = rollup.header.as_of;
  SC_TRY(count, write_fleet_baseline(options.write_baseline, std::move(found), day, world));
  *world.err << options.write_baseline << ": " << count << (count == 1 ? " finding" : " findings")
             << " known from now on, as of " << day << '\n'
             << std::flush;
  return could_not_all_be_checked(rollup) ? kCouldNotRun : kHolds;
}

}  // namespace

Result<int> audit_command(AuditOptions const& options, World const& world) {
  SC_TRY(run, prepared(options, world));
  std::optional<AuditCache> cache;
  if (!options.cache.empty()) {
    SC_TRY(opened, AuditCache::open(options.cache, world));
    cache.emplace(std::move(opened));
  }
  SiteAuditor const auditor(options, run.fleet.fleet.defaults, run.world, cache ? &*cache : nullptr,
                            run.baseline ? &*run.baseline : nullptr);
  SC_TRY(earlier, earlier_answers(options, run, auditor));

  auto const left = without(earlier, run.fleet.sites);
  Collected collected(options, run);
  SC_CHECK(collected.begin(run.header, earlier, options.resume.empty()));
  auto found = ask_all(left, auditor, options, collected);
  SC_TRY(rollup, std::move(collected).end());
  if (cache) tell_of_cache(*cache, left.size(), options.common, world);
  SC_CHECK(report_fleet(rollup, options.common, world));
  if (options.write_baseline.empty()) return status_of(rollup);
  return write_down(std::move(found), rollup, options, world);
}

}  // namespace safeconduct
