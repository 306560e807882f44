// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_reject.h"

#include <optional>

#include "formats/nft_words.h"
#include "packet/field.h"

namespace safeconduct::nft {
namespace {

struct Answer {
  std::string_view name;
  std::uint32_t code;
  RejectWith with;
};

constexpr Answer kIcmpAnswers[] = {
    {"net-unreachable", 0, RejectWith::net_unreachable},
    {"host-unreachable", 1, RejectWith::host_unreachable},
    {"prot-unreachable", 2, RejectWith::proto_unreachable},
    {"port-unreachable", 3, RejectWith::port_unreachable},
    {"frag-needed", 4, RejectWith::other_icmp},
    {"net-prohibited", 9, RejectWith::net_prohibited},
    {"host-prohibited", 10, RejectWith::host_prohibited},
    {"admin-prohibited", 13, RejectWith::admin_prohibited},
};
constexpr Answer kIcmp6Answers[] = {
    {"no-route", 0, RejectWith::no_route},
    {"admin-prohibited", 1, RejectWith::admin_prohibited},
    {"addr-unreachable", 3, RejectWith::addr_unreachable},
    {"port-unreachable", 4, RejectWith::port_unreachable},
    {"policy-fail", 5, RejectWith::policy_fail},
    {"reject-route", 6, RejectWith::reject_route},
};
// Of both families (NFT_REJECT_ICMPX_* of the kernel).
constexpr Answer kIcmpX[] = {
    {"no-route", 0, RejectWith::no_route},
    {"port-unreachable", 1, RejectWith::port_unreachable},
    {"host-unreachable", 2, RejectWith::host_unreachable},
    {"admin-prohibited", 3, RejectWith::admin_prohibited},
};

// 'others': codes without a word are taken as well.
Result<RejectWith> answer(Source& source, Lexer& lexer, std::span<Answer const> answers,
                          std::string_view protocol, bool others) {
  lexer.take("type");
  if (!lexer.peek().is_text()) return source.expected(lexer, "what the sender is told");
  Token const token = lexer.next();
  auto const code = parse_number(token.text, kLastRejectCode);
  for (auto const& each : answers)
    if (each.name == token.text || each.code == code) return each.with;
  if (others && code) return RejectWith::other_icmp;
  return source.fail(ErrorKind::unknown_name, token,
                     "'" + printable(token.text) + "' is nothing that reject can say with " +
                         std::string(protocol));
}

// ICMP answers IPv4 alone, ICMPv6 answers IPv6.
Result<void> check_family(RuleWriter const& writer, Token const& at, Family answer) {
  auto const network = writer.network();
  if (!network || *network == answer) return {};
  return writer.source().fail(ErrorKind::conflict, at,
                              "the rule is about packets of the other family than this answer",
                              "the kernel refuses such a rule");
}

}  // namespace

Result<void> reject(RuleWriter& writer, Lexer& lexer) {
  auto& source = writer.source();
  Token const at = lexer.peek();
  Reject action;
  if (lexer.take("with")) {
    if (lexer.take("tcp")) {
      if (!lexer.take("reset")) return source.expected(lexer, "'reset'");
      if (auto const asked = writer.transport(); asked && *asked != l4::tcp)
        return source.fail(ErrorKind::conflict, at,
                           "a TCP reset answers TCP, and the rule is about " + l4proto_name(*asked),
                           "the kernel refuses such a rule");
      writer.require_l4(l4::tcp);
      action.with = RejectWith::tcp_reset;
    } else if (lexer.take("icmp")) {
      SC_CHECK(check_family(writer, at, Family::ip4));
      writer.require_network(Family::ip4);
      SC_TRY(with, answer(source, lexer, kIcmpAnswers, "icmp", true));
      action.with = with;
    } else if (lexer.take("icmpv6")) {
      SC_CHECK(check_family(writer, at, Family::ip6));
      writer.require_network(Family::ip6);
      SC_TRY(with, answer(source, lexer, kIcmp6Answers, "icmpv6", true));
      action.with = with;
    } else if (lexer.take("icmpx")) {
      SC_TRY(with, answer(source, lexer, kIcmpX, "icmpx", false));
      action.with = with;
    } else {
      return source.expected(lexer, "icmp, icmpv6, icmpx or 'tcp reset'");
    }
  }
  writer.end(action);
  return {};
}

}  // namespace safeconduct::nft
