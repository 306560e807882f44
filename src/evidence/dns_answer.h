// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a packet to a resolver asks, and what its answer says of who gave it.

#include <string>

#include "evidence/capture.h"
#include "evidence/capture_targets.h"
#include "evidence/frame.h"
#include "evidence/tallies.h"

namespace safeconduct {

enum class Asked : std::uint8_t {
  probe,        // the client's own: debug.opendns.com
  certificate,  // of DNSCrypt
  other,
  opaque,  // no DNS in the clear: DNSCrypt, or something else
};

struct DnsAsked {
  Asked what = Asked::opaque;
  bool response = false;
  std::uint16_t id = 0;  // of an opaque one 0
  std::string name;      // of probe and certificate
};
DnsAsked dns_asked(ByteView data, CaptureTarget const& target);

struct DnsJudged {
  Ending ending{};
  Told told;
};
// 'data' as it was captured ('short_of': there was more), at that time.
DnsJudged judge_dns_answer(ByteView data, bool short_of, CaptureTarget const& target,
                           CaptureTime time);

// A question in the clear, read without a copy: its name in lower case, in 'buffer'. Empty: it is
// none, or not a single one.
struct PlainQuestion {
  std::string_view name;
  std::uint16_t type = 0;
  std::uint16_t id = 0;
  std::uint8_t code = 0;
  bool response = false;
};
PlainQuestion plain_question(ByteView data, std::span<char, 256> buffer);

}  // namespace safeconduct
