// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct {

// Places in a file are 32-bit numbers (rules/ruleset.h: Span).
inline constexpr std::size_t kLargestFile = 0xFFFFFFFFU;

// Files, pipes and devices, "-" for standard input; not folders, and nothing above kLargestFile.
Result<std::shared_ptr<std::string const>> read_file(std::string const& path);
Result<std::unique_ptr<std::istream>> open_file(std::string const& path);
Result<void> write_file(std::string const& path, std::string const& text);
// The same by way of a file beside it, which takes its name: a reader finds the old text or the
// new.
Result<void> replace_file(std::string const& path, std::string const& text);

Result<std::unique_ptr<std::ostream>> append_file(std::string const& path);
// With those above it; nothing where there is one.
Result<void> make_folder(std::string const& path);

}  // namespace safeconduct
