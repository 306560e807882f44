// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytes: what is read points into the text, and what is refused says where. Rules that
// are told at a glance (iptables_plain.h) are those that the reader of all rules gives, and what a
// sieve leaves out changes nothing else.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "formats/reader.h"
#include "placed_property.h"
#include "rules/text.h"
#include "sift_property.h"

namespace {

using namespace safeconduct;

// Nothing but counters stands before it.
bool begins_line(std::string const& text, std::size_t at) {
  auto const line = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  auto const begin = line == std::string::npos ? 0 : line + 1;
  return text.find_first_not_of("[]:0123456789 ", begin) == at;
}

// A second blank behind "-A" keeps every rule from being told at a glance.
std::shared_ptr<std::string const> none_plain(std::string const& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    bool const command = i > 0 && text.compare(i - 1, 3, "-A ") == 0;
    if (command && begins_line(text, i - 1)) result += ' ';
  }
  return std::make_shared<std::string const>(std::move(result));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const text = std::make_shared<std::string const>(data, data + size);
  SourceText const source{"input", text};
  auto const rules = read_device(std::span(&source, 1), {}, Format::iptables_save);
  SourceText const slow{"input", none_plain(*text)};
  auto const same = read_device(std::span(&slow, 1), {}, Format::iptables_save);
  require(rules.has_value() == same.has_value());
  if (rules) require(to_text(*rules) == to_text(*same));
  require_sifts_alike(*text, Format::iptables_save);
  require_placed(*text, rules);
  return 0;
}
