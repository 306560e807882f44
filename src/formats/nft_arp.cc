// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_arp.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "formats/nft_beside.h"

namespace safeconduct::nft {
namespace {

using namespace std::literals;

// Errs towards yes.
bool says(Source const& source, DeclaredTable const& table,
          std::span<std::string_view const> words) {
  return std::ranges::any_of(table.unread, [&](Stretch const& each) {
    auto const text = source.words(each.begin, each.end);
    return std::ranges::any_of(words, [&](auto word) { return text.contains(word); });
  });
}

bool may_stop_arp(Source const& source, DeclaredTable const& table) {
  static constexpr std::array kHooks{"hook"sv};
  // The last stands in listings of the running rules (formats/kernel_listing.h).
  static constexpr std::array kStops{"drop"sv, "queue"sv, "undecided"sv};
  return table.family == TableFamily::arp && says(source, table, kHooks) &&
         says(source, table, kStops);
}

}  // namespace

void doubt_arp(Source& source, Declarations& declared) {
  for (auto const& table : declared.tables()) {
    if (!table || !may_stop_arp(source, *table)) continue;
    auto const name = "arp " + std::string(table->name);
    doubt_beside(source, TableFamily::ip,
                 {name, "table " + name + ", which may stop ARP", "arp", false}, table->span);
  }
}

}  // namespace safeconduct::nft
