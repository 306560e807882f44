// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Pages that fetch nothing: what they look like, and the head that has a browser hold them to it.

#include <string>
#include <string_view>

#include "base/language.h"

namespace safeconduct {

// Up to where the page's own content begins. 'style' comes behind that of all pages, 'script' is
// the only one that may run; either may be empty. The end is "</main></body></html>".
std::string html_head(Language language, std::string_view title, std::string_view style = {},
                      std::string_view script = {});

std::string html_element(std::string_view tag, std::string_view text,
                         std::string_view of_class = {});

}  // namespace safeconduct
