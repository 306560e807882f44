// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How the sites of a fleet (policy/site.h) are dealt out to those who check them.

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/site.h"

namespace safeconduct {

inline constexpr std::uint32_t kMostShards = 1'000'000;

struct Shard {
  std::uint32_t number = 1;  // from 1
  std::uint32_t of = 1;
  auto operator<=>(Shard const&) const = default;
};

// Which of so many shards a site is in, from 1: by its id alone, so that others which come or go do
// not move it.
std::uint32_t shard_of(std::string_view site, std::uint32_t shards);

// What sites are checked by where they say nothing, as a text that is the same for the same
// defaults, and tells apart those that are not.
std::string canonical_text(SiteSettings const& defaults);

}  // namespace safeconduct
