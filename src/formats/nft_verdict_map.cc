// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_verdict_map.h"

#include <algorithm>
#include <map>

namespace safeconduct::nft {
namespace {

// Rows of the map that have one verdict.
struct Group {
  Verdict verdict;
  std::vector<std::size_t> rows;
};

bool calls(Verdict const& verdict) { return verdict.kind == Verdict::Kind::jump; }

// Fields that a called chain can change, so that a packet that comes back is another key.
bool is_changeable(Source const& source, Field field) {
  if (field == Field::ct_state)
    return source.text.contains("notrack") || source.text.contains("zone set");
  return field == Field::mark || field == Field::ct_mark || field == Field::dscp ||
         field == Field::ttl || field == Field::pkttype;
}

// In a plain map keys are disjoint, and their order says nothing. Concatenated ranges may overlap,
// and the first counts.
std::vector<Group> groups(Elements const& elements) {
  std::vector<Group> out;
  std::map<std::pair<Verdict::Kind, std::string_view>, std::size_t> known;
  bool const ordered = elements.types.size() > 1;
  for (std::size_t i = 0; i < elements.rows(); ++i) {
    auto const& verdict = elements.verdicts[i];
    if (ordered && !out.empty() && out.back().verdict.same(verdict)) {
      out.back().rows.push_back(i);
      continue;
    }
    auto const [entry, made] = known.try_emplace({verdict.kind, verdict.chain}, out.size());
    if (ordered || made) {
      out.push_back({verdict, {i}});
    } else {
      out[entry->second].rows.push_back(i);
    }
  }
  if (!ordered)
    std::ranges::stable_partition(out, [](Group const& g) { return !calls(g.verdict); });
  return out;
}

class VerdictMap {
 public:
  VerdictMap(RuleWriter& writer, Selectors const& keys, Arithmetic const& left,
             Elements const& elements, Stretch words)
      : writer_(writer), keys_(keys), left_(left), elements_(elements), words_(words) {}

  // A Rule for each group. False: not all of the map can be said in clauses.
  bool write_rules() {
    auto const all = groups(elements_);
    if (elements_.rows() > kMostOpaque && !all_modelled(writer_, keys_)) return false;
    if (!writer_.source().may_spell_out(elements_.rows())) return false;
    called_ = false;
    for (auto const& group : all) {
      auto const action = to_action(writer_, group.verdict);
      if (!action) continue;
      auto const mark = writer_.mark();
      if (!all_modelled(writer_, keys_)) {
        for (auto const row : group.rows) {
          unmodelled_row(row);
          writer_.act(*action);
          writer_.back_to(mark);
        }
        continue;
      }
      if (!write_keys(group.rows, false)) return false;
      if (called_ && changeable()) unmodelled();
      writer_.act(*action);
      writer_.back_to(mark);
      called_ = called_ || calls(group.verdict);
    }
    if (elements_.otherwise) write_otherwise();
    return true;
  }

  // What follows in the rule is reached by keys with the verdict 'continue' alone.
  void go_on() {
    std::vector<std::size_t> rows;
    bool const by_default =
        elements_.otherwise && elements_.otherwise->kind == Verdict::Kind::continue_;
    for (std::size_t i = 0; i < elements_.rows(); ++i)
      if ((elements_.verdicts[i].kind == Verdict::Kind::continue_) != by_default) rows.push_back(i);
    // A chain that was called goes on with the next rule, and not here.
    if (called_ && changeable()) unmodelled();
    if (rows.empty()) {
      if (!by_default) {
        writer_.never();
      } else {
        require_values(writer_, keys_);
      }
    } else if (!write_keys(rows, by_default)) {
      unmodelled();
    }
  }

 private:
  static constexpr std::size_t kMostOpaque = 4096;

  bool write_keys(std::span<std::size_t const> rows, bool negated) {
    if (!left_.any) return among(writer_, keys_, elements_, rows, negated);
    if (keys_.size() != 1 || !is_modelled(writer_, keys_.front())) return false;
    std::vector<ValueInterval> values;
    for (auto const row : rows) values.push_back(*elements_.row(row));
    return compare(writer_, keys_.front(), left_,
                   negated ? Comparison::not_equal : Comparison::equal, values, true);
  }

  void write_otherwise() {
    auto const action = to_action(writer_, *elements_.otherwise);
    if (!action) return;
    auto const mark = writer_.mark();
    std::vector<std::size_t> rows(elements_.rows());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
    if (rows.empty()) {
      require_values(writer_, keys_);
    } else if (!write_keys(rows, true)) {
      unmodelled();
    }
    if (called_ && changeable()) unmodelled();
    writer_.act(*action);
    writer_.back_to(mark);
  }

  bool changeable() const {
    return std::ranges::any_of(
        keys_, [&](Selector const& k) { return is_changeable(writer_.source(), k.field); });
  }

