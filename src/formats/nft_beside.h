// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "formats/nft_declare.h"

namespace safeconduct::nft {

// What an unread table may do to packets that meet it beside the chains of IP, before them all.
struct Beside {
  std::string name;   // "arp guard"
  std::string words;  // what it depends on, as a condition that the file does not decide
  std::string_view kind;
  bool alters = false;  // marks, headers; else it drops or lets pass
};
// Puts a table of that family in its place, which does so to each packet once: at prerouting or at
// output.
void doubt_beside(Source& source, TableFamily family, Beside const& beside, Span span);

}  // namespace safeconduct::nft
