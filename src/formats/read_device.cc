// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <unordered_set>
#include <vector>

#include "formats/not_given.h"
#include "formats/reader.h"

namespace safeconduct {
namespace {

Result<void> read_one(SourceText const& source, Format format, RulesetBuilder& builder,
                      FileAccess const* files) {
  switch (format) {
    case Format::nft:
      return read_nft_text(source, builder, files);
    case Format::iptables_save:
      return read_iptables_save(source, builder);
    case Format::ipset_save:
      return read_ipset_save(source, builder);
    case Format::nft_json:
      return read_nft_json(source, builder);
    case Format::csv:
      return std::unexpected(
          Error{ErrorKind::usage,
                {source.name, 0, 0},
                "this is a vendor's CSV export, and another file of the device is not",
                "a device is read from exports of one kind; list two devices under 'path:'",
                {}});
  }
  std::abort();  // not a Format
}

// Marks the chains of the file that are declared there; all of them where one is not found.
void mark(std::vector<std::uint32_t> const& declared, std::uint32_t file, bool Chain::* flag,
          RulesetBuilder& builder) {
  if (declared.empty()) return;
  std::unordered_set<std::uint32_t> places(declared.begin(), declared.end());
  for (ChainId id = 0; id < builder.peek().chains.size(); ++id) {
    auto& chain = builder.at(id);
    if (chain.span.file != file) continue;
    auto const& original = builder.peek().files[file].original;
    auto const place = original ? original->place(chain.span.offset) : chain.span.offset;
    if (places.erase(place) != 0) chain.*flag = true;
  }
  if (places.empty()) return;
  for (ChainId id = 0; id < builder.peek().chains.size(); ++id) builder.at(id).*flag = true;
}

// The chains that rules were left out of.
void mark_sifted(SourceText const& source, std::uint32_t file, RulesetBuilder& builder) {
  mark(source.sifted, file, &Chain::sifted, builder);
  mark(source.sifted_for_requests, file, &Chain::sifted_for_requests, builder);
}

}  // namespace

Result<Ruleset> read_device(std::span<SourceText const> sources,
                            std::span<std::string const> interfaces, std::optional<Format> format,
                            FileAccess const* files) {
  if (sources.empty())
    return std::unexpected(Error{ErrorKind::usage, {}, "no file of rules was given", "", ""});
  std::vector<Format> formats;
  for (auto const& source : sources) {
    if (source.running) {
      formats.push_back(Format::nft);
    } else if (format) {
      formats.push_back(*format);
    } else {
      SC_TRY(detected, detect(source));
      formats.push_back(detected);
    }
  }
  // In an order of our own, so that the result does not hang on that of the arguments: sets, then
  // iptables-save, whose tables an nft listing of the same device repeats with less in them.
  RulesetBuilder builder;
  for (auto const kind :
       {Format::ipset_save, Format::iptables_save, Format::nft, Format::nft_json, Format::csv})
    for (std::size_t i = 0; i < sources.size(); ++i)
      if (formats[i] == kind) {
        auto const file = static_cast<std::uint32_t>(builder.peek().files.size());
        SC_CHECK(read_one(sources[i], kind, builder, files));
        mark_sifted(sources[i], file, builder);
      }
  add_not_given(builder);
  return std::move(builder).finish(interfaces);
}

}  // namespace safeconduct
