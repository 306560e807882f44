// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/joined.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "verify/part_code.h"

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

// Parts that are equal in this are one decision.
auto decision_of(Part const& part) {
  return std::tie(part.rule, part.verdict, part.how, part.leg, part.rewritten, part.undecided_by,
                  part.also, part.before_tracking, part.after_translation, part.passes_by_end);
}

struct ByDecision {
  bool operator()(Part const* a, Part const* b) const { return decision_of(*a) < decision_of(*b); }
};
// Where in the list each is: of what must pass, and of what must not.
using Places = std::array<std::map<Part const*, std::size_t, ByDecision>, 2>;

std::string destination(FlowResult const& flow) {
  if (!flow.destination_name.empty()) return flow.destination_name;
  std::string text;
  for (auto const& prefix : to_prefixes(flow.family, flow.dst)) {
    bool const single = prefix.length == address_bits(flow.family);
    text += (text.empty() ? "" : ", ") + (single ? to_string(prefix.address) : to_string(prefix));
  }
  if (text.empty()) return flow.region;
  return text;
}

// Reasons that only differ in the name they speak of are one.
std::string shared_reason(FlowResult const& flow) {
  if (flow.doubt != Doubt::unresolved) return flow.reason;
  std::string_view reason = flow.reason;
  reason.remove_prefix(reason.find(' ', reason.find(':')) + 1);  // "needs resolution: "
  bool const by_name = !flow.destination_name.empty() && reason.contains(flow.destination_name);
  return by_name ? "no address is known" : std::string(reason);
}

void add_part(std::vector<Decided>& all, Places& places, Finding const& finding,
              FlowResult const& flow, Part const& part) {
  auto const [place, made] = places[finding.expect_deny ? 1 : 0].try_emplace(&part, all.size());
  if (made) all.push_back({&part, finding.expect_deny, {}, {}, {}, {}, {}, {}, part.mended});
  auto& found = all[place->second];
  // Not looked at, of one part, is not known of all.
  if (!made)
    found.mended =
        found.mended && part.mended ? std::optional(*found.mended && *part.mended) : std::nullopt;
  for (auto const& stop : part.next) add_once(found.next, stop);
  found.boxes.push_back({flow.family, {flow.protocol}, part.src, part.dst, part.sport, part.dport});
  add_once(found.ways, *part.way);
  if (!flow.region.empty()) add_once(found.regions, flow.region);
  if (!flow.path.empty()) add_once(found.paths, flow.path);
  add_once(found.requirements, finding.requirement);
}

}  // namespace

std::vector<FlowBox> joined(std::vector<FlowBox> boxes) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      auto const taken =
          std::remove_if(boxes.begin() + static_cast<std::ptrdiff_t>(i) + 1, boxes.end(),
                         [&](FlowBox const& other) { return join_into(boxes[i], other); });
      changed = changed || taken != boxes.end();
      boxes.erase(taken, boxes.end());
    }
  }
  return boxes;
}

std::vector<Unproven> without_parts(Finding const& finding) {
  std::vector<Unproven> all;
  for (auto const& flow : finding.flows) {
    if (!flow.parts.empty() || flow.verdict != Verdict::undecided) continue;
    auto const reason = shared_reason(flow);
    auto found = std::ranges::find(all, reason, &Unproven::reason);
    if (found == all.end()) found = all.insert(found, {reason, {}});
    if (auto const name = destination(flow); !name.empty()) add_once(found->destinations, name);
  }
  return all;
}

bool is_culprit(Finding const& finding, Part const& part) { return !is_as_expected(finding, part); }

bool is_any_part(Finding const& /*finding*/, Part const& /*part*/) { return true; }

std::vector<Decided> by_rule(std::vector<Finding const*> const& findings, PartChoice wanted) {
  std::vector<Decided> all;
  Places places;
  for (auto const* finding : findings)
    for (auto const& flow : finding->flows)
      for (auto const& part : flow.parts)
        if (wanted(*finding, part)) add_part(all, places, *finding, flow, part);
  for (auto& one : all) one.boxes = joined(std::move(one.boxes));
  return all;
}

}  // namespace safeconduct
