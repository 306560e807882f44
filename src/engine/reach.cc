// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/reach.h"

#include <algorithm>

#include "base/overloaded.h"

namespace safeconduct {
namespace {

// One clause over a piece; 'nothing' where the packet does not have what is asked for, so that
// neither the clause nor its negation holds.
struct Answer {
  enum class Kind : std::uint8_t { cover, unknown, nothing } kind = Kind::cover;
  Cover cover;
  Field field = Field::saddr;  // that the cover speaks of
  std::size_t rows = 0;        // of a concatenation, that were looked at
};

bool is_fixed(Ground const& ground, Field field) {
  auto const values = values_of(ground, field);
  return values.first == values.last;
}

bool is_absent(Ground const& ground, Field field) {
  return ground.view[index(field)].kind == Symbol::Kind::absent;
}

// How a row lies over a piece; of those of its cells that have a part of its values, the one in the
// column 'first' counts, else any.
Answer over_row(Product const& product, std::size_t row, std::size_t first, Ground const& ground) {
  Answer answer{Answer::Kind::cover, {Overlap::all, 0}, product.fields.front()};
  auto const cells = product.row(row);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto const cover = cover_of_range(cells[i], values_of(ground, product.fields[i]));
    if (cover.overlap == Overlap::none) return {Answer::Kind::cover, cover, product.fields[i]};
    if (cover.overlap == Overlap::some && (answer.cover.overlap == Overlap::all || i == first))
      answer = {Answer::Kind::cover, cover, product.fields[i]};
  }
  return answer;
}

Answer over_product(Product const& product, Ground const& ground) {
  for (auto const field : product.fields)
    if (is_absent(ground, field)) return {Answer::Kind::nothing, {}, field};
  Answer none{Answer::Kind::cover, {Overlap::none, 0}, Field::saddr};
  if (product.rows() == 0) return none;
  auto const near = product.rows_over(values_of(ground, product.fields[product.key]));
  none.rows = near.end - near.first;
  std::vector<std::size_t> partly;
  for (auto row = near.first; row < near.end; ++row) {
    auto answer = over_row(product, row, product.fields.size(), ground);
    answer.rows = none.rows;
    if (answer.cover.overlap == Overlap::all) return answer;
    if (answer.cover.overlap == Overlap::some) partly.push_back(row);
  }
  if (partly.empty()) return none;
  // Of many, a cut in their middle: halving ends soon.
  constexpr std::size_t kFew = 8;
  bool const many = partly.size() > kFew;
  auto answer = many ? over_row(product, partly[partly.size() / 2], product.key, ground)
                     : over_row(product, partly.front(), product.fields.size(), ground);
  answer.rows = none.rows;
  return answer;
}

Answer ask(Ruleset const& rules, Clause const& clause, Ground const& ground) {
  auto const field = [&](Field f, auto const& cover) -> Answer {
    if (is_absent(ground, f)) return {Answer::Kind::nothing, {}, f};
    return {Answer::Kind::cover, cover(values_of(ground, f)), f};
  };
  return std::visit(
      Overloaded{
          [&](InRange const& c) {
            return field(c.field,
                         [&](ValueInterval v) { return cover_of_range({c.first, c.last}, v); });
          },
          [&](Masked const& c) -> Answer {
            // Bits of a value that nobody knows are not worth cutting into halves one by one.
            if (!is_absent(ground, c.field) && !is_fixed(ground, c.field) &&
                ground.view[index(c.field)].kind == Symbol::Kind::own)
              return {Answer::Kind::unknown, {}, c.field};
            return field(c.field,
                         [&](ValueInterval v) { return cover_of_pattern({c.mask, c.value}, v); });
          },
          [&](InPattern const& c) -> Answer {
            auto const& pattern = rules.bit_patterns[c.pattern];
            if (!is_absent(ground, c.field) && is_scattered(pattern, values_of(ground, c.field)))
              return {Answer::Kind::unknown, {}, c.field};
            return field(c.field, [&](ValueInterval v) { return cover_of_pattern(pattern, v); });
          },
          [&](InSet const& c) {
            return field(c.field,
                         [&](ValueInterval v) { return cover_of_set(rules.value_sets[c.set], v); });
          },
          [&](InProduct const& c) { return over_product(rules.products[c.product], ground); },
          [](OnInterface const& c) -> Answer { return {Answer::Kind::unknown, {}, c.field}; },
          [](InNamedSet const&) -> Answer { return {Answer::Kind::unknown, {}, Field::saddr}; },
          [&](Unmodelled const& c) -> Answer {
            auto const known =
                std::ranges::find(ground.atoms, c.atom, &std::pair<std::uint32_t, bool>::first);
            if (known == ground.atoms.end()) return {Answer::Kind::unknown, {}, Field::saddr};
            return {Answer::Kind::cover,
                    {known->second ? Overlap::all : Overlap::none, 0},
                    Field::saddr};
          },
      },
      clause.kind);
}

// Of the values that a clause asks a field for, if it asks for this field, those of the range.
std::optional<ValueSet> values_near(Ruleset const& rules, Clause const& clause, Field field,
                                    ValueInterval range) {
  if (auto const* const one = std::get_if<InRange>(&clause.kind)) {
    if (one->field != field) return std::nullopt;
    return ValueSet(ValueInterval{std::max<Bits128>(one->first, range.first),
                                  std::min<Bits128>(one->last, range.last)});
  }
  auto const* const in = std::get_if<InSet>(&clause.kind);
  if (in == nullptr || in->field != field) return std::nullopt;
  auto const& set = rules.value_sets[in->set];
  std::vector<ValueInterval> some;
  for (auto at = set.first_reaching(range.first);
       at != set.intervals().end() && at->first <= range.last; ++at)
    some.push_back({std::max(at->first, range.first), std::min(at->last, range.last)});
  return ValueSet(std::move(some));
}

bool asks_for_any(Ruleset const& rules, Clause const& clause, std::uint32_t fields) {
  return fields != 0 && (fields_of(rules, clause) & fields) != 0;
}

}  // namespace

