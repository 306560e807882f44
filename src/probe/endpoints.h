// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "net/address.h"

namespace safeconduct {

// An IPv6 address in network order.
inline std::array<std::uint8_t, 16> bytes_of(Address const& address) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(address.bits >> (120U - 8U * i) & Bits128{0xFF});
  return bytes;
}

}  // namespace safeconduct
