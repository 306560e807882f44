// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "formats/nft_declared.h"

namespace safeconduct::nft {

// The first pass over a file: its commands, from "table inet filter { ... }" to "add rule ...".
// Finds tables, chains and sets, and where the rules of each chain stand.
class Declarations {
 public:
  explicit Declarations(Source& source);

  Result<void> read();
  std::vector<std::unique_ptr<DeclaredTable>>& tables() { return tables_; }
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

  Result<void> command();
  Result<void> add();
  Result<void> object(Token const& kind, bool remove);
  Result<void> add_rule(Token const& command, bool in_front);
  Result<void> add_chain(Token const& kind);
  Result<void> add_set(Token const& kind);
  Result<void> add_elements();
  Result<void> remove(Token const& command);
  Result<void> flush();
  std::unexpected<Error> refuse(Token const& command);

  Result<void> table(Token const& word);
  Result<void> table_item(DeclaredTable& table);
  Result<void> table_flags(DeclaredTable& table);
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
  std::size_t inserted_ = 0;
};

}  // namespace safeconduct::nft
