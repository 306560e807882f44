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

// One packet as rules see it: for each field a value, or within what it is.
class Packet {
 public:
  std::optional<Bits128> at(Field field) const {
    auto const within = range(field);
    if (within.first != within.last) return std::nullopt;
    return within.first;
  }
  // What the value may be.
  Interval<Bits128> range(Field field) const {
    if (auto const wide = kWide[index(field)]; wide < kWideCount) return addresses_[wide];
    auto const& number = numbers_[index(field)];
    return {number.first, number.last};
  }
  void set(Field field, Bits128 value) { set_within(field, {value, value}); }
  void set_within(Field field, Interval<Bits128> values) {
    if (auto const wide = kWide[index(field)]; wide < kWideCount) {
      addresses_[wide] = values;
    } else {
      numbers_[index(field)] = {static_cast<std::uint32_t>(values.first),
                                static_cast<std::uint32_t>(values.last)};
    }
  }
  void forget(Field field) { set_within(field, {0, info(field).max}); }
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
  using Addresses = std::array<Interval<Bits128>, kWideCount>;
  using Numbers = std::array<Interval<std::uint32_t>, kFieldCount>;
  static constexpr Addresses kAnyAddresses = [] {
    Addresses any{};
    any.fill({0, ~Bits128{0}});
    return any;
  }();
  static constexpr Numbers kAnyNumbers = [] {
    Numbers any{};
    for (std::size_t i = 0; i < kFieldCount; ++i)
      any[i] = {0, static_cast<std::uint32_t>(std::min<Bits128>(kFields[i].max, 0xFFFFFFFFU))};
    return any;
  }();

  Addresses addresses_ = kAnyAddresses;
  Numbers numbers_ = kAnyNumbers;
};

// "udp 10.1.2.3:40000 > 208.67.222.222:53", "icmp 10.1.2.3 > 192.0.2.1"; IPv6 with ports in
// brackets: "tcp [2001:db8::1]:1024 > [2620:119:35::35]:443". Unknown parts are left out.
std::string to_string(Packet const& packet);

}  // namespace safeconduct
