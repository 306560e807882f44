// SPDX-License-Identifier: GPL-3.0-or-later
// What a resolver's TXT answer is taken for: no bytes are a certificate that the key did not sign,
// and nothing unprintable is kept of the debug answer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/debug_answer.h"
#include "wire/dnscrypt.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  // Strings, each behind its length, as in a TXT record.
  std::vector<std::string> strings;
  for (std::size_t at = 0; at < size;) {
    std::size_t const length = std::min<std::size_t>(data[at], size - at - 1);
    strings.emplace_back(reinterpret_cast<char const*>(data) + at + 1, length);
    at += 1 + length;
  }
  auto const debug = sc::read_debug_answer(strings);
  for (auto const* text : {&debug.server, &debug.source})
    if (!std::ranges::all_of(*text, [](char c) { return c > ' ' && c < '\x7F'; })) std::abort();
  auto const judged = sc::judge_certificates(strings, sc::ProviderKey{1, 2, 3}, 1600000000);
  if (judged.best.has_value() == (judged.fault == sc::DnscryptFault::absent)) std::abort();
  bool const made_up =
      judged.fault == sc::DnscryptFault::absent || judged.fault == sc::DnscryptFault::bad_signature;
  if (!made_up) std::abort();  // nobody holds the key to that
  return 0;
}
