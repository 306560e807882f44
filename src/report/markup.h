// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace safeconduct {

// The text as it stands in XML and HTML, between tags and in quoted attributes: "&lt;", "&quot;";
// what neither may hold (control characters, bytes that are no UTF-8) is '?'.
std::string markup_text(std::string_view text);

}  // namespace safeconduct
