// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/kernel_bytecode.h"

struct nftnl_expr;  // of libnftnl

namespace safeconduct::kernel {

// One expression as libnftnl parsed it, as a value of ours.
Expression expression_of(nftnl_expr const* e);

}  // namespace safeconduct::kernel
