// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/unasked.h"

#include <algorithm>

#include "packet/field.h"
#include "verify/note_wording.h"

namespace safeconduct {
namespace {

bool is_of(WantedFlow const& flow, Observation const& o) {
  return o.family == flow.family && o.protocol == flow.protocol && flow.ports &&
         flow.ports->first <= o.dport && o.dport <= flow.ports->last;
}

Said destination_words(WantedFlow const& flow) {
  constexpr std::size_t kMostNamed = 2;
  auto const prefixes = to_prefixes(flow.family, flow.dst, kMostNamed);
  if (!prefixes) return wording::kItsAddresses;
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

Said words_of(WantedFlow const& flow, std::size_t addresses) {
  return {addresses == 0   ? wording::kAskedNothing
          : addresses == 1 ? wording::kAskedOne
                           : wording::kAskedSome,
          {destination_words(flow), ports_text(flow), std::to_string(addresses)}};
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
      parts.push_back({&flow, missing, words_of(flow, addresses)});
  }
  return parts;
}

}  // namespace safeconduct
