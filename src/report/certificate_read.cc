// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/text.h"
#include "report/certificate_json.h"
#include "report/json_doubles.h"
#include "report/json_member.h"
#include "report/json_sets.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

constexpr std::string_view kCertificateHint = "a certificate is written by 'check --certificate'";
constexpr std::array kLegs{Leg::request, Leg::reply, Leg::later_request};
constexpr std::array kKinds{How::Kind::drop, How::Kind::reject};
constexpr std::size_t kDeepestCertificate = 16;

constexpr std::uint64_t kAnyNumber = ~std::uint64_t{0} >> 1U;

Result<CertifiedQuestion> read_question(Member const& object) {
  SC_CHECK(object.has_only({"rules", "site", "also", "policies", "provider", "regions", "clients",
                            "in", "out", "masquerade_as", "symmetric_routes", "plain_interfaces",
                            "known_neighbours", "full_listing", "hook", "as_of", "input_format",
                            "dialect"}));
  CertifiedQuestion question;
  for (auto const& [key, into] : std::initializer_list<
           std::pair<std::string_view, std::vector<std::string> CertifiedQuestion::*>>{
           {"rules", &CertifiedQuestion::rules},
           {"also", &CertifiedQuestion::also},
           {"policies", &CertifiedQuestion::policies},
           {"regions", &CertifiedQuestion::regions},
           {"clients", &CertifiedQuestion::clients},
           {"masquerade_as", &CertifiedQuestion::masquerade_as}}) {
    SC_TRY(texts, texts_if(object, key));
    question.*into = std::move(texts);
  }
  for (auto const& [key, into] :
       std::initializer_list<std::pair<std::string_view, std::string CertifiedQuestion::*>>{
           {"site", &CertifiedQuestion::site},
           {"provider", &CertifiedQuestion::provider},
           {"in", &CertifiedQuestion::in},
           {"out", &CertifiedQuestion::out},
           {"hook", &CertifiedQuestion::hook},
           {"as_of", &CertifiedQuestion::as_of},
           {"input_format", &CertifiedQuestion::input_format},
           {"dialect", &CertifiedQuestion::dialect}}) {
    SC_TRY(text, text_if(object, key));
    question.*into = std::move(text);
  }
  for (auto const& [key, into] :
       {std::pair{"symmetric_routes", &CertifiedQuestion::symmetric_routes},
        std::pair{"plain_interfaces", &CertifiedQuestion::plain_interfaces},
        std::pair{"known_neighbours", &CertifiedQuestion::known_neighbours},
        std::pair{"full_listing", &CertifiedQuestion::full_listing}}) {
    if (!object.has(key)) continue;
    SC_TRY(truth, truth_at(object, key));
    question.*into = truth;
  }
  if (question.rules.empty() && question.site.empty())
    return object.fail("names neither rules nor a site");
  if (question.as_of.empty()) return object.fail("does not name the day: it has no 'as_of'");
  return question;
}

Result<CertifiedInput> read_input(Member const& object) {
  SC_CHECK(object.has_only({"role", "name", "bytes", "sha256"}));
  CertifiedInput input;
  SC_TRY(role, text_at(object, "role"));
  SC_TRY(input_name, text_at(object, "name"));
  SC_TRY(digest, text_at(object, "sha256"));
  SC_TRY(bytes, number_if(object, "bytes", kAnyNumber, 0));
  input = {std::move(role), std::move(input_name), std::move(digest), bytes};
  return input;
}

