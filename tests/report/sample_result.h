// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Results made by hand, so that the writers are tested without an engine.

#include <string>
#include <string_view>

#include "base/codes.h"
#include "report/context.h"
#include "verify/finding.h"

namespace safeconduct::test {

inline AddressSet addresses(std::string_view text) {
  return AddressSet(interval(*parse_prefix(text)));
}

inline RuleRef sample_rule(std::uint32_t line, std::string text, std::string chain = "forward") {
  RuleRef rule;
  rule.device = "gateway";
  rule.at = {"gateway.nft", line, 17};
  rule.table = "inet filter";
  rule.chain = std::move(chain);
  rule.line_text = "\t\t" + text;
  rule.at.column = 3;
  rule.text = std::move(text);
  return rule;
}

inline Packet sample_packet(std::uint32_t protocol, std::string_view src, std::uint32_t sport,
                            std::string_view dst, std::uint32_t dport) {
  Packet packet;
  auto const from = *parse_address(src);
  auto const to = *parse_address(dst);
  packet.set(Field::nfproto, nfproto_of(from.family));
  packet.set(Field::l4proto, protocol);
  packet.set(Field::saddr, from.bits);
  packet.set(Field::sport, sport);
  packet.set(Field::daddr, to.bits);
  packet.set(Field::dport, dport);
  if (protocol == l4::tcp) packet.set(Field::tcp_flags, tcp_flag::syn);
  return packet;
}

inline Part sample_part(Verdict verdict, std::string_view src, std::string_view dst,
                        std::uint32_t dport, RuleRef rule) {
  Part part;
  part.verdict = verdict;
  part.src = addresses(src);
  part.dst = addresses(dst);
  part.sport = PortSet({0, 65535});
  part.dport = PortSet({dport, dport});
  part.rule = std::move(rule);
  part.way = std::vector<std::string>{"inet filter/forward"};
  return part;
}

inline Part dropped(Part part) {
  part.how.kind = How::Kind::drop;
  return part;
}
inline Part refused(Part part, RejectWith with) {
  part.how.kind = How::Kind::reject;
  part.how.with = with;
  return part;
}
inline Part with_witness(Part part, Packet packet) {
  part.witness = packet;
  part.witness_in = "lan0";
  part.witness_out = "wan0";
  return part;
}

inline FlowResult sample_flow(std::uint32_t protocol, std::string_view dst, Part part) {
  FlowResult flow;
  flow.protocol = protocol;
  flow.src = part.src;
  flow.dst = addresses(dst);
  flow.dport = part.dport;
  flow.verdict = part.verdict;
  flow.how = part.how;
  flow.parts = {std::move(part)};
  return flow;
}

inline Finding sample_finding(std::string id, std::string title, std::string feature) {
  Finding finding;
  finding.requirement = std::move(id);
  finding.title = std::move(title);
  finding.feature = std::move(feature);
  finding.level = "required";
  finding.policy = "secure-client-roaming";
  finding.at = {"policies/secure-client-roaming.yaml", 12, 9};
  return finding;
}

// DNS dropped by one rule for both resolvers, one of the answers lost, the gateway refused, sync
// hanging on a rate, an update host without an address, and one requirement that holds.
CheckResult sample_result();
ReportContext sample_context();

}  // namespace safeconduct::test
