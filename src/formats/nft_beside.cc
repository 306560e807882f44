// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_beside.h"

#include <limits>

namespace safeconduct::nft {

void doubt_beside(Source& source, TableFamily family, Beside const& beside, Span span) {
  auto& builder = source.builder;
  auto const table = builder.table(family, beside.name, false, span);
  for (auto const hook : {Hook::prerouting, Hook::output}) {
    auto const chain = builder.chain(table, std::string(safeconduct::name(hook)), span);
    builder.at(chain).defined = true;
    builder.at(chain).base =
        BaseChain{ChainType::filter, hook, std::numeric_limits<std::int32_t>::min(),
                  ChainPolicy::accept, span};
    builder.unmodelled(beside.words, beside.kind, Lasting::whole_way);
    if (beside.alters) {
      builder.add_rule(chain, span, UnmodelledAction{builder.atom(beside.words, beside.kind)});
    } else {
      builder.add_rule(chain, span, Drop{});
    }
  }
}

}  // namespace safeconduct::nft
