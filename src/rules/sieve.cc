// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/sieve.h"

#include <algorithm>

#include "packet/field.h"

namespace safeconduct {

void Sieve::mark(AddressSet const& more, std::uint64_t end) {
  for (auto const& range : more.intervals())
    for (auto block = range.first >> 16U; block <= range.last >> 16U; ++block)
      blocks_[static_cast<std::size_t>(block >> 5U)] |= end
                                                        << static_cast<unsigned>(block & 31U) * 2;
}

void Sieve::between(Family family, AddressSet const& source, AddressSet const& destination) {
  auto& ends = ends_[slot(family)];
  ends.here = ends.here | source;
  ends.there = ends.there | destination;
  if (family != Family::ip4) return;
  mark(source, kHere);
  mark(destination, kThere);
}

void Sieve::on(std::uint32_t protocol, std::optional<PortRange> ports) {
  if (protocol >= protocols_.size()) {
    protocols_.set();
  } else {
    protocols_.set(protocol);
  }
  if (ports) {
    ports_ = ports_ | IntervalSet<Bits128>({ports->first, ports->last});
  } else if (has_ports(protocol)) {
    ports_ = IntervalSet<Bits128>({0, info(Field::dport).max});
  }
}

void Sieve::ask(Family family, AddressSet const& source, AddressSet const& destination) {
  between(family, source, destination);
  protocols_.set();
  ports_ = IntervalSet<Bits128>({0, info(Field::dport).max});
}

bool Sieve::may_be_on(std::uint32_t protocol, std::span<PortRange const> ports) const {
  if (protocol != kAnyProtocol && (protocol >= protocols_.size() || !protocols_[protocol]))
    return false;
  if (ports.empty()) return true;
  return std::ranges::any_of(ports, [&](PortRange range) {
    return ports_.over({range.first, range.last}) != Overlap::none;
  });
}

bool Sieve::is_on(Interval<Bits128> protocol, Interval<Bits128> port) const {
  if (protocol.first != protocol.last || protocol.first >= protocols_.size()) return false;
  auto const number = static_cast<std::uint32_t>(protocol.first);
  return protocols_[number] && (!has_ports(number) || ports_.over(port) == Overlap::all);
}

bool Sieve::covers(Ground const& ground, bool requests) const {
  auto const& ends = ends_[slot(ground.family)];
  auto const within = [](AddressSet const& end, AddressInterval range) {
    return end.over(range) == Overlap::all;
  };
  if (within(ends.here, ground.source) && within(ends.there, ground.destination) &&
      is_on(ground.protocol, ground.destination_port))
    return true;
  return !requests && within(ends.there, ground.source) && within(ends.here, ground.destination) &&
         is_on(ground.protocol, ground.source_port);
}

}  // namespace safeconduct
