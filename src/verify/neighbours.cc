// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/neighbours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/codes.h"
#include "engine/walk.h"
#include "verify/flow.h"
#include "verify/note_wording.h"
#include "verify/rule_ref.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostWalks = 64;

// ICMPv6 types and the hop limit that such packets must have (RFC 4861, 4.3, 4.4, 7.1).
constexpr Bits128 kSolicitation = 135;
constexpr Bits128 kAdvertisement = 136;
constexpr Bits128 kHopLimit = 255;

struct Message {
  Travel travel = Travel::incoming;
  Bits128 type = kSolicitation;
  Translated lost;  // {0}: the interface
};
constexpr std::array kMessages{
    Message{Travel::incoming, kSolicitation, wording::kSolicitationIn},
    Message{Travel::outgoing, kAdvertisement, wording::kAdvertisementOut},
    Message{Travel::outgoing, kSolicitation, wording::kSolicitationOut},
    Message{Travel::incoming, kAdvertisement, wording::kAdvertisementIn},
};

constexpr std::string_view kDoubt = "finding neighbours";

// Is there an IPv6 flow that nothing else stops?
bool is_ip6_open(std::span<Finding const> findings) {
  auto const open = [](Part const& part) {
    return part.verdict == Verdict::allowed || is_doubted_for_neighbours(part);
  };
  return std::ranges::any_of(findings, [&](Finding const& finding) {
    return !finding.expect_deny && std::ranges::any_of(finding.flows, [&](FlowResult const& flow) {
      return flow.family == Family::ip6 && std::ranges::any_of(flow.parts, open);
    });
  });
}

// On links to one other host, as the devices for them are commonly called.
bool has_neighbours(std::string_view interface) {
  static constexpr std::array<std::string_view, 10> kToOneHost{
      "ppp", "tun", "wg", "sit", "gre", "ip6tnl", "ipsec", "vti", "xfrm", "lo"};
  return std::ranges::none_of(kToOneHost,
                              [&](auto prefix) { return interface.starts_with(prefix); });
}

// The links that packets of the hook cross; an empty name: one that nobody has named.
std::vector<std::string> links(DeviceRules const& device, Hook hook) {
  std::vector<std::string> names;
  if (hook != Hook::output) names.push_back(device.enter);
  if (hook != Hook::input && (names.empty() || device.leave != names.front()))
    names.push_back(device.leave);
  std::erase_if(names, [](std::string const& name) { return !has_neighbours(name); });
  return names;
}

