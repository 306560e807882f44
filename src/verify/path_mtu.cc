// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/path_mtu.h"

#include <algorithm>
#include <optional>

#include "base/codes.h"
#include "verify/converse.h"
#include "verify/note_wording.h"
#include "verify/rule_ref.h"
#include "verify/small_rules.h"

namespace safeconduct {
namespace {

struct Message {
  IcmpError error;
  Translated words;
};

Message message_of(Family family) {
  if (family == Family::ip6) return {{2, 0}, wording::kTooBig6};
  return {{3, 4}, wording::kTooBig4};
}

// One connection that passes, to stand for all of the family.
std::optional<Request> example_of(std::span<Finding const> findings, Family family) {
  for (auto const& finding : findings) {
    if (finding.expect_deny) continue;
    for (auto const& flow : finding.flows) {
      bool const fits = flow.family == family && flow.protocol == l4::tcp &&
                        flow.verdict == Verdict::allowed && !flow.parts.empty();
      if (!fits || !flow.parts.front().witness) continue;
      auto const& packet = *flow.parts.front().witness;
      auto const destination = packet.at(Field::daddr);
      auto const port = packet.at(Field::dport);
      if (!destination || !port) continue;
      Request request;
      request.family = family;
      request.protocol = l4::tcp;
      auto const first = flow.src.intervals().front().first;
      request.source = {first, first};
      request.source_port = packet.range(Field::sport);
      request.destination = *destination;
      request.destination_port = *port;
      return request;
    }
  }
  return std::nullopt;
}

bool is_stopped(Walk const& walk) { return walk.fate == Fate::drop || walk.fate == Fate::reject; }

}  // namespace

void note_path_mtu(std::span<FocusedDevice const> devices, std::span<Finding const> findings,
                   Hook hook, Notes& notes) {
  if (hook == Hook::input) return;
  for (auto const family : {Family::ip4, Family::ip6}) {
    auto request = example_of(findings, family);
    auto const message = message_of(family);
    for (auto const& at : devices) {
      auto const& device = *at.device;
      // A large rule set was read for the required packets alone, without the rules for these.
      bool const all_read = device.rules.sieve == nullptr;
      if (!request || !all_read || !is_small(device.rules)) break;
      auto const leg = error_about(device, *request, hook, message.error);
      bool const lost =
          leg.complete && !leg.walks.empty() && std::ranges::all_of(leg.walks, is_stopped);
      if (lost) {
        auto const rule = rule_ref(device, leg.walks.front().decider);
        notes.push_back(
            {std::string(code::kPathMtu),
             {wording::kErrorDoesNotReturn, {device.name, message.words, to_string(rule.at)}},
             rule.at});
      }
      // The next device sees them from the address that this one gives them.
      auto const after = requests_after(*request, converse(device, *request, hook));
      bool const is_known =
          after.size() == 1 && after.front().source.first == after.front().source.last;
      request = is_known ? std::optional(after.front()) : std::nullopt;
    }
  }
}

}  // namespace safeconduct
