// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SIGINT and SIGTERM, for as long as this lives: none gets lost between two runs.

#include <chrono>
#include <memory>

namespace safeconduct {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(Interruption const&) = delete;
  Interruption& operator=(Interruption const&) = delete;

  // Waits until then; true: one of them came, before or meanwhile.
  bool wait_until(std::chrono::steady_clock::time_point time);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct
