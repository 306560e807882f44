// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/libarchive.h"

#include <dlfcn.h>

namespace safeconduct {
namespace {

constexpr char const* kLibrary = "libarchive.so.13";  // its interface since 3.0 (2011)

template <class Function>
bool find(void* library, char const* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, Libarchive& all) {
  return library != nullptr && find(library, "archive_entry_filetype", all.entry_filetype) &&
         find(library, "archive_entry_hardlink", all.entry_hardlink) &&
         find(library, "archive_entry_is_encrypted", all.entry_is_encrypted) &&
         find(library, "archive_entry_pathname", all.entry_pathname) &&
         find(library, "archive_entry_pathname_utf8", all.entry_pathname_utf8) &&
         find(library, "archive_entry_size_is_set", all.entry_size_is_set) &&
         find(library, "archive_entry_symlink", all.entry_symlink) &&
         find(library, "archive_error_string", all.error_string) &&
         find(library, "archive_filter_count", all.filter_count) &&
         find(library, "archive_format", all.format) &&
         find(library, "archive_read_data_block", all.read_data_block) &&
         find(library, "archive_read_data_skip", all.read_data_skip) &&
         find(library, "archive_read_free", all.read_free) &&
         find(library, "archive_read_new", all.read_new) &&
         find(library, "archive_read_next_header", all.read_next_header) &&
         find(library, "archive_read_open1", all.read_open1) &&
         find(library, "archive_read_set_callback_data", all.read_set_callback_data) &&
         find(library, "archive_read_set_read_callback", all.read_set_read_callback) &&
         find(library, "archive_read_set_seek_callback", all.read_set_seek_callback) &&
         find(library, "archive_read_support_filter_bzip2", all.read_support_filter_bzip2) &&
         find(library, "archive_read_support_filter_gzip", all.read_support_filter_gzip) &&
         find(library, "archive_read_support_filter_xz", all.read_support_filter_xz) &&
         find(library, "archive_read_support_filter_zstd", all.read_support_filter_zstd) &&
         find(library, "archive_read_support_format_raw", all.read_support_format_raw) &&
         find(library, "archive_read_support_format_tar", all.read_support_format_tar) &&
         find(library, "archive_read_support_format_zip", all.read_support_format_zip);
}

}  // namespace

Libarchive const* libarchive() {
  static Libarchive const* const kLoaded = [] {
    static Libarchive all;
    return find_all(dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL), all) ? &all : nullptr;
  }();
  return kLoaded;
}

}  // namespace safeconduct
