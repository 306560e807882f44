// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/host_path.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

std::string output(std::string const& rules, std::string const& policy) {
  return "table inet host {\n  chain output {\n    type filter hook output priority filter; "
         "policy " +
         policy + ";\n" + rules + "  }\n}\n";
}

Notes notes_of(std::string const& rules, Hook hook = Hook::forward) {
  auto in = input({{"gw", rules}});
  in.hook = hook;
  auto result = checked(in);
  std::erase_if(result.notes, [](Note const& n) { return n.code != code::kHostPathDiffers; });
  return result.notes;
}

constexpr char const* kOpen = "    ct state established,related accept\n    accept\n";

}  // namespace

TEST_CASE("host path: where the device's own packets end otherwise, a probe on it misleads") {
  auto const blocked =
      notes_of(forward("    udp dport 53 drop\n    accept\n") + output("", "accept"));
  REQUIRE(blocked.size() == 1);
  CHECK(blocked[0].message ==
        "gw: packets that it sends itself end otherwise than those that it forwards, for 1 of 3 "
        "required flows: udp to 208.67.222.222 port 53 passes from there (gw.rules:10:46) and is "
        "stopped when forwarded (gw.rules:4:5). A probe on the device says nothing of its clients' "
        "packets.");
  CHECK(blocked[0].at == Location{"gw.rules", 4, 5});
  auto const stopped = notes_of(forward(kOpen) + output("    udp dport 53 accept\n", "drop"));
  REQUIRE(stopped.size() == 1);
  CHECK(
      stopped[0].message.contains("for 2 of 3 required flows: udp to 208.67.222.222 port 443 is "
                                  "stopped from there"));
}

TEST_CASE("host path: of a host that is the client, it is said of what it forwards") {
  auto const notes = notes_of(forward("    drop\n") + output("", "accept"), Hook::output);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message.ends_with("A probe on the device says nothing of its clients."));
}

TEST_CASE("host path: where both ways end alike, or one is not sure, nothing is said") {
  CHECK(notes_of(forward(kOpen) + output("", "accept")).empty());
  CHECK(notes_of(forward(kOpen)).empty());
  CHECK(notes_of(forward(kOpen) + output("    ip saddr 192.0.2.1 accept\n", "drop")).empty());
  CHECK(notes_of(forward("    drop\n") + output("", "accept"), Hook::input).empty());
}

}  // namespace safeconduct
