// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

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
  // One was read, at the end of that chain.
  void add(std::string_view chain) { behind_.emplace(chain); }
  // May a packet have come by one before it comes to the rule that is read now, at the end of that
  // chain? Errs towards yes.
  bool may_stand_before(std::string_view chain) const;

 private:
  // Chains with such rules: of the table's own two a packet meets one, others may be called from
  // anywhere.
  bool anywhere_ = false;
  bool in_builtin_ = false;
  std::unordered_set<std::string_view> in_own_;
  std::unordered_set<std::string> behind_;  // whose rules read from now on stand behind one
};

}  // namespace safeconduct::iptables
