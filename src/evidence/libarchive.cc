// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/libarchive.h"

namespace safeconduct {

Libarchive const* libarchive() {
  // Its interface since 3.0 (2011).
  static Libarchive const kLoaded{LoadedLibrary("libarchive.so.13")};
  return kLoaded.library.is_whole() ? &kLoaded : nullptr;
}

}  // namespace safeconduct
