// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/program.h"

#include <doctest/doctest.h>

#include <cstdlib>

namespace safeconduct {

TEST_CASE("program: words reach it as they are, no shell looks at them") {
  auto const run = run_program({"printf", "%s|", "a b", "$HOME", "; false", "*"});
  REQUIRE(run.has_value());
  CHECK(run->status == 0);
  CHECK(run->out == "a b|$HOME|; false|*|");
}

TEST_CASE("program: its end is told, by itself or by a signal, and what it says on either side") {
  auto const failing = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"});
  REQUIRE(failing.has_value());
  CHECK(failing->status == 3);
  CHECK(failing->out == "out\n");
  CHECK(failing->err == "err\n");
  CHECK(run_program({"sh", "-c", "kill -TERM $$"})->status == 128 + 15);
}

TEST_CASE("program: one that is not there is an error that says so") {
  auto const run = run_program({"safeconduct-has-no-such-program"});
  REQUIRE_FALSE(run.has_value());
  CHECK(run.error().text ==
        "'safeconduct-has-no-such-program' cannot be run: No such file or directory");
  CHECK(run.error().hint == "install it, or put it on the path");
}

TEST_CASE("program: much on both sides at once is taken, of errors the beginning") {
  auto const run =
      run_program({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 3000000 /dev/zero; cat"});
  REQUIRE(run.has_value());
  CHECK(run->status == 0);
  CHECK(run->out.size() == 3000000);
  CHECK(run->err.size() == 65536);
}

TEST_CASE("program: the repository of a hook does not reach it, other variables do") {
  setenv("GIT_DIR", "/nowhere", 1);
  setenv("SAFECONDUCT_TEST", "here", 1);
  auto const run = run_program({"sh", "-c", "echo ${GIT_DIR-none} $SAFECONDUCT_TEST $LC_ALL"});
  unsetenv("GIT_DIR");
  unsetenv("SAFECONDUCT_TEST");
  REQUIRE(run.has_value());
  CHECK(run->out == "none here C\n");
}

}  // namespace safeconduct
