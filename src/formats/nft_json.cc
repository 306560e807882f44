// SPDX-License-Identifier: GPL-3.0-or-later
// 'nft -j list ruleset' (libnftables-json(5)). There is one reader of nft rules, that of its text;
// the JSON is written as nft text first, object by object, so that both mean the same.
#include "formats/json_tree.h"
#include "formats/nft_json_object.h"
#include "formats/nft_read.h"
#include "formats/reader.h"

namespace safeconduct {

Result<void> read_nft_json(SourceText const& source, RulesetBuilder& builder) {
  if (source.text->size() >= 0xFFFF0000U)
    return std::unexpected(
        Error{ErrorKind::limit, {source.name, 0, 0}, "the file is larger than 4 GiB", "", ""});
  nft::JsonObjects objects(source);
  SC_CHECK(json::for_each_object(source.name, *source.text, "nftables",
                                 [&](json::Value object) { return objects.write(object); }));
  auto original = std::make_shared<Original>();
  original->text = source.text;
  original->marks = std::move(objects.text().marks);
  original->lines = LineIndex(*source.text, source.gaps);
  auto text = std::make_shared<std::string const>(std::move(objects.text().text));
  SourceText translated{source.name, std::move(text)};
  translated.lasting = source.lasting;
  return nft::read(translated, {std::move(original), !objects.has_commands()}, builder);
}

}  // namespace safeconduct
