// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/loaded_library.h"

#include <doctest/doctest.h>
#include <unistd.h>

namespace {

extern "C" int no_library_has_this();

struct Some {
  safeconduct::LoadedLibrary library;
  SC_LOADED(getpid);
};
struct TooMany {
  safeconduct::LoadedLibrary library;
  SC_LOADED(no_library_has_this);
  SC_LOADED(getpid);
};

constexpr char const* kLibc = "libc.so.6";

}  // namespace

namespace safeconduct {

TEST_CASE("loaded_library: its functions are those of the library") {
  Some const some{LoadedLibrary(kLibc)};
  REQUIRE(some.library.is_whole());
  CHECK(some.getpid() == getpid());
}

TEST_CASE("loaded_library: one that lacks a function is not whole") {
  TooMany const some{LoadedLibrary(kLibc)};
  CHECK_FALSE(some.library.is_whole());
  CHECK((some.no_library_has_this == nullptr));
  CHECK((some.getpid != nullptr));
}

TEST_CASE("loaded_library: one that is not installed is not whole, and has nothing") {
  Some const none{LoadedLibrary("libnothing.so.0")};
  CHECK_FALSE(none.library.is_whole());
  CHECK((none.getpid == nullptr));
}

}  // namespace safeconduct
