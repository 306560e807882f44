// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a writer needs beside the result: facts of the run, none of them judged.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace safeconduct {

struct DeviceFiles {
  std::string device;
  std::vector<std::string> files;  // as the operator named them
};

struct ReportContext {
  std::string tool = "safeconduct";
  std::string version;
  std::vector<DeviceFiles> devices;  // in the order of the path
  Hook hook = Hook::forward;         // the hook that the requests were checked at
};

enum class Detail : std::uint8_t { quiet, normal, verbose };

struct TextStyle {
  std::size_t width = 80;
  bool colour = false;
  Detail detail = Detail::normal;
};

}  // namespace safeconduct
