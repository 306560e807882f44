// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/wanted.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/codes.h"
#include "base/overloaded.h"
#include "policy/note_wording.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostFlows = 100'000;
constexpr std::array kFamilies{Family::ip4, Family::ip6};

AddressSet set_of(std::vector<Placed<Prefix>> const& prefixes, Family family) {
  std::vector<AddressInterval> intervals;
  for (auto const& prefix : prefixes)
    if (prefix.value.address.family == family) intervals.push_back(interval(prefix.value));
  return AddressSet(intervals);
}

std::string joined(std::vector<std::string> const& words) {
  std::string text;
  for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<std::string> values(std::vector<Placed<std::string>> const& placed) {
  std::vector<std::string> result;
  result.reserve(placed.size());
  for (auto const& each : placed) result.push_back(each.value);
  return result;
}

// One question, asked of each requirement in turn; collects the notes that they share.
class Expansion {
 public:
  Expansion(IngressRanges const& ranges, Site const& site, std::vector<Region const*> regions,
            Date as_of)
      : ranges_(ranges), site_(site), regions_(std::move(regions)), as_of_(as_of) {
    for (auto const family : kFamilies) clients(family) = set_of(site.clients, family);
  }

  Result<void> add(Policy const& policy, Requirement const& requirement) {
    bool const conditional = requirement.level == Level::conditional;
    if (conditional && !uses(requirement.feature)) {
      left_out_features_.push_back(&requirement);
      return {};
    }
    WantedRequirement wanted;
    wanted.policy = &policy;
    wanted.requirement = &requirement;
    wanted.level = conditional ? level_where_used(requirement) : requirement.level;
    std::visit(Overloaded{
                   [&](ToListed const& to) { add_listed(to, wanted); },
                   [&](ToIngress const& to) { add_ingress(to, wanted); },
                   [&](ToAnywhere const& to) { add_anywhere(to, wanted); },
               },
               requirement.to);
    if (flows_ > kMostFlows)
      return std::unexpected(Error{
          ErrorKind::limit, requirement.at,
          "more than " + std::to_string(kMostFlows) + " flows to prove, up to this requirement",
          "name the regions of the site, or fewer ports", ""});
    if (wanted.flows.empty() && wanted.unresolved.empty()) {
      if (wanted.level == Level::required && requirement.expect == Expect::allow &&
          clients(Family::ip4).empty()) {
        add_out_of_reach(wanted);
      } else {
        emptied_.push_back(requirement.id);
      }
    } else {
      result_.requirements.push_back(std::move(wanted));
    }
    return {};
  }

  Result<Wanted> finish() {
    if (result_.requirements.empty())
      return std::unexpected(Error{ErrorKind::conflict, site_.at,
                                   "nothing is left to check for this site",
                                   "its policies ask only for features that it does not list, or "
                                   "for a family that its clients have no address of",
                                   ""});
    note_features();
    note_families();
    note_ranges();
    return std::move(result_);
  }

 private:
  AddressSet& clients(Family family) { return clients_[slot(family)]; }

  bool uses(Feature feature) const {
    auto const& features = site_.settings.features;
    return features && std::ranges::find(*features, feature) != features->end();
  }

  void note(std::string_view code, Said message, Location at) {
    result_.notes.push_back({std::string(code), std::move(message), std::move(at)});
  }

  // What nobody has verified is not required on its word.
  Level level_where_used(Requirement const& requirement) {
    if (!requirement.confidence || is_verified(*requirement.confidence)) return Level::required;
    note(code::kUnverified,
         {wording::kCountsAsRecommended,
          {requirement.id, std::string(name(*requirement.confidence))}},
         requirement.at);
    return Level::recommended;
  }

  // Each protocol and port to this destination, from the clients of its family.
  void add_flows(WantedRequirement& wanted, WantedFlow flow) {
    add_flows(wanted, std::move(flow), wanted.flows);
  }
  void add_flows(WantedRequirement const& wanted, WantedFlow flow, std::vector<WantedFlow>& into) {
    flow.src = clients(flow.family);
    if (flow.src.empty()) {
      ++left_out_destinations_[slot(flow.family)];
      return;
    }
    auto const& requirement = *wanted.requirement;
    flow.expect = requirement.expect;
    flows_ += requirement.protocols.size() * std::max<std::size_t>(1, requirement.ports.size());
    if (flows_ > kMostFlows) return;  // add() says so
    for (auto const protocol : requirement.protocols) {
      flow.protocol = protocol;
      flow.ports = std::nullopt;
      if (requirement.ports.empty()) into.push_back(flow);
      for (auto const& ports : requirement.ports) {
        flow.ports = ports;
        into.push_back(flow);
      }
    }
  }

  // Clients without IPv4 need what has IPv4 addresses alone all the same.
  void add_out_of_reach(WantedRequirement& wanted) {
    wanted.unresolved.push_back(
        {Unresolved::Why::family,
         "the clients have no IPv4 address, and its destinations have no other: whether a "
         "translator (NAT64) leads there, no rule tells",
         {},
         nullptr,
         wanted.requirement->at});
    result_.requirements.push_back(std::move(wanted));
  }

  void add_prefix(WantedRequirement& wanted, Prefix const& prefix, Location at) {
    WantedFlow flow;
    flow.family = prefix.address.family;
    flow.dst = AddressSet(interval(prefix));
    flow.at = std::move(at);
    add_flows(wanted, std::move(flow));
  }

  void add_range(WantedRequirement const& wanted, Region const& region, Range const& range,
                 std::vector<WantedFlow>& into) {
    WantedFlow flow;
    flow.family = range.prefix.address.family;
    flow.dst = AddressSet(interval(range.prefix));
    flow.region = &region;
    flow.range = &range;
    flow.at = range.at;
    add_flows(wanted, std::move(flow), into);
  }

  void add_listed(ToListed const& to, WantedRequirement& wanted) {
    for (auto const& address : to.addresses) add_prefix(wanted, address.value, address.at);
    if (to.addresses.empty()) {
      for (auto const& name : to.names) {
        wanted.unresolved.push_back({Unresolved::Why::name,
                                     "the addresses of " + name.value + " are not known",
                                     {name.value},
                                     nullptr,
                                     name.at});
      }
    } else if (!to.names.empty()) {
      auto const names = values(to.names);
      note(code::kAddressesForNames,
           {names.size() == 1 ? wording::kNameNotResolved : wording::kNamesNotResolved,
            {wanted.requirement->id, joined(names)}},
           to.names.front().at);
    }
  }

  void add_anywhere(ToAnywhere const& to, WantedRequirement& wanted) {
    for (auto const family : kFamilies) {
      WantedFlow flow;
      flow.family = family;
      flow.dst = AddressSet(AddressInterval{0, max_address(family)}) - set_of(to.but, family);
      flow.at = wanted.requirement->at;
      if (!flow.dst.empty() && !clients(family).empty()) add_flows(wanted, std::move(flow));
    }
  }

  void add_ingress(ToIngress const& to, WantedRequirement& wanted) {
    asked_ingress_ = true;
    bool anycast = false;  // an anycast region carries the service: every region has it
    bool any = false;
    std::vector<Region const*> without;
    for (auto const* const region : regions_) {
      bool const carries = add_region(to.service, *region, wanted);
      any = any || carries;
      anycast = anycast || (carries && region->anycast);
      if (!carries && !region->anycast) without.push_back(region);
    }
    if (!any) return add_unresolved(to, wanted, Unresolved::Why::no_regions, nullptr);
    // Of regions that the site did not choose itself, those with another service do not count.
    if (anycast || site_.settings.regions.empty()) return;
    for (auto const* const region : without)
      add_unresolved(to, wanted, Unresolved::Why::no_range, region);
  }

  bool add_region(Feature service, Region const& region, WantedRequirement& wanted) {
    bool carries = false;
    for (auto const& range : region.ranges) {
      if (range.service != service) continue;
      if (in_effect(range, as_of_)) {
        carries = true;
        add_range(wanted, region, range, wanted.flows);
      } else {
        bool const later = range.from && as_of_ < *range.from;
        add_range(wanted, region, range, later ? wanted.later : wanted.retired);
        note_not_in_effect(range, region);
      }
    }
    return carries;
  }

  void add_unresolved(ToIngress const& to, WantedRequirement& wanted, Unresolved::Why why,
                      Region const* region) {
    std::string text = "no range of service " + std::string(name(to.service)) + " is known ";
    text += region != nullptr ? "in region " + region->id : "for the regions of the site";
    text += " of provider " + ranges_.provider;
    if (!to.names.empty()) text += "; clients resolve " + joined(values(to.names));
    wanted.unresolved.push_back({why, std::move(text), values(to.names), region,
                                 region != nullptr ? region->at : wanted.requirement->at});
  }

  void note_not_in_effect(Range const& range, Region const& region) {
    bool const later = range.from && as_of_ < *range.from;
    auto const day = later ? *range.from : range.until.value_or(as_of_);
    Note left_out{
        std::string(code::kRangeNotInEffect),
        {later ? wording::kRangeTakesEffect : wording::kRangeHasEnded,
         {to_string(range.prefix), std::string(name(range.service)), region.id, to_string(day)}},
        range.at};
    // Several requirements may ask for the same service.
    if (std::ranges::find(range_notes_, left_out) == range_notes_.end())
      range_notes_.push_back(std::move(left_out));
  }

  void note_features() {
    for (std::size_t i = 0; i < left_out_features_.size(); ++i) {
      auto const& first = *left_out_features_[i];
      auto const same = [&](Requirement const* r) { return r->feature == first.feature; };
      if (std::any_of(left_out_features_.begin(),
                      left_out_features_.begin() + static_cast<std::ptrdiff_t>(i), same))
        continue;
      std::vector<std::string> ids;
      for (auto const* const each : left_out_features_)
        if (same(each)) ids.push_back(each->id);
      note(code::kFeatureLeftOut,
           {ids.size() == 1 ? wording::kOneOfFeature : wording::kSomeOfFeature,
            {std::string(name(first.feature)), joined(ids)}},
           first.at);
    }
  }

  void note_families() {
    for (auto const family : kFamilies) {
      auto const count = left_out_destinations_[slot(family)];
      if (count == 0) continue;
      note(code::kFamilyLeftOut,
           {count == 1 ? wording::kOneOfFamily : wording::kSomeOfFamily,
            {std::string(name(family)), std::to_string(count)}},
           site_.at);
    }
    if (!emptied_.empty())
      note(code::kFamilyLeftOut, {wording::kLeftOutAltogether, {joined(emptied_)}}, site_.at);
  }

  void note_ranges() {
    result_.notes.insert(result_.notes.end(), range_notes_.begin(), range_notes_.end());
    if (!asked_ingress_) return;
    if (site_.settings.regions.empty()) note(code::kEveryRegion, wording::kNoRegionNamed, site_.at);
    if (!ranges_.complete)
      note(code::kIncompleteRanges, {wording::kRangesNotComplete, {ranges_.provider}}, ranges_.at);
  }

  IngressRanges const& ranges_;
  Site const& site_;
  std::vector<Region const*> regions_;
  Date as_of_;
  std::array<AddressSet, kFamilies.size()> clients_;
  std::size_t flows_ = 0;
  bool asked_ingress_ = false;
  std::array<std::size_t, kFamilies.size()> left_out_destinations_{};
  std::vector<Requirement const*> left_out_features_;
  std::vector<std::string> emptied_;
  Notes range_notes_;
  Wanted result_;
};

bool asks_for_ingress(Policy const& policy) {
  return std::ranges::any_of(policy.requirements, [](Requirement const& requirement) {
    return std::holds_alternative<ToIngress>(requirement.to);
  });
}

using ById = std::unordered_map<std::string_view, Requirement const*>;

Result<ById> by_id(std::span<Policy const> policies) {
  ById result;
  for (auto const& policy : policies) {
    for (auto const& requirement : policy.requirements) {
      auto const [first, fresh] = result.emplace(requirement.id, &requirement);
      if (!fresh)
        return std::unexpected(Error{ErrorKind::conflict, requirement.at,
                                     "requirement '" + requirement.id + "' is defined twice",
                                     "first at " + to_string(first->second->at) +
                                         "; the policies of a site need ids of their own",
                                     ""});
    }
  }
  return result;
}

}  // namespace

Result<Wanted> wanted(std::span<Policy const> policies, IngressRanges const& ranges,
                      Site const& site, Date as_of) {
  SC_TRY(ids, by_id(policies));
  std::vector<Region const*> regions;
  if (std::ranges::any_of(policies, asks_for_ingress)) {
    SC_TRY(selected, select_regions(ranges, site.settings.regions));
    regions = std::move(selected);
  }
  Expansion expansion(ranges, site, std::move(regions), as_of);
  for (auto const& policy : policies)
    for (auto const& requirement : policy.requirements)
      SC_CHECK(expansion.add(policy, requirement));
  SC_TRY(result, expansion.finish());
  for (auto const& waiver : site.waivers)
    if (!ids.contains(waiver.requirement.value))
      result.notes.push_back({std::string(code::kWaiverWithoutUse),
                              {wording::kWaivesUnknown, {waiver.requirement.value}},
                              waiver.requirement.at});
  return std::move(result);
}

}  // namespace safeconduct
