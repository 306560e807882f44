// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the text, and what is refused says where.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "formats/reader.h"
#include "sift_property.h"

namespace {

using namespace safeconduct;

bool inside(std::string const& text, Span span) {
  return span.offset <= text.size() && span.length <= text.size() - span.offset;
}

bool inside(std::string const& text, Location const& at) {
  if (at.line == 0) return true;  // the file as a whole
  auto const lines = std::ranges::count(text, '\n') + 1;
  return at.line <= static_cast<std::uint64_t>(lines) && at.column <= text.size() + 1;
}

void require(bool holds) {
  if (!holds) std::abort();
}

Result<Ruleset> read(SourceText const& source) {
  RulesetBuilder builder;
  SC_CHECK(read_nft_text(source, builder));
  return std::move(builder).finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const text = std::make_shared<std::string const>(data, data + size);
  SourceText const source{"input", text};
  auto const rules = read(source);
  require_sifts_alike(*text, Format::nft);
  if (!rules) {
    require(inside(*text, rules.error().at) && !rules.error().text.empty());
    return 0;
  }
  for (auto const& chain : rules->chains) {
    require(chain.defined && inside(*text, chain.span));
    for (auto const& rule : chain.rules) {
      require(inside(*text, rule.span));
      require(rule.span.length > 0);
      require(rule.first_clause + rule.clause_count <= rules->clauses.size());
    }
  }
  for (auto const& set : rules->named_sets) {
    require(inside(*text, set.span));
    require(set.dimensions > 0 && set.cells.size() % set.dimensions == 0);
  }
  for (auto const& note : rules->notes) require(inside(*text, note.at));
  return 0;
}
