// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the central directory of a zip file claims, for faults that a reader of members passes over.

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace safeconduct {

struct ZipDirectory {
  bool overlaps = false;         // two members share bytes of the file
  std::vector<std::string> cut;  // names with a NUL in them, up to it
};

// Of at most 'most' members. Leaves the stream where it was; one that cannot seek, or is no whole
// zip file, gives an empty answer.
ZipDirectory zip_directory(std::istream& in, std::size_t most);

}  // namespace safeconduct
