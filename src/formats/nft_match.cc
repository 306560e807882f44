// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_match.h"

#include <algorithm>
#include <bit>

#include "formats/nft_compare.h"
#include "formats/nft_listed.h"
#include "formats/nft_opaque.h"
#include "formats/nft_verdict_map.h"

namespace safeconduct::nft {
namespace {

using Values = std::vector<ValueInterval>;

constexpr Bits128 kNarrow = 0xFFFFFFFFU;

Elements elements_for(Selectors const& keys, Data data) {
  Elements elements;
  for (auto const& key : keys) elements.types.push_back(key.type);
  elements.data = data;
  return elements;
}

// The words of the match so far, as a condition that we cannot decide.
void unmodelled(RuleWriter& writer, Lexer const& lexer, Selectors const& keys) {
  writer.unmodelled(keys.front().begin, lexer.last_end(), keys.front().word, lasting(keys));
}

// A row of cells as values of the keys' fields; false: no packet has them.
bool field_row(Elements const& elements, std::size_t row, Values& out) {
  Values values;
  for (std::size_t k = 0; k < elements.types.size(); ++k) {
    values.clear();
    append_field_values(elements.types[k], elements.row(row)[k], values);
    if (values.size() != 1) return false;
    out.push_back(values.front());
  }
  return true;
}

// The number of rows asked about, and which the i-th is.
struct Rows {
  Elements const& elements;
  std::optional<std::span<std::size_t const>> which;

