// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/ipset_elements.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/iptables_names.h"
#include "formats/iptables_values.h"

namespace safeconduct::ipset {
namespace {

struct OldName {
  std::string_view name;
  std::string_view now;
};
constexpr std::array kOldNames{
    OldName{"iphash", "hash:ip"},
    OldName{"nethash", "hash:net"},
    OldName{"ipporthash", "hash:ip,port"},
    OldName{"ipportiphash", "hash:ip,port,ip"},
    OldName{"ipportnethash", "hash:ip,port,net"},
    OldName{"ipmap", "bitmap:ip"},
    OldName{"portmap", "bitmap:port"},
    OldName{"macipmap", "bitmap:ip,mac"},
    OldName{"setlist", "list:set"},
    OldName{"iptree", "hash:ip"},
    OldName{"iptreemap", "hash:ip"},
};

std::optional<Part> parse_part(std::string_view text) {
  if (text == "ip") return Part::address;
  if (text == "net") return Part::network;
  if (text == "port") return Part::port;
  if (text == "mark") return Part::mark;
  if (text == "mac") return Part::mac;
  if (text == "iface") return Part::interface;
  return std::nullopt;
}

void add_addresses(Shape const& shape, std::string_view text, Element& element) {
  auto range = parse_addresses(shape.family, text);
  if (!range) {
    element.fault =
        quoted(text) + " is not an " + std::string(name(shape.family)) + " address or network";
    return;
  }
  if (shape.netmask != 0) {  // elements are the networks that the addresses are in
    auto const block =
        interval(Prefix{{shape.family, range->last}, static_cast<std::uint8_t>(shape.netmask)});
    range->first =
        interval(Prefix{{shape.family, range->first}, static_cast<std::uint8_t>(shape.netmask)})
            .first;
    range->last = block.last;
  }
  element.cells.push_back(*range);
}

// "80", "tcp:80", "udp:53-60", "gre:0", "icmp:8/0".
void add_port(std::string_view text, Element& element) {
  std::uint32_t protocol = l4::tcp;
  auto ports = text;
  if (auto const colon = text.find(':'); colon != std::string_view::npos) {
    auto const number = iptables::parse_protocol(text.substr(0, colon));
    if (!number || *number == 0) {
      element.fault = quoted(text.substr(0, colon)) + " is not a protocol";
      return;
    }
    protocol = *number;
    ports = text.substr(colon + 1);
  }
  if (is_icmp(protocol)) {
    element.unmodelled = "it has elements of ICMP types";
    element.cells.insert(element.cells.end(), {{protocol, protocol}, {0, 65535}});
    return;
  }
  auto const span = iptables::parse_ports(ports, '-');
  if (!span || span->reversed()) {
    element.fault = quoted(ports) + " is not a port (0-65535), nor a range of ports";
    return;
  }
  element.cells.push_back({protocol, protocol});
  if (has_ports(protocol)) {
    element.cells.push_back({span->first, span->last});
  } else {
    element.cells.push_back({0, 65535});  // written as port 0: there is none
  }
}

}  // namespace

std::optional<Type> parse_type(std::string_view text) {
  for (auto const& old : kOldNames)
    if (old.name == text) text = old.now;
  if (text == "list:set") return Type{};
  auto const colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Type type;
  type.bitmap = text.substr(0, colon) == "bitmap";
  if (!type.bitmap && text.substr(0, colon) != "hash") return std::nullopt;
  for (auto rest = text.substr(colon + 1);;) {
    auto const comma = rest.find(',');
    auto const part = parse_part(rest.substr(0, comma));
    if (!part || type.parts.size() == 3) return std::nullopt;
    type.parts.push_back(*part);
    if (comma == std::string_view::npos) return type;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<ValueInterval> parse_addresses(Family family, std::string_view text) {
  auto const dash = text.find('-');
  if (dash == std::string_view::npos) {
    auto const one = iptables::parse_masked_address(family, text);
    if (!one || !one->is_prefix(family)) return std::nullopt;
    return one->interval(family);
  }
  auto const first = iptables::parse_plain_address(family, text.substr(0, dash));
  auto const last = iptables::parse_plain_address(family, text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return ValueInterval{*first, *last};
}

void parse_element(Shape const& shape, std::string_view text, Element& element) {
  element.cells.clear();
  element.fault.clear();
  element.unmodelled.clear();
  auto rest = text;
  for (std::size_t i = 0; i < shape.type.parts.size(); ++i) {
    bool const last = i + 1 == shape.type.parts.size();
    auto const comma = rest.find(',');
    if ((comma == std::string_view::npos) != last) {
      element.fault = quoted(text) + " has " + (last ? "more" : "fewer") + " parts than the " +
                      std::to_string(shape.type.parts.size()) + " of its set";
      return;
    }
    auto const part = rest.substr(0, comma);
    switch (shape.type.parts[i]) {
      case Part::address:
      case Part::network:
        add_addresses(shape, part, element);
        break;
      case Part::port:
        if (shape.type.bitmap) {  // of no protocol: TCP's and UDP's
          auto const span = iptables::parse_ports(part, '-');
          if (!span || span->reversed()) {
            element.fault = quoted(part) + " is not a port (0-65535), nor a range of ports";
          } else {
            element.cells.insert(element.cells.end(), {{l4::tcp, l4::tcp},
                                                       {span->first, span->last},
                                                       {l4::udp, l4::udp},
                                                       {span->first, span->last}});
          }
        } else {
          add_port(part, element);
        }
        break;
      case Part::mark:
        if (auto const mark = parse_c_number(part)) {
          element.cells.push_back({*mark, *mark});
        } else {
          element.fault = quoted(part) + " is not a mark";
        }
        break;
      case Part::mac:
      case Part::interface:
        break;  // the set is undecided as a whole
    }
    if (!element.fault.empty()) return;
    if (!last) rest.remove_prefix(comma + 1);
  }
}

std::vector<ValueInterval> with_exceptions(Family family,
                                           std::vector<ValueInterval> const& elements,
                                           std::vector<ValueInterval> const& exceptions) {
  struct Level {
    std::vector<ValueInterval> in;
    std::vector<ValueInterval> out;
  };
  std::array<Level, 129> levels{};
  auto const sort_in = [&](std::vector<ValueInterval> const& from, auto member) {
    for (auto const& range : from)
      for (auto const& prefix : to_prefixes(family, AddressSet(range)))
        (levels[prefix.length].*member).push_back(interval(prefix));
  };
  sort_in(elements, &Level::in);
  sort_in(exceptions, &Level::out);
  ValueSet result;
  for (auto& level : levels) {
    if (!level.in.empty()) result = result | ValueSet(level.in);
    if (!level.out.empty()) result = result - ValueSet(level.out);
  }
  return {result.intervals().begin(), result.intervals().end()};
}

}  // namespace safeconduct::ipset
