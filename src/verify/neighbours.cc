// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/neighbours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/walk.h"
#include "verify/codes.h"
#include "verify/note_wording.h"
#include "verify/rule_ref.h"
#include "verify/small_rules.h"

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

bool is_ip6_asked(std::span<Finding const> findings) {
  return std::ranges::any_of(findings, [](Finding const& finding) {
    return !finding.expect_deny && std::ranges::any_of(finding.flows, [](FlowResult const& flow) {
      return flow.family == Family::ip6 && flow.verdict == Verdict::allowed;
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

// Addresses, and what the routing table says of them, are left open.
Packet packet_of(DeviceRules const& device, Message const& message, std::string const& link) {
  Packet packet;
  packet.set(Field::nfproto, nfproto::ip6);
  packet.set(Field::l4proto, l4::icmp6);
  packet.set(Field::icmp_type, message.type);
  packet.set(Field::icmp_code, 0);
  packet.set(Field::ttl, kHopLimit);
  packet.set(Field::fragment, 0);
  packet.set(Field::mark, 0);
  auto const there = message.travel == Travel::incoming ? Field::iif : Field::oif;
  if (auto const index = interface_index(device.rules, link)) packet.set(there, *index);
  return packet;
}

// The rule that surely loses the message.
std::optional<Decider> loses(DeviceRules const& device, Message const& message,
                             std::string const& link) {
  // Connection tracking leaves them alone (nf_conntrack_proto_icmpv6.c, icmpv6_error).
  Connection connection;
  connection.state = CtState::untracked;
  auto const found =
      walks(device.rules, message.travel, packet_of(device, message, link), connection, kMostWalks);
  bool const lost = found.complete && std::ranges::all_of(found.all, [](Walk const& walk) {
                      return walk.fate == Fate::drop || walk.fate == Fate::reject;
                    });
  return lost ? std::optional(found.all.front().decider) : std::nullopt;
}

void note_lost(DeviceRules const& device, std::string const& link, Notes& notes) {
  for (auto const& message : kMessages) {
    auto const decider = loses(device, message, link);
    if (!decider) continue;
    auto const rule = rule_ref(device, *decider);
    Said const where = link.empty() ? Said(wording::kAnInterface) : Said(link);
    notes.push_back(
        {std::string(code::kNeighbours),
         {wording::kNoNeighbours, {device.name, Said(message.lost, {where}), to_string(rule.at)}},
         rule.at});
    return;  // the first is enough to act on
  }
}

}  // namespace

void note_neighbours(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                     Hook hook, Notes& notes) {
  if (!is_ip6_asked(findings)) return;
  for (auto const& at : devices) {
    auto const& device = *at.device;
    // A large rule set was read for the required packets alone, without the rules for these. A
    // vendor's policy is not about them.
    bool const all_read = device.rules.sieve == nullptr;
    bool const vendor = std::ranges::any_of(device.rules.tables, &Table::vendor);
    if (!all_read || vendor || !device.rules.reads_ip6 || !is_small(device.rules)) continue;
    for (auto const& link : links(device, hook)) note_lost(device, link, notes);
  }
}

}  // namespace safeconduct
