// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What to do about a culprit, in a sentence. Advice, not proof: what is changed is checked again.

#include <optional>
#include <string>
#include <vector>

#include "base/language.h"
#include "report/joined.h"

namespace safeconduct {

struct Advice {
  std::string sentence;
  std::vector<std::string> rules;  // in the export's own syntax, to copy; may be empty
};

// For packets that 'decided' loses, leads to where they must not get, or lets pass though they must
// not. nullopt: nothing is amiss, or it cannot be told what. Rules are offered where they would let
// exactly these packets reach their goal past this rule: requests, whole boxes, few enough to read.
std::optional<Advice> advice_for(Decided const& decided, Language language = Language::english);

}  // namespace safeconduct