  std::size_t size() const { return which ? which->size() : elements.rows(); }
  std::size_t at(std::size_t i) const { return which ? (*which)[i] : i; }
};

bool among_single(RuleWriter& writer, Selector const& key, Rows const& rows, bool negated) {
  Values values;
  for (std::size_t i = 0; i < rows.size(); ++i) values.push_back(rows.elements.row(rows.at(i))[0]);
  if (key.type == ValueType::ifname) {
    writer.interfaces(key.field, values, negated);
    return true;
  }
  return compare(writer, key, {}, negated ? Comparison::not_equal : Comparison::equal, values,
                 true);
}

bool among_product(RuleWriter& writer, Selectors const& keys, Rows const& rows, bool negated) {
  Product product;
  for (auto const& key : keys) product.fields.push_back(key.field);
  Values row;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    row.clear();
    if (!field_row(rows.elements, rows.at(i), row)) continue;
    for (std::size_t k = 0; k < keys.size(); ++k)
      product.cells.push_back(
          keys[k].type == ValueType::ifname ? writer.source().interface_cell(row[k]) : row[k]);
  }
  writer.source().builder.product(std::move(product), negated);
  return true;
}

// A row as people write it: addresses, else numbers.
std::string row_text(Elements const& elements, std::size_t row) {
  std::string out;
  for (std::size_t k = 0; k < elements.types.size(); ++k) {
    auto const type = elements.types[k];
    auto const one = [&](Bits128 value) {
      if (type == ValueType::ip4) return to_string(Address{Family::ip4, value});
      if (type == ValueType::ip6) return to_string(Address{Family::ip6, value});
      return std::to_string(static_cast<std::uint64_t>(value));
    };
    auto const cell = elements.row(row)[k];
    out += (k > 0 ? " . " : "") + one(cell.first);
    if (cell.last != cell.first) out += '-' + one(cell.last);
  }
  return out;
}

// A set of which some elements expire: what the others decide is decided; of those, it is not known
// whether they are still there. False: not to be said so, and nothing was written.
bool among_expiring(RuleWriter& writer, Selectors const& keys, DeclaredSet& set, bool negated) {
  constexpr std::size_t kMostRows = 4096;  // they are written for each rule that asks
  if (!set.elements.some_expire() || set.elements.rows() > kMostRows || writer.has_alternatives())
    return false;
  auto elements = set.elements;
  elements.undecided.clear();
  std::vector<std::size_t> stay;
  for (std::size_t i = 0; i < elements.rows(); ++i)
    if (!std::ranges::binary_search(elements.expiring, i)) stay.push_back(i);
  auto const start = writer.mark();
  bool const sayable = among(writer, keys, elements, std::span<std::size_t const>{}, false);
  writer.back_to(start);
  if (!sayable) return false;
  auto const more = elements.expiring.size() - 1;
  auto const text = "element " + row_text(elements, elements.expiring.front()) +
                    (more > 0 ? " or one of " + std::to_string(more) + " more" : std::string()) +
                    " of set " + std::string(set.name) + ", which may have expired";
  writer.alternatives(2, [&](std::size_t which) {
    if (which == 0) {
      if (negated) {
        among(writer, keys, elements, std::nullopt, true);
      } else {
        among(writer, keys, elements, stay, false);
      }
      return;
    }
    among(writer, keys, elements, elements.expiring, false);
    if (!stay.empty()) among(writer, keys, elements, stay, true);
    writer.unmodelled(text, "set", Lasting::once);
  });
  set.spelled_out = true;
  return true;
}

// "@name"
Result<void> look_up(RuleWriter& writer, Lexer& lexer, Selectors const& keys,
                     Arithmetic const& left, bool negated) {
  auto& source = writer.source();
  lexer.next();
  if (!lexer.peek().is_text()) return source.expected(lexer, "the name of a set");
  Token const name = lexer.next();
  auto* const set = writer.table().sets.find(name.text);
  if (set != nullptr) {
    set->looked_up = true;
    SC_CHECK(check_types(source, name, *set, keys));
  }
  for (auto const& key : keys) writer.require(key);
  bool const in_parts = std::ranges::any_of(  // of which the model has not all
      keys, [](Selector const& k) { return k.type == ValueType::ct_status; });
  auto const lasts = set != nullptr && set->elements.change() ? Lasting::once : lasting(keys);
  if (!all_modelled(writer, keys) || left.any || in_parts ||
      (set != nullptr && set->elements.has(ValueType::opaque))) {
    writer.unmodelled(keys.front().begin, lexer.last_end(), keys.front().word, lasts);
    return {};
  }
  bool const decided = set != nullptr && set->elements.undecided.empty();
  if (decided && set->elements.catch_all) {  // everything is in it
    if (negated) {
      writer.never();
    } else {
      require_values(writer, keys);
    }
    return {};
  }
  if (set != nullptr && among_expiring(writer, keys, *set, negated)) return {};
  SetReference reference;
  reference.table = writer.table_id();
  reference.name = std::string(name.text);
  for (auto const& key : keys) reference.fields.push_back(key.field);
  reference.span = source.span(keys.front().begin, lexer.last_end());
  reference.lasting = lasts;
  source.builder.named_set(std::move(reference), negated);
  return {};
}

// The match with "!=" and this one value is written: may it be joined with the one before?
void differs(RuleWriter& writer, Lexer const& lexer, Selector const& key, ValueInterval value,
             bool modelled, RuleWriter::Mark before) {
  bool const narrow = value.first == value.last && value.last <= kNarrow;
  if (!narrow || writer.mark().clauses != before.clauses + 1) return;
  auto const known =
      modelled ? std::optional(static_cast<std::uint32_t>(value.first)) : std::nullopt;
  writer.may_be_joined(key, known, before, lexer.last_end());
}

// "{ ... }" on the right. Around one value, nft drops the braces.
Result<void> in_braces(RuleWriter& writer, Lexer& lexer, Selectors const& keys,
                       Arithmetic const& left, bool negated) {
  auto elements = elements_for(keys, Data::none);
  SC_CHECK(read_elements(writer.source(), lexer, elements));
  doubt_garbled(writer.source(), elements);
  for (auto const& key : keys) writer.require(key);
  auto const before = writer.mark();
  bool done = false;
  // Around a single flag, some versions of nft leave out the braces, others do not: any of these
  // bits, or exactly these. That a connection has one state alone is the same in both.
  auto const is_one_state = [&](Selector const& key) {
    return key.type == ValueType::ct_state &&
           std::has_single_bit(static_cast<std::uint32_t>(elements.cells.front().first));
  };
  bool const by_bits = keys.size() == 1 && elements.rows() == 1 && !elements.catch_all &&
                       is_bitmask(keys.front().type) && !is_one_state(keys.front());
  if (elements.catch_all && (negated || all_modelled(writer, keys))) {
    if (negated) {
      writer.never();
    } else {
      require_values(writer, keys);
    }
    done = true;
  } else if (by_bits || elements.catch_all || is_of_addrtype(writer, keys)) {
    done = false;
  } else if (elements.undecided.empty() && !left.any) {
    done = among(writer, keys, elements, std::nullopt, negated);
  } else if (elements.undecided.empty() && keys.size() == 1) {
    done = compare(writer, keys.front(), left, negated ? Comparison::not_equal : Comparison::equal,
                   elements.cells, true);
  }
  if (!done) unmodelled(writer, lexer, keys);
  if (negated && !left.any && keys.size() == 1 && elements.rows() == 1 && !elements.catch_all)
    differs(writer, lexer, keys.front(), elements.cells.front(), done, before);
  return {};
}

// "syn / fin,syn,rst,ack": the flags that are set among those behind the slash.
Result<void> with_mask(RuleWriter& writer, Lexer& lexer, Selector const& key, std::uint32_t wanted,
                       bool negated) {
  lexer.next();
  SC_TRY(mask, bits(writer.source(), lexer, key.type));
  if (key.type == ValueType::tcp_flags) {
    writer.masked(key.field, mask, wanted, negated);
  } else {
    unmodelled(writer, lexer, {key});
  }
  return {};
}

// One value on the right, not in braces.
Result<void> with_value(RuleWriter& writer, Lexer& lexer, Selector const& key,
                        Arithmetic const& left, Comparison comparison) {
  auto& source = writer.source();
  bool const listed = is_bitmask(key.type);
  if (is_status_of_none(writer, lexer, key)) {
    writer.mark_listed(&Listed::loosely);
    writer.require(key);
    unmodelled(writer, lexer, {key});
    return {};
  }
  if (key.type != ValueType::ct_status && is_reserved(lexer.peek()))  // "ct status dnat"
    return source.expected(lexer, "a value");
  SC_TRY(right, value(source, lexer, key.type));
  writer.require(key);
  if (listed && lexer.peek().is("/"))
    return with_mask(writer, lexer, key, static_cast<std::uint32_t>(right.range.first),
                     comparison == Comparison::not_equal);
  if (lexer.peek().kind == TokenKind::comma)
    return source.expected(lexer, "one value", "write several values in braces: { 1, 2 }");
  bool const negated = comparison == Comparison::not_equal;
  bool const loosely = !left.any && is_listed_loosely(writer, key, right.range, negated);
  if (loosely) writer.mark_listed(&Listed::loosely);
  if (!left.any && may_be_masked(writer, key, right)) {
    writer.unmodelled(
        std::string(source.words(key.begin, lexer.last_end())) + ", as nft may list a mask",
        key.word, Lasting::once);
    return {};
  }
  bool const exactly = comparison == Comparison::implicit && !left.any &&
                       may_be_exact(writer, lexer, key);  // or any of them
  if (right.kind == Value::Kind::unknown || loosely || exactly) {
    unmodelled(writer, lexer, {key});
    return {};
  }
  std::span const range(&right.range, 1);
  if (key.type == ValueType::ifname) {
    if (left.any || (comparison != Comparison::implicit && comparison != Comparison::equal &&
                     comparison != Comparison::not_equal)) {
      unmodelled(writer, lexer, {key});
    } else {
      writer.interfaces(key.field, range, comparison == Comparison::not_equal);
    }
    return {};
  }
  auto const before = writer.mark();
  bool const modelled = compare(writer, key, left, comparison, range, false);
  if (!modelled) unmodelled(writer, lexer, {key});
  if (comparison == Comparison::not_equal && !left.any)
    differs(writer, lexer, key, right.range, modelled, before);
  return {};
}

// A concatenation without braces: "ip saddr . tcp dport 10.0.0.1 . 22".
Result<void> with_row(RuleWriter& writer, Lexer& lexer, Selectors const& keys, bool negated) {
  Elements elements = elements_for(keys, Data::none);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0 && !lexer.take(".")) return writer.source().expected(lexer, "'.'");
    SC_TRY(cell, value(writer.source(), lexer, keys[i].type));
    if (cell.kind == Value::Kind::unknown) elements.undecided = "unknown";
    elements.cells.push_back(cell.range);
  }
  for (auto const& key : keys) writer.require(key);
  if (!elements.undecided.empty() || !among(writer, keys, elements, std::nullopt, negated))
    unmodelled(writer, lexer, keys);
  return {};
}

