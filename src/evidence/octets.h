// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers and parts of a packet's bytes. Whoever reads a number has looked that it is there.

#include <cstddef>
#include <cstdint>
#include <span>

namespace safeconduct {

using ByteView = std::span<std::uint8_t const>;

// In the order of the network.
inline std::uint32_t u16(ByteView bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 8U | bytes[at + 1];
}
inline std::uint32_t u32(ByteView bytes, std::size_t at) {
  return u16(bytes, at) << 16U | u16(bytes, at + 2);
}
inline std::uint32_t little32(ByteView bytes, std::size_t at) {
  return std::uint32_t{bytes[at + 3]} << 24U | std::uint32_t{bytes[at + 2]} << 16U |
         std::uint32_t{bytes[at + 1]} << 8U | bytes[at];
}

// Empty, where it does not reach that far.
inline ByteView from(ByteView bytes, std::size_t at) {
  return at <= bytes.size() ? bytes.subspan(at) : ByteView{};
}

}  // namespace safeconduct
