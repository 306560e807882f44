// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rules/ruleset.h"

namespace safeconduct::iptables {

// Rules of 'raw' that give packets what connection tracking is to go by ("CT --helper ftp", "CT
// --zone 1"): behind one of them "--notrack" does nothing any more (xt_ct_target), and rules may
// ask for a connection of which they would know nothing yet.
class Templates {
 public:
  Templates() = default;
  // Of a table's section: in which chains there are such rules, as its lines look.
  explicit Templates(std::string_view text);

  bool any() const { return anywhere_ || in_builtin_ || !in_own_.empty() || !behind_.empty(); }
  // One was read, at the end of that chain, for packets of these conditions.
  void add(std::string_view chain, std::span<Clause const> conditions) {
    behind_[std::string(chain)].push_back(ranges_of(conditions));
  }
  // May a packet of these conditions have come by one before it comes to the rule that is read now,
  // at the end of that chain? Errs towards yes.
  bool may_stand_before(std::string_view chain, std::span<Clause const> conditions) const;

 private:
  // What a rule asks of fields that stay as they are all along 'raw', as far as it is one range.
  using Ranges = std::vector<InRange>;
  static Ranges ranges_of(std::span<Clause const> conditions);

  // Chains with such rules: of the table's own two a packet meets one, others may be called from
  // anywhere.
  bool anywhere_ = false;
  bool in_builtin_ = false;
  std::unordered_set<std::string_view> in_own_;
  // Chains whose rules read from now on stand behind some.
  std::unordered_map<std::string, std::vector<Ranges>> behind_;
};

}  // namespace safeconduct::iptables