// The packets that are modelled have no extension headers of IPv6, but that which makes a fragment
// of them. 'there': whether the match asks for the header itself, to be there or not.
void extension_header(RuleWriter& writer, Lexer const& lexer, Selectors const& keys,
                      std::optional<bool> there) {
  auto& source = writer.source();
  auto const& key = keys.front();
  if (!source.extension_header) source.extension_header = key.begin;
  writer.require_network(Family::ip6);
  if (key.key == "frag" && there) {
    source.builder.equals(Field::fragment, *there ? 1 : 0);
  } else if (key.word == "frag") {
    source.builder.equals(Field::fragment, 1);
    unmodelled(writer, lexer, keys);
  } else if (there != false) {
    writer.never();
  }
}

// A match on something that is not modelled: its words are what we keep.
Result<void> opaque(RuleWriter& writer, Lexer& lexer, Selectors const& keys) {
  auto& source = writer.source();
  auto const& key = keys.front();
  auto const comparison = take_comparison(lexer);
  bool const negated = comparison == Comparison::not_equal;
  SC_CHECK(check_numbers(source, lexer, key));
  bool const in_set =
      lexer.peek().kind == TokenKind::left_brace || lexer.peek().kind == TokenKind::at;
  bool const missing = lexer.peek().is("missing") || lexer.peek().is("0");
  bool const exists = lexer.peek().is("exists") || lexer.peek().is("1");
  bool const by_value =
      negated || comparison == Comparison::implicit || comparison == Comparison::equal;
  bool const says_there = by_value && (negated ? missing : exists);
  SC_CHECK(skip_value(source, lexer));
  if (key.word == "exthdr" && in_set) {  // "exthdr hbh { exists, missing }"
    writer.require_network(Family::ip6);
    unmodelled(writer, lexer, keys);
    return {};
  }
  if (key.extension_header) {
    std::optional<bool> there;
    if (key.word == "exthdr" && (missing || exists)) there = exists != negated;
    extension_header(writer, lexer, keys, there);
    return {};
  }
  if (!key.whether_there || says_there) writer.require(key);
  auto const before = writer.mark();
  unmodelled(writer, lexer, keys);
  if (negated) writer.may_be_joined(key, std::nullopt, before, lexer.last_end());
  return {};
}

}  // namespace

