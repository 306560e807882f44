// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "formats/nft_declared.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

using namespace std::literals;

// Of which type what a key maps to is; opaque where we do not read it.
Result<ValueType> datum_type(Source& source, Lexer& lexer, bool by_expression) {
  if (!by_expression) return type_named(lexer.next().text);
  if (!begins_selector(lexer.peek())) return type_named(lexer.next().text);  // of JSON
  Selector key;
  SC_CHECK(selector(source, lexer, key));
  return key.type;
}

// What a map's keys map to: ": verdict", ": ipv4_addr . inet_service", ": interval ip daddr".
Result<void> data_type(Source& source, Lexer& lexer, DeclaredSet& set, bool by_expression) {
  if (!lexer.take(TokenKind::colon)) return {};
  auto& elements = set.elements;
  elements.data = lexer.peek().is("verdict") ? Data::verdict : Data::other;
  if (lexer.at_statement_end()) return source.expected(lexer, "the type that keys map to");
  if (lexer.peek().is("interval")) lexer.next();
  elements.data_known = elements.data == Data::other;
  do {
    if (!lexer.peek().is_text()) break;
    SC_TRY(type, datum_type(source, lexer, by_expression));
    elements.data_types.push_back(type);
    elements.data_known = elements.data_known && type != ValueType::opaque;
  } while (lexer.take("."));
  while (!lexer.at_statement_end()) {
    if (lexer.peek().kind == TokenKind::bad) return source.expected(lexer, "a type");
    elements.data_known = false;
    lexer.next();
  }
  return {};
}

// "type ipv4_addr . inet_service"
Result<void> type(Source& source, Lexer& lexer, DeclaredSet& set) {
  do {
    if (!lexer.peek().is_text()) return source.expected(lexer, "a type");
    set.elements.types.push_back(type_named(lexer.next().text));
  } while (lexer.take("."));
  return data_type(source, lexer, set, false);
}

// "typeof ip saddr . tcp dport"
Result<void> type_of(Source& source, Lexer& lexer, DeclaredSet& set) {
  do {
    if (!begins_selector(lexer.peek()))
      return source.expected(lexer, "an expression like 'ip saddr'");
    Selector key;
    SC_CHECK(selector(source, lexer, key));
    auto key_type = key.type == ValueType::frag_off ? ValueType::opaque : key.type;
    while (!lexer.at_statement_end() && lexer.peek().kind != TokenKind::colon &&
           !lexer.peek().is(".")) {  // arithmetic: "meta mark & 0xff"
      if (lexer.peek().kind == TokenKind::bad) return source.expected(lexer, "an expression");
      key_type = ValueType::opaque;
      lexer.next();
    }
    set.elements.types.push_back(key_type);
  } while (lexer.take("."));
  return data_type(source, lexer, set, true);
}

Result<void> flags(Source& source, Lexer& lexer, DeclaredSet& set) {
  do {
    if (!lexer.peek().is_text()) return source.expected(lexer, "a flag of a set");
    Token const flag = lexer.next();
    if (flag.text == "timeout") {
      set.timeouts = true;  // those that have none of their own stay
    } else if (flag.text == "dynamic") {
      set.elements.undecided = kChanges;
    } else if (flag.text == "interval") {
      set.ranges = true;
    } else if (flag.text != "constant") {
      return source.fail(ErrorKind::unknown_name, flag,
                         "'" + printable(flag.text) + "' is not a flag of a set",
                         "known are constant, dynamic, interval, timeout");
    }
  } while (lexer.take(TokenKind::comma));
  return {};
}

enum class Property : std::uint8_t {
  type,
  type_of,
  flags,
  timeout,
  value,
  nothing,
  elements,
  condition,
  words,
  unread,
};

constexpr auto kProperties = words<Property>({
    {"type", Property::type},
    {"typeof", Property::type_of},
    {"flags", Property::flags},
    {"timeout", Property::timeout},
    {"gc-interval", Property::value},
    {"size", Property::value},
    {"policy", Property::value},
    {"comment", Property::value},
    {"auto-merge", Property::nothing},
    {"elements", Property::elements},
    {"counter", Property::words},
    {"last", Property::words},
    {"limit", Property::condition},
    {"quota", Property::condition},
    {"ct", Property::condition},
    {"bytecode", Property::unread},  // of our own listings, see formats/kernel_listing.h
});

// A file may declare a set again: nft takes the elements together, where the types agree.
Result<void> types(Source& source, Lexer& lexer, DeclaredSet& set, Token const& word,
                   bool by_expression) {
  auto const read = by_expression ? type_of : type;
  if (!set.typed) {
    set.typed = true;
    return read(source, lexer, set);
  }
  DeclaredSet again;
  SC_CHECK(read(source, lexer, again));
  auto const& was = set.elements;
  auto const& is = again.elements;
  // Of types that are not modelled nobody can tell whether they are the same.
  bool const same = was.types == is.types && was.data == is.data &&
                    was.data_types == is.data_types && !is.has(ValueType::opaque) &&
                    was.data_known == is.data_known;
  if (same) return {};
  return source.fail(ErrorKind::conflict, word, "this set has a type already");
}

// One block of a set's declaration, "{ ... }".
struct SetBlock {
  std::optional<Elements> elements_before;  // once it has given some
  std::unique_ptr<Lexer> before_type;       // at elements that stand before the set's type
};

