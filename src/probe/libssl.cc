// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/libssl.h"

namespace safeconduct {

static_assert(OPENSSL_SHLIB_VERSION == 3, "the types are those of the library that is loaded");

Libssl const* libssl() {
  static Libssl const kLoaded{LoadedLibrary("libssl.so.3")};
  return kLoaded.library.is_whole() ? &kLoaded : nullptr;
}

}  // namespace safeconduct
