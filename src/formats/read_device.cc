// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <vector>

#include "formats/reader.h"

namespace safeconduct {
namespace {

Result<void> read_one(SourceText const& source, Format format, RulesetBuilder& builder) {
  switch (format) {
    case Format::nft:
      return read_nft_text(source, builder);
    case Format::iptables_save:
      return read_iptables_save(source, builder);
    case Format::ipset_save:
      return read_ipset_save(source, builder);
  }
  std::abort();  // not a Format
}

}  // namespace

Result<Ruleset> read_device(std::span<SourceText const> sources,
                            std::span<std::string const> interfaces, std::optional<Format> format) {
  if (sources.empty())
    return std::unexpected(Error{ErrorKind::usage, {}, "no file of rules was given", "", ""});
  std::vector<Format> formats;
  for (auto const& source : sources) {
    if (format) {
      formats.push_back(*format);
    } else {
      SC_TRY(detected, detect(source));
      formats.push_back(detected);
    }
  }
  // In an order of our own, so that the result does not hang on that of the arguments: sets, then
  // iptables-save, whose tables an nft listing of the same device repeats with less in them.
  RulesetBuilder builder;
  for (auto const kind : {Format::ipset_save, Format::iptables_save, Format::nft})
    for (std::size_t i = 0; i < sources.size(); ++i)
      if (formats[i] == kind) SC_CHECK(read_one(sources[i], kind, builder));
  return std::move(builder).finish(interfaces);
}

}  // namespace safeconduct
