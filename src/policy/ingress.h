// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// ingress-ranges/1: the addresses at which a provider takes its clients' traffic in, region by
// region, each with the days it holds for and how sure it is.

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"
#include "policy/date.h"
#include "policy/placed.h"
#include "policy/requirement.h"
#include "policy/vocabulary.h"

namespace safeconduct {

struct Range {
  Prefix prefix;
  Feature service{};
  std::optional<Date> from;                  // first day in effect; none: since ever
  std::optional<Date> until;                 // last day in effect; none: no end is known
  std::optional<Confidence> confidence;      // none: not said
  std::vector<Placed<std::string>> sources;  // keys of IngressRanges::sources
  std::string note;
  Location at;  // of the prefix
  bool operator==(Range const&) const = default;
};

bool in_effect(Range const& range, Date day);

struct Region {
  std::string id;                    // "eu-west-2"
  std::string name;                  // "London"
  std::string country;               // ISO 3166-1, two letters; may be empty
  std::vector<std::string> aliases;  // further names that a site may use
  bool anycast = false;              // serves every region: part of every selection
  std::vector<Range> ranges;
  Location at;  // of the id
  bool operator==(Region const&) const = default;
};

struct IngressRanges {
  std::string provider;
  std::string cloud = "commercial";  // or "gov", "china"
  std::string version;               // as written: "2026112300"
  bool complete = false;             // false: the provider has ranges that are not in here
  std::vector<Source> sources;
  std::vector<Region> regions;  // ids and aliases are unique among all
  Location at;                  // of the provider
  bool operator==(IngressRanges const&) const = default;
};

// The region with this id or alias, or null.
Region const* find_region(IngressRanges const& ranges, std::string_view id_or_alias);

// The regions of these ids or aliases, each once, in the order of the file, and with them every
// anycast region. Without any asked for: all. An error names what is not known, with a hint of the
// near and the known ones. The pointers live as long as 'ranges'.
Result<std::vector<Region const*>> select_regions(IngressRanges const& ranges,
                                                  std::vector<Placed<std::string>> const& asked);

}  // namespace safeconduct
