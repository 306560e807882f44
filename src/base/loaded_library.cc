// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/loaded_library.h"

#include <dlfcn.h>

namespace safeconduct {

LoadedLibrary::LoadedLibrary(char const* name)
    : handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)), whole_(handle_ != nullptr) {}

void* LoadedLibrary::address(char const* function) {
  void* const found = handle_ == nullptr ? nullptr : dlsym(handle_, function);
  whole_ = whole_ && found != nullptr;
  return found;
}

}  // namespace safeconduct
