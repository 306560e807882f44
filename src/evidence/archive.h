// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Files and archives through one door: each member of a zip, tar or tar.gz is offered as a stream,
// and so is a file that is no archive. Nothing is ever unpacked to disk, and what an archive may
// cost is bounded whatever it claims.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "evidence/pieces.h"

namespace safeconduct {

// A diagnostic bundle of a client stays far below all of these.
struct ArchiveLimits {
  std::size_t entries = 10'000;                     // of all levels together
  std::uint64_t total = std::uint64_t{2} << 30U;    // bytes, unpacked, of all levels together
  std::uint64_t entry = std::uint64_t{512} << 20U;  // bytes, unpacked
  std::uint64_t ratio = 200;                        // unpacked to packed bytes
  std::uint64_t ratio_counts_from = std::uint64_t{16} << 20U;  // bytes, unpacked
  std::size_t nesting = 1;                                     // archives within the archive
  std::chrono::seconds time{
      300};  // for one file that was given, with what is done with its members
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

struct ArchiveMember {
  std::string name;    // as reports name it: "bundle.zip/Umbrella/Umbrella.txt"
  std::string base;    // behind its last separator, in lower case: "umbrella.txt"
  std::string head;    // its beginning, to tell its kind by
  bool given = false;  // named by the operator, packed or not; not found in an archive
};

// Takes as much of the bytes as it likes.
using Visitor = std::function<void(ArchiveMember const& member, Pieces const& bytes)>;

// Offers the file, or each member of it that may be read, in the archive's order. The notes say
// what was not read, and why.
Notes read_members(std::string const& name, std::istream& in, ArchiveLimits const& limits,
                   Visitor const& visit);

// Why a member of this name is refused: "climbs out of the archive"; empty: it is not.
std::string_view hostile_name(std::string_view name);

// "umbrella.txt", of both kinds of separators.
std::string base_name(std::string_view name);

}  // namespace safeconduct
