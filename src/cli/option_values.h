// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the values of options mean; an error names the option. An empty text is "not given".

#include <optional>
#include <string>
#include <utility>

#include "cli/options.h"

namespace safeconduct {

Error usage_error(std::string text, std::string hint = {});

// 'further': what the command also gives, for the message.
Result<OutputFormat> option_format(std::string const& text,
                                   std::vector<std::string> const& further = {});
Result<ColourChoice> option_colour(std::string const& text);
Result<Language> option_language(std::string const& text);
Result<Hook> option_hook(std::string const& text);  // forward, input, output
Result<Prefix> option_prefix(std::string const& option, std::string const& text);
Result<std::vector<Address>> option_addresses(std::string const& option,
                                              std::vector<std::string> const& texts);
// What the operator tells of a device (rules/device_facts.h).
inline constexpr std::string_view kMasqueradeAs =
    "what its masquerade puts in place of a client's address: one of these";
inline constexpr std::string_view kSymmetricRoutes =
    "answers leave by the interface that packets came in by: filters of the reverse path "
    "(rpfilter, "
    "fib) let them pass";
inline constexpr std::string_view kFullListing =
    "listings of nft show all elements of their sets (not 'nft -t'): those without any are empty";
inline constexpr std::string_view kPlainInterfaces =
    "no interface is a VLAN, bridge or bond upon another: chains at devices see their own packets";
Result<std::optional<Date>> option_date(std::string const& option, std::string const& text);
Result<std::optional<Format>> option_input_format(std::string const& text);
// Of git; none begins with '-', which would be an option to it.
Result<void> option_revision(std::string const& option, std::string const& text);
Result<void> option_fail_on(std::string const& text);
Result<void> option_words(std::string const& text);     // of 'completion'
Result<bool> option_upcoming(std::string const& text);  // fail: true, report: false
Result<std::optional<CtState>> option_state(std::string const& text);
Result<std::optional<CtDirection>> option_direction(std::string const& text);
Result<std::optional<std::uint32_t>> option_tcp_flags(std::string const& text);
// Type and code; the code may be missing.
Result<std::pair<std::optional<std::uint32_t>, std::optional<std::uint32_t>>> option_icmp(
    std::string const& text);
Result<std::optional<std::uint32_t>> option_number(std::string const& option,
                                                   std::string const& text, std::uint32_t max);

}  // namespace safeconduct