Result<RuleRef> read_rule(Member const& object) {
  SC_CHECK(object.has_only({"device", "file", "line", "column", "table", "chain", "text", "number",
                            "name", "policy", "nothing", "handle"}));
  RuleRef rule;
  SC_TRY(device, text_if(object, "device"));
  SC_TRY(file, text_if(object, "file"));
  SC_TRY(table, text_if(object, "table"));
  SC_TRY(chain, text_if(object, "chain"));
  SC_TRY(text, text_if(object, "text"));
  SC_TRY(number, text_if(object, "number"));
  SC_TRY(name, text_if(object, "name"));
  SC_TRY(line, number_if(object, "line", 0xFFFFFFFFU, 0));
  SC_TRY(column, number_if(object, "column", 0xFFFFFFFFU, 0));
  rule.device = std::move(device);
  rule.at = {std::move(file), static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
  rule.table = std::move(table);
  rule.chain = std::move(chain);
  rule.text = std::move(text);
  rule.number = std::move(number);
  rule.name = std::move(name);
  for (auto const& [key, into] : {std::pair<std::string_view, bool*>{"policy", &rule.policy},
                                  std::pair<std::string_view, bool*>{"nothing", &rule.nothing}}) {
    if (!object.has(key)) continue;
    SC_TRY(member, object.at(key));
    SC_TRY(truth, member.truth());
    *into = truth;
  }
  if (object.has("handle")) {
    SC_TRY(handle, number_if(object, "handle", kAnyNumber, 0));
    rule.handle = handle;
  }
  return rule;
}

Result<void> read_box(Member const& object, FlowResult const& flow, Part& part) {
  SC_CHECK(object.has_only({"src", "dst", "sport", "dport", "icmp_type", "icmp_code"}));
  SC_TRY(src, addresses_at(object, "src", flow.family));
  SC_TRY(dst, addresses_at(object, "dst", flow.family));
  part.src = std::move(src);
  part.dst = std::move(dst);
  bool empty = part.src.empty() || part.dst.empty();
  if (has_ports(flow.protocol)) {
    SC_TRY(sport, ranges_at(object, "sport", 65535));
    SC_TRY(dport, ranges_at(object, "dport", 65535));
    empty = empty || sport.empty() || dport.empty();
    part.sport = std::move(sport);
    part.dport = std::move(dport);
  }
  if (is_icmp(flow.protocol)) {
    SC_TRY(type, ranges_at(object, "icmp_type", 255));
    SC_TRY(code, ranges_at(object, "icmp_code", 255));
    empty = empty || type.empty() || code.empty();
    part.origin.icmp_type = port_values(type);
    part.origin.icmp_code = port_values(code);
  }
  if (empty) return object.fail("has no packet");
  return {};
}

Result<FlowPoint> read_witness(Member const& object, FlowResult const& flow) {
  SC_CHECK(object.has_only({"src", "dst", "sport", "dport", "icmp_type", "icmp_code"}));
  FlowPoint point{};
  for (auto const& [key, field] : {std::pair<std::string_view, Field>{"src", Field::saddr},
                                   std::pair<std::string_view, Field>{"dst", Field::daddr}}) {
    SC_TRY(member, object.at(key));
    SC_TRY(text, member.text());
    auto const address = parse_address(text);
    if (!address || address->family != flow.family)
      return member.fail("is " + quoted(text) + ", not an " + std::string(name(flow.family)) +
                         " address");
    point[dimension(field)] = address->bits;
  }
  struct Number {
    std::string_view key;
    Field field;
    bool needed;
  };
  for (auto const& one : {Number{"sport", Field::sport, has_ports(flow.protocol)},
                          Number{"dport", Field::dport, has_ports(flow.protocol)},
                          Number{"icmp_type", Field::icmp_type, is_icmp(flow.protocol)},
                          Number{"icmp_code", Field::icmp_code, is_icmp(flow.protocol)}}) {
    if (!one.needed) continue;
    SC_TRY(member, object.at(one.key));
    SC_TRY(number, member.number(static_cast<std::uint64_t>(info(one.field).max)));
    point[dimension(one.field)] = number;
  }
  return point;
}

Result<std::uint32_t> read_flags(Member const& member) {
  SC_TRY(text, member.text());
  std::uint32_t flags = 0;
  for (std::size_t at = 0; at <= text.size() && text != "none";) {
    auto const comma = std::min(text.find(',', at), text.size());
    auto const flag = parse_tcp_flag(std::string_view(text).substr(at, comma - at));
    if (!flag) return member.fail("is " + quoted(text) + ", not TCP flags");
    flags |= *flag;
    at = comma + 1;
  }
  return flags;
}

Result<How> read_how(Member const& object) {
  How how;
  if (!object.has("how") && !object.has("with")) return how;
  SC_TRY(member, object.at("how"));
  SC_TRY(kind, member.one_of(kKinds));
  how.kind = kind;
  if (kind != How::Kind::reject && object.has("with")) {
    SC_TRY(with, object.at("with"));
    return with.fail("is there, which it is of a 'reject' alone");
  }
  if (kind != How::Kind::reject) return how;
  SC_TRY(with, object.at("with"));
  SC_TRY(word, with.text());
  for (auto i = 0; i <= static_cast<int>(RejectWith::other_icmp); ++i) {
    how.with = static_cast<RejectWith>(i);
    if (name(how.with) == word) return how;
  }
  return with.fail("is " + quoted(word) + ", which it cannot be");
}

Result<void> read_answer(Member const& object, FlowResult const& flow, CertifiedPart& one) {
  auto& part = one.part;
  SC_TRY(verdict, object.at("verdict"));
  SC_TRY(found, verdict.one_of(kVerdicts));
  SC_TRY(how, read_how(object));
  SC_TRY(device, object.at("device"));
  SC_TRY(number, device.number(0xFFFFU));
  SC_TRY(leg, object.at("leg"));
  SC_TRY(of_leg, leg.one_of(kLegs));
  if (found == Verdict::partial) return verdict.fail("is 'partial', which a part cannot be");
  part.verdict = found;
  part.how = how;
  part.origin.device = static_cast<std::size_t>(number);
  part.leg = of_leg;
  if (flow.protocol == l4::tcp) {
    SC_TRY(flags, object.at("tcp_flags"));
    SC_TRY(of_flags, read_flags(flags));
    part.origin.tcp_flags = of_flags;
  }
  SC_TRY(box, object.at("box"));
  return read_box(box, flow, part);
}

Result<CertifiedPart> read_part(Member const& object, FlowResult const& flow) {
  SC_CHECK(object.has_only({"verdict", "how", "with", "device", "leg", "tcp_flags", "box", "steps",
                            "way", "rule", "before", "before_left_out", "undecided_by", "rewritten",
                            "witnesses"}));
  CertifiedPart one;
  SC_CHECK(read_answer(object, flow, one));
  SC_TRY(steps, texts_if(object, "steps"));
  SC_TRY(way, texts_if(object, "way"));
  SC_TRY(words, texts_if(object, "undecided_by"));
  SC_TRY(rewritten, text_if(object, "rewritten"));
  SC_TRY(left_out, number_if(object, "before_left_out", kAnyNumber, 0));
  SC_TRY(rule, object.at("rule"));
  SC_TRY(of_rule, read_rule(rule));
  SC_TRY(before, object.at("before"));
  SC_TRY(rules, before.items());
  for (auto const& each : rules) {
    SC_TRY(excluded, read_rule(each));
    one.before.push_back(std::move(excluded));
  }
  SC_TRY(witnesses, object.at("witnesses"));
  SC_TRY(packets, witnesses.items());
  for (auto const& each : packets) {
    SC_TRY(point, read_witness(each, flow));
    one.witnesses.push_back(point);
  }
  one.steps = std::move(steps);
  one.part.way = std::move(way);
  one.part.undecided_by = std::move(words);
  one.part.rewritten = std::move(rewritten);
  one.before_left_out = static_cast<std::size_t>(left_out);
  one.part.rule = std::move(of_rule);
  return one;
}

Result<CertifiedFlow> read_flow(Member const& object) {
  SC_CHECK(object.has_only({"family", "protocol", "src", "dst", "dport", "destination", "region",
                            "verdict", "reason", "parts"}));
  CertifiedFlow one;
  auto& flow = one.flow;
  SC_TRY(family, object.at("family"));
  SC_TRY(of_family, family.one_of(std::array{Family::ip4, Family::ip6}));
  flow.family = of_family;
  SC_TRY(protocol, object.at("protocol"));
  SC_TRY(word, protocol.text());
  auto const number = parse_l4proto(word);
  if (!number) return protocol.fail("is " + quoted(word) + ", not a protocol");
  flow.protocol = *number;
  SC_TRY(src, addresses_at(object, "src", flow.family));
  SC_TRY(dst, addresses_at(object, "dst", flow.family));
  SC_TRY(dport, ranges_at(object, "dport", 65535));
  flow.src = std::move(src);
  flow.dst = std::move(dst);
  flow.dport = std::move(dport);
  SC_TRY(destination, text_if(object, "destination"));
  SC_TRY(region, text_if(object, "region"));
  SC_TRY(reason, text_if(object, "reason"));
  flow.destination_name = std::move(destination);
  flow.region = std::move(region);
  flow.reason = std::move(reason);
  SC_TRY(verdict, object.at("verdict"));
  SC_TRY(found, verdict.one_of(kVerdicts));
  flow.verdict = found;
  SC_TRY(parts, object.at("parts"));
  SC_TRY(items, parts.items());
  for (auto const& each : items) {
    SC_TRY(part, read_part(each, flow));
    one.parts.push_back(std::move(part));
  }
  return one;
}

Result<CertifiedRequirement> read_requirement(Member const& object) {
  SC_CHECK(
      object.has_only({"id", "policy", "level", "expect", "verdict", "holds", "waived", "flows"}));
  CertifiedRequirement one;
  auto& finding = one.finding;
  SC_TRY(id, text_at(object, "id"));
  SC_TRY(policy, text_at(object, "policy"));
  SC_TRY(level, text_at(object, "level"));
  SC_TRY(expect, text_at(object, "expect"));
  SC_TRY(verdict, object.at("verdict"));
  SC_TRY(found, verdict.one_of(kVerdicts));
  SC_TRY(holds, object.at("holds"));
  SC_TRY(truth, holds.truth());
  finding.requirement = std::move(id);
  finding.policy = std::move(policy);
  finding.level = std::move(level);
  if (expect != "allow" && expect != "deny")
    return object.fail("expects " + quoted(expect) + ", neither 'allow' nor 'deny'");
  finding.expect_deny = expect == "deny";
  finding.verdict = found;
  finding.holds = truth;
  if (object.has("waived")) {
    SC_TRY(waived, text_at(object, "waived"));
    finding.waived = std::move(waived);
  }
  SC_TRY(flows, object.at("flows"));
  SC_TRY(items, flows.items());
  for (auto const& each : items) {
    SC_TRY(flow, read_flow(each));
    one.flows.push_back(std::move(flow));
  }
  return one;
}

Result<Certificate> read_whole(Member const& object) {
  // First what it is: the report of a check is much like its certificate.
  SC_TRY(schema, object.at("schema"));
  SC_TRY(kind, schema.text());
  if (kind != "safeconduct.certificate/1")
    return schema.fail("is " + quoted(kind) + ", this version reads 'safeconduct.certificate/1'");
  SC_CHECK(
      object.has_only({"schema", "tool", "site", "verdict", "question", "inputs", "requirements"}));
  Certificate certificate;
  SC_TRY(tool, object.at("tool"));
  SC_CHECK(tool.has_only({"name", "version"}));
  SC_TRY(tool_name, text_at(tool, "name"));
  if (tool_name != "safeconduct")
    return tool.fail("is " + quoted(tool_name) + ", not 'safeconduct'");
  SC_TRY(version, text_at(tool, "version"));
  SC_TRY(site, text_at(object, "site"));
  SC_TRY(verdict, object.at("verdict"));
  SC_TRY(found, verdict.one_of(kVerdicts));
  SC_TRY(question, object.at("question"));
  SC_TRY(asked, read_question(question));
  certificate.version = std::move(version);
  certificate.site = std::move(site);
  certificate.verdict = found;
  certificate.question = std::move(asked);
  SC_TRY(inputs, object.at("inputs"));
  SC_TRY(files, inputs.items());
  for (auto const& each : files) {
    SC_TRY(input, read_input(each));
    certificate.inputs.push_back(std::move(input));
  }
  SC_TRY(requirements, object.at("requirements"));
  SC_TRY(items, requirements.items());
  for (auto const& each : items) {
    SC_TRY(requirement, read_requirement(each));
    certificate.requirements.push_back(std::move(requirement));
  }
  return certificate;
}

}  // namespace

Result<Certificate> read_certificate(std::string const& file, std::string_view text) {
  json::parse_options options;
  options.max_depth = kDeepestCertificate;
  json::stream_parser parser({}, options);
  json::error_code error;
  auto const taken = parser.write_some(text.data(), text.size(), error);
  std::size_t at = taken;
  if (!error && text.find_first_not_of(" \t\r\n", taken) != std::string_view::npos)
    error = json::error::extra_data;
  if (!error) {
    at = text.size();
    parser.finish(error);
  }
  if (error)
    return std::unexpected(error_at(ErrorKind::syntax, file, text, at,
                                    "this is not JSON: " + error.message(),
                                    std::string(kCertificateHint)));
  auto const value = parser.release();
  JsonDocument const document{{file, 0, 0}, "the certificate", std::string(kCertificateHint)};
  SC_CHECK(refuse_doubles(document, text));
  return read_whole(Member(document, value, ""));
}

}  // namespace safeconduct
