// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "verify/finding.h"

namespace safeconduct {

// What the roaming module will show, from the findings on DNS and web (domain: the port ladder goes
// 443/udp, then 53/udp; IPv4 and IPv6 have a state machine each). A resolver is enough where all
// clients reach it. The worst family speaks for the site.
//
// 'direct_web' is asked only where the gateway is out of reach: may clients go to the web by
// themselves? nullopt: cannot be told.
//
// 'source' is what the findings rest on, as the texts name what does not tell.
inline constexpr std::string_view kTheRules = "the rules";
inline constexpr std::string_view kWhatWasSeen = "what was seen";
ClientStatus client_status(std::vector<Finding> const& findings,
                           std::function<std::optional<bool>()> const& direct_web,
                           std::string_view source = kTheRules);

}  // namespace safeconduct
