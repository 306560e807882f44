// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/joined_negations.h"

namespace safeconduct {

void add_joined_case(RulesetBuilder& builder, std::size_t i, NegatedValue first,
                     NegatedValue second, std::string_view text) {
  bool const first_differs = i != 1;
  bool const second_differs = i != 2;
  builder.equals(first.field, first.value, first_differs);
  builder.equals(second.field, second.value, second_differs);
  if (i != 0) builder.unmodelled(text, "!=", Lasting::once);
}

}  // namespace safeconduct
