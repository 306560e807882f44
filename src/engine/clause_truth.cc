// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/clause_truth.h"

#include <algorithm>

#include "base/overloaded.h"

namespace safeconduct {
namespace {

Truth truth(Overlap overlap) {
  if (overlap == Overlap::some) return Truth::unknown;
  return overlap == Overlap::all ? Truth::yes : Truth::no;
}

bool has(std::span<Field const> fields, Field field) {
  return std::ranges::find(fields, field) != fields.end();
}

std::optional<Truth> in_product(Product const& product, Packet const& packet,
                                std::span<Field const> absent) {
  for (auto const field : product.fields)
    if (has(absent, field)) return std::nullopt;
  Truth best = Truth::no;
  if (product.rows() == 0) return best;
  auto const some = product.rows_over(packet.range(product.fields[product.key]));
  for (auto row = some.first; row < some.end; ++row) {
    auto const cells = product.row(row);
    Truth all = Truth::yes;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto const cell = truth(cells[i].over(packet.range(product.fields[i])));
      if (cell == Truth::yes) continue;
      all = cell;
      if (cell == Truth::no) break;
    }
    if (all == Truth::yes) return Truth::yes;
    if (all == Truth::unknown) best = Truth::unknown;
  }
  return best;
}

}  // namespace

std::optional<Truth> truth_of(Ruleset const& rules, Clause const& clause, Packet const& packet,
                              std::span<Field const> absent) {
  using Answer = std::optional<Truth>;
  auto const over = [&](Field field, auto const& test) -> Answer {
    if (has(absent, field)) return std::nullopt;
    return truth(test(packet.range(field)));
  };
  return std::visit(
      Overloaded{
          [&](InRange const& c) -> Answer {
            return over(c.field,
                        [&](ValueInterval v) { return ValueInterval{c.first, c.last}.over(v); });
          },
          [&](Masked const& c) -> Answer {
            return over(c.field, [&](ValueInterval v) {
              if (v.first != v.last) return Overlap::some;
              return (v.first & c.mask) == c.value ? Overlap::all : Overlap::none;
            });
          },
          [&](InPattern const& c) -> Answer {
            return over(c.field, [&](ValueInterval v) {
              if (v.first != v.last) return Overlap::some;
              return rules.bit_patterns[c.pattern].holds(v.first) ? Overlap::all : Overlap::none;
            });
          },
          [&](InSet const& c) -> Answer {
            return over(c.field, [&](ValueInterval v) { return rules.value_sets[c.set].over(v); });
          },
          [&](InProduct const& c) -> Answer {
            return in_product(rules.products[c.product], packet, absent);
          },
          [](OnInterface const&) -> Answer { return Truth::unknown; },  // link() resolves these
          [](InNamedSet const&) -> Answer { return Truth::unknown; },
          [](Unmodelled const&) -> Answer { return Truth::unknown; },
      },
      clause.kind);
}

}  // namespace safeconduct
