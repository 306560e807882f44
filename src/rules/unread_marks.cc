// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/unread_marks.h"

#include <algorithm>

namespace safeconduct {
namespace {

// What is not understood may ask for it. Errs towards yes.
bool may_ask(Atom const& atom) {
  return atom.text.contains("mark") || atom.text.contains("MARK") || atom.text.contains("xt ") ||
         atom.text.contains("undecided");
}

struct Read {
  bool mark = false;
  bool ct_mark = false;

  bool& of(Field field) { return field == Field::mark ? mark : ct_mark; }
};

Read marks_read(Ruleset const& rules) {
  if (std::ranges::any_of(rules.atoms, may_ask)) return {true, true};
  Read read{asks_for(rules, Field::mark), asks_for(rules, Field::ct_mark)};
  if (!read.mark && !read.ct_mark) return read;
  // One is copied to the other, which is asked for.
  for (auto const& chain : rules.chains)
    for (auto const& rule : chain.rules)
      if (auto const* const copy = std::get_if<CopyMark>(&rule.action))
        if (read.of(copy->to)) read.of(copy->from) = true;
  return read;
}

}  // namespace

std::uint32_t unread_marks(Ruleset const& rules) {
  auto read = marks_read(rules);
  std::uint32_t unread = 0;
  for (auto const field : {Field::mark, Field::ct_mark})
    if (!read.of(field)) unread |= std::uint32_t{1} << index(field);
  return unread;
}

}  // namespace safeconduct
