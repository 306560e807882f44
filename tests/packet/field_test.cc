// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/field.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace safeconduct::test {

TEST_CASE("field: the table names every field once") {
  std::set<std::string_view> names;
  for (auto const& field : kFields) {
    CHECK_FALSE(field.name.empty());
    CHECK(field.max > 0);
    CHECK(names.insert(field.name).second);
  }
  CHECK(names.size() == kFieldCount);
  CHECK(index(Field::pkttype) == kFieldCount - 1);
  CHECK(info(Field::dport).name == "dport");
  CHECK((info(Field::saddr).max == ~Bits128{0}));
}

TEST_CASE("field: numbers are decimal or 0x hexadecimal, within their bound") {
  CHECK(parse_number("0") == 0);
  CHECK(parse_number("65535", 65535) == 65535);
  CHECK(parse_number("0xff") == 255);
  CHECK(parse_number("0XfF") == 255);
  CHECK(parse_number("4294967295") == 4294967295U);
  for (auto const* wrong : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x", "x1", "0b1", "ten",
                            "4294967296", "0x100000000", "99999999999999999999", "0x-1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_number(wrong));
  }
  CHECK_FALSE(parse_number("65536", 65535));
  CHECK_FALSE(parse_number("0x10000", 65535));
}

TEST_CASE("field: protocols go by name in any case, or by number") {
  for (auto const& [text, number] :
       {std::pair{"tcp", 6U}, std::pair{"UDP", 17U}, std::pair{"icmp", 1U},
        std::pair{"ipv6-icmp", 58U}, std::pair{"icmpv6", 58U}, std::pair{"esp", 50U},
        std::pair{"sctp", 132U}, std::pair{"0", 0U}, std::pair{"255", 255U}}) {
    CAPTURE(text);
    CHECK(parse_l4proto(text) == number);
  }
  for (auto const* wrong : {"", "256", "tcpp", "-6", "6 ", "all"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_l4proto(wrong));
  }
}

TEST_CASE("field: every protocol number prints as something that reads back as it") {
  for (std::uint32_t number = 0; number < 256; ++number) {
    CAPTURE(number);
    CHECK(parse_l4proto(l4proto_name(number)) == number);
  }
  CHECK(l4proto_name(6) == "tcp");
  CHECK(l4proto_name(58) == "ipv6-icmp");
  CHECK(l4proto_name(200) == "200");
}

TEST_CASE("field: ports go by number or by the service's name") {
  CHECK(parse_port("0") == 0);
  CHECK(parse_port("65535") == 65535);
  CHECK(parse_port("domain") == 53);
  CHECK(parse_port("HTTPS") == 443);
  CHECK(parse_port("pop3s") == 995);
  for (auto const* wrong : {"", "65536", "-1", "no-such-service", "1024:", "80-90", "http "}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_port(wrong));
  }
}

TEST_CASE("field: TCP flags read in any case and print from the lowest bit on") {
  CHECK(parse_tcp_flag("SYN") == tcp_flag::syn);
  CHECK(parse_tcp_flag("cwr") == tcp_flag::cwr);
  CHECK(parse_tcp_flag("ecn") == parse_tcp_flag("ece"));
  CHECK_FALSE(parse_tcp_flag("all"));
  CHECK(tcp_flags_text(tcp_flag::ack | tcp_flag::syn) == "syn,ack");
  CHECK(tcp_flags_text(0) == "none");
  CHECK(tcp_flags_text(255) == "fin,syn,rst,psh,ack,urg,ece,cwr");
}

TEST_CASE("field: connection states read as they print") {
  for (auto const state : {CtState::invalid, CtState::established, CtState::related, CtState::new_,
                           CtState::untracked})
    CHECK((parse_ct_state(name(state)) == state));
  CHECK((parse_ct_state("NEW") == CtState::new_));
  CHECK_FALSE(parse_ct_state("snat"));
}

TEST_CASE("field: ports belong to the protocols that have them") {
  for (std::uint32_t number = 0; number < 256; ++number)
    CHECK(has_ports(number) ==
          (number == 6 || number == 17 || number == 33 || number == 132 || number == 136));
}

}  // namespace safeconduct::test
