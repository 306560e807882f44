// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace safeconduct {
namespace {

constexpr std::int32_t kConntrack = -200;       // NF_IP_PRI_CONNTRACK
constexpr std::int32_t kDestinationNat = -100;  // NF_IP_PRI_NAT_DST
constexpr std::int32_t kSourceNat = 100;        // NF_IP_PRI_NAT_SRC

bool is_nat(Ruleset const& rules, ChainId chain) {
  return rules.chains[chain].base->type == ChainType::nat;
}

// Where the kernel translates addresses at this hook: nat chains run there, whatever priority of
// their own they have; that only orders them among themselves (nf_nat_register_fn).
std::int32_t translation_priority(Hook hook) {
  return hook == Hook::prerouting || hook == Hook::output ? kDestinationNat : kSourceNat;
}

void add_hook(Ruleset const& rules, Hook hook, Family family, ChainOrder const& order,
              std::vector<Step>& out) {
  auto const chains = base_chains(rules, hook, family, order);
  Step translation{Step::Kind::translation, hook, {}};
  std::ranges::copy_if(chains, std::back_inserter(translation.chains),
                       [&](ChainId id) { return is_nat(rules, id); });
  bool const tracks = hook == Hook::prerouting || hook == Hook::output;
  bool const translates = hook != Hook::forward && hook != Hook::ingress && hook != Hook::egress;
  bool tracked = !tracks;
  bool translated = !translates;
  out.push_back({Step::Kind::enter_hook, hook, {}});
  // Of equal priorities what was registered last comes first, and translation is registered with
  // the first of its chains. (Of several tables, no listing tells.)
  auto const translates_ahead = [&](ChainId id) {
    return !translation.chains.empty() && std::ranges::min(translation.chains) > id;
  };
  auto const reach = [&](std::int32_t priority, ChainId id = kNoChain) {
    if (!tracked && priority > kConntrack) {
      out.push_back({Step::Kind::conntrack, hook, {}});
      tracked = true;
    }
    auto const place = translation_priority(hook);
    if (!translated && (priority > place || (priority == place && translates_ahead(id)))) {
      out.push_back(translation);
      translated = true;
    }
  };
  for (auto const id : chains) {
    if (is_nat(rules, id)) continue;
    reach(rules.chains[id].base->priority, id);
    if (!tracked && rules.chains[id].base->priority == kConntrack)
      out.push_back({Step::Kind::conntrack_in_doubt, hook, {}});
    out.push_back({Step::Kind::chain, hook, {id}});
    if (!tracked && rules.tables[rules.chains[id].table].gives_templates)
      out.push_back({Step::Kind::conntrack_in_doubt, hook, {}});
  }
  reach(std::numeric_limits<std::int32_t>::max());
}

// Chains at devices: before connection tracking or anything else of the host, and behind it all.
void add_device_hook(Ruleset const& rules, Hook hook, Family family, ChainOrder const& order,
                     std::vector<Step>& out) {
  if (!base_chains(rules, hook, family).empty()) add_hook(rules, hook, family, order, out);
}

// Within each run of equal priority, the named ones in this order, in their places.
void put_in_order(Ruleset const& rules, ChainOrder const& order, std::vector<ChainId>& chains) {
  auto const rank = [&](ChainId id) { return std::ranges::find(order, id) - order.begin(); };
  auto const named = [&](ChainId id) { return rank(id) != std::ssize(order); };
  auto const priority = [&](ChainId id) { return rules.chains[id].base->priority; };
  for (std::size_t from = 0; from < chains.size();) {
    std::vector<std::size_t> places;
    std::vector<ChainId> moved;
    auto to = from;
    for (; to < chains.size() && priority(chains[to]) == priority(chains[from]); ++to) {
      if (!named(chains[to])) continue;
      places.push_back(to);
      moved.push_back(chains[to]);
    }
    std::ranges::stable_sort(moved, {}, rank);
    for (std::size_t i = 0; i < places.size(); ++i) chains[places[i]] = moved[i];
    from = to;
  }
}

}  // namespace

