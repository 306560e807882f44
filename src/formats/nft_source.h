// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/diagnostic.h"
#include "formats/nft_include.h"
#include "formats/nft_lexer.h"
#include "formats/reader.h"
#include "rules/builder.h"

namespace safeconduct::nft {

inline constexpr std::size_t kDeepestNesting = 64;
inline constexpr std::size_t kMostElements = 10'000'000;

// Without the middle, where the words of the file that it quotes are very long.
std::string shortened(std::string message);

// Of a rule that iptables-nft may have loaded, as nft lists it.
struct Listed {
  bool loosely = false;   // see nft_listed.h
  bool as_shell = false;  // an extension by its name alone: "xt match"
  bool counted = false;   // it has a counter: all that iptables-nft loads has
};

// "type filter hook ingress device eth0 ...", as it is said once of a chain.
struct DeviceChain {
  ChainId chain = kNoChain;
  Hook hook = Hook::ingress;
  std::vector<InterfacePattern> devices;
  std::uint32_t begin = 0;  // where that stands in the script
  std::uint32_t end = 0;
};

// The file being read, and what all its productions share.
struct Source {
  Source(Script const& script_, SourceText const& given, std::shared_ptr<Original const> original_,
         RulesetBuilder& builder_)
      : script(script_),
        text(script_.text()),
        running(given.running),
        lasting(given.lasting),
        original(std::move(original_)),
        builder(builder_) {
    for (auto const& file : script.files())
      files.push_back(builder.add_file(file.name, file.text, original));
  }

  Script const& script;
  std::string_view text;                     // with all that is included
  bool running;                              // see SourceText
  std::optional<std::uint64_t> lasting;      // likewise
  std::shared_ptr<Original const> original;  // what the text was translated from, or null
  RulesetBuilder& builder;
  std::vector<std::uint32_t> files;  // of the script: their numbers in the model
  Variables variables;
  LexerLimits limits;
  std::size_t elements = 0;                       // of all sets so far
  std::size_t spelled_out = 0;                    // elements of maps, at each rule that asks them
  std::size_t depth = 0;                          // of nested braces, while inside
  std::optional<std::uint32_t> extension_header;  // where rules ask for one, first
  std::vector<DeviceChain> device_chains;
  // Where rules of the family netdev begin that ask for a protocol beyond "meta protocol ip" or
  // "ip6".
  std::unordered_set<std::uint32_t> beyond_ip;
  // How nft lists rules of tables that are named as those of iptables, by where they begin.
  std::unordered_map<std::uint32_t, Listed> listed;
  // The file has nothing that a listing has not, or surely is one. Not those of 'running'.
  bool may_be_listing = false;
  std::optional<std::uint32_t> flowtable;  // where a rule hands packets to one, first
  std::optional<std::uint32_t> compat;     // where an "xt" match or target stands, first
  // Interface names that stand in sets, by the number that stands for them in the cells.
  std::vector<InterfacePattern> interfaces;
  std::unordered_map<std::string, std::uint32_t> interface_numbers;

  // The same as a cell of the model: an index of Ruleset::interface_patterns.
  ValueInterval interface_cell(ValueInterval number) const;

  // A rule is about to be written for each of so many elements. False: those are too many by now.
  bool may_spell_out(std::size_t rows) {
    constexpr std::size_t kMost = 2'000'000;
    spelled_out += rows;
    return spelled_out <= kMost;
  }

  Lexer lexer(Stretch stretch) { return Lexer(text, stretch, variables, limits); }
  Span span(std::uint32_t begin, std::uint32_t end) const {
    auto const place = script.place(begin, end);
    return {files[place.file], place.offset, place.length};
  }
  std::string_view words(std::uint32_t begin, std::uint32_t end) const {
    return text.substr(begin, end - begin);
  }

  std::unexpected<Error> fail_at(ErrorKind kind, std::size_t offset, std::string message,
                                 std::string hint = {}) const;
  std::unexpected<Error> fail(ErrorKind kind, Token const& token, std::string message,
                              std::string hint = {}) const;
  // "expected ..., found ...", or why the token is a bad one.
  std::unexpected<Error> expected(Lexer const& lexer, std::string_view what,
                                  std::string hint = {}) const;
  // A block that this token opens goes on to the end of the file.
  std::unexpected<Error> unclosed(Token const& open) const;
  Result<void> expect(Lexer& lexer, TokenKind kind, std::string_view what) const;
  void note(std::string_view code, Said message, std::size_t offset) const;
};

// "'accept'", "the end of the line".
std::string shown(Token const& token);

}  // namespace safeconduct::nft
