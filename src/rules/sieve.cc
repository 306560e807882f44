// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/sieve.h"

namespace safeconduct {

void Sieve::End::add(Family family, AddressSet const& more) {
  all = all | more;
  if (family != Family::ip4) return;
  for (auto const& range : more.intervals())
    for (auto block = range.first >> 16U; block <= range.last >> 16U; ++block)
      touched[static_cast<std::size_t>(block >> 6U)] |= std::uint64_t{1}
                                                        << static_cast<unsigned>(block & 63U);
}

void Sieve::ask(Family family, AddressSet const& source, AddressSet const& destination) {
  auto& ends = ends_[family == Family::ip4 ? 0 : 1];
  ends.here.add(family, source);
  ends.there.add(family, destination);
}

bool Sieve::covers(Family family, AddressInterval source, AddressInterval destination) const {
  auto const& ends = ends_[family == Family::ip4 ? 0 : 1];
  auto const within = [](End const& end, AddressInterval range) {
    return end.all.over(range) == Overlap::all;
  };
  return (within(ends.here, source) && within(ends.there, destination)) ||
         (within(ends.there, source) && within(ends.here, destination));
}

}  // namespace safeconduct
