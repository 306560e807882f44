// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_devices.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/codes.h"
#include "formats/note_wording.h"

namespace safeconduct::nft {
namespace {

// Are all the packets that a clause holds of IPv4 or IPv6? What asks for a header that a packet
// lacks never holds, negated neither.
bool asks_for_ip(Ruleset const& rules, Clause const& clause) {
  static constexpr std::array kOfIp{
      Field::l4proto,   Field::saddr,     Field::daddr,     Field::sport, Field::dport,
      Field::icmp_type, Field::icmp_code, Field::tcp_flags, Field::ttl,   Field::dscp};
  if (auto const* const range = std::get_if<InRange>(&clause.kind);
      range != nullptr && range->field == Field::nfproto)
    return !clause.negated;
  auto const asked = fields_of(rules, clause);
  return std::ranges::any_of(kOfIp, [&](Field field) { return (asked >> index(field) & 1U) != 0; });
}

template <class... Kinds>
bool is_one_of(Action const& action) {
  return (std::holds_alternative<Kinds>(action) || ...);
}

// A chain, with all that it calls.
class Called {
 public:
  Called(Source const& source, ChainId chain) : source_(source), rules_(source.builder.peek()) {
    visit(chain);
  }

  // Does it ask which interface a packet comes in by? Of packets that another interface passes on,
  // the kernel takes the device here, and we that other.
  bool asks_for_interface() const {
    constexpr auto kInterfaces = std::uint32_t{1} << index(Field::iif) | std::uint32_t{1}
                                                                             << index(Field::oif);
    return any_rule([&](Rule const& rule) {
      return std::ranges::any_of(clauses(rules_, rule), [&](Clause const& clause) {
        return (fields_of(rules_, clause) & kInterfaces) != 0;
      });
    });
  }

  // Does it do more to packets than to let them pass or stop them?
  bool alters() const {
    return any_rule([](Rule const& rule) {
      return !is_one_of<Continue, Accept, Drop, Reject, Return, Jump, Goto>(rule.action);
    });
  }

  // May it stop what is not IP? Without ARP no IPv4 packet comes to the device or leaves it.
  bool may_stop_arp() const {
    return any_rule([&](Rule const& rule) {
      if (!is_one_of<Drop, Reject, Queue, UnmodelledAction>(rule.action)) return false;
      if (source_.beyond_ip.contains(rule.span.offset)) return true;
      return std::ranges::none_of(
          clauses(rules_, rule), [&](Clause const& clause) { return asks_for_ip(rules_, clause); });
    });
  }

 private:
  // Chain after chain, not each within its caller: they may be called as deep as there are any.
  void visit(ChainId chain) {
    chains_.insert(chain);
    std::vector<ChainId> open{chain};
    for (std::size_t i = 0; i < open.size(); ++i)
      for (auto const& rule : rules_.chains[open[i]].rules)
        if (auto const to = called_chain(rule.action); to && chains_.insert(*to).second)
          open.push_back(*to);
  }
  template <class Predicate>
  bool any_rule(Predicate const& predicate) const {
    return std::ranges::any_of(chains_, [&](ChainId id) {
      return std::ranges::any_of(rules_.chains[id].rules, predicate);
    });
  }

  Source const& source_;
  Ruleset const& rules_;
  std::set<ChainId> chains_;
};

bool can_be_followed(Source const& source, DeviceChain const& chain) {
  if (chain.devices.empty()) return false;
  Called const called(source, chain.chain);
  if (called.asks_for_interface()) return false;
  auto const& rules = source.builder.peek();
  auto const& made = rules.chains[chain.chain];
  // Chains of inet are asked of IPv4 and IPv6 alone.
  if (rules.tables[made.table].family != TableFamily::netdev) return true;
  return made.base->policy == ChainPolicy::accept && !called.may_stop_arp();
}

// The rules that were written last come first.
void put_first(Chain& chain, std::ptrdiff_t count) {
  std::ranges::rotate(chain.rules, chain.rules.end() - count);
}

// What comes in, or goes out, by another interface goes on; unless it does so by the device, too.
void pass_others(Source& source, DeviceChain const& chain) {
  auto& builder = source.builder;
  bool const ingress = chain.hook == Hook::ingress;
  std::string names;
  for (auto const& device : chain.devices) names += (names.empty() ? "" : ", ") + device.name;
  builder.interfaces(ingress ? Field::iif : Field::oif, chain.devices, true);
  builder.unmodelled(ingress ? "packets of another interface come in by " + names + " first"
                             : "packets of another interface go out by " + names + " at last",
                     "stacked", Lasting::whole_way, true);
  builder.add_rule(chain.chain, source.span(chain.begin, chain.end), Accept{});
  put_first(builder.at(chain.chain), 1);
}

// It may drop any packet, before all other chains see it or after them; or do more to it.
void doubt(Source& source, DeviceChain const& chain) {
  constexpr std::string_view kWords = "a chain at ingress or egress of a device";
  constexpr std::string_view kWord = "ingress";
  auto& builder = source.builder;
  auto const span = source.span(chain.begin, chain.end);
  if (Called(source, chain.chain).alters()) {
    builder.add_rule(chain.chain, span, UnmodelledAction{builder.atom(kWords, kWord)});
  } else {
    builder.unmodelled(kWords, kWord);
    builder.add_rule(chain.chain, span, Drop{});
  }
  builder.add_rule(chain.chain, span, Accept{});
  put_first(builder.at(chain.chain), 2);
}

// Each chain once: what is said again of its devices is added (nf_tables takes it so).
std::vector<DeviceChain> joined_chains(std::vector<DeviceChain> const& said) {
  std::vector<DeviceChain> chains;
  for (auto const& each : said) {
    auto const known = std::ranges::find(chains, each.chain, &DeviceChain::chain);
    if (known == chains.end()) {
      chains.push_back(each);
    } else {
      known->devices.insert(known->devices.end(), each.devices.begin(), each.devices.end());
    }
  }
  return chains;
}

}  // namespace

void hold_to_devices(Source& source) {
  for (auto const& chain : joined_chains(source.device_chains)) {
    if (can_be_followed(source, chain)) {
      pass_others(source, chain);
      continue;
    }
    auto const& made = source.builder.at(chain.chain);
    source.note(
        code::kTableLeftOut,
        {wording::kHooksIntoDevice, {made.name, std::string(safeconduct::name(chain.hook))}},
        chain.begin);
    doubt(source, chain);
  }
}

}  // namespace safeconduct::nft