// "elements = { ... }", at the sign. Of several in one block the last one counts; those of other
// blocks stay.
Result<void> elements_of(Source& source, Lexer& lexer, DeclaredSet& set, SetBlock& block) {
  SC_CHECK(source.expect(lexer, TokenKind::assign, "'='"));
  set.given_in_block = true;
  if (block.elements_before) {
    auto why = std::move(set.elements.undecided);
    set.elements = *block.elements_before;
    if (set.elements.undecided.empty()) set.elements.undecided = std::move(why);
  } else {
    block.elements_before = set.elements;
  }
  return read_elements(source, lexer, set.elements);
}

Result<void> property(Source& source, Lexer& lexer, DeclaredSet& set, SetBlock& block) {
  Token const word = lexer.peek();
  auto const* const known = word.kind == TokenKind::word ? kProperties.find(word.text) : nullptr;
  if (known == nullptr) return source.expected(lexer, "a property of a set");
  lexer.next();
  switch (*known) {
    case Property::type:
    case Property::type_of:
      return types(source, lexer, set, word, *known == Property::type_of);
    case Property::flags:
      return flags(source, lexer, set);
    case Property::timeout:
      set.elements.undecided = kAllExpire;
      [[fallthrough]];
    case Property::value:
      if (!lexer.peek().is_text()) return source.expected(lexer, "a value");
      lexer.next();
      return {};
    case Property::nothing:  // auto-merge
      set.merges = true;
      return {};
    case Property::elements:
      block.before_type.reset();
      if (set.typed) return elements_of(source, lexer, set, block);
      block.before_type = std::make_unique<Lexer>(lexer);
      lexer.skip_statement();
      return {};
    case Property::condition:
      set.elements.undecided = kLimited;
      [[fallthrough]];
    case Property::words:
      while (!lexer.at_statement_end()) {
        if (lexer.peek().kind == TokenKind::bad) return source.expected(lexer, "a value");
        lexer.next();
      }
      return {};
    case Property::unread:
      if (!lexer.peek().is_text()) return source.expected(lexer, "why it is not read");
      set.elements.undecided = lexer.next().text;
      return {};
  }
  return {};
}

}  // namespace

bool filters_ip(TableFamily family) {
  return family == TableFamily::ip || family == TableFamily::ip6 || family == TableFamily::inet ||
         family == TableFamily::netdev;
}

bool is_of_iptables(DeclaredTable& table) {
  static constexpr std::array kNames{"filter"sv, "nat"sv, "mangle"sv, "raw"sv, "security"sv};
  static constexpr std::array kChains{"PREROUTING"sv, "INPUT"sv, "FORWARD"sv, "OUTPUT"sv,
                                      "POSTROUTING"sv};
  return (table.family == TableFamily::ip || table.family == TableFamily::ip6) &&
         std::ranges::find(kNames, table.name) != kNames.end() &&
         std::ranges::any_of(kChains,
                             [&](auto name) { return table.chains.find(name) != nullptr; });
}

Result<void> read_set(Source& source, Lexer& lexer, DeclaredSet& set) {
  auto const begin = lexer.stretch().begin;
  SetBlock block;
  lexer.skip_separators();
  while (lexer.peek().kind != TokenKind::end) {
    SC_CHECK(property(source, lexer, set, block));
    if (!lexer.at_statement_end()) return source.expected(lexer, "the end of the line");
    lexer.skip_separators();
  }
  if (!set.typed)
    return source.fail_at(ErrorKind::syntax, begin,
                          "set '" + std::string(set.name) + "' has no type",
                          "write 'type ipv4_addr' or the like");
  if (set.map && set.elements.data == Data::none)
    return source.fail_at(ErrorKind::syntax, begin,
                          "map '" + std::string(set.name) + "' does not say what it maps to",
                          "write 'type ipv4_addr : verdict' or the like");
  if (!block.before_type) return {};
  auto& early = *block.before_type;
  SC_CHECK(elements_of(source, early, set, block));
  if (!early.at_statement_end()) return source.expected(early, "the end of the line");
  return {};
}

NamedSet to_named_set(Source const& source, DeclaredSet const& set, std::uint32_t table) {
  auto const& from = set.elements;
  NamedSet to;
  to.table = table;
  to.name = std::string(set.name);
  to.dimensions = from.types.size();
  to.undecided = from.undecided;
  to.span = set.span;
  if (!to.undecided.empty()) return to;
  if (from.has(ValueType::opaque)) {
    if (to.undecided.empty()) to.undecided = "a type that is not modelled";
    return to;
  }
  if (!set.looked_up && from.has(ValueType::ifname)) return to;  // its names are of no interest
  std::vector<ValueInterval> values;
  std::vector<ValueInterval> row;
  for (std::size_t i = 0; i < from.rows(); ++i) {
    row.clear();
    for (std::size_t k = 0; k < from.types.size(); ++k) {
      values.clear();
      if (from.types[k] == ValueType::ifname) {
        values.push_back(source.interface_cell(from.row(i)[k]));
      } else {
        append_field_values(from.types[k], from.row(i)[k], values);
      }
      if (values.size() > 1) {
        to.undecided = "a range of protocols";
        to.cells.clear();
        return to;
      }
      if (values.empty()) break;  // a value that no packet has
      row.push_back(values.front());
    }
    if (row.size() == from.types.size()) to.cells.insert(to.cells.end(), row.begin(), row.end());
  }
  return to;
}

}  // namespace safeconduct::nft
