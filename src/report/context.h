// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a writer needs beside the result: facts of the run, none of them judged.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/language.h"
#include "rules/device_facts.h"
#include "rules/ruleset.h"

namespace safeconduct {

struct DeviceFiles {
  std::string device;
  std::vector<std::string> files;  // as the operator named them
  DeviceFacts facts = {};
};

struct InputFile {
  std::string name;    // as the operator named it
  std::string sha256;  // of its bytes, 64 hexadecimal digits
};

struct ReportContext {
  std::string tool = "safeconduct";
  std::string version;
  std::vector<DeviceFiles> devices;  // in the order of the path
  std::string site_file;             // where 'trace --site' can follow that path; else empty
  Hook hook = Hook::forward;         // the hook that the requests were checked at
  // For reports that are filed: the day that was asked about, and all that was read.
  std::string as_of;
  std::vector<InputFile> inputs;
  Language language = Language::english;  // of pages and Markdown
};

enum class Detail : std::uint8_t { quiet, normal, verbose };

struct TextStyle {
  std::size_t width = 80;
  bool colour = false;
  Detail detail = Detail::normal;
  Language language = Language::english;
};

}  // namespace safeconduct
