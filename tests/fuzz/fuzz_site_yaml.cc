// SPDX-License-Identifier: GPL-3.0-or-later
// read_site and read_fleet: accepted, or refused with a place inside the text; never both accepted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/read.h"
#include "yaml_property.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const site = sc::read_site("input", text);
  if (!site) sc::test::check_error(site.error(), text);
  if (site && site->clients.empty()) std::abort();
  auto const fleet = sc::read_fleet("input", text);
  if (!fleet) sc::test::check_error(fleet.error(), text);
  if (site && fleet) std::abort();
  return 0;
}
