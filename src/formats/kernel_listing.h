// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "formats/kernel_bytecode.h"

namespace safeconduct::kernel {

// A dump in the words of nft, as 'nft --handle list ruleset' would write it, without what passing
// packets change (counters, what is left of a timeout). Read by read_nft_text, and shown where a
// rule is named. 'name' is for the message: a name that cannot be written down is an error.
Result<std::string> listing(std::string const& name, Dump const& dump);

}  // namespace safeconduct::kernel
