// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace safeconduct {

// Answers what the rules ask and nobody knows. Replays a list of answers and goes on with 'no'; the
// next list is the next branch of the tree of questions.
class Guesses {
 public:
  explicit Guesses(std::vector<bool> answers = {}) : answers_(std::move(answers)) {}
  bool answer() {
    if (asked_ == answers_.size()) answers_.push_back(false);
    return answers_[asked_++];
  }
  // The answers that follow these in order; false after the last.
  bool advance();
  std::size_t asked() const { return asked_; }
  void rewind() { asked_ = 0; }

 private:
  std::vector<bool> answers_;
  std::size_t asked_ = 0;
};

}  // namespace safeconduct
