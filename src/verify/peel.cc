// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/peel.h"

#include <algorithm>

namespace safeconduct {
namespace {

ValueSet wide(PortSet const& ports) {
  std::vector<ValueInterval> all;
  for (auto const& range : ports.intervals()) all.push_back({range.first, range.last});
  return ValueSet(std::move(all));
}

Stream stream_of(Part const& part, bool ports) {
  Stream stream;
  stream.source = part.origin.source;
  stream.source_port = part.origin.source_port;
  ValueSet const every(ValueInterval{0, info(Field::sport).max});
  auto const sports = ports ? wide(part.sport) : every;
  auto const dports = ports ? wide(part.dport) : every;
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
              stream.boxes.push_back(box);
            }
  return stream;
}

bool is_lost(Part const& part) {
  return part.verdict == Verdict::blocked || part.verdict == Verdict::intercepted;
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
    mended_.push_back({&copies_.back(), one.ip4, one.ip6});
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

std::vector<Part> Peel::left_of(WantedFlow const& wanted, Part const& part, std::size_t end) {
  auto path = along(std::span(mended_).first(end), part.origin.device, wanted, hook_,
                    {stream_of(part, has_ports(wanted.protocol))});
  sieve_left_ = sieve_left_ || path.sieve_left;
  std::erase_if(path.parts, [](Part const& one) {
    return one.verdict == Verdict::allowed || only_low_ports(one);
  });
  return std::move(path.parts);
}

void Peel::peel(WantedFlow const& wanted, Part& part, std::size_t end) {
  mend_at({part.origin.device, part.origin.decider});
  while (!part.mended) {
    auto const left = left_of(wanted, part, end);
    bool const lost = std::ranges::any_of(left, is_lost);
    if (!lost) {
      part.mended = left.empty();
      if (!left.empty()) part.next.push_back(stop_of(left.front()));
      break;
    }
    auto const mended_before = done_.size();
    for (auto const& one : left) {
      if (!is_lost(one)) continue;
      At const at{one.origin.device, one.origin.decider};
      if (std::ranges::find(done_, at) != done_.end()) continue;
      if (part.next.size() == kMostStops) {
        part.mended = false;
        break;
      }
      part.next.push_back(stop_of(one));
      mend_at(at);
    }
    if (done_.size() == mended_before) part.mended = false;
  }
  restore();
}

void Peel::peel(WantedFlow const& wanted, FlowResult& flow, std::size_t end) {
  for (auto& part : flow.parts) {
    if (!is_lost(part) || part.origin.decider.chain == kNoChain) continue;
    if (parts_ == kMostParts || !copy_rules()) break;
    ++parts_;
    peel(wanted, part, end);
  }
  flow.sieve_left = flow.sieve_left || sieve_left_;
}

}  // namespace safeconduct
