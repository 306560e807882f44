// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/site_auditor.h"

#include <algorithm>
#include <exception>

#include "base/sha256.h"
#include "cli/kept_data.h"
#include "formats/kernel.h"

namespace safeconduct {
namespace {

// With its length before it: no two lists of words read the same.
void put(std::string& text, std::string_view word) {
  text += std::to_string(word.size()) + ':' + std::string(word) + '\n';
}

bool is_tellable(AuditedInput const& input) { return printable(input.name) == input.name; }

SiteAudit broken(FleetSite const& site, Error fault) {
  SiteAudit audit;
  audit.site = site.id;
  audit.file = site.file;
  audit.fault = std::move(fault);
  return audit;
}

}  // namespace

SiteAuditor::SiteAuditor(AuditOptions const& options, SiteSettings const& defaults,
                         World const& world, AuditCache const* cache, FleetBaseline const* baseline)
    : options_(options), world_(world), cache_(cache), baseline_(baseline) {
  asking_.common.data = options.common.data;
  asking_.as_of = options.as_of.value_or(world.today);
  asking_.jobs = 1;
  asking_.count_expiring = options.as_of.has_value();
  put(question_, SC_VERSION);
  put(question_, world.program());  // another build of the same version may answer otherwise
  put(question_, to_string(*asking_.as_of));
  // How long elements of sets still live counts from today.
  put(question_, asking_.count_expiring ? to_string(world.today) : "");
  put(question_, options.fail_on);
  put(question_, options.upcoming_fails ? "fail" : "report");
  put(question_, canonical_text(defaults));
  put(question_, world.kept->dialects_sha256);
}

// Empty: not all of it can be read, or twice.
std::string SiteAuditor::key_of(FleetSite const& site, AskedSite const& asked, SiteFiles& files,
                                std::vector<AuditedInput>& inputs) const {
  std::string text = question_;
  bool whole = true;
  auto const add = [&](std::string const& file, std::string const& digest) {
    put(text, file);
    put(text, digest);
    whole = whole && !digest.empty();
    AuditedInput input{AuditedInput::Kind::file, file, digest};
    if (std::ranges::find(inputs, input) == inputs.end()) inputs.push_back(std::move(input));
  };
  auto const add_kept = [&](auto const* kept) {
    whole = whole && kept != nullptr;
    if (kept != nullptr) add(kept->shown, kept->sha256);
  };
  put(text, baseline_ == nullptr ? "" : baseline_->digest_of(site.id));
  add(site.file, site.sha256);
  auto const& settings = asked.site.settings;
  auto const& data = options_.common.data;
  for (auto const& name : settings.policies)
    add_kept(kept_policy(*world_.kept, world_, data, name));
  add_kept(kept_ranges(*world_.kept, world_, data, *settings.provider));
  for (auto const& device : asked.devices)
    for (auto const& file : device.files) {
      bool const once = file == "-" || is_kernel_name(file);
      whole = whole && !once;
      if (!once) add(file, files.sha256_of(file));
    }
  if (!whole) return {};
  return sha256(text);
}

Result<SiteAudit> SiteAuditor::checked_site(FleetSite const& site, unsigned jobs,
                                            std::vector<KnownAlert>* found) const {
  if (!site.site) return std::unexpected(site.site.error());
  auto asking = asking_;
  asking.jobs = jobs;
  SC_TRY(asked, asked_site(asking, *site.site, world_));
  SiteFiles files(world_);
  std::vector<AuditedInput> inputs;
  auto const key = key_of(site, asked, files, inputs);
  if (cache_ != nullptr && !key.empty())
    if (auto known = cache_->find(key, site.id); known && files.still(known->inputs)) {
      cache_->used();
      return std::move(*known);
    }
  SC_TRY(result, checked(asking, asked, files.world()));
  ReportContext context;
  context.version = SC_VERSION;
  context.devices = device_files(asked);
  if (baseline_ != nullptr) mark_known(result, context, baseline_->state_of(site.id));
  if (found != nullptr)
    *found = known_alerts(result, context, to_string(*asking_.as_of), OfWaived::left_out);
  // By the name that the ranges have themselves: sites may call their files alike.
  auto const& said = *asked.site.settings.provider;
  auto const* const ranges = kept_ranges(*world_.kept, world_, options_.common.data, said);
  bool const known = ranges != nullptr && ranges->value;
  auto audit = site_audit(result, known ? ranges->value->provider : said.value);
  audit.site = site.id;
  audit.file = site.file;
  audit.fails = failed(result, options_.fail_on, options_.upcoming_fails);
  inputs.insert(inputs.end(), files.beside().begin(), files.beside().end());
  audit.inputs = std::move(inputs);
  // A name that results cannot tell cannot be looked for again.
  if (std::ranges::all_of(audit.inputs, is_tellable)) audit.key = key;
  if (cache_ != nullptr && !audit.key.empty()) cache_->keep(audit);
  return audit;
}

SiteAudit SiteAuditor::audit(FleetSite const& site, unsigned jobs,
                             std::vector<KnownAlert>* found) const {
  try {
    auto audit = checked_site(site, jobs, found);
    return audit ? std::move(*audit) : broken(site, std::move(audit.error()));
  } catch (std::exception const& error) {  // memory, mostly
    return broken(site, {ErrorKind::limit, {site.file, 0, 0}, error.what(), {}, {}});
  }
}

bool SiteAuditor::still_holds(FleetSite const& site, SiteAudit const& earlier) const {
  if (!site.site || earlier.fault || earlier.key.empty()) return false;
  auto const asked = asked_site(asking_, *site.site, world_);
  if (!asked) return false;
  SiteFiles files(world_);
  std::vector<AuditedInput> inputs;
  return key_of(site, *asked, files, inputs) == earlier.key && files.still(earlier.inputs);
}

}  // namespace safeconduct
