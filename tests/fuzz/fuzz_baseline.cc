// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/known.h"

using namespace safeconduct;

// What is read as a baseline is written as one, and read again as the same, each finding of it all
// that it was; what is refused has a message that names the file.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const first = read_baseline("known.json", text);
  if (!first) {
    if (first.error().text.empty() || first.error().at.file != "known.json") std::abort();
    return 0;
  }
  auto const written = json_baseline(*first, {}, "2026-11-20");
  auto const again = read_baseline("known.json", written);
  if (!again || again->size() != first->size()) std::abort();
  if (json_baseline(*again, {}, "2026-11-20") != written) std::abort();
  // Packets of many pieces are compared piece by piece: a few will do. Of names, what cannot be
  // printed is '?' once it is written.
  constexpr std::size_t kMostCompared = 20;
  for (std::size_t i = 0; i < first->size() && i < kMostCompared; ++i) {
    auto before = (*first)[i];
    before.destinations = (*again)[i].destinations;
    if (!is_within((*again)[i], before) || !is_within(before, (*again)[i])) std::abort();
  }
  return 0;
}
