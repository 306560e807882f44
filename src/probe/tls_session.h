// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The client's side of a TLS handshake, as bytes in and bytes out. Its certificate is recorded
// whether it can be trusted or not: whoever decrypts on the way is known by its issuer.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "probe/heard.h"

namespace safeconduct {

// Is there a libssl to speak it?
bool has_tls();

// For those who have it.
class TlsSession {
 public:
  // 'trust' is a file of authorities (PEM); empty: those of the system.
  TlsSession(std::string const& name, std::string const& trust);
  ~TlsSession();
  TlsSession(TlsSession&&) noexcept;
  TlsSession& operator=(TlsSession&&) noexcept;

  enum class Step : std::uint8_t { wants_bytes, completed, failed };
  // Takes what the peer sent (nothing at first) and goes on.
  Step advance(std::span<std::uint8_t const> received);
  // What is to be sent to the peer now.
  std::vector<std::uint8_t> to_send();
  // What is known by now.
  TlsHeard heard() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct
