// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words.h"

#include <algorithm>
#include <cstdlib>

#include "packet/field.h"

namespace safeconduct {
namespace {

std::vector<std::string> short_prefixes(Family family, AddressSet const& set) {
  std::vector<std::string> words;
  for (auto const& prefix : to_prefixes(family, set))
    words.push_back(prefix.length == address_bits(family) ? to_string(prefix.address)
                                                          : to_string(prefix));
  return words;
}

std::string address_words(Family family, AddressSet const& set, std::size_t limit) {
  AddressSet const all({0, max_address(family)});
  auto const any = "any " + std::string(name(family)) + " address";
  if (set == all) return any;
  auto const words = short_prefixes(family, set);
  auto const rest = short_prefixes(family, all - set);
  // "Everywhere but" is a long list the one way round, and a short one the other.
  if (words.size() > 2 * rest.size()) return any + " but " + listed(rest, limit);
  return listed(words, limit);
}

std::string_view reject_words(RejectWith with) {
  switch (with) {
    case RejectWith::tcp_reset:
      return "a TCP reset";
    case RejectWith::net_unreachable:
      return "ICMP 'network unreachable'";
    case RejectWith::host_unreachable:
      return "ICMP 'host unreachable'";
    case RejectWith::proto_unreachable:
      return "ICMP 'protocol unreachable'";
    case RejectWith::port_unreachable:
      return "ICMP 'port unreachable'";
    case RejectWith::net_prohibited:
      return "ICMP 'network prohibited'";
    case RejectWith::host_prohibited:
      return "ICMP 'host prohibited'";
    case RejectWith::admin_prohibited:
      return "ICMP 'administratively prohibited'";
    case RejectWith::no_route:
      return "ICMPv6 'no route'";
    case RejectWith::addr_unreachable:
      return "ICMPv6 'address unreachable'";
    case RejectWith::policy_fail:
      return "ICMPv6 'source address failed policy'";
    case RejectWith::reject_route:
      return "ICMPv6 'reject route'";
  }
  std::abort();  // not a RejectWith
}

}  // namespace

std::string listed(std::vector<std::string> const& items, std::size_t limit) {
  auto const shown = items.size() <= limit ? items.size() : std::max<std::size_t>(limit, 1);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  if (shown < items.size()) text += " and " + std::to_string(items.size() - shown) + " more";
  return text;
}

std::string listed(std::vector<std::uint32_t> const& numbers) {
  std::vector<std::string> texts(numbers.size());
  std::ranges::transform(numbers, texts.begin(), [](std::uint32_t n) { return std::to_string(n); });
  return listed(texts);
}

std::vector<std::string> prefix_texts(Family family, AddressSet const& set) {
  std::vector<std::string> texts;
  for (auto const& prefix : to_prefixes(family, set)) texts.push_back(to_string(prefix));
  return texts;
}

std::vector<std::string> port_texts(PortSet const& set) {
  std::vector<std::string> texts;
  for (auto const& one : set.intervals()) {
    auto text = std::to_string(one.first);
    if (one.last != one.first) text += '-' + std::to_string(one.last);
    texts.push_back(std::move(text));
  }
  return texts;
}

bool every_port(PortSet const& set) { return set == PortSet({0, 65535}); }

std::string packets_text(FlowBox const& box, std::size_t limit) {
  std::vector<std::string> protocols;
  bool ports = true;
  for (auto const one : box.protocols) {
    protocols.push_back(l4proto_name(one));
    ports = ports && has_ports(one);
  }
  auto text = listed(protocols) + ' ' + address_words(box.family, box.src, limit);
  if (ports && !box.sport.empty() && !every_port(box.sport))
    text += " from port " + listed(port_texts(box.sport), limit);
  text += " > " + address_words(box.family, box.dst, limit);
  if (ports && !box.dport.empty() && !every_port(box.dport))
    text += " port " + listed(port_texts(box.dport), limit);
  return text;
}

std::string verdict_word(Verdict verdict) {
  return verdict == Verdict::partial ? "blocked in part" : std::string(name(verdict));
}

std::string verdict_text(Finding const& finding) {
  return verdict_text(finding.verdict, finding.expect_deny);
}

std::string verdict_text(Verdict verdict, bool expect_deny) {
  if (!expect_deny || verdict == Verdict::undecided) return verdict_word(verdict);
  return verdict == Verdict::allowed ? "passes, and must not" : "passes in part, and must not";
}

std::string known_sentence(FleetRollup const& rollup) {
  if (rollup.header.baseline.empty()) return {};
  auto const all = known_by_baseline(rollup);
  auto text = std::to_string(all.known) + " known by the baseline" +
              (all.known > 0 ? ": still so, and not counted for the exit status." : ".");
  if (all.gone > 0)
    text += ' ' + std::to_string(all.gone) + " that it knows of " + (all.gone == 1 ? "is" : "are") +
            " no longer there (SC971).";
  if (all.grew > 0)
    text += ' ' + std::to_string(all.grew) + (all.grew == 1 ? " is" : " are") +
            " more than it knows, and " + (all.grew == 1 ? "counts" : "count") + " (SC972).";
  return text;
}

std::string doing_text(Part const& part) {
  switch (part.verdict) {
    case Verdict::allowed:
      return "lets pass";
    case Verdict::undecided:
      return "may or may not stop";
    case Verdict::intercepted:
      return part.rewritten.empty() ? "diverts" : "diverts (" + part.rewritten + ")";
    case Verdict::blocked:
    case Verdict::partial:
      break;
  }
  if (part.how.kind == How::Kind::reject)
    return "refuses, with " + std::string(reject_words(part.how.with)) + ",";
  return "silently drops";
}

std::string_view leg_text(Leg leg) {
  switch (leg) {
    case Leg::request:
      return "";
    case Leg::reply:
      return "the answers to ";
    case Leg::later_request:
      return "the further packets of ";
  }
  std::abort();  // not a Leg
}

std::string place_text(RuleRef const& rule) {
  auto const place = to_string(rule.at);
  if (!place.empty()) return place;
  return rule.device.empty() ? "(no place)" : rule.device;
}

}  // namespace safeconduct
