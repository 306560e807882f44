// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What can be read of a TLS handshake by whoever looks on: the name that the client asks for, and,
// up to TLS 1.2, the server's certificates. In TLS 1.3 those are encrypted.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evidence/frame.h"

namespace safeconduct {

struct TlsClientSide {
  bool hello = false;                 // it begins as a client's hello does
  bool complete = false;              // all of the hello is there
  std::string server_name;            // lower case; empty: none, or none yet
  std::optional<std::uint8_t> alert;  // sent in the clear, after the hello
};
// Of the first bytes that a client sends.
TlsClientSide tls_client_side(ByteView bytes);

struct TlsServerSide {
  enum class What : std::uint8_t {
    too_few,  // bytes, to tell
    no_tls,
    alert,         // in place of a hello, or before the certificate
    hello,         // no more than that by now
    hidden,        // TLS 1.3: the rest is encrypted
    resumed,       // an earlier session goes on, without a certificate
    certificates,  // 'chain'
  };
  What what = What::too_few;
  std::string version;  // "TLS 1.2"
  std::uint8_t alert = 0;
  std::vector<std::vector<std::uint8_t>> chain;  // X.509, the server's own first
};
// Of the first bytes that a server sends.
TlsServerSide tls_server_side(ByteView bytes);

// "unknown-ca (48)"
std::string alert_text(std::uint8_t alert);
// Does a client say by it that it does not trust the certificate?
bool distrusts(std::uint8_t alert);

}  // namespace safeconduct
