// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The rules that a report blames, numbered: each stands once, with all that it stops, and the
// requirements point to it. Of very many the first are shown, and some of each requirement; the
// others are counted.

#include <cstddef>
#include <string>
#include <vector>

#include "base/language.h"
#include "report/context.h"
#include "report/joined.h"
#include "report/paper.h"

namespace safeconduct {

class Culprits {
 public:
  Culprits(std::vector<Decided> decided, ReportContext const& context, bool verbose,
           Language language);

  bool empty() const { return decided_.empty(); }
  // "[1] [3] and 7 more": the rules that concern a requirement.
  std::string marks(std::string const& requirement) const;
  void put(Paper& paper) const;

 private:
  std::vector<bool> chosen() const;

  std::vector<Decided> decided_;
  ReportContext const& context_;
  bool verbose_;
  Speaker speaker_;
  std::vector<bool> shown_;  // of 'decided_'
};

// The rule and its place, and what it does with which packets; for rules that let pass, too.
void put_rule(Paper& paper, std::size_t indent, Phrase const& lead, Decided const& decided,
              bool all, Language language);

}  // namespace safeconduct
