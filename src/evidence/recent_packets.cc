// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/recent_packets.h"

#include <algorithm>
#include <cstring>

#include "packet/field.h"

namespace safeconduct {
namespace {

// From one interface to the next it takes microseconds, by way of a switch that mirrors some
// milliseconds. No client tries again that soon: the first try that is repeated is so after 170 ms.
constexpr CaptureTime kMoment = 10'000'000;

class Mark {
 public:
  void add(std::uint64_t word) {
    value_ = (value_ ^ word) * 0x9E3779B97F4A7C15U;
    value_ ^= value_ >> 29U;
  }
  void add(Address const& address) {
    add(static_cast<std::uint64_t>(address.bits));
    add(static_cast<std::uint64_t>(address.bits >> 64U));
  }
  void add(ByteView bytes) {
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), 8);
      add(word);
    }
    std::uint64_t rest = bytes.size();  // so that a zero more is another packet
    for (auto const byte : bytes) rest = rest << 8U | byte;
    add(rest);
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x243F6A8885A308D3U;  // digits of pi
};

// Where the checksum stands.
std::size_t checksum_at(std::uint8_t protocol) {
  switch (protocol) {
    case l4::tcp:
      return 16;
    case l4::udp:
      return 6;
    default:
      return 2;  // ICMP
  }
}

}  // namespace

bool RecentPackets::again(IpView const& ip, CaptureTime time) {
  Mark mark;
  mark.add(ip.src);
  mark.add(ip.dst);
  mark.add(std::uint64_t{ip.protocol});
  auto const checksum = std::min(checksum_at(ip.protocol), ip.payload.size());
  mark.add(ip.payload.first(checksum));
  mark.add(from(ip.payload, checksum + 2));
  auto& place = seen_[mark.value() % kPlaces];
  auto const apart = time > place.time ? time - place.time : place.time - time;
  bool const same = place.mark == mark.value() && apart <= kMoment;
  if (!same) place = {mark.value(), time};
  return same;
}

}  // namespace safeconduct
