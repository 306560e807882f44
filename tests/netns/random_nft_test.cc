// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <iostream>

#include "support/dice.h"
#include "support/kernel_compare.h"

namespace safeconduct::testing {

TEST_CASE("random nft: trace says of every packet what the kernel does with it") {
  if (!netns_ready()) return;
  constexpr std::size_t kPackets = 300;
  auto const seed = first_seed();
  auto const sets = set_count(draws(600));
  KernelOracle oracle;
  auto const limits = kernel_limits(oracle);
  Tally tally;
  for (std::size_t i = 0; i < sets; ++i) {
    Dice dice(seed + i);
    auto const rules = generate_nft(dice, limits);
    auto const shots = shots_at(rules, dice, kPackets);
    auto const failure = check_against_kernel(oracle, rules, shots, Backend::nft, tally);
    CHECK_MESSAGE(failure.empty(), "seed ", seed + i, ": ", failure);
  }
  std::cout << "random nft, seeds from " << seed << ": " << to_string(tally) << '\n';
  CHECK(tally.undecided * 100 <= tally.comparisons);
  CHECK(oracle.late() == 0);
}

}  // namespace safeconduct::testing
