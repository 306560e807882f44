// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_data_map.h"

#include <algorithm>
#include <map>

#include "formats/nft_listed.h"

namespace safeconduct::nft {
namespace {

constexpr std::size_t kMostGroups = 4096;

bool overlap(ValueInterval const* a, ValueInterval const* b, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    if (!a[k].overlaps(b[k])) return false;
  return true;
}

std::vector<Bits128> numbers(std::span<ValueInterval const> cells) {
  std::vector<Bits128> out;
  for (auto const& cell : cells) {
    out.push_back(cell.first);
    out.push_back(cell.last);
  }
  return out;
}

}  // namespace

Result<bool> DataMap::read(RuleWriter& writer, Lexer& lexer, ValueType anonymous, bool grows) {
  auto& source = writer.source();
  if (!begins_selector(lexer.peek())) return false;
  Lexer ahead = lexer;
  SC_CHECK(selectors(source, ahead, keys_));
  if (!ahead.peek().is("map")) return false;
  SC_CHECK(selectors(source, lexer, keys_));
  lexer.next();
  if (lexer.take(TokenKind::at)) {
    if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a map");
    Token const name = lexer.next();
    auto* const map = writer.table().sets.find(name.text);
    if (map == nullptr)
      return source.fail(ErrorKind::unknown_name, name,
                         "map '" + printable(name.text) + "' is not defined in this table",
                         "is the export cut short? export the whole rule set again");
    SC_CHECK(check_types(source, name, *map, keys_));
    map->looked_up = true;
    map->spelled_out = true;
    named_ = &map->elements;
  } else {
    for (auto const& key : keys_) anonymous_.types.push_back(key.type);
    anonymous_.data = Data::other;
    anonymous_.data_types = {anonymous};
    anonymous_.data_known = anonymous != ValueType::opaque;
    anonymous_.data_grows = grows;
    SC_CHECK(read_elements(source, lexer, anonymous_));
    doubt_garbled(source, anonymous_);
  }
  words_ = {keys_.front().begin, lexer.last_end()};
  for (auto const& key : keys_) {
    if (key.extension_header && !source.extension_header) source.extension_header = key.begin;
    writer.require(key);
  }
  return true;
}

std::span<ValueType const> DataMap::types() const {
  if (!elements().data_known) return {};
  return elements().data_types;
}

bool DataMap::asks_for(Field field) const {
  return std::ranges::any_of(keys_, [field](Selector const& k) { return k.field == field; });
}

// Rows of one datum together. In a plain map the keys are disjoint and their order says nothing; of
// concatenated ranges the first row counts.
std::vector<DataMap::Group> DataMap::groups() const {
  std::vector<Group> out;
  std::map<std::vector<Bits128>, std::size_t> known;
  bool const ordered = elements().types.size() > 1;
  for (std::size_t i = 0; i < elements().rows(); ++i) {
    auto const datum = elements().datum(i);
    auto const [entry, made] = known.try_emplace(numbers(datum), out.size());
    if (made || (ordered && entry->second + 1 != out.size())) {
      entry->second = out.size();
      out.push_back({datum, {i}});
    } else {
      out[entry->second].rows.push_back(i);
    }
  }
  return out;
}

// Rows that lie over each other have an order; a statement behind which the rule goes on would be
// done for each of them.
bool DataMap::parts_are_disjoint(std::vector<Group> const& all) const {
  constexpr std::size_t kMostRows = 2000;
  auto const count = elements().types.size();
  if (count == 1 || all.size() < 2) return true;
  if (elements().rows() > kMostRows) return false;
  for (std::size_t i = 0; i < elements().rows(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (overlap(elements().row(i), elements().row(j), count)) return false;
  return true;
}

bool DataMap::each(RuleWriter& writer,
                   std::function<void(std::span<ValueInterval const>)> const& act) {
  auto const& map = elements();
  if (!map.undecided.empty() || !map.data_known || !all_modelled(writer, keys_)) return false;
  auto const all = groups();
  if (all.size() > kMostGroups || !parts_are_disjoint(all)) return false;
  if (!writer.source().may_spell_out(map.rows())) return false;
  // First see whether it can be said at all: that does not depend on the rows.
  auto const start = writer.mark();
  bool const sayable = among(writer, keys_, map, std::span<std::size_t const>{}, false);
  writer.back_to(start);
  if (!sayable) return false;
  for (auto const& group : all) {
    among(writer, keys_, map, group.rows, false);
    act(group.datum);
    writer.back_to(start);
  }
  if (!map.catch_all) return true;
  if (map.rows() > 0) {
    among(writer, keys_, map, std::nullopt, true);
  } else {
    require_values(writer, keys_);
  }
  act(map.otherwise_data);
  writer.back_to(start);
  return true;
}

void DataMap::require_entry(RuleWriter& writer) const {
  bool const decided = elements().undecided.empty();
  if (decided && elements().catch_all && all_modelled(writer, keys_))
    return require_values(writer, keys_);
  if (decided && among(writer, keys_, elements(), std::nullopt, false)) return;
  writer.unmodelled(words_.begin, words_.end, keys_.front().word,
                    elements().change() ? Lasting::once : lasting(keys_));
}

}  // namespace safeconduct::nft
