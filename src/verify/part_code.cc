// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/part_code.h"

#include "verify/codes.h"

namespace safeconduct {

bool is_as_expected(bool expect_deny, Part const& part) {
  if (!expect_deny) return part.verdict == Verdict::allowed;
  // Answered by this host itself, it does not get there either.
  return part.verdict == Verdict::blocked ||
         (part.verdict == Verdict::intercepted && part.rewritten.starts_with("redirect"));
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
  if (without_parts.reason == "budget") return code::kTooComplex;
  if (without_parts.reason.starts_with("needs resolution")) return code::kUnresolved;
  return code::kUndecided;
}

}  // namespace safeconduct
