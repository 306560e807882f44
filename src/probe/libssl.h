// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/ssl.h>

#include "base/loaded_library.h"

namespace safeconduct {

// The functions of OpenSSL's libssl that are used here; base/libcrypto.h has those beneath it.
struct Libssl {
  LoadedLibrary library;
  SC_LOADED(SSL_CTX_ctrl);
  SC_LOADED(SSL_CTX_free);
  SC_LOADED(SSL_CTX_get_cert_store);
  SC_LOADED(SSL_CTX_load_verify_locations);
  SC_LOADED(SSL_CTX_new);
  SC_LOADED(SSL_CTX_set_default_verify_paths);
  SC_LOADED(SSL_CTX_set_security_level);
  SC_LOADED(SSL_CTX_set_verify);
  SC_LOADED(SSL_ctrl);
  SC_LOADED(SSL_do_handshake);
  SC_LOADED(SSL_free);
  SC_LOADED(SSL_get_error);
  SC_LOADED(SSL_get_peer_cert_chain);
  SC_LOADED(SSL_get_version);
  SC_LOADED(SSL_new);
  SC_LOADED(SSL_set_bio);
  SC_LOADED(SSL_set_connect_state);
  SC_LOADED(TLS_client_method);
};

// Null: it is not installed, or lacks one of them.
Libssl const* libssl();

}  // namespace safeconduct
