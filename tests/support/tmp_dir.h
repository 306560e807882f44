// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace safeconduct::test {

// A fresh folder, removed with all that is in it at the end of the scope.
class TmpDir {
 public:
  TmpDir();
  ~TmpDir();
  TmpDir(TmpDir const&) = delete;
  TmpDir& operator=(TmpDir const&) = delete;

  [[nodiscard]] std::filesystem::path const& path() const& { return path_; }
  std::filesystem::path const& path() && = delete;  // it would outlive its folder

  // Writes a file below the folder (folders on the way are made) and names it.
  std::filesystem::path write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace safeconduct::test
