// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <new>
#include <sstream>
#include <stdexcept>

#include "cli/commands.h"

namespace safeconduct::testing {
namespace {

World without_memory(std::ostream& out, std::ostream& err) {
  World world;
  world.read = [](std::string const&) -> Result<std::shared_ptr<std::string const>> {
    throw std::bad_alloc();
  };
  world.open = [](std::string const&) -> Result<std::unique_ptr<std::istream>> {
    throw std::bad_alloc();
  };
  world.is_file = [](std::string const&) { return true; };
  world.is_folder = [](std::string const&) { return false; };
  world.out = &out;
  world.err = &err;
  world.today = {2026, 11, 28};
  return world;
}

}  // namespace

TEST_CASE("run: where memory ends, that is said, and nothing is taken for ready") {
  std::ostringstream out;
  std::ostringstream err;
  auto const world = without_memory(out, err);
  std::vector<std::string> const words{"trace", "fw.nft", "--packet",
                                       "udp 10.20.0.7:40000 > 208.67.222.222:53"};
  CHECK(run(words, world) == 2);
  CHECK(out.str().empty());
  CHECK(err.str() ==
        "safeconduct: there is not enough memory\n"
        "  hint: ask about fewer clients, regions or policies at a time\n");
}

TEST_CASE("run: what a library throws is an error like any other, for monitoring too") {
  std::ostringstream out;
  std::ostringstream err;
  auto world = without_memory(out, err);
  world.open = [](std::string const&) -> Result<std::unique_ptr<std::istream>> {
    throw std::runtime_error("Resource temporarily unavailable\x1b[2J");
  };
  world.read = [](std::string const&) -> Result<std::shared_ptr<std::string const>> {
    throw std::runtime_error("Resource temporarily unavailable\x1b[2J");
  };
  std::vector<std::string> words{"trace", "fw.nft", "--packet",
                                 "udp 10.20.0.7:40000 > 208.67.222.222:53"};
  CHECK(run(words, world) == 2);
  CHECK(err.str() == "safeconduct: could not run: Resource temporarily unavailable?[2J\n");
}

}  // namespace safeconduct::testing
