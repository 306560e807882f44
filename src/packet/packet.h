// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "packet/field.h"

namespace safeconduct {

// One packet as rules see it: for each field a value, or that it is not known.
class Packet {
 public:
  std::optional<Bits128> at(Field field) const {
    if ((known_ >> index(field) & 1U) == 0) return std::nullopt;
    return values_[index(field)];
  }
  void set(Field field, Bits128 value) {
    values_[index(field)] = value;
    known_ |= 1U << index(field);
  }
  void forget(Field field) {
    values_[index(field)] = 0;
    known_ &= ~(1U << index(field));
  }
  bool operator==(Packet const&) const = default;

 private:
  std::array<Bits128, kFieldCount> values_{};
  std::uint32_t known_ = 0;
};

// "udp 10.1.2.3:40000 > 208.67.222.222:53", "icmp 10.1.2.3 > 192.0.2.1"; IPv6 with ports in
// brackets: "tcp [2001:db8::1]:1024 > [2620:119:35::35]:443". Unknown parts are left out.
std::string to_string(Packet const& packet);

}  // namespace safeconduct
