// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/tls_certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

namespace safeconduct {
namespace {

constexpr std::size_t kLongestSubject = 512;  // bytes of a subject or issuer that are kept

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    kFree(value);
  }
};
using X509Held = std::unique_ptr<X509, Freed<X509_free>>;

std::string name_text(X509_NAME const* name) {
  std::unique_ptr<BIO, Freed<BIO_free>> const out(BIO_new(BIO_s_mem()));
  if (!out || name == nullptr) return {};
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  auto const size = BIO_get_mem_data(out.get(), &text);
  return {text, std::min(static_cast<std::size_t>(size), kLongestSubject)};
}

std::string day_text(ASN1_TIME const* time) {
  tm day{};
  if (ASN1_TIME_to_tm(time, &day) != 1) return {};
  std::array<char, 32> text{};
  auto const size = strftime(text.data(), text.size(), "%Y-%m-%d", &day);
  return {text.data(), size};
}

std::string key_hash(X509* certificate) {
  unsigned char* encoded = nullptr;
  int const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  if (size <= 0) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(encoded, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(),
             nullptr);
  OPENSSL_free(encoded);
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4U];
    text += "0123456789abcdef"[digest[i] & 0x0FU];
  }
  return text;
}

struct Stack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

X509Held decoded(std::span<std::uint8_t const> bytes) {
  auto const* at = bytes.data();
  return X509Held(d2i_X509(nullptr, &at, static_cast<long>(bytes.size())));
}

}  // namespace

std::optional<TlsCertificate> read_tls_certificate(std::span<std::uint8_t const> bytes) {
  auto const one = decoded(bytes);
  if (!one) return std::nullopt;
  return TlsCertificate{name_text(X509_get_subject_name(one.get())),
                        name_text(X509_get_issuer_name(one.get())),
                        day_text(X509_get0_notAfter(one.get())), key_hash(one.get())};
}

bool leads_to_trusted(std::span<std::vector<std::uint8_t> const> chain, std::string const& trust,
                      std::int64_t when) {
  if (chain.empty()) return false;
  std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> const store(X509_STORE_new());
  std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> const check(X509_STORE_CTX_new());
  std::unique_ptr<STACK_OF(X509), Stack> const others(sk_X509_new_null());
  auto const leaf = decoded(chain.front());
  if (!store || !check || !others || !leaf) return false;
  if (trust.empty()) {
    X509_STORE_set_default_paths(store.get());
  } else if (X509_STORE_load_locations(store.get(), trust.c_str(), nullptr) != 1) {
    return false;
  }
  for (auto const& bytes : chain.subspan(1))
    if (auto one = decoded(bytes); one && sk_X509_push(others.get(), one.get()) > 0) one.release();
  if (X509_STORE_CTX_init(check.get(), store.get(), leaf.get(), others.get()) != 1) return false;
  X509_STORE_CTX_set_default(check.get(), "ssl_server");
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(check.get()), when);
  return X509_verify_cert(check.get()) == 1;
}

bool is_for_host(std::span<std::uint8_t const> certificate, std::string_view name) {
  auto const one = decoded(certificate);
  return one && !name.empty() &&
         X509_check_host(one.get(), name.data(), name.size(), 0, nullptr) == 1;
}

}  // namespace safeconduct
