// SPDX-License-Identifier: GPL-3.0-or-later
// read_policy: accepted, or refused with a place inside the text. What is accepted expands to flows
// without a fault of ours, and asks for something.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "policy/read.h"
#include "policy/wanted.h"
#include "yaml_property.h"

namespace sc = safeconduct;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const policy = sc::read_policy("input", text);
  if (!policy) {
    sc::test::check_error(policy.error(), text);
    return 0;
  }
  if (policy->id.empty() || policy->requirements.empty()) std::abort();
  sc::Site site;
  site.name = "fuzz";
  for (auto const client : {"10.0.0.0/8", "fc00::/7"})
    site.clients.push_back({sc::parse_prefix(client).value(), {}});
  site.settings.features = std::vector{sc::Feature::ztna, sc::Feature::va};
  sc::IngressRanges const none;
  auto const wanted = sc::wanted({&*policy, 1}, none, site, sc::Date{2026, 11, 23});
  if (!wanted) return 0;
  if (wanted->requirements.empty()) std::abort();
  for (auto const& each : wanted->requirements)
    if (each.flows.empty() && each.unresolved.empty()) std::abort();
  return 0;
}