Result<void> check_types(Source const& source, Token const& name, DeclaredSet const& set,
                         Selectors const& keys) {
  auto const distinct = [](ValueType type) {
    return type == ValueType::ip4 || type == ValueType::ip6 || type == ValueType::ifname;
  };
  auto const& types = set.elements.types;
  if (types.size() != keys.size())
    return source.fail(ErrorKind::conflict, name,
                       "set '" + std::string(set.name) + "' has " + std::to_string(types.size()) +
                           " fields, but " + std::to_string(keys.size()) + " are looked up in it");
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (types[i] != keys[i].type && types[i] != ValueType::opaque &&
        keys[i].type != ValueType::opaque && (distinct(types[i]) || distinct(keys[i].type)))
      return source.fail(ErrorKind::conflict, name,
                         "set '" + std::string(set.name) + "' is of another type than '" +
                             std::string(source.words(keys[i].begin, keys[i].end)) + "'");
  return {};
}

Result<void> selectors(Source& source, Lexer& lexer, Selectors& keys) {
  keys.clear();
  if (lexer.peek().kind == TokenKind::left_paren)
    return parenthesized(source, lexer, keys.emplace_back());
  do {
    if (!begins_selector(lexer.peek())) {
      if (keys.empty() || lexer.peek().kind != TokenKind::quoted)
        return source.expected(lexer, "an expression like 'ip saddr'");
      Token const constant = lexer.next();  // "ip saddr . "lo" @set", of nft's own making
      Selector key;
      key.word = constant.text;
      keys.push_back(key);
      continue;
    }
    SC_CHECK(selector(source, lexer, keys.emplace_back()));
    take_arithmetic(source, lexer, keys);
    if (keys.size() > kDeepestNesting)
      return source.fail_at(ErrorKind::limit, keys.back().begin,
                            "more than 64 expressions joined by '.'");
  } while (lexer.take("."));
  doubt_shifted(source, lexer, keys);
  return {};
}

