// SPDX-License-Identifier: GPL-3.0-or-later
// Archives: no more comes out of them than the limits allow, under names that climb nowhere, and
// what is left out is said.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "evidence/archive.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::istringstream in(std::string(reinterpret_cast<char const*>(data), size));
  sc::ArchiveLimits limits;
  limits.entries = 20;
  limits.total = 1U << 20U;
  limits.entry = 1U << 16U;
  limits.ratio_counts_from = 1U << 18U;
  std::size_t members = 0;
  std::size_t bytes = 0;
  auto const notes = sc::read_members(
      "a", in, limits, [&](sc::ArchiveMember const& member, sc::Pieces const& pieces) {
        ++members;
        if (member.given) {
          bytes = 0;
          return;
        }
        if (!member.name.starts_with("a/") || member.name.contains("/../")) std::abort();
        std::size_t own = 0;
        for (auto piece = pieces(); !piece.empty(); piece = pieces()) own += piece.size();
        if (own > limits.entry) std::abort();
        bytes += own;
      });
  if (members > limits.entries || bytes > limits.total) std::abort();
  for (auto const& note : notes)
    if (note.message.english() != sc::printable(note.message.english())) std::abort();
  return 0;
}
