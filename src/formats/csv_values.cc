// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv_values.h"

#include <bit>

#include "base/text.h"
#include "formats/csv_sheet.h"
#include "packet/field.h"

namespace safeconduct::csv {
namespace {

void add(AddressList& into, Family family, AddressInterval range) {
  (family == Family::ip4 ? into.ip4 : into.ip6).push_back(range);
}

bool add_range(std::string_view first_text, std::string_view last_text, AddressList& into) {
  auto const first = parse_address(trimmed(first_text));
  auto const last = parse_address(trimmed(last_text));
  if (!first || !last || first->family != last->family || first->bits > last->bits) return false;
  add(into, first->family, {first->bits, last->bits});
  return true;
}

// Leading ones are a netmask; leading zeros a wildcard mask, whose ones do not count. Both may have
// holes. False: 192.0.2.1 with 0.0.0.0, which is all addresses in the one reading and one in the
// other.
bool add_masked(std::uint32_t address, std::uint32_t mask, AddressList& into) {
  if (mask == 0 && address != 0) return false;
  auto const is_leading = [](std::uint32_t bits) { return (~bits & (~bits + 1)) == 0; };
  std::uint32_t counts = mask;
  if (!is_leading(mask) && mask >> 31U == 0) counts = ~mask;
  if (is_leading(counts)) {
    into.ip4.push_back({address & counts, address | ~counts});
  } else {
    into.masked.push_back({counts, address & counts});
  }
  return true;
}

}  // namespace

bool add_address(std::string_view text, AddressList& into) {
  text = trimmed(text);
  if (auto const prefix = parse_prefix(text)) {
    add(into, prefix->address.family, interval(without_host_bits(*prefix)));
    return true;
  }
  auto const split = text.find_first_of("/ ");
  if (split != std::string_view::npos) {
    auto const address = parse_ip4(text.substr(0, split));
    auto const mask = parse_ip4(trimmed(text.substr(split + 1)));
    if (address && mask) return add_masked(*address, *mask, into);
  }
  auto const dash = text.find('-');
  return dash != std::string_view::npos &&
         add_range(text.substr(0, dash), text.substr(dash + 1), into);
}

std::optional<ValueInterval> parse_port_range(std::string_view text) {
  text = trimmed(text);
  auto const dash = text.find_first_of("-:");
  auto const first = parse_number(trimmed(text.substr(0, dash)), 65535);
  auto const last =
      dash == std::string_view::npos ? first : parse_number(trimmed(text.substr(dash + 1)), 65535);
  if (!first || !last || *first > *last) return std::nullopt;
  return ValueInterval{*first, *last};
}

bool is_any_protocol(std::string_view lower_word) {
  return lower_word == "ip" || lower_word == "ipv4" || lower_word == "0";
}

bool add_service(std::string_view text, ServiceList& into) {
  text = trimmed(text);
  if (is_any_protocol(folded(text))) {
    into.any = true;
    return true;
  }
  auto const slash = text.find_first_of("/: ");
  auto const protocol = parse_l4proto(folded(text.substr(0, slash)));
  if (!protocol) return false;
  ServiceTerm term;
  term.protocol = protocol;
  if (slash != std::string_view::npos) {
    auto const behind = text.substr(slash + 1);
    auto const range = parse_port_range(behind);
    if (!range) return false;
    if (is_icmp(*protocol)) {
      if (range->first != range->last || range->first > 255) return false;
      term.icmp_type = static_cast<std::uint32_t>(range->first);
    } else if (has_ports(*protocol)) {
      term.destination_ports = ValueSet(*range);
    } else {
      return false;
    }
  }
  into.terms.push_back(std::move(term));
  return true;
}

}  // namespace safeconduct::csv
