// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/option_values.h"

#include <algorithm>

#include "cli/choices.h"

namespace safeconduct {
namespace {

Error bad_value(std::string const& option, std::string const& text, std::string hint) {
  return usage_error(option + ": '" + text + "' will not do", std::move(hint));
}

// The place of the text among the names.
Result<std::size_t> one_of(std::string const& option, std::string const& text,
                           std::vector<std::string> const& names) {
  auto const found = std::ranges::find(names, text);
  if (found == names.end())
    return std::unexpected(bad_value(option, text, "one of: " + comma_list(names)));
  return static_cast<std::size_t>(found - names.begin());
}

// The same among all that the option takes.
Result<std::size_t> one_of(std::string const& option, std::string const& text) {
  return one_of(option, text, choices_of(option));
}

}  // namespace

Error usage_error(std::string text, std::string hint) {
  return {ErrorKind::usage, {}, std::move(text), std::move(hint), {}};
}

std::string comma_list(std::span<std::string const> names) {
  std::string text;
  for (auto const& one : names) {
    if (!text.empty()) text += ", ";
    text += one;
  }
  return text;
}

Result<OutputFormat> option_format(std::string const& text,
                                   std::vector<std::string> const& further) {
  std::vector<std::string> names{"text", "json", "jsonl"};
  auto const own = names.size();
  names.insert(names.end(), further.begin(), further.end());
  SC_TRY(at, one_of("--format", text, names));
  if (at >= own) return std::unexpected(bad_value("--format", text, "it needs a file here"));
  return static_cast<OutputFormat>(at);
}

Result<ColourChoice> option_colour(std::string const& text) {
  SC_TRY(at, one_of("--color", text));
  return static_cast<ColourChoice>(at);
}

Result<Language> option_language(std::string const& text) {
  SC_TRY(at, one_of("--lang", text));
  return static_cast<Language>(at);
}

Result<Hook> option_hook(std::string const& text) {
  constexpr Hook kHooks[] = {Hook::forward, Hook::output, Hook::input};
  SC_TRY(at, one_of("--hook", text));
  return kHooks[at];
}

Result<Prefix> option_prefix(std::string const& option, std::string const& text) {
  auto const prefix = parse_prefix(text);
  if (!prefix)
    return std::unexpected(
        bad_value(option, text, "an address or a prefix: 10.20.0.0/16, 2001:db8:20::/48"));
  if (has_host_bits(*prefix))
    return std::unexpected(
        bad_value(option, text,
                  "its host bits are set; the prefix is " + to_string(without_host_bits(*prefix))));
  if (is_mapped_ip4(*prefix))
    return std::unexpected(
        bad_value(option, text, "it is IPv4 written as IPv6; write the IPv4 address itself"));
  return *prefix;
}

Result<std::vector<Address>> option_addresses(std::string const& option,
                                              std::vector<std::string> const& texts) {
  std::vector<Address> addresses;
  for (auto const& text : texts) {
    auto const address = parse_address(text);
    if (!address)
      return std::unexpected(bad_value(option, text, "an address: 203.0.113.5, 2001:db8::5"));
    addresses.push_back(*address);
  }
  return addresses;
}

Result<std::optional<Date>> option_date(std::string const& option, std::string const& text) {
  if (text.empty()) return std::optional<Date>();
  auto const date = parse_date(text);
  if (!date) return std::unexpected(bad_value(option, text, "a day as YYYY-MM-DD: 2026-11-23"));
  return date;
}

Result<std::optional<Format>> option_input_format(std::string const& text) {
  if (text.empty()) return std::optional<Format>();
  SC_TRY(at, one_of("--input-format", text));
  return std::optional(static_cast<Format>(at));
}

Result<void> option_revision(std::string const& option, std::string const& text) {
  if (!text.starts_with('-')) return {};
  return std::unexpected(bad_value(option, text, "a revision of git: main, HEAD~1, a tag"));
}

Result<void> option_fail_on(std::string const& text) {
  SC_CHECK(one_of("--fail-on", text));
  return {};
}

Result<void> option_words(std::string const& text) {
  SC_CHECK(one_of("--words", text));
  return {};
}

Result<bool> option_upcoming(std::string const& text) {
  SC_TRY(at, one_of("--upcoming", text));
  return at == 0;
}

Result<std::optional<CtState>> option_state(std::string const& text) {
  if (text.empty()) return std::optional<CtState>();
  auto const state = parse_ct_state(text);
  if (!state)
    return std::unexpected(
        bad_value("--state", text, "one of: new, established, related, untracked, invalid"));
  return state;
}

Result<std::optional<CtDirection>> option_direction(std::string const& text) {
  if (text.empty()) return std::optional<CtDirection>();
  SC_TRY(at, one_of("--direction", text));
  return std::optional(static_cast<CtDirection>(at));
}

Result<std::optional<std::uint32_t>> option_tcp_flags(std::string const& text) {
  if (text.empty()) return std::optional<std::uint32_t>();
  if (text == "none") return std::optional<std::uint32_t>(0);
  std::uint32_t flags = 0;
  for (std::size_t at = 0; at <= text.size();) {
    auto const comma = std::min(text.find(',', at), text.size());
    auto const flag = parse_tcp_flag(std::string_view(text).substr(at, comma - at));
    if (!flag)
      return std::unexpected(
          bad_value("--tcp-flags", text,
                    "fin, syn, rst, psh, ack, urg, ece, cwr with commas between, or none"));
    flags |= *flag;
    at = comma + 1;
  }
  return std::optional(flags);
}

Result<std::pair<std::optional<std::uint32_t>, std::optional<std::uint32_t>>> option_icmp(
    std::string const& text) {
  std::pair<std::optional<std::uint32_t>, std::optional<std::uint32_t>> result;
  if (text.empty()) return result;
  auto const slash = text.find('/');
  result.first = parse_number(text.substr(0, slash), 255);
  if (slash != std::string::npos) result.second = parse_number(text.substr(slash + 1), 255);
  if (!result.first || (slash != std::string::npos && !result.second))
    return std::unexpected(bad_value("--icmp", text, "TYPE or TYPE/CODE, in numbers: 3/4"));
  return result;
}

Result<std::optional<std::uint32_t>> option_number(std::string const& option,
                                                   std::string const& text, std::uint32_t max) {
  if (text.empty()) return std::optional<std::uint32_t>();
  auto const number = parse_number(text, max);
  if (!number)
    return std::unexpected(bad_value(option, text, "a number from 0 to " + std::to_string(max)));
  return number;
}

}  // namespace safeconduct
