// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// policy/1: what a service needs from the devices on the way, as written. wanted.h turns it into
// packets for the clients and regions of one site.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/location.h"
#include "net/address.h"
#include "net/interval_set.h"
#include "policy/date.h"
#include "policy/placed.h"
#include "policy/vocabulary.h"

namespace safeconduct {

using PortInterval = Interval<std::uint32_t>;  // within 1-65535

// Where a requirement's packets go. One of three kinds.
struct ToListed {  // 'addresses', 'names' or both: with addresses given, those are what is checked
  std::vector<Placed<Prefix>> addresses;
  std::vector<Placed<std::string>> names;  // lower case; "*.example.com" stands for any name below
  bool operator==(ToListed const&) const = default;
};
struct ToIngress {  // the ranges of the site's regions that carry this service
  Feature service{};
  std::vector<Placed<std::string>> names;  // what clients resolve to get there; may be empty
  bool operator==(ToIngress const&) const = default;
};
struct ToAnywhere {  // every address but these; 'anywhere: true' has no exceptions
  std::vector<Placed<Prefix>> but;
  bool operator==(ToAnywhere const&) const = default;
};
using Destination = std::variant<ToListed, ToIngress, ToAnywhere>;

struct Probe {
  ProbeKind kind{};
  std::string name;  // the name to ask for, to resolve or to present; may be empty
  // What a right answer looks like, key by key, as written: {server: "…", issuer: "…"}.
  std::vector<std::pair<std::string, std::string>> expect;
  Location at;
  bool operator==(Probe const&) const = default;
};

struct Requirement {
  std::string id;     // unique within its policy, and among the policies of a site
  std::string title;  // one line
  Feature feature{};
  Level level{};
  Expect expect{};
  std::vector<std::uint32_t> protocols;  // IANA numbers, each once; all with ports or none
  std::vector<PortInterval> ports;       // destination ports, disjoint; empty where there are none
  Destination to;
  std::string any_of;  // the group of which one member keeps the service up; may be empty
  std::vector<Placed<std::string>> breaks;  // client_states() that its loss leads to
  std::string impact;                       // what the user sees then, in plain words
  std::vector<Constraint> constraints;
  std::optional<Probe> probe;
  std::vector<Placed<std::string>> sources;  // keys of Policy::sources
  std::optional<Confidence> confidence;      // none: not said, as in an operator's own policy
  std::string notes;
  Location at;  // of the id
  bool operator==(Requirement const&) const = default;
};

// The names that it is to, as they are listed, with patterns; none where it is to addresses alone.
inline std::span<Placed<std::string> const> destination_names(Requirement const& requirement) {
  if (auto const* listed = std::get_if<ToListed>(&requirement.to)) return listed->names;
  if (auto const* ingress = std::get_if<ToIngress>(&requirement.to)) return ingress->names;
  return {};
}

// Where facts come from.
struct Source {
  std::string key;
  std::string title;
  std::string url;
  std::optional<Date> retrieved;
  std::string sha256;  // of the copy that was read, 64 hexadecimal digits; may be empty
  Location at;
  bool operator==(Source const&) const = default;
};

struct Policy {
  std::string id;
  std::string title;
  std::string description;
  std::vector<Source> sources;  // in the order of the file
  std::vector<Requirement> requirements;
  Location at;  // of the id
  bool operator==(Policy const&) const = default;
};

}  // namespace safeconduct
