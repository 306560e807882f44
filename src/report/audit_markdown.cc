// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <initializer_list>

#include "report/audit_wording.h"
#include "report/audit_writers.h"
#include "report/check_wording.h"
#include "report/markdown_text.h"
#include "report/page_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostRows = 200;  // what a comment or a summary holds
constexpr std::size_t kMostOfSite = 3;

std::string mark_of(Readiness readiness) {
  switch (readiness) {
    case Readiness::ready:
      return "✅";
    case Readiness::not_ready:
      return "❌";
    case Readiness::undecided:
      return "❔";
    case Readiness::broken:
      break;
  }
  return "⚠️";
}

std::string sites_words(std::size_t count, Speaker const& speaker) {
  return speaker.say(count == 1 ? wording::kOneSite : wording::kSites, {std::to_string(count)});
}

std::string heads(std::initializer_list<Translated> columns, Speaker const& speaker) {
  std::string text;
  for (auto const column : columns) text += "| " + speaker.say(column) + ' ';
  return text + "|\n";
}

// By its place; of what has none, by what is said in its stead.
std::string named(AuditedRule const& rule) {
  auto const place = to_string(rule.at);
  return place.empty() ? markdown_text(rule.text) : markdown_code(place);
}

std::string rules_of(FleetFailure const& failure, Speaker const& speaker) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostOfSite, failure.by.size()); ++i)
    text += (text.empty() ? "" : speaker.say(wording::kComma)) + named(failure.by[i]);
  if (failure.rules > kMostOfSite)
    text += speaker.say(wording::kAndMore, {std::to_string(failure.rules - kMostOfSite)});
  return text;
}

std::string what_of(FleetRollup const& all, FleetRow const& row, Speaker const& speaker) {
  if (row.fault) {
    auto const place = to_string(row.fault->at);
    return (place.empty() ? "" : markdown_code(place) + ' ') + markdown_text(row.fault->text);
  }
  std::string text;
  for (auto const& one : row.failures) {
    auto said = verdict_text(one.verdict, one.expect_deny, speaker.language());
    if (one.waived) said = speaker.say(wording::kVerdictWaived, {said, markdown_text(*one.waived)});
    if (auto const rules = rules_of(one, speaker); !rules.empty())
      said = speaker.say(wording::kVerdictBy, {said, rules});
    if (!one.known.empty()) said = speaker.say(wording::kVerdictKnown, {said, one.known});
    text += (text.empty() ? "" : "<br>") + markdown_code(all.columns[one.column].id) + ' ' + said;
  }
  return text;
}

void put_sites(std::string& text, FleetRollup const& all, Speaker const& speaker) {
  text += "| " +
          heads({wording::kSite, wording::kReadiness, wording::kDns, wording::kWeb,
                 wording::kDoesNotHoldColumn},
                speaker) +
          "| --- | --- | --- | --- | --- | --- |\n";
  // The worst first: what is cut off holds.
  std::vector<FleetRow const*> rows;
  rows.reserve(all.rows.size());
  for (auto const& row : all.rows) rows.push_back(&row);
  std::ranges::stable_sort(rows, [](FleetRow const* a, FleetRow const* b) {
    constexpr std::array<int, 4> kOrder{3, 1, 2, 0};
    return kOrder[static_cast<std::size_t>(a->readiness)] <
           kOrder[static_cast<std::size_t>(b->readiness)];
  });
  for (std::size_t i = 0; i < std::min(kMostRows, rows.size()); ++i) {
    auto const& row = *rows[i];
    text += "| " + mark_of(row.readiness) + " | " + markdown_text(row.site) + " | " +
            speaker.say(wording::readiness_words(row.readiness, wording::kBroken)) + " | " +
            markdown_text(client_state_text(row.dns, speaker.language())) + " | " +
            markdown_text(client_state_text(row.web, speaker.language())) +
            (row.fail_open.value_or(false) ? speaker.say(wording::kThenFailsOpen) : "") + " | " +
            what_of(all, row, speaker) + " |\n";
  }
  if (rows.size() > kMostRows)
    text +=
        '\n' + speaker.say(wording::kMoreSites, {std::to_string(rows.size() - kMostRows)}) + '\n';
  text += '\n';
}

void put_requirements(std::string& text, FleetRollup const& all, Speaker const& speaker) {
  text += heads({wording::kRequirement, wording::kLevel, wording::kHolds, wording::kFails,
                 wording::kUndecidedColumn, wording::kWaivedMark},
                speaker) +
          "| --- | --- | ---: | ---: | ---: | ---: |\n";
  for (auto const& column : all.columns) {
    text += "| " + markdown_code(column.id) + "<br>" + markdown_text(column.title) + " | " +
            markdown_text(level_text(column.level, speaker.language()));
    for (auto const mark : {Mark::holds, Mark::fails, Mark::undecided, Mark::waived})
      text += " | " + std::to_string(column.sites[static_cast<std::size_t>(mark)]);
    text += " |\n";
  }
  text += '\n';
}

void put_regions(std::string& text, FleetRollup const& all, Speaker const& speaker) {
  if (all.regions.empty()) return;
  text += heads({wording::kRegionColumn, wording::kReadyColumn, wording::kNotReadyColumn,
                 wording::kUndecidedColumn},
                speaker) +
          "| --- | ---: | ---: | ---: |\n";
  for (auto const& region : all.regions)
    text += "| " + markdown_text(region.id) + " (" + markdown_text(region.provider) + ") | " +
            std::to_string(region.sites[0]) + " | " + std::to_string(region.sites[1]) + " | " +
            std::to_string(region.sites[2]) + " |\n";
  text += '\n';
}

}  // namespace

std::string markdown_fleet(FleetRollup const& rollup, Language language) {
  Speaker const speaker(language);
  auto const& sites = rollup.sites;
  auto text = speaker.say(wording::kSitesForDay,
                          {sites_words(rollup.header.in_all, speaker), rollup.header.as_of,
                           std::to_string(sites[0]), std::to_string(sites[1]),
                           std::to_string(sites[2]), std::to_string(sites[3])}) +
              "\n\n";
  if (!rollup.complete()) {
    auto const& shards = rollup.missing_shards;
    auto const missing = rollup.missing.size() + rollup.unnamed;
    text += speaker.say(missing == 1 ? wording::kOneIsMissing : wording::kAreMissing,
                        {sites_words(missing, speaker)});
    if (!shards.empty())
      text += speaker.say(wording::kMissingShardsOf,
                          {listed(shards, language), std::to_string(rollup.header.shards)});
    text += "\n\n";
  }
  if (auto const known = known_sentence(rollup, language); !known.empty()) text += known + "\n\n";
  put_sites(text, rollup, speaker);
  put_requirements(text, rollup, speaker);
  put_regions(text, rollup, speaker);
  return text;
}

}  // namespace safeconduct
