// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/doubled.h"

#include <algorithm>
#include <array>

#include "packet/box_join.h"
#include "verify/judge.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostNamed = 8;

bool overlap(std::span<Stream const> streams) {
  bool some = false;
  for (std::size_t i = 0; i < streams.size() && !some; ++i)
    for (std::size_t k = i + 1; k < streams.size() && !some; ++k)
      for_each_overlap(streams[i].boxes, streams[k].boxes,
                       [&](std::uint32_t /*one*/, std::uint32_t /*other*/, Box const& /*common*/) {
                         some = true;
                       });
  return some;
}

BoxProduct product_of(Part const& part) {
  BoxProduct product;
  auto const side = [&](Field field) -> ValueSet& { return product.sides[dimension(field)]; };
  side(Field::saddr) = part.src;
  side(Field::daddr) = part.dst;
  side(Field::sport) = port_values(part.sport);
  side(Field::dport) = port_values(part.dport);
  side(Field::icmp_type) = part.origin.icmp_type;
  side(Field::icmp_code) = part.origin.icmp_code;
  return product;
}

void add_boxes(BoxProduct const& product, std::size_t dimension, Box& box, std::vector<Box>& out) {
  if (dimension == kFlowDimensions) return out.push_back(box);
  for (auto const& range : product.sides[dimension].intervals()) {
    box.sides[dimension] = range;
    add_boxes(product, dimension + 1, box, out);
  }
}

std::vector<Box> boxes_of(Part const& part) {
  std::vector<Box> boxes;
  Box box = Box::all();
  add_boxes(product_of(part), 0, box, boxes);
  return boxes;
}

PacketSet packets_of(std::vector<Part> const& parts, Verdict verdict) {
  std::vector<Box> boxes;
  for (auto const& part : parts)
    if (part.verdict == verdict) std::ranges::move(boxes_of(part), std::back_inserter(boxes));
  return PacketSet(std::move(boxes));
}

// The part, as far as its packets are among these. A witness is one of them, or none.
void add_within(Part const& part, PacketSet const& packets, std::vector<Part>& out) {
  for (auto const& product : packets.products()) {
    auto const side = [&](Field field) -> ValueSet const& {
      return product.sides[dimension(field)];
    };
    Part some = part;
    bool const all = product == product_of(part);
    some.src = side(Field::saddr);
    some.dst = side(Field::daddr);
    some.sport = ports_of(side(Field::sport));
    some.dport = ports_of(side(Field::dport));
    some.origin.icmp_type = side(Field::icmp_type);
    some.origin.icmp_code = side(Field::icmp_code);
    if (!all) some.witness.reset();
    out.push_back(std::move(some));
  }
}

Part undecided(Part part, Choice const& choice) {
  part.verdict = Verdict::undecided;
  part.how = {};
  part.rewritten.clear();
  part.undecided_by = choice.words;
  part.also.assign(choice.rules.begin() + 1, choice.rules.end());
  part.also.push_back(part.rule);
  part.rule = choice.rules.front();
  part.origin.decider = {};
  return part;
}

}  // namespace

void add_choice(DeviceRules const& device, Family family, LegDecision const& request,
                std::span<Stream const> streams, Choice& choice) {
  if (request.certain || streams.size() < 2 || !overlap(streams)) return;
  auto const once = [](auto& list, auto item) {
    if (list.size() < kMostNamed && std::ranges::find(list, item) == list.end())
      list.push_back(std::move(item));
  };
  for (auto const& piece : request.pieces)
    for (auto const& assumption : piece.assumed) {
      once(choice.rules, rule_ref(device, assumption.rule));
      once(choice.words, words_of(device.rules, family, assumption));
    }
}

void settle_doubled(Choice const& choice, std::vector<Part>& parts) {
  constexpr std::array kEnds{Verdict::allowed, Verdict::blocked, Verdict::intercepted,
                             Verdict::undecided};
  std::array<PacketSet, kEnds.size()> ends;
  for (std::size_t i = 0; i < kEnds.size(); ++i) ends[i] = packets_of(parts, kEnds[i]);
  std::vector<Part> settled;
  for (auto& part : parts) {
    PacketSet others;
    for (std::size_t i = 0; i < kEnds.size(); ++i)
      if (kEnds[i] != part.verdict) others = others | ends[i];
    PacketSet const all(boxes_of(part));
    auto const open = all & others;
    if (part.verdict == Verdict::undecided || open.empty()) {
      settled.push_back(std::move(part));
      continue;
    }
    add_within(part, all - open, settled);
    if (part.verdict != Verdict::allowed) add_within(undecided(part, choice), open, settled);
  }
  parts = std::move(settled);
}

}  // namespace safeconduct
