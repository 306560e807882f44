// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "rules/ruleset.h"

namespace safeconduct {

// A rule of iptables-nft as iptables-save writes it, and as nft (or the kernel's bytecode) has it;
// each is the rules of the model that one rule of the export became. May the two be one?
struct RuleTwice {
  std::span<Rule const> saved;
  std::span<Rule const> listed;
  bool loosely = false;  // nft lists it so, see nft_listed.h
  bool running = false;  // 'listed' is bytecode: it has each extension that iptables put there
};

// The two ask for the same and do the same, as far as nft lists it. It may leave out what
// extensions ask for that it does not know, but nothing of its own.
bool are_alike(Ruleset const& rules, RuleTwice const& both);

// The same of a rule that nft lists with extensions by their names alone ('xt match "set"'), or
// loosely: what it does say, iptables-save says too; base options (addresses, interfaces, the
// protocol), which nft always lists, are the same ones; each extension that it names, the saved
// rule has, and where it names all, no other. What the extensions' options are, nobody can hold
// against each other.
bool may_be_one(Ruleset const& rules, RuleTwice const& both);

}  // namespace safeconduct
