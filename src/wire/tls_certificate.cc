// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/tls_certificate.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "base/libcrypto.h"
#include "base/sha256.h"

namespace safeconduct {
namespace {

constexpr std::size_t kLongestSubject = 512;  // bytes of a subject or issuer that are kept

using X509Held = std::unique_ptr<X509, Freed<&Libcrypto::X509_free>>;

std::string name_text(X509_NAME const* name) {
  auto const& lib = libcrypto();
  std::unique_ptr<BIO, Freed<&Libcrypto::BIO_free>> const out(lib.BIO_new(lib.BIO_s_mem()));
  if (!out || name == nullptr) return {};
  lib.X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  // What BIO_get_mem_data() stands for.
  auto const size = lib.BIO_ctrl(out.get(), BIO_CTRL_INFO, 0, static_cast<void*>(&text));
  return {text, std::min(static_cast<std::size_t>(size), kLongestSubject)};
}

std::string day_text(ASN1_TIME const* time) {
  tm day{};
  if (libcrypto().ASN1_TIME_to_tm(time, &day) != 1) return {};
  std::array<char, 32> text{};
  auto const size = strftime(text.data(), text.size(), "%Y-%m-%d", &day);
  return {text.data(), size};
}

std::string key_hash(X509* certificate) {
  auto const& lib = libcrypto();
  unsigned char* encoded = nullptr;
  int const size = lib.i2d_X509_PUBKEY(lib.X509_get_X509_PUBKEY(certificate), &encoded);
  if (size <= 0) return {};
  auto digest = sha256({reinterpret_cast<char const*>(encoded), static_cast<std::size_t>(size)});
  lib.CRYPTO_free(encoded, nullptr, 0);  // OPENSSL_free()
  return digest;
}

// A STACK_OF(X509), by the functions that sk_X509_push() and the like stand for.
struct Stack {
  void operator()(OPENSSL_STACK* stack) const {
    libcrypto().OPENSSL_sk_pop_free(
        stack, [](void* one) { libcrypto().X509_free(static_cast<X509*>(one)); });
  }
};

X509Held decoded(std::span<std::uint8_t const> bytes) {
  auto const* at = bytes.data();
  return X509Held(libcrypto().d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
}

}  // namespace

std::optional<TlsCertificate> read_tls_certificate(std::span<std::uint8_t const> bytes) {
  auto const one = decoded(bytes);
  if (!one) return std::nullopt;
  auto const& lib = libcrypto();
  return TlsCertificate{name_text(lib.X509_get_subject_name(one.get())),
                        name_text(lib.X509_get_issuer_name(one.get())),
                        day_text(lib.X509_get0_notAfter(one.get())), key_hash(one.get())};
}

bool leads_to_trusted(std::span<std::vector<std::uint8_t> const> chain, std::string const& trust,
                      std::int64_t when) {
  if (chain.empty()) return false;
  auto const& lib = libcrypto();
  std::unique_ptr<X509_STORE, Freed<&Libcrypto::X509_STORE_free>> const store(lib.X509_STORE_new());
  std::unique_ptr<X509_STORE_CTX, Freed<&Libcrypto::X509_STORE_CTX_free>> const check(
      lib.X509_STORE_CTX_new());
  std::unique_ptr<OPENSSL_STACK, Stack> const others(lib.OPENSSL_sk_new_null());
  auto const leaf = decoded(chain.front());
  if (!store || !check || !others || !leaf) return false;
  if (trust.empty()) {
    lib.X509_STORE_set_default_paths(store.get());
  } else if (lib.X509_STORE_load_locations(store.get(), trust.c_str(), nullptr) != 1) {
    return false;
  }
  for (auto const& bytes : chain.subspan(1))
    if (auto one = decoded(bytes); one && lib.OPENSSL_sk_push(others.get(), one.get()) > 0)
      one.release();
  auto* const sent = reinterpret_cast<STACK_OF(X509)*>(others.get());
  if (lib.X509_STORE_CTX_init(check.get(), store.get(), leaf.get(), sent) != 1) return false;
  lib.X509_STORE_CTX_set_default(check.get(), "ssl_server");
  lib.X509_VERIFY_PARAM_set_time(lib.X509_STORE_CTX_get0_param(check.get()), when);
  return lib.X509_verify_cert(check.get()) == 1;
}

bool is_for_host(std::span<std::uint8_t const> certificate, std::string_view name) {
  auto const one = decoded(certificate);
  return one && !name.empty() &&
         libcrypto().X509_check_host(one.get(), name.data(), name.size(), 0, nullptr) == 1;
}

}  // namespace safeconduct
