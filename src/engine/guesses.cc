// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/guesses.h"

namespace safeconduct {

bool Guesses::advance() {
  answers_.resize(asked_);
  while (!answers_.empty() && answers_.back()) answers_.pop_back();
  asked_ = 0;
  if (answers_.empty()) return false;
  answers_.back() = true;
  return true;
}

}  // namespace safeconduct
