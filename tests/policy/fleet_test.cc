// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/fleet.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace safeconduct;

TEST_CASE("fleet: the share of a site is told by its id alone, on any machine") {
  // The first 64 bits of SHA-256, modulo the shards: what another program would compute.
  CHECK(shard_of("london-branch", 8) == 0x35633f270fa92848U % 8 + 1);
  CHECK(shard_of("", 1) == 1);
  CHECK(shard_of("", 1000) == 0xe3b0c44298fc1c14U % 1000 + 1);
}

TEST_CASE("fleet: shares are of about one size, and none is left out") {
  std::array<std::size_t, 8> sites{};
  for (int i = 0; i < 8000; ++i) {
    auto const shard = shard_of("site-" + std::to_string(i), 8);
    REQUIRE(shard >= 1);
    REQUIRE(shard <= 8);
    ++sites.at(shard - 1);
  }
  for (auto const count : sites) {
    CHECK(count > 850);
    CHECK(count < 1150);
  }
}

TEST_CASE("fleet: defaults that differ have texts that differ") {
  Placed<std::string> const one{"a b", {"fleet.yaml", 2, 1}};
  Placed<std::string> const two{"b", {"fleet.yaml", 2, 1}};
  Placed<std::string> const a{"a", {"fleet.yaml", 2, 1}};
  SiteSettings joined;
  joined.policies = {one};
  SiteSettings apart;
  apart.policies = {a, two};
  CHECK(canonical_text(joined) != canonical_text(apart));
  SiteSettings elsewhere = joined;
  elsewhere.policies.front().at.file = "other/fleet.yaml";  // another folder, another file
  CHECK(canonical_text(joined) != canonical_text(elsewhere));
  SiteSettings moved = joined;
  moved.policies.front().at.line = 7;
  CHECK(canonical_text(joined) == canonical_text(moved));
  SiteSettings none;
  SiteSettings no_features;
  no_features.features.emplace();
  CHECK(canonical_text(none) != canonical_text(no_features));
}