  // One key of a map on something that is not modelled.
  void unmodelled_row(std::size_t row) {
    auto const& key = keys_.front();
    if (keys_.size() > 1 || elements_.types.front() != ValueType::opaque) return unmodelled();
    auto& source = writer_.source();
    auto const cell = elements_.row(row)[0];
    std::string text(source.words(key.begin, key.end));
    text += ' ';
    text +=
        source.words(static_cast<std::uint32_t>(cell.first), static_cast<std::uint32_t>(cell.last));
    writer_.unmodelled(text, key.word, text.contains('$') ? Lasting::once : key.lasting);
  }

  void unmodelled() {
    writer_.unmodelled(words_.begin, words_.end, keys_.front().word, Lasting::once);
  }

  RuleWriter& writer_;
  Selectors const& keys_;
  Arithmetic const& left_;
  Elements const& elements_;
  Stretch words_;
  bool called_ = false;  // a chain, by some key: it may have changed what others are asked of
};

// In a map of one field no two keys may lie over each other. The second of them, where two do and
// say different things.
Verdict const* conflicting(Elements const& elements) {
  if (elements.types.size() != 1 || elements.types[0] == ValueType::opaque ||
      elements.types[0] == ValueType::ifname)
    return nullptr;
  std::vector<std::size_t> order(elements.rows());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return elements.row(i)->first; });
  std::size_t furthest = 0;  // in that order, of those before: the one that ends last
  for (std::size_t i = 1; i < order.size(); ++i) {
    auto const& one = elements.verdicts[order[furthest]];
    auto const& other = elements.verdicts[order[i]];
    auto const reach = elements.row(order[furthest])->last;
    bool const over = reach >= elements.row(order[i])->first;
    if (over && !one.same(other)) return one.offset < other.offset ? &other : &one;
    if (elements.row(order[i])->last > reach) furthest = i;
  }
  return nullptr;
}

// "@name": a map to verdicts of the table.
Result<DeclaredSet*> named_map(RuleWriter& writer, Lexer& lexer, Selectors const& keys) {
  auto& source = writer.source();
  lexer.next();
  if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a map");
  Token const name = lexer.next();
  auto* const map = writer.table().sets.find(name.text);
  if (map == nullptr)
    return source.fail(ErrorKind::unknown_name, name,
                       "map '" + printable(name.text) + "' is not defined in this table",
                       "is the export cut short? export the whole rule set again");
  if (map->elements.data != Data::verdict)
    return source.fail(ErrorKind::conflict, name,
                       "'" + printable(name.text) + "' does not map to verdicts");
  SC_CHECK(check_types(source, name, *map, keys));
  map->looked_up = true;
  map->spelled_out = true;
  return map;
}

}  // namespace

std::optional<Action> to_action(RuleWriter& writer, Verdict const& verdict) {
  auto const chain = [&] {
    auto const length = static_cast<std::uint32_t>(verdict.chain.size());
    auto const* const declared = writer.table().chains.find(verdict.chain);
    return writer.source().builder.chain(
        writer.table_id(), declared == nullptr ? verdict.chain : declared->final_name(),
        writer.source().span(verdict.offset, verdict.offset + length));
  };
  switch (verdict.kind) {
    case Verdict::Kind::accept:
      return Accept{};
    case Verdict::Kind::drop:
      return Drop{};
    case Verdict::Kind::continue_:
      return std::nullopt;
    case Verdict::Kind::return_:
      return Return{};
    case Verdict::Kind::jump:
      return Jump{chain()};
    case Verdict::Kind::goto_:
      return Goto{chain()};
  }
  return std::nullopt;
}

Result<void> verdict_map(RuleWriter& writer, Lexer& lexer, Selectors const& keys,
                         Arithmetic const& left) {
  auto& source = writer.source();
  lexer.next();
  Elements anonymous;
  Elements const* elements = &anonymous;
  if (lexer.peek().kind == TokenKind::at) {
    SC_TRY(map, named_map(writer, lexer, keys));
    elements = &map->elements;
  } else {
    for (auto const& key : keys) anonymous.types.push_back(key.type);
    anonymous.data = Data::verdict;
    SC_CHECK(read_elements(source, lexer, anonymous));
  }
  if (auto const* const verdict = elements->undecided.empty() ? conflicting(*elements) : nullptr)
    return source.fail_at(ErrorKind::conflict, verdict->offset,
                          "this key lies over another one of the map, which says something else",
                          "the kernel refuses such a map");
  Stretch const words{keys.front().begin, lexer.last_end()};
  for (auto const& key : keys) {
    if (key.extension_header && !source.extension_header) source.extension_header = key.begin;
    if (!key.whether_there) writer.require(key);
  }
  VerdictMap map(writer, keys, left, *elements, words);
  bool const more = !lexer.at_statement_end() && !lexer.peek().is("comment");
  auto const start = writer.mark();
  if (!elements->undecided.empty() || !map.write_rules()) {
    writer.back_to(start);
    auto const text = source.words(words.begin, words.end);
    writer.act(UnmodelledAction{source.builder.atom(text, keys.front().word, Lasting::once)});
    if (more) writer.unmodelled(words.begin, words.end, keys.front().word, Lasting::once);
    return {};
  }
  if (more) map.go_on();
  return {};
}

}  // namespace safeconduct::nft
