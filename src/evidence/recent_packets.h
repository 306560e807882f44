// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One packet may be in a capture more than once: on each interface that it passes (a capture on
// "any"), before and behind a tunnel, mirrored by two switches. It is one try of the client.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evidence/capture.h"
#include "evidence/frame.h"

namespace safeconduct {

class RecentPackets {
 public:
  // Was it seen a moment ago? The same packet has the same addresses and carries the same, all but
  // the checksum, which one of both may lack yet (the interface writes it); its TTL differs.
  bool again(IpView const& ip, CaptureTime time);

 private:
  struct Seen {
    std::uint64_t mark = 0;
    CaptureTime time = 0;
  };
  static constexpr std::size_t kPlaces = 4'096;  // 64 KiB; later ones take the places of earlier

  std::vector<Seen> seen_ = std::vector<Seen>(kPlaces);
};

}  // namespace safeconduct
