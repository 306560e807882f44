// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_opaque.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "packet/field.h"

namespace safeconduct::nft {
namespace {

struct Width {
  std::string_view word;
  std::string_view key;
  std::uint32_t max;
};
// The widths of the kernel's registers and headers (nft describe).
constexpr Width kWidths[] = {
    {"ct", "zone", 65535},
    {"ct", "label", 127},
    {"socket", "transparent", 1},
    {"socket", "wildcard", 1},
    {"ip", "hdrlength", 15},
    {"ip", "version", 15},
    {"ip", "dscp", 63},
    {"ip6", "dscp", 63},
    {"ip", "ecn", 3},
    {"ip6", "ecn", 3},
    {"ip6", "flowlabel", 0xFFFFF},
    {"ip6", "version", 15},
    {"srh", "last-entry", 255},
    {"srh", "flags", 255},
    {"srh", "tag", 65535},
    {"vlan", "id", 4095},
    {"vlan", "pcp", 7},
    {"tcp", "window", 65535},
    {"tcp", "urgptr", 65535},
    {"tcp", "checksum", 65535},
    {"ip", "id", 65535},
    {"ip", "checksum", 65535},
};

struct Names {
  std::string_view word;
  std::string_view key;
  std::span<std::string_view const> names;
};
constexpr std::string_view kDays[] = {"Sunday",    "Monday",   "Tuesday", "Wednesday", "Thursday",
                                      "Friday",    "Saturday", "sunday",  "monday",    "tuesday",
                                      "wednesday", "thursday", "friday",  "saturday"};
constexpr std::string_view kProtocols[] = {"ipv4", "ipv6"};
constexpr std::string_view kEvents[] = {"new",     "related",   "destroy", "reply",
                                        "assured", "protoinfo", "helper",  "mark",
                                        "seqadj",  "secmark",   "label",   "synproxy"};
constexpr Names kOpaqueNames[] = {
    {"meta", "day", kDays},
    {"day", "day", kDays},
    {"ct", "l3proto", kProtocols},
    {"ct", "event", kEvents},
};

// "23:59", "23:59:59"
bool is_hour(std::string_view text) {
  if (text.size() < 4 || text.find(':') == std::string_view::npos) return false;
  auto const hours = parse_number(text.substr(0, text.find(':')), 23);
  return hours.has_value() || text.starts_with("08") || text.starts_with("09");
}

std::unexpected<Error> not_of(Source const& source, Token const& token, Selector const& key) {
  return source.fail(
      ErrorKind::out_of_range, token,
      shown(token) + " is not a value of '" + std::string(source.words(key.begin, key.end)) + "'");
}

}  // namespace

bool is_inside_tunnel(Selector const& key) {
  constexpr std::array kTunnels{"vxlan", "geneve", "gre", "gretap"};
  return key.inside && std::ranges::find(kTunnels, key.word) != kTunnels.end();
}

Result<void> check_number(Source const& source, Token const& token, Selector const& key) {
  if (source.running) return {};  // nothing binds bytecode to what nft would write
  if (!token.is_text() || token.is("*")) return {};  // "*": all that the others of a set are not
  auto const text = token.text;
  bool const is_day = key.key == "day" && (key.word == "meta" || key.word == "day");
  if (is_day && begins_with_digit(text) && !parse_number(text.substr(0, text.find('-')), 6))
    return not_of(source, token, key);
  if (key.key == "hour" && token.kind == TokenKind::quoted && !is_hour(text))
    return not_of(source, token, key);
  if (key.key == "time" && token.kind == TokenKind::quoted && !begins_with_digit(text))
    return not_of(source, token, key);
  if (begins_with_digit(text)) {
    auto const end = text.substr(std::min(text.find('-'), text.size() - 1) + 1);
    for (auto const& width : kWidths)
      if (width.word == key.word && width.key == key.key)
        for (auto const part : {text.substr(0, text.find('-')), end})
          if (parse_number(part) && !parse_number(part, width.max))
            return not_of(source, token, key);
    return {};
  }
  for (auto const& names : kOpaqueNames)
    if (names.word == key.word && names.key == key.key &&
        std::ranges::find(names.names, text) == names.names.end())
      return not_of(source, token, key);
  return {};
}

Result<void> check_numbers(Source const& source, Lexer const& lexer, Selector const& key) {
  if (source.running) return {};
  // NF_CT_HELPER_NAME_LEN; 'ct helper set' names an object. 'ct helper ""' is iptables' "any".
  constexpr std::size_t kLongestHelper = 15;
  auto const& first = lexer.peek();
  if (key.word == "ct" && key.key == "helper" && first.kind == TokenKind::quoted &&
      first.text.size() > kLongestHelper)
    return not_of(source, first, key);
  Lexer ahead = lexer;
  bool const braces = ahead.take(TokenKind::left_brace);
  while (true) {
    SC_CHECK(check_number(source, ahead.peek(), key));
    if (!ahead.peek().is_text()) return {};
    ahead.next();
    bool const more = ahead.take(TokenKind::comma) || ahead.take("or") || ahead.take("-") ||
                      ahead.take(TokenKind::pipe);
    if (!more) return {};
    if (braces) ahead.skip_newlines();
  }
}

Result<void> check_context(RuleWriter& writer, Selector const& key) {
  auto const& source = writer.source();
  if (key.key == "ibrname" || key.key == "obrname")
    return source.fail_at(
        ErrorKind::conflict, key.begin,
        "'" + std::string(source.words(key.begin, key.end)) + "' is for tables of family bridge",
        "the kernel refuses such a rule");
  bool const over_udp = key.word == "vxlan" || key.word == "geneve";
  if (over_udp && !writer.asks(Field::l4proto))
    return source.fail_at(ErrorKind::conflict, key.begin,
                          "'" + std::string(key.word) +
                              "' is carried by UDP, which the rule does "
                              "not ask for",
                          "write 'udp dport ...' first");
  return {};
}

}  // namespace safeconduct::nft
