// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/unfiltered.h"

#include <doctest/doctest.h>

#include "base/codes.h"
#include "verify/small_site.h"

namespace safeconduct {
namespace {

using namespace safeconduct::test;

Notes notes_of(std::string const& rules, Hook hook = Hook::forward) {
  auto in = input({{"gw", rules}});
  in.hook = hook;
  auto result = checked(in);
  std::erase_if(result.notes, [](Note const& n) { return n.code != code::kNothingFilters; });
  return result.notes;
}

constexpr char const* kNat =
    "table ip nat {\n  chain post {\n    type nat hook postrouting priority srcnat;\n"
    "    oifname \"wan0\" masquerade\n  }\n}\n";

}  // namespace

TEST_CASE("unfiltered: where no chain filters, what is open may be what was not exported") {
  auto const notes = notes_of(kNat);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].message ==
        "gw: no chain filters packets of IPv4 at hook forward; is this the whole export ('nft list "
        "ruleset', 'iptables-save')?");
}

TEST_CASE("unfiltered: a chain of another hook or family filters none of them") {
  CHECK(notes_of(forward("    accept\n"), Hook::output).size() == 1);
  CHECK(notes_of("table ip n {\n  chain o {\n    type nat hook output priority dstnat;\n  }\n}\n",
                 Hook::output)
            .size() == 1);
  CHECK(notes_of("table ip6 f {\n  chain f {\n    type filter hook forward priority 0; policy "
                 "drop;\n  }\n}\n")
            .size() == 1);
}

TEST_CASE("unfiltered: a chain that lets all pass is one that filters") {
  CHECK(notes_of(forward("    accept\n")).empty());
  CHECK(notes_of(std::string(kNat) + forward("")).empty());
}

}  // namespace safeconduct
