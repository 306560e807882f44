// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/added_authorities.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/libcrypto.h"
#include "wire/tls_certificate.h"

namespace safeconduct {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;
constexpr std::uintmax_t kLargestFile = 1024 * 1024;  // bytes

std::string text_of(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void add(std::span<std::uint8_t const> certificate, fs::path const& path,
         std::vector<AddedAuthority>& added) {
  if (auto const one = read_tls_certificate(certificate))
    added.push_back({one->key_hash, path.string()});
}

// DER, or a file with certificates in PEM among other things.
void add_from(fs::path const& path, std::vector<AddedAuthority>& added) {
  auto const text = text_of(path);
  std::vector<std::uint8_t> const bytes(text.begin(), text.end());
  add(bytes, path, added);
  auto const& lib = libcrypto();
  std::unique_ptr<BIO, Freed<&Libcrypto::BIO_free>> const in(
      lib.BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  while (true) {
    char* kind = nullptr;
    char* head = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (lib.PEM_read_bio(in.get(), &kind, &head, &data, &size) != 1) break;
    add({data, static_cast<std::size_t>(size)}, path, added);
    for (void* const one :
         {static_cast<void*>(kind), static_cast<void*>(head), static_cast<void*>(data)})
      lib.CRYPTO_free(one, nullptr, 0);  // OPENSSL_free()
  }
  lib.ERR_clear_error();
}

}  // namespace

std::vector<std::string> folders_of_added_authorities() {
  return {"/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors",
          "/etc/pki/trust/anchors", "/etc/ca-certificates/trust-source/anchors"};
}

std::vector<AddedAuthority> added_authorities(std::span<std::string const> folders) {
  std::vector<AddedAuthority> added;
  std::size_t files = 0;
  for (auto const& folder : folders) {
    std::vector<fs::path> paths;
    std::error_code error;
    auto const options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end;
         at.increment(error)) {
      std::error_code ignored;
      if (at->is_regular_file(ignored) && at->file_size(ignored) <= kLargestFile &&
          files++ < kMostFiles)
        paths.push_back(at->path());
    }
    std::ranges::sort(paths);
    for (auto const& path : paths) add_from(path, added);
  }
  return added;
}

}  // namespace safeconduct
