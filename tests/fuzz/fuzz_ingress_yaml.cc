// SPDX-License-Identifier: GPL-3.0-or-later
// read_ingress_ranges: accepted, or refused with a place inside the text. Every region that is read
// can be found by its id and its aliases.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/read.h"
#include "yaml_property.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const ranges = sc::read_ingress_ranges("input", text);
  if (!ranges) {
    sc::test::check_error(ranges.error(), text);
    return 0;
  }
  if (ranges->regions.empty()) std::abort();
  for (auto const& region : ranges->regions) {
    if (sc::find_region(*ranges, region.id) != &region) std::abort();
    for (auto const& alias : region.aliases)
      if (sc::find_region(*ranges, alias) != &region) std::abort();
  }
  if (!sc::select_regions(*ranges, {})) std::abort();
  return 0;
}
