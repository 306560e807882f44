// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "net/interval_set.h"
#include "packet/field.h"

namespace safeconduct {

// One packet as rules see it: for each field a value, or that it is not known.
class Packet {
 public:
  std::optional<Bits128> at(Field field) const {
    if ((known_ >> index(field) & 1U) == 0) return std::nullopt;
    if (auto const wide = kWide[index(field)]; wide < kWideCount) return addresses_[wide];
    return numbers_[index(field)];
  }
  void set(Field field, Bits128 value) {
    put(field, value);
    known_ |= 1U << index(field);
  }
  // 'at_least': of a number that is not known, what it is not below.
  void forget(Field field, std::uint32_t at_least = 0) {
    put(field, at_least);
    known_ &= ~(1U << index(field));
  }
  // Of a number that is not known: what it is not below.
  std::uint32_t lowest(Field field) const { return at(field) ? 0 : numbers_[index(field)]; }
  // What the value may be.
  Interval<Bits128> range(Field field) const {
    if (auto const value = at(field)) return {*value, *value};
    return {lowest(field), info(field).max};
  }
  bool operator==(Packet const&) const = default;

 private:
  // Fields of more than 32 bits: addresses.
  static constexpr std::size_t kWideCount = std::ranges::count_if(
      kFields, [](FieldInfo const& info) { return info.max > ~std::uint32_t{0}; });
  // Of each field, which of them it is; kWideCount of all others.
  static constexpr auto kWide = [] {
    std::array<std::uint8_t, kFieldCount> places{};
    std::uint8_t next = 0;
    for (std::size_t i = 0; i < kFieldCount; ++i)
      places[i] = kFields[i].max > ~std::uint32_t{0} ? next++ : std::uint8_t{kWideCount};
    return places;
  }();

  void put(Field field, Bits128 value) {
    if (auto const wide = kWide[index(field)]; wide < kWideCount) {
      addresses_[wide] = value;
    } else {
      numbers_[index(field)] = static_cast<std::uint32_t>(value);
    }
  }

  std::array<Bits128, kWideCount> addresses_{};
  std::array<std::uint32_t, kFieldCount> numbers_{};
  std::uint32_t known_ = 0;
};

// "udp 10.1.2.3:40000 > 208.67.222.222:53", "icmp 10.1.2.3 > 192.0.2.1"; IPv6 with ports in
// brackets: "tcp [2001:db8::1]:1024 > [2620:119:35::35]:443". Unknown parts are left out.
std::string to_string(Packet const& packet);

}  // namespace safeconduct
