// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/sift.h"

namespace safeconduct {

std::unique_ptr<Sifter> nft_sifter(Sieve const&) { return nullptr; }

}  // namespace safeconduct
