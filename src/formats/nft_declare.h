// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "formats/nft_declared.h"

namespace safeconduct::nft {

// Is it a word for objects that rules refer to by name, and that decide nothing by themselves?
bool is_named_object(std::string_view word);

// The first pass over a file: its commands, from "table inet filter { ... }" to "add rule ...".
// Finds tables, chains and sets, and where the rules of each chain stand.
class Declarations {
 public:
  explicit Declarations(Source& source);

  Result<void> read();
  std::vector<std::unique_ptr<DeclaredTable>>& tables() { return tables_; }
  bool has_commands() const { return commands_ || flushed_; }
  // A script with commands changes what is loaded already, unless it flushes that first.
  bool is_delta() const { return commands_ && !flushed_; }

 private:
  enum class Command : std::uint8_t;

  // The chain, set or other object that a command is about.
  struct Target {
    DeclaredTable* table = nullptr;  // null: of a family that is left out, or not in this file
    Token table_name;
    Token name;
  };

  // "create" wants a thing that is not there yet, "destroy" takes one that may not be there.
  enum class Verb : std::uint8_t { add, create, remove, destroy };

  Result<void> command();
  Result<void> add(Verb verb);
  Result<void> object(Token const& kind, Verb verb);
  Result<void> add_chain(Token const& kind, Verb verb);
  Result<void> add_set(Token const& kind, Verb verb);
  Result<void> add_elements(Verb verb);
  std::unexpected<Error> refuse(Token const& command);

  // In nft_command.cc: commands that change what stands before them in the file.
  Result<void> insert();
  Result<void> replace();
  Result<void> rename();
  Result<void> remove(Verb verb);
  Result<void> flush();
  struct ChainTarget {
    DeclaredChain* chain = nullptr;
    Token name = {};
  };
  Result<ChainTarget> chain_target();
  Result<void> expect_handle(ChainTarget const& to);
  Result<void> add_rule(bool in_front);
  Result<std::size_t> place(DeclaredChain& chain, bool in_front);
  Result<std::size_t> rule_of_handle(DeclaredChain& chain);
  Result<std::size_t> rule_of_index(DeclaredChain& chain);
  Result<std::uint64_t> handle();
  Result<void> count_work(Token const& at, std::size_t size);
  Result<void> remove_table();
  Result<void> remove_named(Token const& kind);
  Result<void> remove_rule(Verb verb);
  Result<void> remove_elements(Verb verb);
  Result<void> flush_ruleset();
  static std::string set_key(DeclaredTable const& table, DeclaredSet const& set);
  void keep_ghosts(DeclaredTable& table);
  std::unexpected<Error> exists(Token const& name, std::string_view what);

  Result<void> table(Token const& word, Verb verb);
  Result<void> table_item(DeclaredTable& table);
  Result<void> table_flags(DeclaredTable& table);
  Result<void> check_owner(DeclaredTable const& table) const;
  Result<void> chain_block(DeclaredTable& table, Token const& word, Token const& name);
  Result<void> set_block(DeclaredTable& table, Token const& word, Token const& name);
  Result<void> named_object();  // "counter name { ... }": skipped

  Result<Token> name(std::string_view what);
  TableFamily family();
  Result<Target> target(std::string_view what);
  DeclaredTable* find_table(TableFamily family, std::string_view name);
  DeclaredTable& make_table(TableFamily family, Token const& word, Token const& name);
  void forget_table(TableFamily family, std::string_view name);
  std::unexpected<Error> unknown(Token const& token, std::string_view what);

  Source& source_;
  Lexer lexer_;
  std::vector<std::unique_ptr<DeclaredTable>> tables_;
  std::unordered_map<std::string, std::size_t> by_name_;
  bool commands_ = false;
  bool flushed_ = false;
  // Sets of ranges that 'flush ruleset' took away, once they had elements: "inet t bad".
  std::unordered_set<std::string> ghosts_;
  std::size_t work_ = 0;  // rules and elements gone over by commands that change others
};

}  // namespace safeconduct::nft
