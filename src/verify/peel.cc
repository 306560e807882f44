// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/peel.h"

#include <algorithm>
#include <array>

namespace safeconduct {
namespace {

void add_boxes(Part const& part, bool ports, std::vector<Box>& boxes) {
  ValueSet const every(ValueInterval{0, info(Field::sport).max});
  auto const sports = ports ? port_values(part.sport) : every;
  auto const dports = ports ? port_values(part.dport) : every;
  for (auto const& src : part.src.intervals())
    for (auto const& dst : part.dst.intervals())
      for (auto const& sport : sports.intervals())
        for (auto const& dport : dports.intervals())
          for (auto const& type : part.origin.icmp_type.intervals())
            for (auto const& code : part.origin.icmp_code.intervals()) {
              Box box;
              box.at(Field::saddr) = src;
              box.at(Field::daddr) = dst;
              box.at(Field::sport) = sport;
              box.at(Field::dport) = dport;
              box.at(Field::icmp_type) = type;
              box.at(Field::icmp_code) = code;
              boxes.push_back(box);
            }
}

bool is_lost(Part const& part) {
  return part.verdict == Verdict::blocked || part.verdict == Verdict::intercepted;
}

// Of how many boxes their stream would be.
std::size_t boxes_in(std::span<Part* const> parts) {
  std::size_t count = 0;
  for (auto const* const part : parts)
    count += part->src.intervals().size() * part->dst.intervals().size() *
             std::max<std::size_t>(1, part->sport.intervals().size()) *
             std::max<std::size_t>(1, part->dport.intervals().size());
  return count;
}

// Of parts that are alike.
Stream stream_of(std::span<Part* const> parts, bool ports) {
  auto const& origin = parts.front()->origin;
  Stream stream{{}, origin.source, origin.source_port};
  for (auto const* const part : parts) add_boxes(*part, ports, stream.boxes);
  return stream;
}

// The same rule stops them, on the same way to it.
bool alike(PartOrigin const& a, PartOrigin const& b) {
  return a.device == b.device && a.decider == b.decider && a.source == b.source &&
         a.source_port == b.source_port;
}

// What one rule of the file became: they stand in a row.
Interval<std::uint32_t> rules_of(Chain const& chain, std::uint32_t number) {
  auto const span = chain.rules[number].span;
  Interval<std::uint32_t> row{number, number};
  while (row.first > 0 && chain.rules[row.first - 1].span == span) --row.first;
  while (row.last + 1 < chain.rules.size() && chain.rules[row.last + 1].span == span) ++row.last;
  return row;
}

NextStop stop_of(Part const& part) { return {part.rule, part.verdict, part.how, part.leg}; }

}  // namespace

void mend(Ruleset& rules, Decider decider) {
  auto& chain = rules.chains[decider.chain];
  if (decider.rule == Decider::kPolicy) {
    chain.base->policy = ChainPolicy::accept;
    return;
  }
  auto const of_rule = rules_of(chain, decider.rule);
  for (auto i = of_rule.first; i <= of_rule.last; ++i) chain.rules[i].action = Continue{};
}

bool Peel::copy_rules() {
  if (!copies_.empty()) return true;
  std::size_t rules = 0;
  for (auto const& one : devices_)
    for (auto const& chain : one.device->rules.chains) rules += chain.rules.size();
  if (rules > kMostRules) return false;
  for (auto const& one : devices_) {
    copies_.push_back(*one.device);
    mended_.push_back({&copies_.back(), one.names, one.ip4, one.ip6});
  }
  return true;
}

void Peel::mend_at(At at) {
  mend(copies_[at.first].rules, at.second);
  done_.push_back(at);
}

void Peel::restore() {
  for (auto const& [device, decider] : done_) {
    auto& mended = copies_[device].rules.chains[decider.chain];
    auto const& original = devices_[device].device->rules.chains[decider.chain];
    if (decider.rule == Decider::kPolicy) {
      mended.base = original.base;
      continue;
    }
    auto const of_rule = rules_of(original, decider.rule);
    for (auto i = of_rule.first; i <= of_rule.last; ++i) mended.rules[i] = original.rules[i];
  }
  done_.clear();
}

std::vector<Part> Peel::left_of(WantedFlow const& wanted, Stream const& stream, std::size_t device,
                                std::size_t end) {
  auto path = along(std::span(mended_).first(end), device, wanted, hook_, {stream});
  sieve_left_ = sieve_left_ || path.sieve_left;
  std::erase_if(path.parts, [](Part const& one) {
    return one.verdict == Verdict::allowed || only_low_ports(one);
  });
  return std::move(path.parts);
}

bool Peel::pass_together(WantedFlow const& wanted, std::span<Part* const> parts, std::size_t end) {
  auto const& origin = parts.front()->origin;
  auto const stream = stream_of(parts, has_ports(wanted.protocol));
  mend_at({origin.device, origin.decider});
  bool const last = origin.device + 1 == end;
  bool const all = last ? surely_pass(mended_[origin.device], wanted, hook_, stream)
                        : left_of(wanted, stream, origin.device, end).empty();
  restore();
  if (all)
    for (auto* const part : parts) part->mended = true;
  return all;
}

void Peel::peel(WantedFlow const& wanted, Part& part, std::size_t end) {
  std::array const one{&part};
  auto const stream = stream_of(one, has_ports(wanted.protocol));
  mend_at({part.origin.device, part.origin.decider});
  while (!part.mended) {
    auto const left = left_of(wanted, stream, part.origin.device, end);
    bool const lost = std::ranges::any_of(left, is_lost);
    if (!lost) {
      part.mended = left.empty();
      if (!left.empty()) part.next.push_back(stop_of(left.front()));
      break;
    }
    auto const mended_before = done_.size();
    for (auto const& next : left) {
      if (!is_lost(next)) continue;
      At const at{next.origin.device, next.origin.decider};
      if (std::ranges::find(done_, at) != done_.end()) continue;
      if (part.next.size() == kMostStops) {
        part.mended = false;
        break;
      }
      part.next.push_back(stop_of(next));
      mend_at(at);
    }
    if (done_.size() == mended_before) part.mended = false;
  }
  restore();
}

void Peel::peel(WantedFlow const& wanted, FlowResult& flow, std::size_t end) {
  std::vector<Part*> lost;
  for (auto& part : flow.parts)
    if (is_lost(part) && part.origin.decider.chain != kNoChain) lost.push_back(&part);
  for (auto from = lost.begin(); from != lost.end();) {
    auto const to = std::find_if(
        from, lost.end(), [&](Part const* part) { return !alike(part->origin, (*from)->origin); });
    if (parts_ == kMostParts || !copy_rules()) break;
    auto const boxes = boxes_in(std::span(from, to));
    if (boxes > kMostBoxes || boxes_ + boxes > kMostInAll) {
      from = to;
      continue;
    }
    boxes_ += boxes;
    ++parts_;
    if (!pass_together(wanted, {from, to}, end)) {
      --parts_;
      for (auto part = from; part != to && parts_ < kMostParts; ++part) {
        ++parts_;
        peel(wanted, **part, end);
      }
    }
    from = to;
  }
  flow.sieve_left = flow.sieve_left || sieve_left_;
}

}  // namespace safeconduct
