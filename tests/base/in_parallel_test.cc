// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/in_parallel.h"

#include <doctest/doctest.h>

#include <stdexcept>

namespace safeconduct::test {

TEST_CASE("in_parallel: each piece of work is done once, by however many threads") {
  for (unsigned const jobs : {1U, 2U, 7U}) {
    std::vector<std::atomic<int>> done(100);
    in_parallel(done.size(), jobs, [&](std::size_t i) { ++done[i]; });
    for (auto const& one : done) CHECK(one == 1);
  }
  in_parallel(0, 4, [](std::size_t) { FAIL("there is no work"); });
}

TEST_CASE("in_parallel: what one thread throws comes out once all have ended") {
  for (unsigned const jobs : {1U, 4U})
    CHECK_THROWS_AS(in_parallel(100, jobs,
                                [](std::size_t i) {
                                  if (i == 3) throw std::runtime_error("no memory");
                                }),
                    std::runtime_error);
}

}  // namespace safeconduct::test
