// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How values read in a sentence, and as JSON strings.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/joined.h"
#include "verify/finding.h"
#include "verify/fleet_rollup.h"

namespace safeconduct {

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

// "a, b and c"; from 'limit' on "and 12 more".
std::string listed(std::vector<std::string> const& items, std::size_t limit = kNoLimit);

std::string listed(std::vector<std::uint32_t> const& numbers);

std::vector<std::string> prefix_texts(Family family, AddressSet const& set);
std::vector<std::string> port_texts(PortSet const& set);  // "53", "1024-65535"
bool every_port(PortSet const& set);

// "udp 10.20.0.0/16 > 208.67.222.222, 208.67.220.220 port 53"; single addresses without "/32".
std::string packets_text(FlowBox const& box, std::size_t limit = kNoLimit);

// "blocked", "blocked in part", ...
std::string verdict_word(Verdict verdict);
// The same; and of a requirement that must not pass: "passes", ...
std::string verdict_text(Finding const& finding);
std::string verdict_text(Verdict verdict, bool expect_deny);

// "3 known by the baseline: still so, and not counted for the exit status. ..."; "" without one.
std::string known_sentence(FleetRollup const& rollup);

// What a rule does with the packets: "silently drops", "answers with a TCP reset", "redirects ...".
std::string doing_text(Part const& part);
// What the packets are: "" (request), "the answers to ", "further packets of ".
std::string_view leg_text(Leg leg);

// "gateway.nft:14:5"; without a place, what there is.
std::string place_text(RuleRef const& rule);

}  // namespace safeconduct
