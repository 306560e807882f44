// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/audit_writers.h"
#include "report/csv_row.h"

namespace safeconduct {
namespace {

std::string open_text(std::optional<bool> fail_open) {
  if (!fail_open) return "unknown";
  return *fail_open ? "yes" : "no";
}

std::string rules_text(FleetFailure const& failure) {
  std::string text;
  for (auto const& rule : failure.by)
    text += (text.empty() ? "" : "; ") + to_string(rule.at) + (rule.at.file.empty() ? "" : " ") +
            rule.text;
  if (failure.rules > failure.by.size())
    text += "; and " + std::to_string(failure.rules - failure.by.size()) + " more";
  return text;
}

}  // namespace

std::string csv_fleet(FleetRollup const& rollup) {
  auto const& day = rollup.header.as_of;
  std::string text = csv_row({"as of", "site", "file", "readiness", "dns", "web", "fails open",
                              "breaks on", "policy", "requirement", "title", "level", "state",
                              "verdict", "code", "waived", "rules", "known"});
  for (auto const& row : rollup.rows) {
    auto const state = name(row.readiness);
    if (row.fault) {
      auto const why = to_string(row.fault->at) + ": " + row.fault->text;
      text += csv_row({day, row.site, row.file, state, "", "", "", "", "", "", "", "", "", "", "",
                       "", why, ""});
      continue;
    }
    auto failure = row.failures.begin();
    for (std::size_t i = 0; i < row.marks.size(); ++i) {
      if (row.marks[i] == Mark::none) continue;
      auto const& column = rollup.columns[i];
      FleetFailure none;
      none.verdict = Verdict::allowed;
      bool const fails = failure != row.failures.end() && failure->column == i;
      auto const& one = fails ? *failure : none;
      text += csv_row({day, row.site, row.file, state, row.dns, row.web, open_text(row.fail_open),
                       row.breaks_on, column.policy, column.id, column.title,
                       fails ? one.level : column.level, name(row.marks[i]),
                       fails ? name(one.verdict) : "", one.code, one.waived.value_or(""),
                       rules_text(one), one.known.empty() ? "" : "known since " + one.known});
      if (fails) ++failure;
    }
  }
  for (auto const& site : rollup.missing)
    text +=
        csv_row({day, site, "", "missing", "", "", "", "", "", "", "", "", "", "", "", "", "", ""});
  return text;
}

}  // namespace safeconduct
