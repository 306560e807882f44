// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Archives byte by byte, so that they may lie.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct::test {

struct ArchiveEntry {
  std::string name;
  std::string data = {};  // NOLINT(readability-redundant-member-init)
  // zip: what the directory says in place of where it stands.
  std::optional<std::uint32_t> claimed_offset = std::nullopt;
  std::string link = {};  // tar: a symbolic link to this; NOLINT(readability-redundant-member-init)
};

// Members as they are, not compressed.
std::string zip_bytes(std::vector<ArchiveEntry> const& entries);
std::string tar_bytes(std::vector<ArchiveEntry> const& entries);

enum class Packing { gzip, bzip2, xz, zstd };
// One file alone, compressed.
std::string packed(Packing packing, std::string_view data);

}  // namespace safeconduct::test
