// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_declare.h"
#include "formats/nft_edit.h"
#include "formats/nft_words.h"

// Commands that change what stands before them. The kernel executes a file's commands in their
// order, as one transaction: all of them or, where one cannot be, none.
namespace safeconduct::nft {
namespace {

constexpr std::string_view kShowHandles = "give the output of 'nft -a list ruleset'";

constexpr auto kNamed = words<bool>({{"chain", true}, {"set", true}, {"map", true}});

}  // namespace

std::unexpected<Error> Declarations::exists(Token const& name, std::string_view what) {
  return source_.fail(ErrorKind::conflict, name,
                      std::string(what) + " '" + printable(name.text) +
                          "' is there already, and 'create' wants a new one",
                      "the kernel refuses such a file");
}

// Each of these commands may move all rules of a chain, or look for all elements of a set.
Result<void> Declarations::count_work(Token const& at, std::size_t size) {
  constexpr std::size_t kMost = 300'000'000;
  work_ += size + 1;
  if (work_ <= kMost) return {};
  return source_.fail(ErrorKind::limit, at,
                      "too many commands that insert, replace or delete among many others",
                      std::string(kGiveListing));
}

// "handle 5"
Result<std::uint64_t> Declarations::handle() {
  lexer_.next();
  SC_TRY(read, number(source_, lexer_, 0xFFFFFFFFU));
  return read;
}

// ---- rules

Result<std::size_t> Declarations::rule_of_handle(DeclaredChain& chain) {
  Token const word = lexer_.next();
  Token const token = lexer_.peek();
  SC_TRY(wanted, number(source_, lexer_, 0xFFFFFFFFU));
  auto const body = body_of_handle(chain, wanted);
  if (body < chain.bodies.size()) return body;
  return source_.fail(ErrorKind::unknown_name, token,
                      "the file does not show which rule of chain '" + printable(chain.name) +
                          "' has " + (word.text == "position" ? "handle (position) " : "handle ") +
                          std::to_string(wanted),
                      std::string(kShowHandles));
}

Result<std::size_t> Declarations::rule_of_index(DeclaredChain& chain) {
  lexer_.next();
  Token const token = lexer_.peek();
  SC_TRY(wanted, number(source_, lexer_, 0xFFFFFFFFU));
  auto const body = body_of_index(chain, wanted);
  if (body < chain.bodies.size()) return body;
  return source_.fail(ErrorKind::unknown_name, token,
                      "chain '" + printable(chain.name) + "' has no rule with index " +
                          std::to_string(wanted) + " in this file",
                      std::string(kGiveListing));
}

// Where a rule goes that is added or, 'in_front', inserted: which body it will be.
Result<std::size_t> Declarations::place(DeclaredChain& chain, bool in_front) {
  Token const word = lexer_.peek();
  bool const by_index = word.is("index");
  if (by_index || word.is("handle") || word.is("position")) {
    SC_CHECK(count_work(word, chain.bodies.size()));
    tell_rules_apart(source_, chain);
    SC_TRY(at, by_index ? rule_of_index(chain) : rule_of_handle(chain));
    return in_front ? at : at + 1;
  }
  if (!in_front) return chain.bodies.size();
  SC_CHECK(count_work(word, chain.bodies.size()));
  return 0;
}

// The chain that a command on a rule is about; none where its table is left out: then the rest of
// the statement is skipped.
Result<Declarations::ChainTarget> Declarations::chain_target() {
  SC_TRY(to, target("the name of a chain"));
  if (to.table == nullptr) {
    lexer_.skip_statement();
    return ChainTarget{};
  }
  auto* const chain = to.table->chains.find(to.name.text);
  if (chain == nullptr) return unknown(to.name, "chain");
  return ChainTarget{chain, to.name};
}

// "handle 5" has to follow; which of the chain's rules that is can be told then.
Result<void> Declarations::expect_handle(ChainTarget const& to) {
  if (!lexer_.peek().is("handle")) return source_.expected(lexer_, "'handle' and its number");
  SC_CHECK(count_work(to.name, to.chain->bodies.size()));
  tell_rules_apart(source_, *to.chain);
  return {};
}

// "add rule inet filter input index 2 tcp dport 22 accept"; 'in_front': "insert rule ...".
Result<void> Declarations::add_rule(bool in_front) {
  SC_TRY(to, chain_target());
  auto* const chain = to.chain;
  if (chain == nullptr) return {};
  SC_TRY(at, place(*chain, in_front));
  if (lexer_.at_statement_end()) return source_.expected(lexer_, "a rule");
  auto const stretch = lexer_.skip_statement();
  chain->bodies.insert(chain->bodies.begin() + static_cast<std::ptrdiff_t>(at),
                       {stretch, true, false});
  return {};
}

Result<void> Declarations::insert() {
  lexer_.next();
  if (!lexer_.take("rule")) return source_.expected(lexer_, "'rule'");
  return add_rule(true);
}

// "replace rule inet filter input handle 5 tcp dport 22 accept"
Result<void> Declarations::replace() {
  lexer_.next();
  if (!lexer_.take("rule")) return source_.expected(lexer_, "'rule'");
  SC_TRY(to, chain_target());
  auto* const chain = to.chain;
  if (chain == nullptr) return {};
  SC_CHECK(expect_handle(to));
  SC_TRY(at, rule_of_handle(*chain));
  if (lexer_.at_statement_end()) return source_.expected(lexer_, "a rule");
  chain->bodies[at].stretch = lexer_.skip_statement();  // the handle stays (Linux 6)
  return {};
}

Result<void> Declarations::remove_rule(Verb verb) {
  SC_TRY(to, chain_target());
  auto* const chain = to.chain;
  if (chain == nullptr) return {};
  SC_CHECK(expect_handle(to));
  auto const at = rule_of_handle(*chain);
  // Behind 'flush ruleset' nothing is loaded that the file does not show.
  bool const is_gone = !at && at.error().kind == ErrorKind::unknown_name;
  if (is_gone && verb == Verb::destroy && flushed_) return {};
  if (!at) return std::unexpected(at.error());
  chain->bodies.erase(chain->bodies.begin() + static_cast<std::ptrdiff_t>(*at));
  return {};
}

// ---- chains

// "rename chain inet filter input entry"
Result<void> Declarations::rename() {
  lexer_.next();
  if (!lexer_.take("chain")) return source_.expected(lexer_, "'chain'");
  SC_TRY(from, target("the name of a chain"));
  SC_TRY(to, name("the new name of the chain"));
  if (from.table == nullptr) return {};
  auto* const chain = from.table->chains.find(from.name.text);
  if (chain == nullptr) return unknown(from.name, "chain");
  SC_CHECK(count_work(to, from.table->chains.all().size()));
  for (auto const& other : from.table->chains.all())
    if (!other.name.empty() && other.final_name() == to.text)
      return source_.fail(ErrorKind::conflict, to,
                          "chain '" + printable(to.text) + "' is there already",
                          "the kernel refuses such a file");
  chain->renamed = to.text;
  return {};
}

// ---- deletion

Result<void> Declarations::remove(Verb verb) {
  Token const kind = lexer_.peek();
  if (kind.kind != TokenKind::word) return source_.expected(lexer_, "what to delete");
  lexer_.next();
  if (kind.text == "table") return remove_table();
  if (kind.text == "rule") return remove_rule(verb);
  if (kind.text == "element") return remove_elements(verb);
  if (kNamed.contains(kind.text)) return remove_named(kind);
  if (is_named_object(kind.text)) {
    lexer_.skip_statement();
    return {};
  }
  return source_.fail(ErrorKind::syntax, kind,
                      "'" + printable(kind.text) + "' is nothing that can be deleted",
                      "known are table, chain, rule, set, map, element");
}

// "delete table inet filter": scripts begin so, to be run again and again.
Result<void> Declarations::remove_table() {
  auto const of = family();
  Token const token = lexer_.peek();
  if (token.is("handle")) {
    SC_TRY(wanted, handle());
    for (auto const& table : tables_)
      if (table && table->family == of && table->handle == wanted) {
        forget_table(of, table->name);
        return {};
      }
    return source_.fail(ErrorKind::unknown_name, token,
                        "the file does not show which table has handle " + std::to_string(wanted),
                        std::string(kShowHandles));
  }
  SC_TRY(table_name, name("the name of a table"));
  forget_table(of, table_name.text);
  return {};
}

// "delete chain inet filter input", "delete set inet filter handle 7"
Result<void> Declarations::remove_named(Token const& kind) {
  auto const of = family();
  SC_TRY(table_name, name("the name of a table"));
  auto* const table = find_table(of, table_name.text);
  Token const token = lexer_.peek();
  std::string_view own_name;
  if (token.is("handle")) {
    SC_TRY(wanted, handle());
    auto const find = [&](auto& all) {
      for (auto const& one : all)
        if (!one.name.empty() && one.handle == wanted) own_name = one.name;
    };
    if (table != nullptr && kind.text == "chain") find(table->chains.all());
    if (table != nullptr && kind.text != "chain") find(table->sets.all());
    if (own_name.empty() && filters_ip(of))
      return source_.fail(ErrorKind::unknown_name, token,
                          "the file does not show which " + std::string(kind.text) +
                              " has handle " + std::to_string(wanted),
                          std::string(kShowHandles));
  } else {
    SC_TRY(word, name("a name"));
    own_name = word.text;
  }
  if (kind.text == "chain" && lexer_.peek().kind == TokenKind::left_brace)  // devices of a chain
    return refuse(kind);
  if (table == nullptr) return {};
  if (kind.text == "chain") {
    table->chains.erase(own_name);
  } else {
    table->sets.erase(own_name);
  }
  return {};
}

Result<void> Declarations::remove_elements(Verb verb) {
  SC_TRY(to, target("the name of a set"));
  if (to.table == nullptr) return skip_braces(source_, lexer_);
  auto* const set = to.table->sets.find(to.name.text);
  if (set == nullptr) return unknown(to.name, "set");
  SC_CHECK(count_work(to.name, set->elements.rows()));
  Elements those;
  those.types = set->elements.types;
  those.data = set->elements.data;
  those.keys_alone = true;
  auto const begin = lexer_.peek().begin;
  SC_CHECK(read_elements(source_, lexer_, those));
  bool const all = !take_out(source_, those, set->merges, set->elements).has_value();
  if (set->ranges && set->given_in_block && those.types.size() == 1) doubt(set->elements, kMayStay);
  // Where a name stands for what only its own host knows, the set is undecided anyway.
  if (all || verb == Verb::destroy || !those.undecided.empty()) return {};
  return source_.fail_at(
      ErrorKind::unknown_name, begin,
      "not all of these elements are in " + std::string(set->kind()) + " '" + printable(set->name) +
          "' of this file",
      "the kernel refuses the whole file where one is not; " + std::string(kGiveListing));
}

// ---- flushing

Result<void> Declarations::flush_ruleset() {
  static constexpr auto kFamilies = words<TableFamily>({
      {"ip", TableFamily::ip},
      {"ip6", TableFamily::ip6},
      {"inet", TableFamily::inet},
      {"arp", TableFamily::arp},
      {"bridge", TableFamily::bridge},
      {"netdev", TableFamily::netdev},
  });
  auto const& token = lexer_.peek();
  auto const* const of = token.kind == TokenKind::word ? kFamilies.find(token.text) : nullptr;
  for (auto const& table : tables_)
    if (table && (of == nullptr || table->family == *of)) keep_ghosts(*table);
  if (of == nullptr) {
    tables_.clear();
    by_name_.clear();
    flushed_ = true;
    return {};
  }
  lexer_.next();
  commands_ = true;
  for (auto& table : tables_)
    if (table && table->family == *of) forget_table(*of, std::string(table->name));
  return {};
}

Result<void> Declarations::flush() {
  lexer_.next();
  Token const kind = lexer_.peek();
  if (kind.kind != TokenKind::word) return source_.expected(lexer_, "what to flush");
  lexer_.next();
  if (kind.text == "ruleset") return flush_ruleset();
  commands_ = true;
  if (kind.text != "table" && kind.text != "chain" && kind.text != "set" && kind.text != "map" &&
      kind.text != "meter")
    return refuse(kind);
  auto const of = family();
  SC_TRY(table_name, name("the name of a table"));
  auto* const table = find_table(of, table_name.text);
  if (kind.text == "table") {
    if (table == nullptr) return {};
    SC_CHECK(count_work(table_name, table->chains.all().size()));
    for (auto& chain : table->chains.all()) chain.flush();
    return {};
  }
  SC_TRY(own_name, name("a name"));
  if (table == nullptr) return {};
  if (kind.text == "chain") {
    if (auto* const chain = table->chains.find(own_name.text)) chain->flush();
    return {};
  }
  if (auto* const set = table->sets.find(own_name.text)) {
    auto& elements = set->elements;
    elements.cells.clear();
    elements.verdicts.clear();
    elements.catch_all = false;
    elements.otherwise.reset();
    elements.expiring.clear();
    elements.lasting = 0;
    for (auto const why : {kExpire, kMayStay, kMayComeBack})
      if (elements.undecided == why) elements.undecided.clear();
    elements.data_cells.clear();
    elements.otherwise_data.clear();
  }
  return {};
}

}  // namespace safeconduct::nft
