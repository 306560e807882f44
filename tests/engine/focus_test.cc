// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/focus.h"

#include <doctest/doctest.h>

#include <string>

#include "support/agree.h"
#include "support/rules_builder.h"

namespace safeconduct::test {
namespace {

AddressSet addresses(std::string_view prefix) {
  return AddressSet(interval(parse_prefix(prefix).value()));
}
ValueSet const kTcp(ValueInterval{safeconduct::l4::tcp, safeconduct::l4::tcp});

Ruleset rules() {
  Rules rules;
  rules.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::drop);
  rules.rule({saddr("10.0.0.0/8")}, accept());           // 1
  rules.rule({saddr("11.0.0.0/8")}, accept());           // 2: elsewhere
  rules.rule({not_saddr("10.0.0.0/8")}, accept());       // 3: a 'not' is kept
  rules.rule({l4(safeconduct::l4::udp)}, drop());        // 4: another protocol
  rules.rule({daddr("10.1.0.0/16"), dport(1)}, drop());  // 5
  rules.rule({words("a")}, drop());                      // 6
  rules.rule({}, carry_on());                            // 7: decides nothing
  return std::move(rules).done();
}

PacketRegion from(Ruleset const& linked, std::string_view prefix) {
  auto const like = tcp("10.0.0.1", "10.0.0.2", 443);
  auto asked = point_of(like);
  asked.at(Field::saddr) = interval(parse_prefix(prefix).value());
  return region_like(linked, like, {}, Travel::forwarded, asked);
}

}  // namespace

TEST_CASE("focus: rules for other addresses or protocols are left out, all others kept") {
  auto const linked = rules();
  Focus const focus(linked, Family::ip4, addresses("10.0.0.0/8"), kTcp);
  std::string kept;
  for (auto const number : focus.rules(0)) kept += std::to_string(number + 1) + ' ';
  CHECK(kept == "1 3 5 6 ");
}

TEST_CASE("focus: it covers what lies within it, and nothing else") {
  auto const linked = rules();
  Focus const focus(linked, Family::ip4, addresses("10.0.0.0/8"), kTcp);
  auto const covers = [&](PacketRegion const& region) {
    return focus.covers(region.asked, region.view, region.family);
  };
  CHECK(covers(from(linked, "10.2.0.0/16")));
  CHECK_FALSE(covers(from(linked, "0.0.0.0/0")));
  CHECK_FALSE(covers(from(linked, "11.0.0.0/8")));
  CHECK_FALSE(Focus().covers(Box::all(), View{}, Family::ip4));

  auto translated = from(linked, "10.2.0.0/16");
  translated.view[index(Field::saddr)] = Symbol::fixed(bits("10.0.0.1"));
  CHECK_FALSE(covers(translated));
  auto other = from(linked, "10.2.0.0/16");
  other.view[index(Field::l4proto)] = Symbol::fixed(safeconduct::l4::udp);
  CHECK_FALSE(covers(other));
  other = from(linked, "10.2.0.0/16");
  other.family = Family::ip6;
  CHECK_FALSE(covers(other));
}

TEST_CASE("focus: a rule that a translated packet needs is found all the same") {
  Rules written;
  written.table(TableFamily::ip, "nat");
  written.base("pre", Hook::prerouting, -100, ChainPolicy::accept, ChainType::nat);
  written.rule({}, dnat(bits("192.0.2.53")));
  written.table(TableFamily::inet, "filter").base("forward", Hook::forward, 0, ChainPolicy::accept);
  written.rule({daddr("192.0.2.53")}, reject());  // outside of the focus
  auto const linked = std::move(written).done();
  Focus const focus(linked, Family::ip4, addresses("10.0.0.0/8"), kTcp);
  auto const chain = chain_called(linked, "forward");
  CHECK(focus.rules(chain).empty());
  CHECK(to_text(linked,
                all_outcomes(decide(linked, from(linked, "10.2.0.0/16"), {}, &focus).pieces)) ==
        "reject by forward, rule 1");
}

}  // namespace safeconduct::test
