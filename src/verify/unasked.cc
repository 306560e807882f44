// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/unasked.h"

#include <algorithm>

#include "packet/field.h"

namespace safeconduct {
namespace {

bool is_of(WantedFlow const& flow, Observation const& o) {
  return o.family == flow.family && o.protocol == flow.protocol && flow.ports &&
         flow.ports->first <= o.dport && o.dport <= flow.ports->last;
}

std::string destination_text(WantedFlow const& flow) {
  constexpr std::size_t kMostNamed = 2;
  auto const prefixes = to_prefixes(flow.family, flow.dst, kMostNamed);
  if (!prefixes) return "its addresses";
  std::string text;
  for (auto const& prefix : *prefixes) {
    bool const single = prefix.length == address_bits(flow.family);
    text += (text.empty() ? "" : ", ") + (single ? to_string(prefix.address) : to_string(prefix));
  }
  return text;
}

std::string ports_text(WantedFlow const& flow) {
  auto text = l4proto_name(flow.protocol);
  if (!flow.ports) return text;
  text += ' ' + std::to_string(flow.ports->first);
  if (flow.ports->first != flow.ports->last) text += '-' + std::to_string(flow.ports->last);
  return text;
}

std::string text_of(WantedFlow const& flow, std::size_t addresses) {
  return "of " + destination_text(flow) + " (" + ports_text(flow) + ") " +
         (addresses == 0   ? "nothing was asked"
          : addresses == 1 ? "1 address was asked"
                           : std::to_string(addresses) + " addresses were asked");
}

}  // namespace

std::vector<Unasked> unasked(WantedRequirement const& wanted,
                             std::span<Observation const> observations,
                             std::span<Family const> families) {
  std::vector<Unasked> parts;
  for (auto const& flow : wanted.flows) {
    if (std::ranges::find(families, flow.family) == families.end()) continue;
    AddressSet asked;
    std::size_t addresses = 0;
    bool named = false;
    for (auto const& o : observations) {
      if (o.requirement != wanted.requirement->id || !is_of(flow, o)) continue;
      named = named || !o.name.empty();
      if (!o.dst || !flow.dst.contains(o.dst->bits) || asked.contains(o.dst->bits)) continue;
      ++addresses;
      asked = asked | AddressSet(Interval<Bits128>{o.dst->bits, o.dst->bits});
    }
    bool const one_port = flow.ports && flow.ports->first == flow.ports->last;
    auto const missing = one_port ? flow.dst - asked : flow.dst;
    if (!missing.empty() && !(one_port && named))
      parts.push_back({&flow, missing, text_of(flow, addresses)});
  }
  return parts;
}

}  // namespace safeconduct
