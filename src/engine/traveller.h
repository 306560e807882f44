// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A piece of a region on its way through a host, as decide() follows it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/decide.h"
#include "engine/reach.h"

namespace safeconduct {

using RuleList = std::shared_ptr<std::vector<std::uint32_t> const>;

// A chain on the way. 'list' holds those of its rules, from 'next' on, that touch the piece; it is
// made when it is first needed, and again after the view has changed.
struct Frame {
  ChainId chain = kNoChain;
  std::uint32_t next = 0;
  RuleList list = nullptr;
  std::size_t at = 0;
  std::vector<ChainId> left = {};  // chains that went on to this one for good (goto), in order
  bool calls = false;              // a rule of it called another chain
  bool acts = false;               // a rule of it, or of what it called, did something to the piece
};

struct Rewrite {
  Decider decider;
  std::vector<ChainId> way;
  std::uint32_t nat = 0;
};

// A piece on its way.
struct Traveller {
  Ground ground;
  Symbol iif;  // as far as assumed so far; the view shows them where a hook knows them
  Symbol oif;
  std::size_t order = 0;  // of chains whose order nobody knows
  std::vector<Step> const* steps = nullptr;
  std::size_t step = 0;
  std::size_t nat_chain = 0;  // within a translation step: the next one to consult
  std::vector<Frame> frames;  // empty: between chains
  // Chains that it has come back from as it went, as the view is now: they need not be followed
  // again. Chains that call each other eight times, ten deep, would be a thousand million calls.
  std::vector<ChainId> idle_calls;
  std::vector<Passage> passages;
  std::vector<Assumption> assumed;
  std::optional<Rewrite> rewrote;
  bool notrack = false;
  Decider untracked_by;  // the rule that said so
  bool tracked = false;
  bool in_doubt = false;  // whether connection tracking has looked already

  Symbol& see(Field field) { return ground.view[index(field)]; }
};

// The chains entered, base chain first.
inline std::vector<ChainId> way_of(Traveller const& t) {
  std::vector<ChainId> way;
  for (auto const& frame : t.frames) {
    way.insert(way.end(), frame.left.begin(), frame.left.end());
    way.push_back(frame.chain);
  }
  return way;
}

}  // namespace safeconduct
