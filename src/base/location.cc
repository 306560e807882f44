// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/location.h"

namespace safeconduct {

std::string to_string(Location const& where) {
  std::string text = where.file;
  if (where.line != 0) text += ':' + std::to_string(where.line);
  if (where.line != 0 && where.column != 0) text += ':' + std::to_string(where.column);
  return text;
}

}  // namespace safeconduct
