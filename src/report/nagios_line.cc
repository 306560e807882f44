// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/nagios_line.h"

#include <algorithm>
#include <cstdlib>

#include "base/diagnostic.h"

namespace safeconduct {

std::string nagios_plain(std::string text) {
  std::ranges::replace_if(text, [](char c) { return c == '|' || c == '\n' || c == '\r'; }, ' ');
  return printable(text);
}

std::string nagios_label(std::string text) {
  std::erase_if(text, [](char c) { return c == '\'' || c == '=' || c == '|' || c == '\n'; });
  return '\'' + printable(text) + '\'';
}

int nagios_status(Verdict verdict) {
  switch (verdict) {
    case Verdict::blocked:
    case Verdict::intercepted:
      return kNagiosCritical;
    case Verdict::partial:
      return kNagiosWarning;
    case Verdict::undecided:
      return kNagiosUnknown;
    case Verdict::allowed:
      return kNagiosOk;
  }
  std::abort();  // not a Verdict
}

std::string_view nagios_word(int status) {
  constexpr std::string_view kWords[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  return kWords[status];
}

}  // namespace safeconduct
