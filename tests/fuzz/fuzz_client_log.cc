// SPDX-License-Identifier: GPL-3.0-or-later
// Logs of a client, in whatever coding: what is told of them has a line of the file, ports and
// addresses of the text, times that are written and read alike.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "evidence/client_facts.h"
#include "evidence/client_story.h"
#include "evidence/plugin_log.h"
#include "evidence/swg_log.h"
#include "evidence/text_lines.h"
#include "policy/read.h"

namespace sc = safeconduct;

namespace {

constexpr std::string_view kPolicy = R"(schema: policy/1
id: sample
requirements:
  - {id: dns-443, feature: dns-encrypted, level: required, expect: allow, protocol: udp, ports: [443], to: {addresses: [208.67.222.222]}}
  - {id: dns-53, feature: dns, level: required, expect: allow, protocol: udp, ports: [53], to: {addresses: [208.67.222.222, "2001:db8::1"]}}
  - {id: web, feature: swg, level: required, expect: allow, protocol: tcp, ports: [443], to: {addresses: [198.51.100.0/24], names: ["*.gw.example"]}}
)";

struct Sample {
  std::vector<sc::Policy> policies;
  sc::IngressRanges ranges;
  sc::Site site;
  sc::Wanted wanted;

  Sample() {
    policies.push_back(sc::read_policy("p", kPolicy).value());
    for (auto const* one : {"10.0.0.0/8", "fd00::/8"})
      site.clients.push_back({*sc::parse_prefix(one), {}});
    wanted = sc::wanted(policies, ranges, site, {2026, 11, 26}).value();
  }
};

void hold(bool claim) {
  if (!claim) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static Sample const sample;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  std::vector<sc::PluginLog> plugin;
  plugin.push_back(sc::read_plugin_log(sc::TextLines(sc::pieces_of(text)), "p"));
  std::vector<sc::SwgLog> swg;
  swg.push_back(sc::read_swg_log(sc::TextLines(sc::pieces_of(text)), "u"));
  sc::ClientFacts facts;
  sc::read_org_info(sc::TextLines(sc::pieces_of(text)), facts);
  sc::read_system_info(sc::TextLines(sc::pieces_of(text)), facts);
  for (auto const& step : plugin.front().steps) {
    hold(step.line >= 1 && step.line <= plugin.front().lines && step.port != 0);
    hold(sc::log_time(sc::to_string(step.time)) == step.time);
  }
  for (auto const& step : swg.front().steps) hold(step.line <= swg.front().lines);
  auto const story = sc::client_story(plugin, swg, sample.wanted);
  for (auto const& o : story.observations) {
    hold(o.reported && o.count > 0 && !o.evidence.empty() && !o.cause.empty());
    hold(o.evidence.size() <= sc::kMostQuoted + 1);
  }
  for (auto const& change : story.timeline) hold(!change.evidence.empty());
  return 0;
}
