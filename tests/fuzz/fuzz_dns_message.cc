// SPDX-License-Identifier: GPL-3.0-or-later
// decode_message: a message or a fault in words. Names are printable and of bounded length, and the
// addresses found are those of the message.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/dns_message.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const message = sc::decode_message({data, size});
  if (!message) {
    if (message.error().empty()) std::abort();
    return 0;
  }
  auto const fine = [](std::string const& name) {
    return name.size() <= 2048 &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7F'; });
  };
  for (auto const& record : message->answers)
    if (!fine(record.name) || !fine(record.target)) std::abort();
  auto const found = sc::addresses_in(*message);
  if (found.addresses.size() > message->answers.size()) std::abort();
  for (auto const& question : message->questions)
    if (!fine(question.name)) std::abort();
  return 0;
}
