// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/tls_session.h"

#include <algorithm>

#include "base/libcrypto.h"
#include "probe/libssl.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostCertificates = 16;

struct FreedByLibssl {
  void operator()(SSL_CTX* context) const { libssl()->SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { libssl()->SSL_free(ssl); }
};

// What sk_X509_num() and sk_X509_value() would show, one by one.
std::vector<X509*> certificates_of(STACK_OF(X509) const* stack) {
  auto const& lib = libcrypto();
  auto const* const any = reinterpret_cast<OPENSSL_STACK const*>(stack);
  auto const count = std::max(lib.OPENSSL_sk_num(any), 0);  // -1: there is no stack
  std::vector<X509*> all(static_cast<std::size_t>(count));
  for (int i = 0; auto*& one : all) one = static_cast<X509*>(lib.OPENSSL_sk_value(any, i++));
  return all;
}

std::optional<TlsCertificate> read(X509* certificate) {
  unsigned char* encoded = nullptr;
  int const size = libcrypto().i2d_X509(certificate, &encoded);
  if (size <= 0) return std::nullopt;
  auto one = read_tls_certificate({encoded, static_cast<std::size_t>(size)});
  libcrypto().CRYPTO_free(encoded, nullptr, 0);  // OPENSSL_free()
  return one;
}

std::string last_fault() {
  auto const code = libcrypto().ERR_peek_last_error();
  if (code == 0) return {};
  char const* const reason = libcrypto().ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : reason;
}

}  // namespace

bool has_tls() { return libssl() != nullptr; }

struct TlsSession::State {
  std::unique_ptr<SSL_CTX, FreedByLibssl> context{
      libssl()->SSL_CTX_new(libssl()->TLS_client_method())};
  std::unique_ptr<SSL, FreedByLibssl> ssl;
  std::string name;
  BIO* in = nullptr;   // owned by ssl
  BIO* out = nullptr;  // the same
  bool any_bytes = false;
  bool completed = false;
  std::string fault;
};

TlsSession::TlsSession(std::string const& name, std::string const& trust)
    : state_(std::make_unique<State>()) {
  auto const& lib = *libssl();
  auto const& crypto = libcrypto();
  auto& s = *state_;
  s.name = name;
  auto* const context = s.context.get();
  if (trust.empty()) {
    lib.SSL_CTX_set_default_verify_paths(context);
  } else if (lib.SSL_CTX_load_verify_locations(context, trust.c_str(), nullptr) != 1) {
    s.fault = "the trusted authorities cannot be read from " + trust;
  }
  // Whatever the box on the way speaks, its certificate is what we are here for.
  lib.SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  lib.SSL_CTX_set_security_level(context, 0);
  // What SSL_CTX_set_min_proto_version() stands for.
  lib.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_VERSION, nullptr);
  s.ssl.reset(lib.SSL_new(context));
  s.in = crypto.BIO_new(crypto.BIO_s_mem());
  s.out = crypto.BIO_new(crypto.BIO_s_mem());
  lib.SSL_set_bio(s.ssl.get(), s.in, s.out);
  if (!name.empty())  // what SSL_set_tlsext_host_name() stands for, without its cast
    lib.SSL_ctrl(s.ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 s.name.data());
  lib.SSL_set_connect_state(s.ssl.get());
}

TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

TlsSession::Step TlsSession::advance(std::span<std::uint8_t const> received) {
  auto& s = *state_;
  if (!received.empty()) {
    s.any_bytes = true;
    libcrypto().BIO_write(s.in, received.data(), static_cast<int>(received.size()));
  }
  libcrypto().ERR_clear_error();
  int const done = libssl()->SSL_do_handshake(s.ssl.get());
  if (done == 1) {
    s.completed = true;
    return Step::completed;
  }
  if (libssl()->SSL_get_error(s.ssl.get(), done) == SSL_ERROR_WANT_READ) return Step::wants_bytes;
  s.fault = last_fault();
  if (s.fault.empty()) s.fault = "the peer ended the session";
  return Step::failed;
}

std::vector<std::uint8_t> TlsSession::to_send() {
  auto const& lib = libcrypto();
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(lib.BIO_ctrl_pending(state_->out)));
  if (!bytes.empty()) lib.BIO_read(state_->out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

TlsHeard TlsSession::heard() const {
  auto const& lib = libcrypto();
  auto const& s = *state_;
  TlsHeard heard;
  heard.any_bytes = s.any_bytes;
  heard.completed = s.completed;
  heard.fault = s.fault;
  if (s.completed) heard.version = libssl()->SSL_get_version(s.ssl.get());
  auto* const chain = libssl()->SSL_get_peer_cert_chain(s.ssl.get());
  auto const sent = certificates_of(chain);
  if (sent.empty()) return heard;
  for (auto* const one : std::span(sent).first(std::min(sent.size(), kMostCertificates)))
    if (auto told = read(one)) heard.chain.push_back(*std::move(told));
  auto* const leaf = sent.front();
  heard.name_matches =
      !s.name.empty() && lib.X509_check_host(leaf, s.name.data(), s.name.size(), 0, nullptr) == 1;
  std::unique_ptr<X509_STORE_CTX, Freed<&Libcrypto::X509_STORE_CTX_free>> const check(
      lib.X509_STORE_CTX_new());
  if (!check ||
      lib.X509_STORE_CTX_init(check.get(), libssl()->SSL_CTX_get_cert_store(s.context.get()), leaf,
                              chain) != 1)
    return heard;
  lib.X509_STORE_CTX_set_default(check.get(), "ssl_server");
  heard.trusted = lib.X509_verify_cert(check.get()) == 1;
  if (heard.trusted)
    for (auto* const one : certificates_of(lib.X509_STORE_CTX_get0_chain(check.get())))
      if (auto const told = read(one)) heard.built.push_back(told->key_hash);
  if (!heard.trusted)
    heard.fault = lib.X509_verify_cert_error_string(lib.X509_STORE_CTX_get_error(check.get()));
  return heard;
}

}  // namespace safeconduct
