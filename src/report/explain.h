// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The catalogue of codes (base/codes.h), a page each: what a finding means, why it matters, how
// to mend it, where that is known from, rules that cause it and rules that do not, what proves it
// on the wire, how to waive it. The pages stand in pages_*.cc, the rules in example_*.cc.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "report/context.h"
#include "report/reference.h"

namespace safeconduct {

struct Explanation {
  std::string_view code;
  Translated title;
  Translated means;
  Translated matters;
  Translated mend;
  // A command that gives what is missing.
  std::string_view command = {};  // NOLINT(readability-redundant-member-init)
  std::array<Reference, 3> sources = {};
  // A command line; empty: packets do not show it.
  std::string_view probe = {};  // NOLINT(readability-redundant-member-init)
};

// In the order of their codes.
std::span<Explanation const> explanations();
Explanation const* find_explanation(std::string_view code);  // any case; null: no such code

// Rules that cause a finding, and the same mended, as they stand in an export. The text of nft and
// iptables-save is that of one forward chain whose policy is to accept, where it does not name a
// table itself.
struct RuleExample {
  std::string_view code;
  std::string_view notation;  // "nft", "iptables-save", "ipset-save", or a dialect of CSV: "panos"
  std::string_view bad;       // lines
  std::string_view good;      //
  // Of a CSV: the line above either.
  std::string_view header = {};  // NOLINT(readability-redundant-member-init)
};
std::span<RuleExample const> rule_examples();    // nft, iptables-save, ipset-save
std::span<RuleExample const> export_examples();  // vendors' CSV
std::vector<RuleExample> examples_of(std::string_view code);

// What mends it in one of these notations, where there is such an example; else empty.
std::string_view mending_rule(std::string_view code, std::string_view notation);

// As it would stand in a site file; empty: a note, which fails nothing and is not waived.
std::string waiver_of(Explanation const& explanation);

std::string text_explanation(Explanation const& explanation, TextStyle const& style);
std::string text_explanation_list(TextStyle const& style);
std::string json_explanation(Explanation const& explanation);  // in all languages
std::string jsonl_explanations();

}  // namespace safeconduct
