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

// Worst last.
constexpr std::array<std::string_view, 4> kDnsStates{"Encrypted", "Transparent", "Unknown", "Open"};

std::size_t rank(std::string_view state) {
  return static_cast<std::size_t>(std::ranges::find(kDnsStates, state) - kDnsStates.begin());
}

std::optional<std::string_view> dns_state(std::vector<Finding> const& findings, Family family,
                                          std::string_view path) {
  auto const encrypted = reach(flows_of(findings, "dns-encrypted", l4::udp, family, path), true);
  auto const plain = reach(flows_of(findings, "dns", l4::udp, family, path), true);
  if (!encrypted && !plain) return std::nullopt;
  if (encrypted == Reach::yes) return "Encrypted";
  bool const encrypted_lost = !encrypted || *encrypted == Reach::no;
  if (encrypted_lost && plain == Reach::yes) return "Transparent";
  if (encrypted_lost && (!plain || *plain == Reach::no)) return "Open";
  return "Unknown";
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
std::optional<std::string_view> worst_dns_state(std::vector<Finding> const& findings,
                                                Family family) {
  std::optional<std::string_view> worst;
  for (auto const& path : paths_of(findings)) {
    auto const state = dns_state(findings, family, path);
    if (state && (!worst || rank(*worst) < rank(*state))) worst = state;
  }
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

std::string dns_words(std::string_view state) {
  if (state == "Encrypted") return "Protected and encrypted";
  if (state == "Transparent") return "Protected, not encrypted";
  if (state == "Open") return "Unprotected";
  return "cannot be told from the rules";
}

}  // namespace

ClientStatus client_status(std::vector<Finding> const& findings,
                           std::function<std::optional<bool>()> const& direct_web) {
  ClientStatus status;
  std::optional<std::string_view> worst;
  std::vector<std::pair<std::string, std::string>> by_family;
  bool all_lost = true;  // no client of any family has an answer
  for (auto const family : {Family::ip4, Family::ip6}) {
    auto const state = worst_dns_state(findings, family);
    if (!state) continue;
    by_family.emplace_back(std::string(name(family)), std::string(*state));
    if (!worst || rank(*worst) < rank(*state)) worst = state;
    all_lost = all_lost && state == "Open" && !some_answered(findings, family);
  }
  status.dns = std::string(worst.value_or("Unknown"));
  status.dns_text = worst ? dns_words(*worst) : "not asked about";
  if (worst == "Open" && !all_lost) status.dns_text += " for some clients";
  if (by_family.size() == 2 && by_family[0].second != by_family[1].second)
    status.dns_by_family = std::move(by_family);

  auto const web = reach(flows_of(findings, "swg", l4::tcp, std::nullopt, {}), false);
  if (!web) {
    status.web = "Unknown";
    status.web_text = "not asked about";
    return status;
  }
  switch (*web) {
    case Reach::yes:
      status.web = "Protected";
      status.web_text = "Protected";
      status.fail_open = false;
      break;
    case Reach::no:
      status.web = "CloudServiceUnavailable";
      status.web_text = "Cloud Service Unavailable";
      status.fail_open = direct_web();
      break;
    case Reach::unknown:
      status.web = "Unknown";
      status.web_text = "cannot be told from the rules";
      break;
  }
  return status;
}

}  // namespace safeconduct
