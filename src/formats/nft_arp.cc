// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_arp.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string>
#include <string_view>

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
  auto& builder = source.builder;
  for (auto const& table : declared.tables()) {
    if (!table || !may_stop_arp(source, *table)) continue;
    auto const name = "arp " + std::string(table->name);
    auto const made = builder.table(TableFamily::ip, name, false, table->span);
    // Each packet meets one of the two.
    for (auto const hook : {Hook::prerouting, Hook::output}) {
      auto const chain = builder.chain(made, std::string(safeconduct::name(hook)), table->span);
      builder.at(chain).defined = true;
      builder.at(chain).base =
          BaseChain{ChainType::filter, hook, std::numeric_limits<std::int32_t>::min(),
                    ChainPolicy::accept, table->span};
      builder.unmodelled("table " + name + ", which may stop ARP", "arp", Lasting::whole_way);
      builder.add_rule(chain, table->span, Drop{});
    }
  }
}

}  // namespace safeconduct::nft
