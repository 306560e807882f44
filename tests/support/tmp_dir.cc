// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/tmp_dir.h"

#include <doctest/doctest.h>
#include <stdlib.h>  // mkdtemp is POSIX, not in <cstdlib>

#include <fstream>
#include <string>
#include <system_error>

namespace safeconduct::test {

TmpDir::TmpDir() {
  auto name = (std::filesystem::temp_directory_path() / "safeconduct-test-XXXXXX").string();
  REQUIRE_MESSAGE(mkdtemp(name.data()) != nullptr, "cannot make the folder '", name, "'");
  path_ = name;
}

TmpDir::~TmpDir() {
  std::error_code ignored;  // a destructor has nobody to tell
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TmpDir::write(std::string_view name, std::string_view text) const {
  auto const file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  REQUIRE_MESSAGE(out.good(), "cannot write '", file.string(), "'");
  return file;
}

}  // namespace safeconduct::test
