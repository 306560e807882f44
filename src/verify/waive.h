// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the waivers of a site do to findings: a finding is waived where all of it that does not hold
// is covered, and stays in the report.

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "policy/ingress.h"
#include "policy/site.h"
#include "verify/finding.h"

namespace safeconduct {

class Waiving {
 public:
  Waiving(std::span<Waiver const> waivers, IngressRanges const& ranges, Date as_of);

  // Those count that still hold on 'day': the day asked about, or a later one.
  void apply(Finding& finding, Date day);

  // Of each waiver that has no effect, why (SC916): it has expired, or covers nothing that fails.
  // Those of what is not among 'required', the ids of all policies, are left out: wanted() says so.
  Notes notes(std::span<Finding const> findings, std::set<std::string> const& required) const;

 private:
  // What came of a waiver so far; the last that it reached counts.
  enum class Use : std::uint8_t { none, expired, part, whole };
  struct Entry {
    Waiver const* waiver;
    std::vector<std::string> regions;  // ids
    Use use = Use::none;
  };
  // The piece of a finding that one rule decides; without a part, a flow of which none is known.
  struct Piece;

  static std::vector<Piece> failing(Finding const& finding);
  static bool covers(Entry const& entry, Piece const& piece);
  Said no_effect(Entry const& entry, bool asked) const;

  std::vector<Entry> entries_;
  Date as_of_;
};

// Is the note a finding on a waiver: without effect, or not counted?
bool is_of_waivers(Note const& note);

// "change 4711 pending (owner netops, until 2027-01-31)", of all that cover the finding.
std::string waived_text(Finding const& finding);

}  // namespace safeconduct
