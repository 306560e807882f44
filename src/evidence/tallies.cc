// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/tallies.h"

#include <algorithm>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kMostClients = 65'536;
constexpr std::size_t kMostTallies = 131'072;  // about 20 MiB
constexpr std::size_t kMostGroups = 16;        // of one target

bool alike(EndingGroup const& group, Ending ending, Told const& told) {
  auto const& a = group.told;
  return group.ending == ending && a.icmp == told.icmp && a.cause == told.cause &&
         a.issuer == told.issuer && a.key_hash == told.key_hash && a.ttl == told.ttl &&
         a.window_echoed == told.window_echoed && a.version == told.version;
}

void join(Tally& into, Tally const& one) {
  if (into.count == 0) {
    into = one;
    return;
  }
  into.count += one.count;
  into.first = std::min(into.first, one.first);
  into.last = std::max(into.last, one.last);
  into.end = std::max(into.end, one.end);
  into.first_packet = std::min(into.first_packet, one.first_packet);
  into.last_packet = std::max(into.last_packet, one.last_packet);
  if (into.end_packet == 0) into.end_packet = one.end_packet;
}

void join(Told& into, Told const& one) {
  if (one.rtt_ms) into.rtt_ms = std::min(into.rtt_ms.value_or(*one.rtt_ms), *one.rtt_ms);
  if (one.rtt_ms) into.longest_ms = std::max(into.longest_ms.value_or(*one.rtt_ms), *one.rtt_ms);
  if (into.server.empty()) into.server = one.server;
  if (into.source.empty()) into.source = one.source;
  if (into.server_name.empty()) into.server_name = one.server_name;
}

}  // namespace

std::size_t Tallies::AddressHash::operator()(Address const& address) const {
  auto const value = static_cast<std::uint64_t>(address.bits) ^
                     static_cast<std::uint64_t>(address.bits >> 64U) * 31U;
  return value * 0x9E3779B97F4A7C15U >> 16U;
}

std::uint32_t Tallies::number_of(Address const& client) {
  if (auto const found = numbers_.find(client); found != numbers_.end()) return found->second;
  if (clients_.size() >= kMostClients) return kManyClients;
  auto const number = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back(client);
  numbers_.emplace(client, number);
  return number;
}

void Tallies::add(std::uint32_t target, Address const& client, Ending ending, Told told,
                  Tally const& tally) {
  if (targets_.size() <= target) targets_.resize(target + 1);
  auto& groups = targets_[target];
  if (told.rtt_ms && !told.longest_ms) told.longest_ms = told.rtt_ms;
  auto found = std::ranges::find_if(
      groups, [&](EndingGroup const& group) { return alike(group, ending, told); });
  if (found == groups.end() && groups.size() >= kMostGroups)  // the first of its kind will do
    found = std::ranges::find(groups, ending, &EndingGroup::ending);
  if (found == groups.end()) {
    groups.push_back({ending, std::move(told), {}});
    found = groups.end() - 1;
  } else {
    join(found->told, told);
  }
  auto number = number_of(client);
  bool const known = found->clients.contains(number);
  if (!known && tallies_ >= kMostTallies) {
    ++left_out_;
    number = kManyClients;
  }
  auto& place = found->clients[number];
  if (place.count == 0) ++tallies_;
  join(place, tally);
}

std::vector<EndingGroup> const& Tallies::of(std::uint32_t target) const {
  static std::vector<EndingGroup> const none;
  return target < targets_.size() ? targets_[target] : none;
}

void Tallies::heard_with_ttl(std::uint32_t target, std::uint8_t ttl) {
  if (ttls_.size() <= target) ttls_.resize(target + 1);
  if (!ttls_[target]) ttls_[target] = ttl;
}

std::optional<std::uint8_t> Tallies::ttl_of(std::uint32_t target) const {
  return target < ttls_.size() ? ttls_[target] : std::nullopt;
}

}  // namespace safeconduct
