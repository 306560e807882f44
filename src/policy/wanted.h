// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one site needs, packet by packet: policies, ingress ranges and the site laid together. Pure;
// what comes out points into what went in, which must outlive it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"
#include "policy/ingress.h"
#include "policy/requirement.h"
#include "policy/site.h"

namespace safeconduct {

// The packets of one family, protocol, destination and port interval that a requirement is about.
// The fields of a packet, and the reply to it, follow from these; any source port counts.
struct WantedFlow {
  Family family{};
  std::uint32_t protocol = 0;         // IANA number
  AddressSet src;                     // the site's clients of this family
  AddressSet dst;                     // one prefix; or, for ToAnywhere, all but some
  std::optional<PortInterval> ports;  // none: the protocol has none
  Region const* region = nullptr;     // where 'dst' is a range of a region
  Range const* range = nullptr;       // and that range: confidence, days, place
  Location at;                        // of the address in its file (policy or ranges)
  Expect expect = Expect::allow;      // deny: not one packet is to come, nor an answer to it
  bool operator==(WantedFlow const&) const = default;
};

// A destination whose addresses are not known, so that nothing can be proven: undecided.
struct Unresolved {
  enum class Why : std::uint8_t {
    name,        // a name without addresses beside it
    no_range,    // a region without a range that carries the service, on the day asked about
    no_regions,  // no region at all carries it
    family,      // all of them are of a family that the clients have no address of
  };
  Why why{};
  std::string text;                // one sentence, for the operator
  std::vector<std::string> names;  // what to resolve, where names are known
  Region const* region = nullptr;
  Location at;
  bool operator==(Unresolved const&) const = default;
};

// One requirement that counts for the site. At least one of 'flows' and 'unresolved' has something.
struct WantedRequirement {
  Policy const* policy = nullptr;
  Requirement const* requirement = nullptr;
  // Never conditional: one that counts is required, or, where its facts are not verified
  // (is_verified), recommended.
  Level level{};
  std::vector<WantedFlow> flows;
  std::vector<Unresolved> unresolved;
  // To ranges that are not in effect on the day asked about, and so no part of 'flows'.
  std::vector<WantedFlow> later;    // that take effect after it
  std::vector<WantedFlow> retired;  // that have ended before it
  bool operator==(WantedRequirement const&) const = default;
};

struct Wanted {
  std::vector<WantedRequirement> requirements;  // in the order of the policies; never empty
  Notes notes;                                  // what was left out or assumed
  bool operator==(Wanted const&) const = default;
};

// What the site needs on that day. Errors: an unknown region, an id that two policies define,
// nothing at all left to check. Where no policy asks for ingress ranges, 'ranges' may be empty.
Result<Wanted> wanted(std::span<Policy const> policies, IngressRanges const& ranges,
                      Site const& site, Date as_of);

}  // namespace safeconduct