Travel travel_of(Hook hook) {
  switch (hook) {
    case Hook::input:
      return Travel::incoming;
    case Hook::output:
      return Travel::outgoing;
    case Hook::ingress:
    case Hook::prerouting:
    case Hook::forward:
    case Hook::postrouting:
    case Hook::egress:
      return Travel::forwarded;
  }
  std::abort();  // not a Hook
}

Travel reverse(Travel travel) {
  switch (travel) {
    case Travel::forwarded:
      return Travel::forwarded;
    case Travel::incoming:
      return Travel::outgoing;
    case Travel::outgoing:
      return Travel::incoming;
  }
  std::abort();  // not a Travel
}

std::vector<ChainId> base_chains(Ruleset const& rules, Hook hook, Family family,
                                 ChainOrder const& order) {
  std::vector<ChainId> found;
  for (ChainId id = 0; id < rules.chains.size(); ++id) {
    auto const& chain = rules.chains[id];
    auto const& table = rules.tables[chain.table];
    if (chain.base && chain.base->hook == hook && sees(table.family, family) && !table.dormant)
      found.push_back(id);
  }
  std::ranges::reverse(found);
  std::ranges::stable_sort(found, {}, [&](ChainId id) { return rules.chains[id].base->priority; });
  if (!order.empty()) put_in_order(rules, order, found);
  return found;
}

bool asks_nat_chains(CtState state, std::optional<Bits128> l4proto) {
  if (state == CtState::new_) return true;
  return state == CtState::related && l4proto != Bits128{l4::icmp} && l4proto != Bits128{l4::icmp6};
}

std::vector<Step> steps(Ruleset const& rules, Travel travel, Family family,
                        ChainOrder const& order) {
  std::vector<Step> out;
  switch (travel) {
    case Travel::forwarded:
      add_device_hook(rules, Hook::ingress, family, order, out);
      add_hook(rules, Hook::prerouting, family, order, out);
      add_hook(rules, Hook::forward, family, order, out);
      add_hook(rules, Hook::postrouting, family, order, out);
      add_device_hook(rules, Hook::egress, family, order, out);
      break;
    case Travel::incoming:
      add_device_hook(rules, Hook::ingress, family, order, out);
      add_hook(rules, Hook::prerouting, family, order, out);
      add_hook(rules, Hook::input, family, order, out);
      break;
    case Travel::outgoing:
      add_hook(rules, Hook::output, family, order, out);
      add_hook(rules, Hook::postrouting, family, order, out);
      add_device_hook(rules, Hook::egress, family, order, out);
      break;
  }
  return out;
}

std::vector<Step> steps_after_redirect(Ruleset const& rules, Family family,
                                       ChainOrder const& order) {
  std::vector<Step> out;
  add_hook(rules, Hook::prerouting, family, order, out);
  auto const translation = std::ranges::find(out, Step::Kind::translation, &Step::kind);
  out.erase(out.begin(), translation + 1);
  add_hook(rules, Hook::input, family, order, out);
  return out;
}

Passage const* worth_naming(std::vector<Passage> const& passages) {
  auto const rank = [](Passage const& passage) {
    bool const main = passage.hook == Hook::forward || passage.hook == Hook::input ||
                      passage.hook == Hook::output;
    bool const rule = passage.decider.rule != Decider::kPolicy;
    return rule ? (main ? 3 : 2) : (main ? 1 : 0);
  };
  Passage const* best = nullptr;
  for (auto const& passage : passages)
    if (best == nullptr || rank(passage) >= rank(*best)) best = &passage;
  return best;
}

std::optional<std::array<Field, kOriginalTuple.size()>> shows_original(
    CtState state, std::optional<CtDirection> direction, std::optional<std::uint32_t> status) {
  if (state == CtState::new_) return kTuple;
  if (state != CtState::established) return std::nullopt;
  if (direction == CtDirection::original) return kTuple;
  if (direction == CtDirection::reply && status == 0U) return kReversedTuple;
  return std::nullopt;
}

}  // namespace safeconduct
