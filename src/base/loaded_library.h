// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace safeconduct {

// A library that is loaded when it is first needed, and stays: what most commands do without should
// not cost each of them its start. It begins a table of functions,
//
//   struct Libz {
//     LoadedLibrary library;
//     SC_LOADED(zlibVersion);
//   };
//   static Libz const kLoaded{LoadedLibrary("libz.so.1")};
//
// whose members have the names and types of the library's own header.
class LoadedLibrary {
 public:
  explicit LoadedLibrary(char const* name);

  template <class Function>
  Function* find(char const* name) {
    return reinterpret_cast<Function*>(address(name));
  }

  // It is there, and has all that was looked for.
  bool is_whole() const { return whole_; }

 private:
  void* address(char const* function);

  void* handle_;
  bool whole_;
};

#define SC_LOADED(NAME) \
  decltype(&::NAME) NAME = library.find<decltype(::NAME)>(#NAME)  // NOLINT: it declares

}  // namespace safeconduct
