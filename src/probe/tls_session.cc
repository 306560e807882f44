// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace safeconduct {
namespace {

constexpr int kMostCertificates = 16;

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    kFree(value);
  }
};

std::optional<TlsCertificate> read(X509* certificate) {
  unsigned char* encoded = nullptr;
  int const size = i2d_X509(certificate, &encoded);
  if (size <= 0) return std::nullopt;
  auto one = read_tls_certificate({encoded, static_cast<std::size_t>(size)});
  OPENSSL_free(encoded);
  return one;
}

std::string last_fault() {
  auto const code = ERR_peek_last_error();
  if (code == 0) return {};
  char const* const reason = ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : reason;
}

}  // namespace

struct TlsSession::State {
  std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>> context{SSL_CTX_new(TLS_client_method())};
  std::unique_ptr<SSL, Freed<SSL_free>> ssl;
  std::string name;
  BIO* in = nullptr;   // owned by ssl
  BIO* out = nullptr;  // the same
  bool any_bytes = false;
  bool completed = false;
  std::string fault;
};

TlsSession::TlsSession(std::string const& name, std::string const& trust)
    : state_(std::make_unique<State>()) {
  auto& s = *state_;
  s.name = name;
  auto* const context = s.context.get();
  if (trust.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (SSL_CTX_load_verify_locations(context, trust.c_str(), nullptr) != 1) {
    s.fault = "the trusted authorities cannot be read from " + trust;
  }
  // Whatever the box on the way speaks, its certificate is what we are here for.
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  s.ssl.reset(SSL_new(context));
  s.in = BIO_new(BIO_s_mem());
  s.out = BIO_new(BIO_s_mem());
  SSL_set_bio(s.ssl.get(), s.in, s.out);
  if (!name.empty())  // what SSL_set_tlsext_host_name() stands for, without its cast
    SSL_ctrl(s.ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, s.name.data());
  SSL_set_connect_state(s.ssl.get());
}

TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

TlsSession::Step TlsSession::advance(std::span<std::uint8_t const> received) {
  auto& s = *state_;
  if (!received.empty()) {
    s.any_bytes = true;
    BIO_write(s.in, received.data(), static_cast<int>(received.size()));
  }
  ERR_clear_error();
  int const done = SSL_do_handshake(s.ssl.get());
  if (done == 1) {
    s.completed = true;
    return Step::completed;
  }
  if (SSL_get_error(s.ssl.get(), done) == SSL_ERROR_WANT_READ) return Step::wants_bytes;
  s.fault = last_fault();
  if (s.fault.empty()) s.fault = "the peer ended the session";
  return Step::failed;
}

std::vector<std::uint8_t> TlsSession::to_send() {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BIO_ctrl_pending(state_->out)));
  if (!bytes.empty()) BIO_read(state_->out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

TlsHeard TlsSession::heard() const {
  auto const& s = *state_;
  TlsHeard heard;
  heard.any_bytes = s.any_bytes;
  heard.completed = s.completed;
  heard.fault = s.fault;
  if (s.completed) heard.version = SSL_get_version(s.ssl.get());
  auto* const chain = SSL_get_peer_cert_chain(s.ssl.get());
  if (chain == nullptr || sk_X509_num(chain) == 0) return heard;
  for (int i = 0; i < std::min(sk_X509_num(chain), kMostCertificates); ++i) {
    if (auto one = read(sk_X509_value(chain, i))) heard.chain.push_back(*std::move(one));
  }
  auto* const leaf = sk_X509_value(chain, 0);
  heard.name_matches =
      !s.name.empty() && X509_check_host(leaf, s.name.data(), s.name.size(), 0, nullptr) == 1;
  std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> const check(X509_STORE_CTX_new());
  if (!check ||
      X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(s.context.get()), leaf, chain) != 1)
    return heard;
  X509_STORE_CTX_set_default(check.get(), "ssl_server");
  heard.trusted = X509_verify_cert(check.get()) == 1;
  auto* const built = X509_STORE_CTX_get0_chain(check.get());
  for (int i = 0; heard.trusted && i < sk_X509_num(built); ++i)
    if (auto const one = read(sk_X509_value(built, i))) heard.built.push_back(one->key_hash);
  if (!heard.trusted)
    heard.fault = X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()));
  return heard;
}

}  // namespace safeconduct
