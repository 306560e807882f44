// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/libcrypto.h"

#include <stdexcept>

namespace safeconduct {

static_assert(OPENSSL_SHLIB_VERSION == 3, "the types are those of the library that is loaded");

Libcrypto const& libcrypto() {
  static Libcrypto const kLoaded{LoadedLibrary("libcrypto.so.3")};
  if (!kLoaded.library.is_whole())
    throw std::runtime_error(
        "libcrypto.so.3 is not installed, or lacks a function (apt install libssl3)");
  return kLoaded;
}

}  // namespace safeconduct
