// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

#include "formats/nft_source.h"

namespace safeconduct::nft {

struct Verdict {
  enum class Kind : std::uint8_t { accept, drop, continue_, return_, jump, goto_ };
  Kind kind = Kind::continue_;
  std::string_view chain;    // of jump and goto
  std::uint32_t offset = 0;  // where it stands

  bool same(Verdict const& other) const { return kind == other.kind && chain == other.chain; }
};

bool is_verdict(Token const& token);
// Is it a word that never is a value, because a statement begins with it?
bool is_reserved(Token const& token);
// At a verdict: reads it. "jump { ... }" is not read here.
Result<Verdict> verdict(Source& source, Lexer& lexer);

}  // namespace safeconduct::nft
