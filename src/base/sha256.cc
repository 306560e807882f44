// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"

#include <array>
#include <cstdlib>

#include "base/libcrypto.h"

namespace safeconduct {

std::string sha256(std::string_view bytes) {
  auto const& lib = libcrypto();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (lib.EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, lib.EVP_sha256(), nullptr) !=
      1)
    std::abort();  // out of memory
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

}  // namespace safeconduct
