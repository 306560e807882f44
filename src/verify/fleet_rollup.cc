// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/fleet_rollup.h"

#include <algorithm>
#include <iterator>

#include "base/codes.h"
#include "policy/vocabulary.h"

namespace safeconduct {
namespace {

template <class T>
constexpr std::size_t index(T one) {
  return static_cast<std::size_t>(one);
}

Readiness readiness_of(Verdict verdict) {
  if (verdict == Verdict::allowed) return Readiness::ready;
  return verdict == Verdict::undecided ? Readiness::undecided : Readiness::not_ready;
}

std::string first_break(SiteAudit const& audit) {
  for (auto const& [day, one] : audit.upcoming)
    if (one.level == name(Level::required) && !one.waived) return day;
  return {};
}

std::size_t notes_of(SiteAudit const& audit, std::string_view code) {
  auto const found = audit.notes.find(std::string(code));
  return found == audit.notes.end() ? 0 : found->second;
}

FleetRow row_of(SiteAudit const& audit) {
  FleetRow row;
  row.site = audit.site;
  row.file = audit.file;
  row.readiness = readiness(audit);
  row.fails = audit.fails;
  row.fault = audit.fault;
  row.verdict = audit.verdict;
  row.dns = audit.status.dns_text;
  row.web = audit.status.web_text;
  row.fail_open = audit.status.fail_open;
  row.breaks_on = first_break(audit);
  row.gone = notes_of(audit, code::kBaselineGone);
  row.grew = notes_of(audit, code::kKnownGrew);
  return row;
}

// The columns that no site is asked for are left out.
void leave_out_unasked(FleetRollup& all) {
  std::vector<FleetColumn> kept;
  std::vector<std::size_t> place(all.columns.size());
  std::vector<bool> asked(all.columns.size());
  for (std::size_t i = 0; i < all.columns.size(); ++i) {
    auto const& sites = all.columns[i].sites;
    asked[i] = std::ranges::any_of(sites, [](std::size_t count) { return count > 0; });
    place[i] = kept.size();
    if (asked[i]) kept.push_back(std::move(all.columns[i]));
  }
  for (auto& row : all.rows) {
    std::vector<Mark> marks(kept.size(), Mark::none);
    for (std::size_t i = 0; i < row.marks.size(); ++i)
      if (asked[i]) marks[place[i]] = row.marks[i];
    row.marks = std::move(marks);
    for (auto& one : row.failures) one.column = place[one.column];
    std::ranges::sort(row.failures, {}, &FleetFailure::column);  // sites name policies in any order
  }
  all.columns = std::move(kept);
}

void find_missing(FleetRollup& all) {
  std::vector<std::string> there;
  for (auto const& row : all.rows) there.push_back(row.site);
  auto const& header = all.header;
  std::ranges::set_difference(header.sites, there, std::back_inserter(all.missing));
  if (header.covered.size() == header.shards) all.unnamed = header.in_all - header.sites.size();
}

}  // namespace

std::string_view name(Readiness readiness) {
  constexpr std::array<std::string_view, 4> kNames{"ready", "not-ready", "undecided", "broken"};
  return kNames[index(readiness)];
}

Readiness readiness(SiteAudit const& audit) {
  return audit.fault ? Readiness::broken : readiness_of(audit.verdict);
}

std::string_view name(Mark mark) {
  constexpr std::array<std::string_view, 5> kNames{"", "holds", "fails", "undecided", "waived"};
  return kNames[index(mark)];
}

Mark mark(AuditedRequirement const& requirement) {
  if (requirement.holds) return Mark::holds;
  if (requirement.waived) return Mark::waived;
  return requirement.verdict == Verdict::undecided ? Mark::undecided : Mark::fails;
}

bool could_not_all_be_checked(FleetRollup const& rollup) {
  return !rollup.complete() || rollup.sites[index(Readiness::broken)] > 0;
}

bool some_fail(FleetRollup const& rollup) {
  return std::ranges::any_of(rollup.rows, &FleetRow::fails);
}

KnownByBaseline known_by_baseline(FleetRollup const& rollup) {
  KnownByBaseline all;
  for (auto const& column : rollup.columns) all.known += column.known;
  for (auto const& row : rollup.rows) {
    all.gone += row.gone;
    all.grew += row.grew;
  }
  return all;
}

FleetTally::FleetTally(AuditHeader header) {
  for (auto const& policy : header.policies)
    for (auto const& one : policy.requirements) {
      auto const [at, fresh] = columns_.try_emplace({policy.id, one.id}, all_.columns.size());
      if (fresh) all_.columns.push_back({policy.id, one.id, one.title, one.level});
    }
  all_.header = std::move(header);
}

std::size_t FleetTally::column(AuditedRequirement const& requirement) {
  auto const [at, fresh] =
      columns_.try_emplace({requirement.policy, requirement.id}, all_.columns.size());
  if (fresh) all_.columns.push_back({requirement.policy, requirement.id, {}, requirement.level});
  return at->second;
}

void FleetTally::add(SiteAudit const& audit) {
  auto row = row_of(audit);
  ++all_.sites[index(row.readiness)];
  row.marks.resize(all_.columns.size(), Mark::none);
  for (auto const& one : audit.requirements) {
    auto const at = column(one);
    if (at >= row.marks.size()) row.marks.resize(at + 1, Mark::none);
    auto const is = mark(one);
    row.marks[at] = is;
    ++all_.columns[at].sites[index(is)];
    if (!one.known.empty()) ++all_.columns[at].known;
    if (is != Mark::holds)
      row.failures.push_back({at, one.verdict, one.expect_deny, one.code, one.level, one.waived,
                              one.known, one.by, one.rules});
  }
  for (auto const& region : audit.regions) {
    auto& into = regions_[{region.provider, region.id}];
    into.provider = region.provider;
    into.id = region.id;
    ++into.sites[index(readiness_of(region.verdict))];
  }
  all_.rows.push_back(std::move(row));
}

FleetRollup FleetTally::end() && {
  std::ranges::sort(all_.rows, {}, &FleetRow::site);
  for (auto& [key, region] : regions_) all_.regions.push_back(std::move(region));
  leave_out_unasked(all_);
  find_missing(all_);
  return std::move(all_);
}

}  // namespace safeconduct
