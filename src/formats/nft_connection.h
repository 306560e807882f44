// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_selector.h"

namespace safeconduct::nft {

// "ct ...", behind "ct" and its key: what connection tracking knows of the packet.
Result<void> connection(Source& source, Lexer& lexer, Selector& out);

}  // namespace safeconduct::nft
