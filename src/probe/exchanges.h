// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One exchange with one target, over UDP or a stream. Each ends by calling 'done' once, from the
// context that it runs on; where that context is stopped and destroyed, it is not called.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "probe/heard.h"
#include "wire/dns_message.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace safeconduct {

using HeardHandler = std::function<void(Heard)>;

// A DNS question; each packet of it has an id of its own, as the real client's have.
struct UdpAsk {
  DnsQuestion question;
  bool extended = true;
  std::vector<std::chrono::milliseconds> sends;  // from the start; never empty
  std::chrono::milliseconds patience{2000};      // after the last
  std::vector<std::uint8_t> payload = {};        // in place of the question; what comes answers it
};
void exchange_udp(boost::asio::io_context& io, WireTarget target, UdpAsk ask, WireOptions options,
                  HeardHandler done);

struct StreamAsk {
  enum class Speak : std::uint8_t { handshake, dns, tls, http } speak = Speak::handshake;
  DnsQuestion question;  // dns
  std::string name;      // tls: the server's name; http: the host
  std::string path;      // http
  std::string trust;     // tls: a file of authorities in place of the system's
  std::chrono::milliseconds connect{4000};
  std::chrono::milliseconds patience{2000};  // from the handshake to the answer
  unsigned resets = 1;                       // connections tried where each is reset
  std::chrono::milliseconds reset_pause{500};
};
void exchange_stream(boost::asio::io_context& io, WireTarget target, StreamAsk ask,
                     WireOptions options, HeardHandler done);

}  // namespace safeconduct
