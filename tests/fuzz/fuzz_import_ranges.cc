// SPDX-License-Identifier: GPL-3.0-or-later
// import_ranges: refused in words, or a file that can be written and read again, with no range
// lost. Text that speaks of egress is never taken.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/import_ranges.h"
#include "policy/ingress_write.h"
#include "policy/ranges_diff.h"
#include "policy/read.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  static auto const before = *sc::read_ingress_ranges(
      "old",
      "schema: ingress-ranges/1\nprovider: p\nregions:\n  - id: london\n    name: London\n"
      "    ranges:\n      - {prefix: 192.0.2.0/24, service: swg}\n");
  sc::ImportQuestion question;
  question.file_name = "input";
  question.source.title = "a page";
  question.confidence = sc::Confidence::third_party;
  question.service = sc::Feature::swg;
  auto const imported = sc::import_ranges(before, question, text);
  if (!imported) {
    if (imported.error().text.empty() || sc::to_message(imported.error()).empty()) std::abort();
    return 0;
  }
  if (!sc::egress_words(text).empty() || imported->found == 0) std::abort();
  auto const written = sc::write_ingress_ranges(imported->ranges);
  auto const again = sc::read_ingress_ranges("new", written);
  if (!again) return 0;  // overlaps of what the text lists: the reader says so
  auto const diff = sc::diff_ranges(imported->ranges, *again);
  if (!diff || !diff->empty()) std::abort();
  return 0;
}
