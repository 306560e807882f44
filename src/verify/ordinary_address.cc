// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/ordinary_address.h"

#include <array>

namespace safeconduct {
namespace {

// RFC 6890, RFC 5771; 240.0.0.0/4 has the broadcast address.
constexpr std::array kNotOrdinary4{"0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"};
// RFC 4291: unspecified, loopback and IPv4-mapped; link-local; multicast.
constexpr std::array kNotOrdinary6{"::/8", "fe80::/10", "ff00::/8"};

template <std::size_t N>
AddressSet set_of(std::array<char const*, N> const& texts) {
  std::vector<AddressInterval> all;
  for (auto const* text : texts) all.push_back(interval(*parse_prefix(text)));
  return AddressSet(all);
}

}  // namespace

Bits128 ordinary_address(Family family, AddressSet const& set) {
  static auto const not_ordinary4 = set_of(kNotOrdinary4);
  static auto const not_ordinary6 = set_of(kNotOrdinary6);
  auto const ordinary = set - (family == Family::ip4 ? not_ordinary4 : not_ordinary6);
  return (ordinary.empty() ? set : ordinary).intervals().front().first;
}

}  // namespace safeconduct
