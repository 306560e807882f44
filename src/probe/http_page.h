// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace safeconduct {

// What came back to a request over HTTP/1.1, as far as a probe reads it.
struct HttpPage {
  std::string first;     // line
  unsigned status = 0;   // 0: none
  std::string location;  // where it sends us instead
  std::string body;      // as it came, chunks with their sizes

  // Is that all it says, but for white space and the frame of a chunk?
  bool says(std::string_view text) const;
};
HttpPage read_http(std::string_view text);

}  // namespace safeconduct
