// SPDX-License-Identifier: GPL-3.0-or-later
// What a check says beside its verdicts, over random rule sets: its certificate is found valid by
// walking packets, and what it says would mend a part does mend it.
#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "support/dice.h"
#include "support/rule_generator.h"
#include "verify/certificate.h"
#include "verify/certified_way.h"
#include "verify/small_site.h"

namespace safeconduct::testing {
namespace {

std::optional<CheckInput> input_of(std::string const& text, bool interfaces) {
  auto in = safeconduct::test::input({});
  in.site.clients.push_back({*parse_prefix("fd00:20::/32"), {}});
  in.policies.front() = safeconduct::test::must(read_policy("policy.yaml", R"(schema: policy/1
id: small
title: DNS and web
requirements:
  - id: dns
    title: DNS
    feature: dns
    level: required
    expect: allow
    protocol: udp
    ports: [53]
    to: {addresses: [208.67.222.222, "2620:119:35::35"]}
  - id: web
    title: Web
    feature: swg
    level: required
    expect: allow
    protocol: tcp
    ports: [443]
    to: {addresses: [146.112.0.1, "2620:119:53::53"]}
)"));
  std::vector<SourceText> const sources{{"rules", std::make_shared<std::string const>(text)}};
  std::vector<std::string> const names{"lan0", "wan0"};
  auto rules = read_device(sources, names);
  if (!rules) return std::nullopt;
  in.devices.push_back(
      {"gw", interfaces ? "lan0" : "", interfaces ? "wan0" : "", std::move(*rules)});
  return in;
}

// The text without these rules; a policy of drop made accept.
std::string without(std::string const& text, std::vector<RuleRef> const& rules) {
  std::string changed;
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
    auto line = text.substr(at, end - at);
    ++number;
    for (auto const& rule : rules) {
      if (rule.at.line != number) continue;
      if (!rule.policy) {
        line = "\n";
        continue;
      }
      for (auto const& [drop, accept] :
           {std::pair{"policy drop", "policy accept"}, std::pair{" DROP ", " ACCEPT "}})
        if (auto const found = line.find(drop); found != std::string::npos)
          line.replace(found, std::string_view(drop).size(), accept);
    }
    changed += line;
    at = end;
  }
  return changed;
}

PacketSet packets(FlowResult const& flow, Part const& part) {
  std::vector<Box> boxes;
  for (auto const& src : part.src.intervals())
    for (auto const& sport : part.sport.intervals()) {
      Box box = Box::all();
      box.at(Field::saddr) = src;
      box.at(Field::sport) = {std::max(1024U, sport.first), sport.last};
      if (sport.last >= 1024) boxes.push_back(box);
    }
  CHECK(part.dst == flow.dst);  // one address, one port: nothing else to range over
  return PacketSet(std::move(boxes));
}

PacketSet allowed(FlowResult const& flow) {
  PacketSet all;
  for (auto const& part : flow.parts)
    if (part.verdict == Verdict::allowed) all = all | packets(flow, part);
  return all;
}

struct Counts {
  std::size_t sets = 0;
  std::size_t parts = 0;
  std::size_t walks = 0;
  std::size_t mended = 0;
  std::size_t longer = 0;  // that took more than one rule
  std::size_t not_mended = 0;
};

void mend_parts(std::string const& text, CheckResult const& result, Counts& counts) {
  for (std::size_t f = 0; f < result.findings.size(); ++f)
    for (std::size_t i = 0; i < result.findings[f].flows.size(); ++i) {
      auto const& flow = result.findings[f].flows[i];
      for (auto const& part : flow.parts) {
        if (!part.mended) continue;
        if (!*part.mended) {
          ++counts.not_mended;
          continue;
        }
        std::vector<RuleRef> rules{part.rule};
        for (auto const& stop : part.next) rules.push_back(stop.rule);
        auto const changed = without(text, rules);
        CAPTURE(changed);
        auto const in = input_of(changed, true);
        REQUIRE(in);
        auto const again = safeconduct::test::checked(*in);
        auto const missing = packets(flow, part) - allowed(again.findings[f].flows[i]);
        CHECK(missing.empty());
        ++counts.mended;
        if (!part.next.empty()) ++counts.longer;
      }
    }
}

}  // namespace

TEST_CASE("answers: certificates of random rule sets are valid, and what mends a part mends it") {
  auto const seed = first_seed() + 900'000;
  auto const sets = set_count(draws(120));
  Counts counts;
  for (std::size_t i = 0; i < sets; ++i) {
    Dice dice(seed + i);
    auto const rules = i % 2 == 0 ? generate_nft(dice)
                                  : generate_iptables(dice, i % 4 == 1 ? Family::ip4 : Family::ip6);
    auto const text = rules.text();
    CAPTURE(seed + i);
    CAPTURE(text);
    bool const interfaces = i % 3 != 0;
    auto const in = input_of(text, interfaces);
    if (!in) continue;  // sets are in another file
    ++counts.sets;
    auto const result = safeconduct::test::checked(*in);
    auto const check = check_certificate(certify(*in, result), *in, seed + i);
    for (auto const& fault : check.faults) FAIL_CHECK(fault.where, ": ", fault.what);
    counts.parts += check.parts;
    counts.walks += check.walks;
    if (interfaces) mend_parts(text, result, counts);
  }
  CHECK(counts.sets > sets / 2);
  CHECK(counts.longer > 0);
  std::cout << "answers, seeds from " << seed << ": " << counts.sets << " rule sets, "
            << counts.parts << " parts, " << counts.walks << " packets walked; " << counts.mended
            << " parts mended (" << counts.longer << " by several rules), " << counts.not_mended
            << " not\n";
}

}  // namespace safeconduct::testing
