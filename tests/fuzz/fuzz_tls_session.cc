// SPDX-License-Identifier: GPL-3.0-or-later
// A peer's side of a TLS handshake, whatever it sends: an end with a reason, and never a completed
// handshake (the peer knows nothing of our hello).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "probe/tls_session.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  sc::TlsSession session("gw.example", "/dev/null");
  if (session.advance({}) != sc::TlsSession::Step::wants_bytes) std::abort();
  if (session.to_send().empty()) std::abort();  // our hello
  // In two pieces, as a stream may deliver it.
  auto const half = size / 2;
  auto step = session.advance({data, half});
  session.to_send();
  if (step == sc::TlsSession::Step::wants_bytes) step = session.advance({data + half, size - half});
  auto const heard = session.heard();
  if (step == sc::TlsSession::Step::completed || heard.completed || heard.trusted) std::abort();
  if (step == sc::TlsSession::Step::failed && heard.fault.empty()) std::abort();
  return 0;
}
