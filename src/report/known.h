// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a check has found before, so that only what came since fails it. It is told by fingerprint
// (alert.h) and by its packets: where a rule stops more than it did, that is new.

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/language.h"
#include "report/alert.h"
#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct {

struct KnownAlert {
  std::string fingerprint;
  std::string since;  // a day, or a revision's name
  std::string code;
  std::string requirement;
  std::string file;
  std::string rule;
  std::vector<FlowBox> packets;
  std::vector<std::string> destinations;
  std::string site = {};  // NOLINT(readability-redundant-member-init) of a fleet; else empty
};

struct KnownState {
  Known::By by = Known::By::baseline;
  std::string name;  // of the baseline's file, or of the revision
  std::vector<KnownAlert> alerts;
};

// All that the result finds, but for what is on waivers, and what is waived unless that is wanted:
// where a waiver has expired the finding counts again.
enum class OfWaived : std::uint8_t { left_out, taken };
std::vector<KnownAlert> known_alerts(CheckResult const& result, ReportContext const& context,
                                     std::string const& since, OfWaived waived);

// Is one all that the other is, of the same fingerprint, or less?
bool is_within(KnownAlert const& one, KnownAlert const& other);

// Of those that were known before and are no more than that: their day.
void keep_days(std::vector<KnownAlert>& now, std::vector<KnownAlert> const& before);

// Marks what was there before: alerts one by one (CheckResult::known), and findings of which each
// alert was. Verdicts and status stay. Notes say what of a baseline is no longer there (SC971), and
// where more is lost than was (SC972).
void mark_known(CheckResult& result, ReportContext const& context, KnownState const& state);

// "known since 2026-11-20", "not of this change: main has it".
std::string known_text(Known const& known, Language language = Language::english);
// "3 known by the baseline and 1 not of this change, which do not count"; "" without any.
std::string known_tally(CheckResult const& result, Language language = Language::english);

// schema/baseline.schema.json: "safeconduct.baseline/1".
std::string json_baseline(std::vector<KnownAlert> const& alerts, ReportContext const& context,
                          std::string const& day);
Result<std::vector<KnownAlert>> read_baseline(std::string const& name, std::string_view text);

}  // namespace safeconduct
