// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/client_status.h"

#include <algorithm>
#include <set>

#include "verify/part_code.h"

namespace safeconduct {
namespace {

enum class Reach : std::uint8_t { yes, no, unknown };

// An inspecting program that the packets are queued for lets them pass, or does not.
bool is_left_to_a_program(FlowResult const& flow) {
  return flow.verdict == Verdict::intercepted && !flow.parts.empty() &&
         std::ranges::all_of(flow.parts, is_queued);
}

// Lost on a few of the ports that clients may take, a flow works: it is begun again on another.
bool works_on_most_ports(FlowResult const& flow) {
  constexpr std::uint64_t kFew = 1024;
  if (flow.verdict != Verdict::partial) return false;
  PortSet lost;
  for (auto const& part : flow.parts)
    if (part.verdict != Verdict::allowed) lost = lost | part.sport;
  std::uint64_t count = 0;
  for (auto const& range : lost.intervals()) count += range.last - range.first + 1;
  return count > 0 && count <= kFew;
}

// Do flows of this kind work? DNS: one resolver that answers every client is enough.
std::optional<Reach> reach(std::vector<FlowResult const*> const& flows, bool one_is_enough) {
  if (flows.empty()) return std::nullopt;
  auto const count = [&](auto const& test) {
    return static_cast<std::size_t>(std::ranges::count_if(flows, test));
  };
  auto const open = count([](FlowResult const* f) {
    return f->verdict == Verdict::allowed || works_on_most_ports(*f);
  });
  auto const unknown = count([](FlowResult const* f) {
    return f->verdict == Verdict::undecided || is_left_to_a_program(*f);
  });
  if (one_is_enough) {
    if (open > 0) return Reach::yes;
    return unknown > 0 ? Reach::unknown : Reach::no;
  }
  if (open == flows.size()) return Reach::yes;
  return open + unknown == flows.size() ? Reach::unknown : Reach::no;
}

std::vector<FlowResult const*> flows_of(std::vector<Finding> const& findings,
                                        std::string_view feature, std::uint32_t protocol,
                                        std::optional<Family> family, std::string_view path) {
  std::vector<FlowResult const*> found;
  for (auto const& finding : findings) {
    if (finding.feature != feature || finding.expect_deny) continue;
    for (auto const& flow : finding.flows)
      if (flow.protocol == protocol && (!family || flow.family == *family) &&
          (path.empty() || flow.path.empty() || flow.path == path))
        found.push_back(&flow);
  }
  return found;
}

std::optional<DnsState> dns_state(std::vector<Finding> const& findings, Family family,
                                  std::string_view path) {
  auto const encrypted = reach(flows_of(findings, "dns-encrypted", l4::udp, family, path), true);
  auto const plain = reach(flows_of(findings, "dns", l4::udp, family, path), true);
  if (!encrypted && !plain) return std::nullopt;
  if (encrypted == Reach::yes) return DnsState::encrypted;
  bool const encrypted_lost = !encrypted || *encrypted == Reach::no;
  if (encrypted_lost && plain == Reach::yes) return DnsState::transparent;
  if (encrypted_lost && (!plain || *plain == Reach::no)) return DnsState::open;
  return DnsState::unknown;
}

// The names of the paths that the findings tell apart; a single one without a name where none.
std::set<std::string> paths_of(std::vector<Finding> const& findings) {
  std::set<std::string> names;
  for (auto const& finding : findings)
    for (auto const& flow : finding.flows)
      if (!flow.path.empty()) names.insert(flow.path);
  if (names.empty()) names.emplace();
  return names;
}

// Of the path that serves DNS worst: clients do not choose theirs.
std::optional<DnsState> worst_dns_state(std::vector<Finding> const& findings, Family family) {
  std::optional<DnsState> worst;
  for (auto const& path : paths_of(findings))
    worst = std::max(worst, dns_state(findings, family, path));
  return worst;
}

// Is DNS of the family lost for a part of the packets only, or on some of the paths, though no
// resolver answers all of them everywhere?
bool some_answered(std::vector<Finding> const& findings, Family family) {
  for (auto const& path : paths_of(findings))
    for (auto const feature : {"dns-encrypted", "dns"})
      for (auto const* flow : flows_of(findings, feature, l4::udp, family, path))
        if (flow->verdict == Verdict::partial || flow->verdict == Verdict::allowed) return true;
  return false;
}

std::string untold(std::string_view source) { return "cannot be told from " + std::string(source); }

std::string dns_words(DnsState state, std::string_view source) {
  switch (state) {
    case DnsState::encrypted:
      return "Protected and encrypted";
    case DnsState::transparent:
      return "Protected, not encrypted";
    case DnsState::open:
      return "Unprotected";
    case DnsState::unknown:
      break;
  }
  return untold(source);
}

}  // namespace

ClientStatus client_status(std::vector<Finding> const& findings,
                           std::function<std::optional<bool>()> const& direct_web,
                           std::string_view source) {
  ClientStatus status;
  std::optional<DnsState> worst;
  std::vector<std::pair<Family, DnsState>> by_family;
  bool all_lost = true;  // no client of any family has an answer
  for (auto const family : {Family::ip4, Family::ip6}) {
    auto const state = worst_dns_state(findings, family);
    if (!state) continue;
    by_family.emplace_back(family, *state);
    worst = std::max(worst, state);
    all_lost = all_lost && state == DnsState::open && !some_answered(findings, family);
  }
  status.dns = worst.value_or(DnsState::unknown);
  status.dns_text = worst ? dns_words(*worst, source) : "not asked about";
  status.dns_of_some = worst == DnsState::open && !all_lost;
  if (status.dns_of_some) status.dns_text += " for some clients";
  if (by_family.size() == 2 && by_family[0].second != by_family[1].second)
    status.dns_by_family = std::move(by_family);

  auto const web = reach(flows_of(findings, "swg", l4::tcp, std::nullopt, {}), false);
  if (!web) {
    status.web_text = "not asked about";
    return status;
  }
  switch (*web) {
    case Reach::yes:
      status.web = WebState::is_protected;
      status.web_text = "Protected";
      status.fail_open = false;
      break;
    case Reach::no:
      status.web = WebState::unavailable;
      status.web_text = "Cloud Service Unavailable";
      status.fail_open = direct_web();
      break;
    case Reach::unknown:
      status.web_text = untold(source);
      break;
  }
  return status;
}

}  // namespace safeconduct