void forget_answers(Ruleset const& rules, Ground& ground) {
  std::erase_if(ground.atoms, [&](auto const& answer) {
    return rules.atoms[answer.first].lasting != Lasting::whole_way;
  });
}

ValueInterval values_of(Ground const& ground, Field field) {
  auto const& symbol = ground.view[index(field)];
  return symbol.kind == Symbol::Kind::asked ? ground.asked.at(symbol.of) : symbol.values;
}

Reach reach(Ruleset const& rules, Rule const& rule, Ground const& ground, std::uint32_t open) {
  Reach result;
  auto const none = [&] { return Reach{Overlap::none, {}, {}, 0, 0, result.rows}; };
  bool cut_found = false;
  for (std::uint32_t i = 0; i < rule.clause_count; ++i) {
    auto const number = rule.first_clause + i;
    auto const& clause = rules.clauses[number];
    if (asks_for_any(rules, clause, open)) {
      result.overlap = Overlap::some;
      continue;
    }
    auto const answer = ask(rules, clause, ground);
    result.rows += answer.rows;
    if (answer.kind == Answer::Kind::nothing) return none();
    if (answer.kind == Answer::Kind::unknown) {
      result.overlap = Overlap::some;
      if (!result.unknown) result.unknown = number;
      continue;
    }
    if (answer.cover.overlap == Overlap::some) {
      result.overlap = Overlap::some;
      if (!cut_found) {
        cut_found = true;
        result.field = answer.field;
        result.cut = answer.cover.cut;
        result.clause = number;
      }
    } else if ((answer.cover.overlap == Overlap::all) == clause.negated) {
      return none();
    }
  }
  // First cut to where all else is certain; only then assume.
  if (cut_found) result.unknown.reset();
  return result;
}

Along along_field(Ruleset const& rules, Rule const& rule, Ground const& ground, Field field,
                  std::uint32_t open) {
  Along result{.kind = Along::Kind::values, .values = values_of(ground, field)};
  auto const none = [&] { return Along{Along::Kind::none, {}, false, result.rows}; };
  for (auto const& clause : clauses(rules, rule)) {
    if (asks_for_any(rules, clause, open)) {
      result.open = true;
      continue;
    }
    auto const answer = ask(rules, clause, ground);
    result.rows += answer.rows;
    if (answer.kind == Answer::Kind::nothing) return none();
    if (answer.kind == Answer::Kind::unknown) {
      result.kind = Along::Kind::other;
      continue;
    }
    if (answer.cover.overlap != Overlap::some) {
      bool const holds = (answer.cover.overlap == Overlap::all) != clause.negated;
      if (!holds) return none();
      continue;
    }
    auto const some = values_near(rules, clause, field, values_of(ground, field));
    if (!some) {
      result.kind = Along::Kind::other;
      continue;
    }
    result.rows += some->intervals().size();
    result.values = clause.negated ? result.values - *some : result.values & *some;
    if (result.values.empty()) return none();
  }
  return result;
}

}  // namespace safeconduct