bool is_modelled(RuleWriter const& writer, Selector const& selector) {
  if (selector.type == ValueType::opaque) return false;
  return selector.word != "nh" || writer.network() == Family::ip4;
}

void require_values(RuleWriter& writer, Selectors const& keys) {
  for (auto const& key : keys) writer.source().builder.has_value(key.field);
}

bool all_modelled(RuleWriter const& writer, Selectors const& keys) {
  if (is_of_multiport(writer, keys)) {
    writer.mark_listed(&Listed::loosely);
    return false;
  }
  return std::ranges::all_of(keys, [&](Selector const& k) { return is_modelled(writer, k); });
}

bool among(RuleWriter& writer, Selectors const& keys, Elements const& elements,
           std::optional<std::span<std::size_t const>> which, bool negated) {
  if (!all_modelled(writer, keys) || elements.has(ValueType::opaque)) return false;
  for (auto const& key : keys)
    if (key.type == ValueType::frag_off || key.type == ValueType::ct_status) return false;
  Rows const rows{elements, which};
  if (keys.size() == 1) return among_single(writer, keys.front(), rows, negated);
  // An Ethernet type or family in a concatenation would hide from the rule what it is about.
  for (auto const& key : keys)
    if (key.ethernet) return false;
  return among_product(writer, keys, rows, negated);
}

Result<void> match(RuleWriter& writer, Lexer& lexer, Selectors const& keys) {
  auto& source = writer.source();
  auto const& first = keys.front();
  if (lexer.peek().kind == TokenKind::bad) return source.expected(lexer, "a value");
  if (is_of_other_family(writer, first)) {
    writer.mark_listed(&Listed::loosely);
    auto of_either = keys;
    of_either.front().type = ValueType::opaque;
    of_either.front().network.reset();
    of_either.front().word = "meta";
    return match(writer, lexer, of_either);
  }
  for (auto const& key : keys) SC_CHECK(check_context(writer, key));
  Arithmetic left;
  if (keys.size() == 1) {
    SC_TRY(read, arithmetic(source, lexer, first.type));
    left = read;
  }
  if (lexer.peek().is("vmap")) return verdict_map(writer, lexer, keys, left);
  if (keys.size() == 1 && !is_modelled(writer, first)) return opaque(writer, lexer, keys);
  if (left.any && lexer.peek().kind == TokenKind::bang)
    return source.expected(lexer, "'==', '!=' or a value");
  auto const comparison = take_comparison(lexer);
  bool const negated = comparison == Comparison::not_equal;
  bool const plain =
      negated || comparison == Comparison::equal || comparison == Comparison::implicit;
  auto const kind = lexer.peek().kind;
  if (!plain && (kind == TokenKind::at || kind == TokenKind::left_brace))
    return source.expected(lexer, "one value");
  if (kind == TokenKind::at) return look_up(writer, lexer, keys, left, negated);
  if (kind == TokenKind::left_brace) return in_braces(writer, lexer, keys, left, negated);
  if (keys.size() > 1) {
    if (all_modelled(writer, keys)) return with_row(writer, lexer, keys, negated);
    SC_CHECK(skip_value(source, lexer));
    for (auto const& key : keys) writer.require(key);
    unmodelled(writer, lexer, keys);
    return {};
  }
  return with_value(writer, lexer, first, left, comparison);
}

}  // namespace safeconduct::nft
