// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the text, and what is refused says where.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "formats/reader.h"
#include "placed_property.h"

using namespace safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const text = std::make_shared<std::string const>(data, data + size);
  SourceText const source{"input", text};
  auto const rules = read_device(std::span(&source, 1), {}, Format::ipset_save);
  require_placed(*text, rules);
  return 0;
}
