// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/csv_row.h"

#include "base/diagnostic.h"

namespace safeconduct {
namespace {

// A leading = + - @ would be a formula to a spreadsheet, also behind a tab.
std::string cell(std::string_view text) {
  auto shown = printable(text);
  if (!shown.empty() && std::string_view("=+-@\t").contains(shown.front()))
    shown.insert(0, 1, '\'');
  if (shown.find_first_of(",\"") == std::string::npos) return shown;
  std::string quoted = "\"";
  for (char const c : shown) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string csv_row(std::initializer_list<std::string_view> cells) {
  std::string line;
  for (bool first = true; auto const one : cells) {
    line += (first ? "" : ",") + cell(one);
    first = false;
  }
  return line + "\r\n";
}

}  // namespace safeconduct
