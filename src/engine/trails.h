// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "engine/decide.h"

namespace safeconduct {

// What a passed request leaves behind; requests that leave the same can be answered together.
struct Trail {
  bool untracked = false;
  bool unanswered = false;  // connection tracking does not see the replies
  Symbol ct_mark;
  Symbol ct_status;
  Symbol saddr;  // as the service sees them
  Symbol sport;
  bool operator==(Trail const&) const = default;
};
Trail trail_of(Piece const& piece);

struct Answered {
  Trail trail;
  std::vector<Box> boxes;
  std::vector<Assumption> assumed = {};  // for some of them to leave this trail
};

// Does the same request leave one trail or another, by what was assumed of it?
bool overlap(std::vector<Answered> const& requests);

// Requests by their trails, in the order that these come up: there may be as many as a gateway has
// addresses to translate to.
class Trails {
 public:
  void add(Trail const& trail, Piece const& piece);
  // All of them, in as few boxes as will do.
  std::vector<Answered> take() &&;

 private:
  struct Hash {
    std::size_t operator()(Trail const& trail) const;
  };
  std::vector<Answered> groups_;
  std::unordered_map<Trail, std::size_t, Hash> place_;  // of each in it
};

}  // namespace safeconduct
