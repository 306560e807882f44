// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_declare.h"

#include "base/codes.h"
#include "formats/nft_define.h"
#include "formats/nft_edit.h"
#include "formats/nft_words.h"
#include "formats/note_wording.h"

namespace safeconduct::nft {

enum class Declarations::Command : std::uint8_t {
  table,
  add,
  object,
  insert,
  create,
  replace,
  rename,
  remove,
  destroy,
  flush,
  define,
  include,
  nothing,
  refused,
};

namespace {

constexpr auto kFamilies = words<TableFamily>({
    {"ip", TableFamily::ip},
    {"ip6", TableFamily::ip6},
    {"inet", TableFamily::inet},
    {"arp", TableFamily::arp},
    {"bridge", TableFamily::bridge},
    {"netdev", TableFamily::netdev},
});

std::string key(TableFamily family, std::string_view name) {
  std::string text(safeconduct::name(family));
  text += ' ';
  text += name;
  return text;
}

}  // namespace

bool is_named_object(std::string_view word) {
  static constexpr auto kObjects = words<bool>({
      {"flowtable", true},
      {"counter", true},
      {"quota", true},
      {"limit", true},
      {"ct", true},
      {"secmark", true},
      {"synproxy", true},
      {"tunnel", true},
  });
  return kObjects.contains(word);
}

Declarations::Declarations(Source& source)
    : source_(source),
      lexer_(source.lexer({source.text.starts_with("\xEF\xBB\xBF") ? 3U : 0U,
                           static_cast<std::uint32_t>(source.text.size())})) {}

Result<void> Declarations::read() {
  lexer_.skip_separators();
  while (lexer_.peek().kind != TokenKind::end) {
    SC_CHECK(command());
    if (!lexer_.at_statement_end()) return source_.expected(lexer_, "the end of the line");
    lexer_.skip_separators();
  }
  return {};
}

Result<void> Declarations::command() {
  static constexpr auto kCommands = words<Command>({
      {"table", Command::table},     {"add", Command::add},         {"create", Command::create},
      {"chain", Command::object},    {"rule", Command::object},     {"set", Command::object},
      {"map", Command::object},      {"element", Command::object},  {"flowtable", Command::object},
      {"counter", Command::object},  {"quota", Command::object},    {"limit", Command::object},
      {"ct", Command::object},       {"secmark", Command::object},  {"synproxy", Command::object},
      {"insert", Command::insert},   {"delete", Command::remove},   {"destroy", Command::destroy},
      {"flush", Command::flush},     {"define", Command::define},   {"redefine", Command::define},
      {"undefine", Command::define}, {"include", Command::include}, {"list", Command::nothing},
      {"replace", Command::replace}, {"rename", Command::rename},   {"reset", Command::nothing},
      {"import", Command::refused},  {"export", Command::refused},  {"monitor", Command::refused},
  });
  Token const word = lexer_.peek();
  auto const* const known = word.kind == TokenKind::word ? kCommands.find(word.text) : nullptr;
  if (known == nullptr)
    return source_.expected(lexer_, "'table', or a command like 'add rule'",
                            std::string(kGiveListing));
  switch (*known) {
    case Command::table:
      lexer_.next();
      return table(word, Verb::add);
    case Command::add:
    case Command::create:
      commands_ = true;
      lexer_.next();
      return add(*known == Command::add ? Verb::add : Verb::create);
    case Command::object:
      commands_ = true;
      lexer_.next();
      return object(word, Verb::add);
    case Command::insert:
      commands_ = true;
      return insert();
    case Command::replace:
      commands_ = true;
      return replace();
    case Command::rename:
      commands_ = true;
      return rename();
    case Command::remove:
    case Command::destroy:
      commands_ = true;
      lexer_.next();
      return remove(*known == Command::remove ? Verb::remove : Verb::destroy);
    case Command::flush:
      return flush();
    case Command::define:
      return define(source_, lexer_, static_cast<std::uint32_t>(source_.text.size()));
    case Command::include:
      return include(source_, lexer_);
    case Command::nothing:
      lexer_.skip_statement();
      return {};
    case Command::refused:
      return refuse(word);
  }
  return {};
}

Result<void> Declarations::add(Verb verb) {
  Token const kind = lexer_.peek();
  if (kind.kind != TokenKind::word) return source_.expected(lexer_, "what to add");
  // "add ip filter input accept": nft lets 'rule' be left out
  if (verb == Verb::add && kFamilies.contains(kind.text)) return add_rule(false);
  lexer_.next();
  return kind.text == "table" ? table(kind, verb) : object(kind, verb);
}

Result<void> Declarations::object(Token const& kind, Verb verb) {
  if (kind.text == "rule" && verb == Verb::add) return add_rule(false);
  if (kind.text == "chain") return add_chain(kind, verb);
  if (kind.text == "set" || kind.text == "map") return add_set(kind, verb);
  if (kind.text == "element") return add_elements(verb);
  if (is_named_object(kind.text)) return named_object();
  return source_.fail(ErrorKind::syntax, kind,
                      "'" + printable(kind.text) + "' is nothing that can be added",
                      "known are table, chain, rule, set, map, element");
}

std::unexpected<Error> Declarations::refuse(Token const& command) {
  return source_.fail(
      ErrorKind::syntax, command,
      "'" + printable(command.text) + "' makes this a script that changes a running rule set",
      std::string(kGiveListing));
}

std::unexpected<Error> Declarations::unknown(Token const& token, std::string_view what) {
  return source_.fail(
      ErrorKind::unknown_name, token,
      std::string(what) + " '" + printable(token.text) + "' is not defined in this file",
      std::string(kGiveListing));
}

// ---- names

Result<Token> Declarations::name(std::string_view what) {
  if (!lexer_.peek().is_text()) return source_.expected(lexer_, what);
  return lexer_.next();
}

TableFamily Declarations::family() {
  auto const& token = lexer_.peek();
  auto const* const found = token.kind == TokenKind::word ? kFamilies.find(token.text) : nullptr;
  if (found == nullptr) return TableFamily::ip;  // nft(8): the default
  lexer_.next();
  return *found;
}

DeclaredTable* Declarations::find_table(TableFamily family, std::string_view name) {
  auto const found = by_name_.find(key(family, name));
  return found == by_name_.end() ? nullptr : tables_[found->second].get();
}

DeclaredTable& Declarations::make_table(TableFamily family, Token const& word, Token const& name) {
  auto const [entry, made] = by_name_.try_emplace(key(family, name.text), tables_.size());
  if (made) {
    auto& table = *tables_.emplace_back(std::make_unique<DeclaredTable>());
    table.family = family;
    table.name = name.text;
    table.span = source_.span(word.begin, name.end);
    if (!filters_ip(family))
      source_.note(
          code::kTableLeftOut,
          {family == TableFamily::bridge ? wording::kTableOfBridge : wording::kTableNotFiltering,
           {printable(key(family, name.text))}},
          word.begin);
  }
  return *tables_[entry->second];
}

void Declarations::forget_table(TableFamily family, std::string_view name) {
  auto const found = by_name_.find(key(family, name));
  if (found == by_name_.end()) return;
  tables_[found->second].reset();
  by_name_.erase(found);
}

// A set, for the whole of the file: "inet filter blocked".
std::string Declarations::set_key(DeclaredTable const& table, DeclaredSet const& set) {
  return key(table.family, table.name) + ' ' + std::string(set.name);
}

void Declarations::keep_ghosts(DeclaredTable& table) {
  for (auto const& set : table.sets.all())
    if (set.ranges && (set.elements.rows() > 0 || !set.elements.undecided.empty()))
      ghosts_.insert(set_key(table, set));
}

// "inet filter input"
Result<Declarations::Target> Declarations::target(std::string_view what) {
  Target out;
  auto const of = family();
  SC_TRY(table_name, name("the name of a table"));
  SC_TRY(own_name, name(what));
  out.table = find_table(of, table_name.text);
  out.table_name = table_name;
  out.name = own_name;
  if (out.table != nullptr && !filters_ip(of)) {
    auto ahead = lexer_;
    out.table->unread.push_back(ahead.skip_statement());
    out.table = nullptr;
  }
  if (out.table == nullptr && filters_ip(of)) return unknown(table_name, "table");
  return out;
}

// ---- tables

// "table inet filter { ... }"
Result<void> Declarations::table(Token const& word, Verb verb) {
  auto const of = family();
  SC_TRY(name_token, name("the name of a table"));
  if (lexer_.peek().is_text())
    return source_.fail(ErrorKind::unknown_name, name_token,
                        "'" + printable(name_token.text) + "' is not a family of tables",
                        "known are ip, ip6, inet, arp, bridge, netdev");
  if (verb == Verb::create && find_table(of, name_token.text) != nullptr)
    return exists(name_token, "table");
  auto& declared = make_table(of, word, name_token);
  declared.dormant = false;  // nft sends the flags with each of these, and none is a flag, too
  if (lexer_.peek().kind != TokenKind::left_brace) return {};
  Token const open = lexer_.peek();
  if (auto const number = handle_behind(source_.text, open.end)) declared.handle = number;
  if (!filters_ip(of)) {
    SC_CHECK(skip_braces(source_, lexer_));
    declared.unread.push_back({open.begin, lexer_.last_end()});
    return {};
  }
  auto const behind = source_.text.substr(open.end);
  declared.stays = behind.substr(0, behind.find('\n')).contains("# progname");
  lexer_.next();
  while (true) {
    lexer_.skip_separators();
    if (lexer_.take(TokenKind::right_brace)) return check_owner(declared);
    if (lexer_.peek().kind == TokenKind::end) return source_.unclosed(open);
    SC_CHECK(table_item(declared));
    if (!lexer_.at_statement_end() && lexer_.peek().kind != TokenKind::right_brace)
      return source_.expected(lexer_, "the end of the line");
  }
}

Result<void> Declarations::table_item(DeclaredTable& table) {
  Token const word = lexer_.peek();
  if (word.is("define") || word.is("redefine") || word.is("undefine")) {
    auto const size = static_cast<std::uint32_t>(source_.text.size());
    return define(source_, lexer_,
                  find_closing_brace(source_.text, word.begin, size).value_or(size));
  }
  if (word.is("include")) return include(source_, lexer_);
  if (word.kind != TokenKind::word) return source_.expected(lexer_, "a chain or a set");
  lexer_.next();
  if (word.text == "chain") {
    SC_TRY(own_name, name("the name of a chain"));
    if (lexer_.peek().kind != TokenKind::left_brace) return source_.expected(lexer_, "'{'");
    return chain_block(table, word, own_name);
  }
  if (word.text == "set" || word.text == "map") {
    SC_TRY(own_name, name("the name of a " + std::string(word.text)));
    if (lexer_.peek().kind != TokenKind::left_brace) return source_.expected(lexer_, "'{'");
    return set_block(table, word, own_name);
  }
  if (word.text == "flags") return table_flags(table);
  if (word.text == "comment") {
    SC_CHECK(name("a comment"));
    return {};
  }
  if (is_named_object(word.text)) return named_object();
  return source_.fail(ErrorKind::syntax, word,
                      "'" + printable(word.text) + "' is nothing that a table has",
                      "known are chain, set, map, flowtable and the stateful objects");
}

Result<void> Declarations::table_flags(DeclaredTable& table) {
  do {
    SC_TRY(flag, name("a flag of a table"));
    if (flag.text == "dormant") table.dormant = true;
    if (flag.text == "owner") table.owner = flag;
    if (flag.text == "persist") table.stays = true;
  } while (lexer_.take(TokenKind::comma));
  return {};
}

// A table with an owner lives as long as the program that made it. Of one that is there, nft lists
// "table inet t { # progname NAME"; by a script it is gone when nft ends.
Result<void> Declarations::check_owner(DeclaredTable const& table) const {
  if (!table.owner || table.stays) return {};
  return source_.fail(ErrorKind::conflict, *table.owner,
                      "a table with an owner is gone when the program that loads it ends",
                      "leave the flag out; of a table that is there give the output of 'nft list "
                      "ruleset', which names its owner");
}

Result<void> Declarations::chain_block(DeclaredTable& table, Token const& word, Token const& name) {
  auto [chain, made] = table.chains.make(name.text);
  Token const open = lexer_.peek();
  if (made) chain.span = source_.span(word.begin, open.end);
  auto const block = lexer_.skip_block();
  if (!block) return source_.unclosed(open);
  if (auto const number = handle_behind(source_.text, open.end)) chain.handle = number;
  chain.bodies.push_back({*block, false, false});
  return {};
}

Result<void> Declarations::set_block(DeclaredTable& table, Token const& word, Token const& name) {
  auto [set, made] = table.sets.make(name.text);
  Token const open = lexer_.peek();
  if (made) set.span = source_.span(word.begin, open.end);
  set.map = word.text == "map";
  if (auto const number = handle_behind(source_.text, open.end)) set.handle = number;
  auto const block = lexer_.skip_block();
  if (!block) return source_.unclosed(open);
  auto inside = source_.lexer(*block);
  SC_CHECK(read_set(source_, inside, set));
  if (ghosts_.contains(set_key(table, set))) doubt(set.elements, kMayComeBack);
  return {};
}

Result<void> Declarations::named_object() {
  while (!lexer_.at_statement_end() && lexer_.peek().kind != TokenKind::right_brace) {
    if (lexer_.peek().kind == TokenKind::left_brace) return skip_braces(source_, lexer_);
    if (lexer_.peek().kind == TokenKind::bad) return source_.expected(lexer_, "a name");
    lexer_.next();
  }
  return {};
}

// ---- what commands add

Result<void> Declarations::add_chain(Token const& kind, Verb verb) {
  SC_TRY(to, target("the name of a chain"));
  bool const block = lexer_.peek().kind == TokenKind::left_brace;
  if (to.table == nullptr) return block ? skip_braces(source_, lexer_) : Result<void>{};
  if (verb == Verb::create && to.table->chains.find(to.name.text) != nullptr)
    return exists(to.name, "chain");
  if (block) {
    SC_CHECK(chain_block(*to.table, kind, to.name));
    auto const& body = to.table->chains.find(to.name.text)->bodies.back();
    if (auto const rule = first_rule(source_, body.stretch))
      return source_.fail_at(ErrorKind::syntax, *rule,
                             "rules in the block of '" + std::string(kind.text) +
                                 "' as a command: nft 1.0.6 leaves them out",
                             "write 'add rule ...', or put the chain into a 'table' block");
    return {};
  }
  auto [chain, made] = to.table->chains.make(to.name.text);
  if (made) chain.span = source_.span(kind.begin, to.name.end);
  return {};
}

Result<void> Declarations::add_set(Token const& kind, Verb verb) {
  SC_TRY(to, target("the name of a set"));
  if (lexer_.peek().kind != TokenKind::left_brace) return source_.expected(lexer_, "'{'");
  if (to.table == nullptr) return skip_braces(source_, lexer_);
  if (verb == Verb::create && to.table->sets.find(to.name.text) != nullptr)
    return exists(to.name, kind.text);
  return set_block(*to.table, kind, to.name);
}

Result<void> Declarations::add_elements(Verb verb) {
  SC_TRY(to, target("the name of a set"));
  if (to.table == nullptr) return skip_braces(source_, lexer_);
  auto* const set = to.table->sets.find(to.name.text);
  if (set == nullptr) return unknown(to.name, "set");
  if (verb == Verb::add) return read_elements(source_, lexer_, set->elements);
  auto const before = set->elements.rows();
  SC_CHECK(count_work(to.name, before));
  SC_CHECK(read_elements(source_, lexer_, set->elements));
  if (has_repeated_row(source_, set->elements, before)) return exists(to.name, "an element of set");
  return {};
}

}  // namespace safeconduct::nft
