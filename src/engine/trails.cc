// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trails.h"

#include <cstdint>
#include <utility>

#include "base/hash.h"
#include "packet/box_join.h"

namespace safeconduct {

Trail trail_of(Piece const& piece) {
  auto const see = [&](Field field) { return piece.leaves_with(field); };
  return {piece.untracked,  false, see(Field::ct_mark), see(Field::ct_status), see(Field::saddr),
          see(Field::sport)};
}

bool overlap(std::vector<Answered> const& requests) {
  if (requests.size() < 2) return false;
  std::vector<Box> boxes;
  std::vector<Answered const*> of;  // of each of those
  for (auto const& request : requests)
    for (auto const& box : request.boxes) {
      boxes.push_back(box);
      of.push_back(&request);
    }
  bool some = false;
  for_each_overlap(
      boxes, boxes,
      [&](std::uint32_t i, std::uint32_t k, Box const& /*common*/) {
        some = some || of[i] != of[k];
      },
      &some);
  return some;
}

void Trails::add(Trail const& trail, Piece const& piece) {
  auto const [known, made] = place_.try_emplace(trail, groups_.size());
  if (made) groups_.push_back({trail, {}});
  auto& group = groups_[known->second];
  if (group.assumed.empty()) group.assumed = piece.assumed;
  group.boxes.push_back(piece.asked);
}

std::vector<Answered> Trails::take() && {
  constexpr std::size_t kWorthJoining = 4096;
  for (auto& group : groups_)
    if (group.boxes.size() > 1 && group.boxes.size() <= kWorthJoining)
      group.boxes = PacketSet(std::move(group.boxes)).boxes();
  return std::move(groups_);
}

std::size_t Trails::Hash::operator()(Trail const& trail) const {
  std::uint64_t hash = (trail.untracked ? 2U : 0U) | (trail.unanswered ? 1U : 0U);
  auto const add = [&](Bits128 value) {
    hash = mixed(mixed(hash, static_cast<std::uint64_t>(value)),
                 static_cast<std::uint64_t>(value >> 64U));
  };
  for (auto const* symbol : {&trail.ct_mark, &trail.ct_status, &trail.saddr, &trail.sport}) {
    add(static_cast<Bits128>(symbol->kind));
    add(static_cast<Bits128>(symbol->of));
    add(symbol->values.first);
    add(symbol->values.last);
  }
  return static_cast<std::size_t>(hash);
}

}  // namespace safeconduct
