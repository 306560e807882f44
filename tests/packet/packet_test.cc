// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/packet.h"

#include <doctest/doctest.h>

namespace safeconduct::test {

TEST_CASE("packet: it prints as people write packets, without what is not known") {
  Packet packet;
  CHECK(to_string(packet) == "ip ? > ?");
  packet.set(Field::nfproto, nfproto::ip4);
  packet.set(Field::l4proto, l4::udp);
  packet.set(Field::saddr, parse_address("10.1.2.3")->bits);
  packet.set(Field::daddr, parse_address("208.67.222.222")->bits);
  CHECK(to_string(packet) == "udp 10.1.2.3 > 208.67.222.222");
  packet.set(Field::sport, 40000);
  packet.set(Field::dport, 53);
  CHECK(to_string(packet) == "udp 10.1.2.3:40000 > 208.67.222.222:53");
  packet.set(Field::l4proto, l4::icmp);
  CHECK(to_string(packet) == "icmp 10.1.2.3 > 208.67.222.222");

  packet.set(Field::nfproto, nfproto::ip6);
  packet.set(Field::l4proto, l4::tcp);
  packet.set(Field::saddr, parse_address("2001:db8::1")->bits);
  packet.set(Field::daddr, parse_address("2620:119:35::35")->bits);
  CHECK(to_string(packet) == "tcp [2001:db8::1]:40000 > [2620:119:35::35]:53");
}

TEST_CASE("packet: a field is known or not, and two packets are equal in what they know") {
  Packet a;
  Packet b;
  a.set(Field::mark, 0);
  CHECK((a.at(Field::mark) == Bits128{0}));
  CHECK_FALSE(b.at(Field::mark));
  CHECK_FALSE((a == b));
  a.set(Field::mark, 7);
  a.forget(Field::mark);
  CHECK((a == b));
}

TEST_CASE("packet: a field that is not known may be known to be one of some") {
  Packet packet;
  packet.set_within(Field::sport, {1024, 65535});
  CHECK_FALSE(packet.at(Field::sport));
  CHECK(packet.range(Field::sport) == Interval<Bits128>{1024, 65535});
  packet.set_within(Field::saddr, {7, 7});
  CHECK((packet.at(Field::saddr) == Bits128{7}));
  packet.forget(Field::saddr);
  CHECK(packet.range(Field::saddr) == Interval<Bits128>{0, ~Bits128{0}});
  CHECK(packet.range(Field::ct_state) == Interval<Bits128>{0, 4});
}

}  // namespace safeconduct::test
