// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Policies, ranges and dialects that are read once and for all sites of a fleet. Filled before the
// threads start, and only looked at from then on.

#include <map>
#include <string>
#include <vector>

#include "cli/check_input.h"
#include "dialects/dialect.h"
#include "policy/ingress.h"
#include "policy/requirement.h"

namespace safeconduct {

struct KeptData {
  template <class T>
  struct Kept {
    Result<T> value;
    std::string shown;   // the file, as messages and reports name it
    std::string sha256;  // of its bytes; empty: it cannot be read
  };
  std::map<std::string, Kept<Policy>> policies;       // by path
  std::map<std::string, Kept<IngressRanges>> ranges;  // by path
  Result<std::vector<Dialect>> dialects;              // of the data folder
  std::string dialects_sha256;                        // of the bytes of all of them
};

// Everything that these sites will look for and that can be read.
KeptData keep_data(std::vector<AskedSite const*> const& sites, World const& world,
                   std::string const& data);

// What the site takes, by the names in it; null where that cannot be found.
KeptData::Kept<Policy> const* kept_policy(KeptData const& kept, World const& world,
                                          std::string const& data, Placed<std::string> const& name);
KeptData::Kept<IngressRanges> const* kept_ranges(KeptData const& kept, World const& world,
                                                 std::string const& data,
                                                 Placed<std::string> const& provider);

}  // namespace safeconduct
