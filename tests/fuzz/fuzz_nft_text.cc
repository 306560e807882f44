// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the text, and what is refused says where.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "formats/reader.h"
#include "placed_property.h"
#include "sift_property.h"

namespace {

using namespace safeconduct;

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
  require_placed(*text, rules);
  if (rules)
    for (auto const& chain : rules->chains)
      for (auto const& rule : chain.rules) require(rule.span.length > 0);
  return 0;
}
