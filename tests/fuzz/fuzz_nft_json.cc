// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the JSON, what is refused says where, the nft text
// that the JSON is translated into reads the same by itself, and so does what is left when it is
// sifted.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "formats/reader.h"
#include "rules/text.h"
#include "sift_property.h"

namespace {

using namespace safeconduct;

void require(bool holds) {
  if (!holds) std::abort();
}

bool inside(std::string const& text, Location const& at) {
  if (at.line == 0) return true;  // the file as a whole
  auto const lines = std::ranges::count(text, '\n') + 1;
  return at.line <= static_cast<std::uint64_t>(lines) && at.column >= 1 &&
         at.column <= text.size() + 1;
}

Result<Ruleset> read(SourceText const& source,
                     Result<void> (*reader)(SourceText const&, RulesetBuilder&)) {
  RulesetBuilder builder;
  SC_CHECK(reader(source, builder));
  return std::move(builder).finish();
}

// The lines of the model without the numbers of the file's lines.
std::string words(Ruleset const& rules) {
  std::string out;
  std::string const text = to_text(rules);
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    if (line.starts_with("  ")) line.erase(0, std::min(line.find(": "), line.size()));
    out += line + '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const json = std::make_shared<std::string const>(data, data + size);
  require_sifts_alike(*json, Format::nft_json);
  auto const rules = read({"input", json}, read_nft_json);
  if (!rules) {
    require(inside(*json, rules.error().at) && !rules.error().text.empty());
    return 0;
  }
  require(rules->files.size() == 1);
  auto const& file = rules->files.front();
  require(file.original != nullptr && file.original->text == json);
  require(std::ranges::is_sorted(file.original->marks, {}, &Original::Mark::offset));
  std::uint32_t last = 0;
  for (auto const& chain : rules->chains) {
    require(chain.defined && inside(*json, location(*rules, chain.span)));
    for (auto const& rule : chain.rules) {
      require(rule.span.length > 0 && rule.span.offset + rule.span.length <= file.text->size());
      require(inside(*json, location(*rules, rule.span)));
    }
  }
  for (auto const& mark : file.original->marks) last = std::max(last, mark.place);
  require(last <= size);
  for (auto const& note : rules->notes) require(inside(*json, note.at));
  auto const again =
      read({"text", file.text}, [](SourceText const& source, RulesetBuilder& builder) {
        return read_nft_text(source, builder);
      });
  require(again.has_value());
  // Of a listing, a prefix with host bits is in doubt; as a script it is a network.
  auto const read_as_listing = words(*rules);
  require(read_as_listing.contains("as nft may list a mask") || words(*again) == read_as_listing);
  return 0;
}
