// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/builder.h"

namespace safeconduct {

// The rule-set exports that we read. A file's kind is told from its content.
enum class Format : std::uint8_t { nft, iptables_save, ipset_save, nft_json, csv };
std::string_view name(Format format);  // "nft", "iptables-save", "ipset-save", "nft-json", "csv"

// A table of iptables-legacy, which nf_tables does not show.
struct LegacyTable {
  Family family = Family::ip4;
  std::string name;  // "filter"
};

// One exported file.
struct SourceText {
  std::string name;  // as the operator named it
  std::shared_ptr<std::string const> text;
  // Where chains are declared that rules were left out of: see formats/sift.h.
  std::vector<std::uint32_t> sifted = {};  // NOLINT(readability-redundant-member-init)
  // Of these, those that lack rules which only replies could meet; the first stood at 'from'.
  struct SiftedReplies {
    std::uint32_t declared = 0;
    std::uint32_t from = 0;
    bool operator==(SiftedReplies const&) const = default;
  };
  std::vector<SiftedReplies> sifted_replies = {};  // NOLINT(readability-redundant-member-init)
  // Where rules were left out without an empty line in their place.
  std::vector<LineIndex::Gap> gaps = {};  // NOLINT(readability-redundant-member-init)
  // Elements that expire count as there where they live so many seconds at least (what is left of
  // their time, counted from when the export was written); nullopt: none of them is sure.
  std::optional<std::uint64_t> lasting = {};  // NOLINT(readability-redundant-member-init)
  // The operator says that a listing of nft was not made with 'nft -t' (DeviceFacts).
  bool full_listing = false;
  // The running rules themselves, see formats/kernel.h: nothing is left out of them ...
  bool running = false;
  // ... but what is in force beside them.
  std::vector<LegacyTable> legacy = {};  // NOLINT(readability-redundant-member-init)
};

// What 'include' of nft scripts needs to see of the files around. Without it they are refused.
struct FileAccess {
  std::function<Result<std::shared_ptr<std::string const>>(std::string const& path)> read;
  std::function<bool(std::string const& path)> is_file;  // a regular one
  // The paths that a pattern of the shell matches, sorted, as glob(3) gives them.
  std::function<Result<std::vector<std::string>>(std::string const& pattern)> matching;
  std::vector<std::string> include_path = {};  // folders to search first: 'nft -I'
};

// Which format the text is in, by its content. Errors say what the file looks like instead (empty,
// binary, HTML, a compressed archive, UTF-16) and what would do.
Result<Format> detect(SourceText const& source);

// One reader a format. Each appends to the builder; the file was not registered before.
Result<void> read_nft_text(SourceText const& source, RulesetBuilder& builder,
                           FileAccess const* files = nullptr);
Result<void> read_nft_json(SourceText const& source, RulesetBuilder& builder);
Result<void> read_iptables_save(SourceText const& source, RulesetBuilder& builder);
Result<void> read_ipset_save(SourceText const& source, RulesetBuilder& builder);

// Reads the files of one device, but vendors' CSV (formats/vendor_csv.h), in any order, and links
// them. 'interfaces': see RulesetBuilder::finish.
Result<Ruleset> read_device(std::span<SourceText const> sources,
                            std::span<std::string const> interfaces = {},
                            std::optional<Format> format = std::nullopt,
                            FileAccess const* files = nullptr);

}  // namespace safeconduct
