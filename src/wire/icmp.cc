// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/icmp.h"

#include <iterator>
#include <string_view>

namespace safeconduct {

bool is_time_exceeded(IcmpHeard const& icmp) {
  return icmp.type == (icmp.by.family == Family::ip4 ? 11 : 3);
}

std::string icmp_word(IcmpHeard const& icmp) {
  bool const four = icmp.by.family == Family::ip4;
  if (is_time_exceeded(icmp)) return "time-exceeded";
  // RFC 792, RFC 1812; RFC 4443.
  constexpr std::string_view kFour[] = {"net-unreachable",
                                        "host-unreachable",
                                        "protocol-unreachable",
                                        "port-unreachable",
                                        "fragmentation-needed",
                                        "source-route-failed",
                                        "net-unknown",
                                        "host-unknown",
                                        "host-isolated",
                                        "net-prohibited",
                                        "host-prohibited",
                                        "net-unreachable-for-tos",
                                        "host-unreachable-for-tos",
                                        "admin-prohibited"};
  constexpr std::string_view kSix[] = {
      "no-route",         "admin-prohibited", "beyond-scope", "address-unreachable",
      "port-unreachable", "policy-fail",      "reject-route"};
  if (four && icmp.type == 3 && icmp.code < std::size(kFour)) return std::string(kFour[icmp.code]);
  if (!four && icmp.type == 1 && icmp.code < std::size(kSix)) return std::string(kSix[icmp.code]);
  return "icmp-" + std::to_string(icmp.type) + '-' + std::to_string(icmp.code);
}

}  // namespace safeconduct
