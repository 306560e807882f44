// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct {

struct ProgramRun {
  int status = -1;  // of its end; 128 and the number of a signal that ended it
  std::string out;
  std::string err;  // the beginning of it
};

// Runs a program, looked for on the path, to its end, without a shell: the words are its name and
// arguments as they are. Nothing comes in, and what comes out is bounded. It speaks English, asks
// nobody, and does not take the repository of a git hook for the one that it is asked about.
Result<ProgramRun> run_program(std::vector<std::string> const& words);

}  // namespace safeconduct
