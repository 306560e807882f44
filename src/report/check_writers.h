// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Writers of a check for programs that eat findings, and for readers elsewhere than at a terminal.
// What files and policies say arrives as text in each of them, whatever it is.

#include <string>

#include "report/context.h"
#include "report/nagios_line.h"
#include "verify/finding.h"

namespace safeconduct {

// SARIF 2.1.0 (OASIS), as code scanning services take it: every result has a place, and a
// fingerprint that does not move with its line.
std::string sarif_check(CheckResult const& result, ReportContext const& context);

// JUnit XML: a test case a requirement; lost: failure, undecided: error, waived or only
// recommended: skipped, and so is each waiver without effect. Names are unique, since consumers
// keep the first of a name only.
std::string junit_check(CheckResult const& result, ReportContext const& context);

// Workflow commands of GitHub Actions, "::error file=...". It shows ten of each level a step: the
// worst stand first, and where there are more the last one counts them.
std::string github_check(CheckResult const& result, ReportContext const& context);

// GitLab Code Quality: a JSON array; what is waived has the severity "info".
std::string gitlab_check(CheckResult const& result, ReportContext const& context);

// The JSON lines of reviewdog (rdjsonl); what is waived has the severity "INFO".
std::string rdjsonl_check(CheckResult const& result, ReportContext const& context);

// GitHub-flavoured Markdown: for a merge request, a job summary, a ticket.
std::string markdown_check(CheckResult const& result, ReportContext const& context);

// RFC 4180: a row for each part of each flow, and for each waiver without effect. Cells that a
// spreadsheet would take for a formula begin with an apostrophe.
std::string csv_check(CheckResult const& result, ReportContext const& context);

// As a plugin of a monitoring system: its exit status is 0 (OK: what is required holds, and nothing
// is lost), 1 (WARNING: something recommended is lost, what is required passes in part, breaks on a
// later day, or does not hold and was there before, which is what --baseline says), 2 (CRITICAL:
// what is required does not hold) or 3 (UNKNOWN: undecided).
NagiosReport nagios_check(CheckResult const& result);

// One page that fetches nothing and runs nothing: for who audits, files or prints it.
std::string html_check(CheckResult const& result, ReportContext const& context);

}  // namespace safeconduct
