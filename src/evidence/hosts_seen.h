// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// To whom packets came at all, in little memory: whether a capture shows both directions of a
// client. Two hosts may share a bit, so that 'came' is wrong for a few in a million; 'not' never
// is.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "net/address.h"

namespace safeconduct {

class HostsSeen {
 public:
  void came(Address const& to, Address const& from) {
    auto const place = place_of(to);
    set(any_, place);
    if (!is_local(from)) set(from_outside_, place);
  }
  bool anything_to(Address const& host) const { return has(any_, place_of(host)); }
  // From an address that is not private.
  bool from_outside_to(Address const& host) const { return has(from_outside_, place_of(host)); }

 private:
  static constexpr std::size_t kBits = std::size_t{1} << 21U;  // 256 KiB

  static std::size_t place_of(Address const& address) {
    auto value = static_cast<std::uint64_t>(address.bits) ^
                 static_cast<std::uint64_t>(address.bits >> 64U) * 31U;
    value *= 0x9E3779B97F4A7C15U;
    return static_cast<std::size_t>(value >> 40U) % kBits;
  }
  // RFC 1918, link-local, loopback, multicast; fc00::/7, fe80::/10, ff00::/8.
  static bool is_local(Address const& address) {
    if (address.family == Family::ip4) {
      auto const bits = static_cast<std::uint32_t>(address.bits);
      auto const first = bits >> 24U;
      return first == 10 || first == 127 || first >= 224 || first == 0 || bits >> 20U == 0xAC1 ||
             bits >> 16U == 0xC0A8 || bits >> 16U == 0xA9FE;
    }
    auto const top = static_cast<std::uint32_t>(address.bits >> 112U);
    return (top & 0xFE00U) == 0xFC00U || (top & 0xFFC0U) == 0xFE80U || (top & 0xFF00U) == 0xFF00U;
  }
  static void set(std::vector<std::uint64_t>& bits, std::size_t at) {
    bits[at / 64] |= std::uint64_t{1} << (at % 64);
  }
  static bool has(std::vector<std::uint64_t> const& bits, std::size_t at) {
    return (bits[at / 64] >> (at % 64) & 1U) != 0;
  }

  std::vector<std::uint64_t> any_ = std::vector<std::uint64_t>(kBits / 64);
  std::vector<std::uint64_t> from_outside_ = std::vector<std::uint64_t>(kBits / 64);
};

}  // namespace safeconduct
