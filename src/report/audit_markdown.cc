// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "report/audit_writers.h"
#include "report/markdown_text.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostRows = 200;  // what a comment or a summary holds
constexpr std::size_t kMostRules = 3;

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

std::string sites_words(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " site" : " sites");
}

std::string words_of(Readiness readiness) {
  return readiness == Readiness::not_ready ? "not ready" : std::string(name(readiness));
}

// By its place; of what has none, by what is said in its stead.
std::string named(AuditedRule const& rule) {
  auto const place = to_string(rule.at);
  return place.empty() ? markdown_text(rule.text) : markdown_code(place);
}

std::string rules_of(FleetFailure const& failure) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostRules, failure.by.size()); ++i)
    text += (text.empty() ? "" : ", ") + named(failure.by[i]);
  if (failure.rules > kMostRules)
    text += " and " + std::to_string(failure.rules - kMostRules) + " more";
  return text;
}

std::string what_of(FleetRollup const& all, FleetRow const& row) {
  if (row.fault) {
    auto const place = to_string(row.fault->at);
    return (place.empty() ? "" : markdown_code(place) + ' ') + markdown_text(row.fault->text);
  }
  std::string text;
  for (auto const& one : row.failures) {
    text += (text.empty() ? "" : "<br>") + markdown_code(all.columns[one.column].id) + ' ' +
            verdict_text(one.verdict, one.expect_deny);
    if (one.waived) text += ", waived: " + markdown_text(*one.waived);
    if (auto const rules = rules_of(one); !rules.empty()) text += " by " + rules;
    if (!one.known.empty()) text += ", known since " + one.known;
  }
  return text;
}

void put_sites(std::string& text, FleetRollup const& all) {
  text +=
      "| | site | readiness | DNS | web | what does not hold |\n"
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
            words_of(row.readiness) + " | " + markdown_text(row.dns) + " | " +
            markdown_text(row.web) + (row.fail_open.value_or(false) ? ", fails open" : "") + " | " +
            what_of(all, row) + " |\n";
  }
  if (rows.size() > kMostRows)
    text += "\nand " + std::to_string(rows.size() - kMostRows) + " more sites\n";
  text += '\n';
}

void put_requirements(std::string& text, FleetRollup const& all) {
  text +=
      "| requirement | level | holds | fails | undecided | waived |\n"
      "| --- | --- | ---: | ---: | ---: | ---: |\n";
  for (auto const& column : all.columns) {
    text += "| " + markdown_code(column.id) + "<br>" + markdown_text(column.title) + " | " +
            markdown_text(column.level);
    for (auto const mark : {Mark::holds, Mark::fails, Mark::undecided, Mark::waived})
      text += " | " + std::to_string(column.sites[static_cast<std::size_t>(mark)]);
    text += " |\n";
  }
  text += '\n';
}

void put_regions(std::string& text, FleetRollup const& all) {
  if (all.regions.empty()) return;
  text += "| region | ready | not ready | undecided |\n| --- | ---: | ---: | ---: |\n";
  for (auto const& region : all.regions)
    text += "| " + markdown_text(region.id) + " (" + markdown_text(region.provider) + ") | " +
            std::to_string(region.sites[0]) + " | " + std::to_string(region.sites[1]) + " | " +
            std::to_string(region.sites[2]) + " |\n";
  text += '\n';
}

}  // namespace

std::string markdown_fleet(FleetRollup const& rollup) {
  auto const& sites = rollup.sites;
  std::string text = "## " + sites_words(rollup.header.in_all) + ", for " + rollup.header.as_of +
                     ": " + std::to_string(sites[0]) + " ready, " + std::to_string(sites[1]) +
                     " not ready, " + std::to_string(sites[2]) + " undecided, " +
                     std::to_string(sites[3]) + " could not be checked\n\n";
  if (!rollup.complete()) {
    auto const& shards = rollup.missing_shards;
    auto const missing = rollup.missing.size() + rollup.unnamed;
    text += "**" + sites_words(missing) + (missing == 1 ? " is missing**" : " are missing**");
    if (!shards.empty())
      text += ": shards " + listed(shards) + " of " + std::to_string(rollup.header.shards);
    text += "\n\n";
  }
  if (auto const known = known_sentence(rollup); !known.empty()) text += known + "\n\n";
  put_sites(text, rollup);
  put_requirements(text, rollup);
  put_regions(text, rollup);
  return text;
}

}  // namespace safeconduct
