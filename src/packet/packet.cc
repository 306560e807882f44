// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/packet.h"

namespace safeconduct {

std::string to_string(Packet const& packet) {
  auto const number = [&](Field field) -> std::optional<std::uint32_t> {
    auto const value = packet.at(field);
    if (!value) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
  };
  auto const proto = number(Field::l4proto);
  bool const v6 = number(Field::nfproto) == nfproto::ip6;
  bool const ports = proto && has_ports(*proto);
  auto const end = [&](Field address, Field port) {
    std::string text = "?";
    if (auto const bits = packet.at(address))
      text = to_string(Address{v6 ? Family::ip6 : Family::ip4, *bits});
    auto const number_of_port = number(port);
    if (!ports || !number_of_port) return text;
    if (v6) text = '[' + text + ']';
    return text + ':' + std::to_string(*number_of_port);
  };
  std::string text = proto ? l4proto_name(*proto) : "ip";
  text += ' ' + end(Field::saddr, Field::sport) + " > " + end(Field::daddr, Field::dport);
  return text;
}

}  // namespace safeconduct
