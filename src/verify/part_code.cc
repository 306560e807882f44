// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/part_code.h"

#include <algorithm>
#include <optional>

#include "base/codes.h"

namespace safeconduct {
namespace {

// Of "dnat to 208.67.222.222 port 53". nullopt: to one of several, or to where nobody knows.
std::optional<Address> new_destination(std::string_view rewritten) {
  constexpr std::string_view kTo = "dnat to ";
  if (!rewritten.starts_with(kTo)) return std::nullopt;
  auto const rest = rewritten.substr(kTo.size());
  return parse_address(rest.substr(0, rest.find(' ')));
}

// Answered by this host itself, or by somebody who may be asked, it does not get there.
bool is_led_away(Finding const& finding, Part const& part) {
  if (part.verdict != Verdict::intercepted) return false;
  if (part.rewritten.starts_with("redirect")) return true;
  auto const to = new_destination(part.rewritten);
  return to && std::ranges::none_of(finding.flows, [&](FlowResult const& flow) {
           return flow.family == to->family && flow.dst.contains(to->bits);
         });
}

}  // namespace

bool is_queued(Part const& part) {
  return part.verdict == Verdict::intercepted && part.rewritten.starts_with("queue");
}

bool is_as_expected(Finding const& finding, Part const& part) {
  if (!finding.expect_deny) return part.verdict == Verdict::allowed;
  return part.verdict == Verdict::blocked || is_led_away(finding, part);
}

std::string_view code_of(Finding const& finding, Part const& part) {
  if (part.verdict == Verdict::undecided) return code::kUndecided;
  if (finding.expect_deny) return code::kNotDenied;
  if (part.verdict == Verdict::intercepted) return code::kIntercepted;
  switch (part.leg) {
    case Leg::reply:
      return code::kReplyLost;
    case Leg::later_request:
      return code::kLaterLost;
    case Leg::request:
      break;
  }
  return code::kBlocked;
}

std::string_view code_of(FlowResult const& without_parts) {
  if (without_parts.doubt == Doubt::budget) return code::kTooComplex;
  if (without_parts.doubt == Doubt::unresolved) return code::kUnresolved;
  return code::kUndecided;
}

}  // namespace safeconduct
