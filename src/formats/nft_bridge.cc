// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_bridge.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "formats/nft_beside.h"

namespace safeconduct::nft {
namespace {

using namespace std::literals;

// The last stands in listings of the running rules (formats/kernel_listing.h), the one before it
// for a target of iptables' extensions.
// "notrack" hides the packet from connection tracking.
constexpr std::array kTouches{"notrack"sv,  "drop"sv, "reject"sv,   "queue"sv,  "set"sv,
                              "redirect"sv, "dnat"sv, "snat"sv,     "broute"sv, "dup"sv,
                              "fwd"sv,      "xt"sv,   "undecided"sv};
constexpr std::array kRoutedHooks{"prerouting"sv, "input"sv, "output"sv, "postrouting"sv};

template <std::size_t N>
bool is_one_of(Token const& token, std::array<std::string_view, N> const& words) {
  return token.kind == TokenKind::word && std::ranges::find(words, token.text) != words.end();
}

// What is told of a chain, or by commands outside of chains' blocks.
class Told {
 public:
  void hear(Token const& token) {
    hooks_in = hooks_in || (hook_ && is_one_of(token, kRoutedHooks));
    touches = touches || is_one_of(token, kTouches) || token.kind == TokenKind::bad;
    calls = calls || token.is("jump") || token.is("goto") || token.is("vmap");
    hook_ = token.is("hook");
  }

  bool hooks_in = false;  // where routed packets pass
  bool touches = false;
  bool calls = false;

 private:
  bool hook_ = false;  // the last word was "hook"
};

// Errs towards yes.
bool may_touch_routed(Source& source, DeclaredTable const& table) {
  Told all;
  Told commands;
  bool touched = false;  // by a chain that hooks in itself
  bool called = false;   // by one of those that it calls
  auto const hear = [&](Told& told, Token const& token) {
    told.hear(token);
    all.hear(token);
  };
  for (auto const& stretch : table.unread) {
    auto lexer = source.lexer(stretch);
    while (lexer.peek().kind != TokenKind::end) {
      auto const token = lexer.next();
      hear(commands, token);
      if (token.kind == TokenKind::bad) break;
      if (!token.is("chain")) continue;
      hear(commands, lexer.next());
      if (lexer.peek().kind != TokenKind::left_brace) continue;
      Told chain;
      auto const block = lexer.skip_block();
      if (!block) break;
      auto inside = source.lexer(*block);
      while (inside.peek().kind != TokenKind::end) {
        hear(chain, inside.peek());
        if (inside.next().kind == TokenKind::bad) break;
      }
      touched = touched || (chain.hooks_in && chain.touches);
      called = called || (chain.hooks_in && chain.calls);
    }
  }
  // Commands add to chains that stand elsewhere.
  bool const added = commands.hooks_in || commands.touches || commands.calls;
  return touched || ((called || added) && all.hooks_in && all.touches);
}

}  // namespace

void doubt_bridges(Source& source, Declarations& declared) {
  for (auto const& table : declared.tables()) {
    if (!table || table->family != TableFamily::bridge || !may_touch_routed(source, *table))
      continue;
    auto const name = "bridge " + std::string(table->name);
    doubt_beside(source, TableFamily::inet,
                 {name, "packets of a bridge, which meet table " + name, "stacked", true},
                 table->span);
  }
}

}  // namespace safeconduct::nft