// A device asks for the neighbour of a packet that it forwards from an address that the link gave
// it (ndisc_solicit): one that people choose, and one made of a hardware address.
constexpr std::array kOfTheLink{
    Address{Family::ip6, Bits128{0xFE80} << 112U | 1},
    Address{Family::ip6, Bits128{0xFE80} << 112U | 0x0210'5EFF'FE00'5301}};
// Who is asked for, they tell by the last 24 bits (RFC 4291, 2.7.1).
constexpr Bits128 kSolicitedNode = Bits128{0xFF02} << 112U | Bits128{0x1FF00'0001};

// ... but from its own global address where it sends the packet itself, or put that into it.
bool asks_from_the_link(DeviceRules const& device, Hook hook) {
  return hook == Hook::forward && std::ranges::none_of(device.rules.nats, [](Nat const& nat) {
           return nat.kind == NatKind::source;
         });
}

// 'own': the device's address, where it is known. The neighbour's is left open.
Packet packet_of(DeviceRules const& device, Message const& message, std::string const& link,
                 std::optional<Address> own) {
  auto const type = [](AddressType which) { return static_cast<Bits128>(which); };
  bool const incoming = message.travel == Travel::incoming;
  Packet packet;
  packet.set(Field::nfproto, nfproto::ip6);
  packet.set(Field::l4proto, l4::icmp6);
  packet.set(Field::icmp_type, message.type);
  packet.set(Field::icmp_code, 0);
  packet.set(Field::ttl, kHopLimit);
  packet.set(Field::fragment, 0);
  packet.set(Field::mark, 0);
  bool const answer = message.type == kAdvertisement;
  if (incoming && answer) {
    packet.set(Field::dst_type, type(AddressType::local));
    if (own) packet.set(Field::daddr, own->bits);
  }
  if (!incoming) packet.set(Field::src_type, type(AddressType::local));
  if (!incoming && !answer) {
    packet.set(Field::daddr, kSolicitedNode);
    packet.set(Field::dst_type, type(AddressType::multicast));
    if (own) packet.set(Field::saddr, own->bits);
  }
  auto const there = incoming ? Field::iif : Field::oif;
  if (auto const index = interface_index(device.rules, link)) packet.set(there, *index);
  return packet;
}

// The rule that surely loses the message.
std::optional<Decider> loses(DeviceRules const& device, Message const& message,
                             std::string const& link, std::optional<Address> own) {
  // Connection tracking leaves them alone (nf_conntrack_proto_icmpv6.c, icmpv6_error).
  Connection connection;
  connection.state = CtState::untracked;
  auto const found = walks(device.rules, message.travel, packet_of(device, message, link, own),
                           connection, kMostWalks);
  bool const lost = found.complete && std::ranges::all_of(found.all, [](Walk const& walk) {
                      return walk.fate == Fate::drop || walk.fate == Fate::reject;
                    });
  return lost ? std::optional(found.all.front().decider) : std::nullopt;
}

// Whichever address it has there.
std::optional<Decider> loses(DeviceRules const& device, Message const& message,
                             std::string const& link, Hook hook) {
  if (!asks_from_the_link(device, hook)) return loses(device, message, link, std::nullopt);
  std::optional<Decider> decider;
  for (auto const& own : kOfTheLink)
    if (decider = loses(device, message, link, own); !decider) return std::nullopt;
  return decider;
}

// The first is enough to act on.
std::optional<LostNeighbours> lost_on(DeviceRules const& device, std::string const& link,
                                      Hook hook) {
  for (auto const& message : kMessages)
    if (auto const decider = loses(device, message, link, hook))
      return LostNeighbours{link, message.lost, *decider};
  return std::nullopt;
}

}  // namespace

// Of a large rule set all rules are here that may be of IPv6 (formats/sift.h). A vendor's policy is
// not about the device's own packets.
std::vector<LostNeighbours> lost_neighbours(DeviceRules const& device, Hook hook) {
  std::vector<LostNeighbours> lost;
  bool const vendor = std::ranges::any_of(device.rules.tables, &Table::vendor);
  if (vendor || !device.rules.reads_ip6) return lost;
  for (auto const& link : links(device, hook))
    if (auto one = lost_on(device, link, hook)) lost.push_back(std::move(*one));
  return lost;
}

void doubt_neighbours(std::span<FocusedDevice const> devices, std::vector<Part>& parts) {
  auto const at = std::ranges::find_if(devices, [](FocusedDevice const& each) {
    return !each.lost.empty() && !each.device->rules.known_neighbours;
  });
  if (at == devices.end()) return;
  auto const& lost = at->lost.front();
  Shared<RuleRef> const rule = at->names->rule(lost.decider);
  auto const words = std::string(kDoubt) + (lost.link.empty() ? std::string() : " on " + lost.link);
  for (auto& part : parts) {
    if (part.verdict != Verdict::allowed) continue;
    part.verdict = Verdict::undecided;
    part.also = {std::exchange(part.rule, rule)};
    part.undecided_by = {words};
    part.way = {};
    part.witness.reset();  // the rules that its packets meet let it pass
    part.origin.device = static_cast<std::size_t>(at - devices.begin());
    part.origin.decider = {};
  }
}

bool is_doubted_for_neighbours(Part const& part) {
  return part.verdict == Verdict::undecided && part.undecided_by.size() == 1 &&
         part.undecided_by.front().starts_with(kDoubt);
}

Note told_of_neighbours(DeviceRules const& device) {
  return {std::string(code::kTold), {wording::kKnownNeighbours, {device.name}}, {}};
}

void note_neighbours(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                     Notes& notes) {
  if (!is_ip6_open(findings)) return;
  for (auto const& at : devices) {
    auto const& device = *at.device;
    if (at.lost.empty()) continue;
    if (device.rules.known_neighbours) {
      notes.push_back(told_of_neighbours(device));
      continue;
    }
    for (auto const& lost : at.lost) {
      auto const rule = rule_ref(device, lost.decider);
      Said const where = lost.link.empty() ? Said(wording::kAnInterface) : Said(lost.link);
      notes.push_back(
          {std::string(code::kNeighbours),
           {wording::kNoNeighbours, {device.name, Said(lost.message, {where}), to_string(rule.at)}},
           rule.at});
    }
  }
}

}  // namespace safeconduct
