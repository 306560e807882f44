// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/name_lookups.h"

#include <algorithm>
#include <array>

#include "evidence/dns_answer.h"
#include "wire/dns_message.h"
#include "wire/public_address.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostNames = 4'096;
constexpr std::uint8_t kNoSuchName = 3;

}  // namespace

void NameLookups::see(IpView const& ip, UdpView const& udp, PacketPlace at) {
  std::array<char, 256> buffer{};
  auto const question = plain_question(udp.data, buffer);
  bool const for_address = question.type == static_cast<std::uint16_t>(DnsType::a) ||
                           question.type == static_cast<std::uint16_t>(DnsType::aaaa);
  if (question.name.empty() || !for_address || !targets_.wants(question.name)) return;
  std::string const name(question.name);
  if (!lookups_.contains(name) && lookups_.size() >= kMostNames) return;
  auto& lookup = lookups_[name];
  if (!question.response) {
    if (lookup.asked++ == 0) {
      lookup.first = at;
      lookup.client = ip.src;
      lookup.resolver = ip.dst;
    }
    lookup.last = at;
    return;
  }
  if (lookup.asked + lookup.answered == 0) {
    lookup.client = ip.dst;
    lookup.resolver = ip.src;
    lookup.first = lookup.last = at;
  }
  ++lookup.answered;
  if (lookup.end.packet == 0) {
    lookup.end = at;
    lookup.code = question.code;
    lookup.teller = ip.src;
  }
  if (question.code == kNoSuchName) ++lookup.no_such_name;
  auto const message = decode_message(udp.data);
  if (!message) return;
  auto const found = addresses_in(*message);
  if (found.addresses.empty()) return;
  ++lookup.with_addresses;
  auto const bogus = std::ranges::find_if_not(found.addresses, is_public);
  if (bogus != found.addresses.end() && lookup.bogus++ == 0) {
    lookup.bogus_address = *bogus;
    lookup.end = at;
    lookup.teller = ip.src;
  }
  targets_.learn(name, found.addresses, at.time, at.packet);
}

}  // namespace safeconduct
