// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How values read in a sentence, and as JSON strings.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "report/joined.h"
#include "verify/finding.h"
#include "verify/fleet_rollup.h"

namespace safeconduct {

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

// "a, b and c"; from 'limit' on "and 12 more".
std::string listed(std::vector<std::string> const& items, std::size_t limit = kNoLimit,
                   Language language = Language::english);

std::string listed(std::vector<std::uint32_t> const& numbers,
                   Language language = Language::english);

std::vector<std::string> prefix_texts(Family family, AddressSet const& set);
std::vector<std::string> port_texts(PortSet const& set);  // "53", "1024-65535"
bool every_port(PortSet const& set);

// "udp 10.20.0.0/16 > 208.67.222.222, 208.67.220.220 port 53"; single addresses without "/32".
std::string packets_text(FlowBox const& box, std::size_t limit = kNoLimit,
                         Language language = Language::english);

// "blocked", "blocked in part", ...
std::string verdict_word(Verdict verdict, Language language = Language::english);
// Of a whole site, which may fail by what must not pass alone.
std::string verdict_of_site(CheckResult const& result, Language language = Language::english);
// The same; and of a requirement that must not pass: "stopped, as it must be", "passes, ..."; by
// its verdict alone, where it does not hold.
std::string verdict_text(Finding const& finding, Language language = Language::english);
std::string verdict_text(Verdict verdict, bool expect_deny, Language language = Language::english);

// "3 known by the baseline: still so, and not counted for the exit status. ..."; "" without one.
std::string known_sentence(FleetRollup const& rollup, Language language);

// What a rule does with packets: "silently drops the answers to PACKETS".
std::string decision_text(Part const& part, std::string_view packets,
                          Language language = Language::english);
// The same of packets that are listed below: "silently drops the answers to".
std::string decision_heading(Part const& part, Language language = Language::english);
// "refuses them, with a TCP reset"
std::string stop_text(NextStop const& stop, Language language);

// "gateway.nft:14:5"; without a place, what there is.
std::string place_text(RuleRef const& rule, Language language = Language::english);

// As waived_text() of verify/waive.h.
std::string waived_words(Finding const& finding, Language language);
// Of a flow that nothing is proven of; one that is not known stays as it is.
std::string reason_text(std::string const& reason, Language language);
// "required", "recommended", "conditional"
std::string level_text(std::string_view level, Language language);
// Where what a note says is not translated, what its code means stands before it.
std::string note_text(Note const& note, Language language);
// The vendor's words stay; where the client is not asked about, or cannot be told of, ours do not.
std::string client_state_text(std::string_view text, Language language);

}  // namespace safeconduct
