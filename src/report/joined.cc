// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/joined.h"

#include <algorithm>

namespace safeconduct {
namespace {

template <class T>
void add_once(std::vector<T>& all, T const& one) {
  if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

std::vector<std::uint32_t> both(std::vector<std::uint32_t> a, std::vector<std::uint32_t> const& b) {
  for (auto const one : b) add_once(a, one);
  std::ranges::sort(a);
  return a;
}

// In how many respects the two differ; more than one and they do not join.
int differences(FlowBox const& a, FlowBox const& b) {
  return (a.protocols != b.protocols ? 1 : 0) + (a.src == b.src ? 0 : 1) +
         (a.dst == b.dst ? 0 : 1) + (a.sport == b.sport ? 0 : 1) + (a.dport == b.dport ? 0 : 1);
}

bool join_into(FlowBox& a, FlowBox const& b) {
  if (a.family != b.family || differences(a, b) > 1) return false;
  a.protocols = both(std::move(a.protocols), b.protocols);
  a.src = a.src | b.src;
  a.dst = a.dst | b.dst;
  a.sport = a.sport | b.sport;
  a.dport = a.dport | b.dport;
  return true;
}

bool same_decision(Part const& a, Part const& b) {
  return a.verdict == b.verdict && a.how == b.how && a.leg == b.leg && a.rule == b.rule &&
         a.rewritten == b.rewritten && a.undecided_by == b.undecided_by && a.also == b.also;
}

std::string destination(FlowResult const& flow) {
  if (!flow.destination_name.empty()) return flow.destination_name;
  std::string text;
  for (auto const& prefix : to_prefixes(flow.family, flow.dst))
    text += (text.empty() ? "" : ", ") + to_string(prefix);
  if (text.empty()) return flow.region;
  return text;
}

}  // namespace

std::vector<FlowBox> joined(std::vector<FlowBox> boxes) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      for (std::size_t k = i + 1; k < boxes.size();) {
        if (join_into(boxes[i], boxes[k])) {
          boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(k));
          changed = true;
        } else {
          ++k;
        }
      }
    }
  }
  return boxes;
}

std::vector<Unproven> without_parts(Finding const& finding) {
  std::vector<Unproven> all;
  for (auto const& flow : finding.flows) {
    if (!flow.parts.empty() || flow.verdict != Verdict::undecided) continue;
    auto found = std::ranges::find(all, flow.reason, &Unproven::reason);
    if (found == all.end()) found = all.insert(found, {flow.reason, {}});
    if (auto const name = destination(flow); !name.empty()) add_once(found->destinations, name);
  }
  return all;
}

void detail::add_part(std::vector<Decided>& all, FlowResult const& flow, Part const& part) {
  auto found =
      std::ranges::find_if(all, [&](Decided const& one) { return same_decision(*one.like, part); });
  if (found == all.end()) found = all.insert(found, {&part, {}, {}, {}});
  found->boxes.push_back(
      {flow.family, {flow.protocol}, part.src, part.dst, part.sport, part.dport});
  add_once(found->ways, part.way);
  if (!flow.region.empty()) add_once(found->regions, flow.region);
}

void detail::join_boxes(std::vector<Decided>& all) {
  for (auto& one : all) one.boxes = joined(std::move(one.boxes));
}

}  // namespace safeconduct
