// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <iostream>

#include "support/dice.h"
#include "support/kernel_compare.h"

namespace safeconduct::testing {

namespace {

Tally random_nft(std::uint64_t seed, std::size_t sets, Words words) {
  constexpr std::size_t kPackets = 300;
  KernelOracle oracle;
  auto const limits = kernel_limits(oracle);
  Tally tally;
  for (std::size_t i = 0; i < sets; ++i) {
    Dice dice(seed + i);
    auto const rules = generate_nft(dice, limits, words);
    auto const shots = shots_at(rules, dice, kPackets);
    auto const failure = check_against_kernel(oracle, rules, shots, Backend::nft, tally);
    CHECK_MESSAGE(failure.empty(), "seed ", seed + i, ": ", failure);
  }
  CHECK(oracle.late() == 0);
  return tally;
}

}  // namespace

TEST_CASE("random nft: trace says of every packet what the kernel does with it") {
  if (!netns_ready()) return;
  auto const seed = first_seed();
  auto const tally = random_nft(seed, set_count(draws(600)), Words::modelled);
  std::cout << "random nft, seeds from " << seed << ": " << to_string(tally) << '\n';
  CHECK(tally.undecided * 100 <= tally.comparisons);
}

// Hashes, the routing table, groups of interfaces: much is undecided, and what is not, is right.
TEST_CASE("random nft: what is decided beside words that no file decides is what the kernel does") {
  if (!netns_ready()) return;
  auto const seed = first_seed();
  auto const tally = random_nft(seed, set_count(draws(100)), Words::of_all_kinds);
  std::cout << "random nft with such words, seeds from " << seed << ": " << to_string(tally)
            << '\n';
  CHECK(tally.undecided > 0);
  CHECK(tally.undecided * 3 <= tally.comparisons);
}

}  // namespace safeconduct::testing
