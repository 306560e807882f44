// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/certificate_json.h"

// What is read as a certificate is written as one, and read again as the same; what is refused has
// a message.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const read = safeconduct::read_certificate("certificate", text);
  if (!read) {
    if (read.error().text.empty() || read.error().at.file != "certificate") std::abort();
    return 0;
  }
  auto const written = safeconduct::json_certificate(*read);
  auto const again = safeconduct::read_certificate("certificate", written);
  if (!again || safeconduct::json_certificate(*again) != written) std::abort();
  return 0;
}
