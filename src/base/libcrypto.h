// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/loaded_library.h"

namespace safeconduct {

// The functions of OpenSSL's libcrypto that are used here. To load and relocate it and libssl took
// a third of every command's start, and most need neither. Where its headers have a macro or an
// inline function, what that calls is here: with them, the library would be linked.
struct Libcrypto {
  LoadedLibrary library;
  SC_LOADED(ASN1_TIME_to_tm);
  SC_LOADED(BIO_ctrl);
  SC_LOADED(BIO_ctrl_pending);
  SC_LOADED(BIO_free);
  SC_LOADED(BIO_new);
  SC_LOADED(BIO_new_mem_buf);
  SC_LOADED(BIO_read);
  SC_LOADED(BIO_s_mem);
  SC_LOADED(BIO_write);
  SC_LOADED(CRYPTO_free);
  SC_LOADED(ERR_clear_error);
  SC_LOADED(ERR_peek_last_error);
  SC_LOADED(ERR_reason_error_string);
  SC_LOADED(EVP_Digest);
  SC_LOADED(EVP_DigestVerify);
  SC_LOADED(EVP_DigestVerifyInit);
  SC_LOADED(EVP_MD_CTX_free);
  SC_LOADED(EVP_MD_CTX_new);
  SC_LOADED(EVP_PKEY_free);
  SC_LOADED(EVP_PKEY_new_raw_public_key);
  SC_LOADED(EVP_sha256);
  SC_LOADED(OPENSSL_sk_new_null);
  SC_LOADED(OPENSSL_sk_num);
  SC_LOADED(OPENSSL_sk_pop_free);
  SC_LOADED(OPENSSL_sk_push);
  SC_LOADED(OPENSSL_sk_value);
  SC_LOADED(PEM_read_bio);
  SC_LOADED(X509_NAME_print_ex);
  SC_LOADED(X509_STORE_CTX_free);
  SC_LOADED(X509_STORE_CTX_get0_chain);
  SC_LOADED(X509_STORE_CTX_get0_param);
  SC_LOADED(X509_STORE_CTX_get_error);
  SC_LOADED(X509_STORE_CTX_init);
  SC_LOADED(X509_STORE_CTX_new);
  SC_LOADED(X509_STORE_CTX_set_default);
  SC_LOADED(X509_STORE_free);
  SC_LOADED(X509_STORE_load_locations);
  SC_LOADED(X509_STORE_new);
  SC_LOADED(X509_STORE_set_default_paths);
  SC_LOADED(X509_VERIFY_PARAM_set_time);
  SC_LOADED(X509_check_host);
  SC_LOADED(X509_free);
  SC_LOADED(X509_get0_notAfter);
  SC_LOADED(X509_get_X509_PUBKEY);
  SC_LOADED(X509_get_issuer_name);
  SC_LOADED(X509_get_subject_name);
  SC_LOADED(X509_verify_cert);
  SC_LOADED(X509_verify_cert_error_string);
  SC_LOADED(d2i_X509);
  SC_LOADED(i2d_X509);
  SC_LOADED(i2d_X509_PUBKEY);
};

// Throws std::runtime_error: it is not installed, or lacks one of them.
Libcrypto const& libcrypto();

// For std::unique_ptr, of what a function of libcrypto gave: Freed<&Libcrypto::BIO_free>.
template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    (libcrypto().*kFree)(value);
  }
};

}  // namespace safeconduct
