// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "base/loaded_library.h"

namespace safeconduct {

// The functions of libarchive(3) that bundles are read with. With the dozen libraries that it
// brings along it would cost every other command a good tenth of its start.
struct Libarchive {
  LoadedLibrary library;
  SC_LOADED(archive_entry_filetype);
  SC_LOADED(archive_entry_hardlink);
  SC_LOADED(archive_entry_is_encrypted);
  SC_LOADED(archive_entry_pathname);
  SC_LOADED(archive_entry_pathname_utf8);
  SC_LOADED(archive_entry_size_is_set);
  SC_LOADED(archive_entry_symlink);
  SC_LOADED(archive_error_string);
  SC_LOADED(archive_filter_count);
  SC_LOADED(archive_format);
  SC_LOADED(archive_read_data_block);
  SC_LOADED(archive_read_data_skip);
  SC_LOADED(archive_read_free);
  SC_LOADED(archive_read_new);
  SC_LOADED(archive_read_next_header);
  SC_LOADED(archive_read_open1);
  SC_LOADED(archive_read_set_callback_data);
  SC_LOADED(archive_read_set_read_callback);
  SC_LOADED(archive_read_set_seek_callback);
  SC_LOADED(archive_read_support_filter_bzip2);
  SC_LOADED(archive_read_support_filter_gzip);
  SC_LOADED(archive_read_support_filter_xz);
  SC_LOADED(archive_read_support_filter_zstd);
  SC_LOADED(archive_read_support_format_raw);
  SC_LOADED(archive_read_support_format_tar);
  SC_LOADED(archive_read_support_format_zip);
};

// Null: it is not installed, or lacks one of them.
Libarchive const* libarchive();

}  // namespace safeconduct
