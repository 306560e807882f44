// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdlib>
#include <unordered_map>
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

// Marks the chains that rules were left out of: those that are declared there, and all of them
// where one is not found.
class SiftedMarks {
 public:
  SiftedMarks(SourceText const& source, std::uint32_t file, RulesetBuilder& builder)
      : source_(source), file_(file), builder_(builder) {}

  void set() {
    if (source_.sifted.empty()) return;
    std::unordered_set<std::uint32_t> declared(source_.sifted.begin(), source_.sifted.end());
    std::unordered_map<std::uint32_t, std::uint32_t> replies;  // from where on, by declaration
    for (auto const& one : source_.sifted_replies) replies.emplace(one.declared, one.from);
    for (ChainId id = 0; id < builder_.peek().chains.size(); ++id) {
      auto& chain = builder_.at(id);
      if (chain.span.file != file_) continue;
      auto const at = place(chain.span);
      if (declared.erase(at) != 0) chain.sifted = true;
      if (auto const from = replies.extract(at))
        chain.sifted_replies = behind(chain, from.mapped());
    }
    for (ChainId id = 0; id < builder_.peek().chains.size(); ++id) {
      if (!declared.empty()) builder_.at(id).sifted = true;
      if (!replies.empty()) builder_.at(id).sifted_replies = 0;
    }
  }

 private:
  // In the text that was sifted.
  std::uint32_t place(Span span) const {
    auto const& original = builder_.peek().files[file_].original;
    return original ? original->place(span.offset) : span.offset;
  }
  // How many rules of the chain stand before that place, and before all that stand behind it.
  std::uint32_t behind(Chain const& chain, std::uint32_t from) const {
    auto const first = std::ranges::find_if(chain.rules, [&](Rule const& rule) {
      return rule.span.file != file_ || place(rule.span) >= from;
    });
    return static_cast<std::uint32_t>(first - chain.rules.begin());
  }

  SourceText const& source_;
  std::uint32_t file_;
  RulesetBuilder& builder_;
};

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
        SiftedMarks(sources[i], file, builder).set();
      }
  add_not_given(builder);
  return std::move(builder).finish(interfaces);
}

}  // namespace safeconduct
