// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "report/certificate_json.h"
#include "report/certificate_parts.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/words.h"
#include "verify/certified_way.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::array inputs_array(std::vector<CertifiedInput> const& inputs) {
  json::array array;
  for (auto const& one : inputs)
    array.push_back(json::object{{"role", one.role},
                                 {"name", json_safe(one.name)},
                                 {"bytes", one.bytes},
                                 {"sha256", one.sha256}});
  return array;
}

std::vector<std::string> number_texts(ValueSet const& set) {
  std::vector<Interval<std::uint32_t>> narrow;
  for (auto const& range : set.intervals())
    narrow.push_back(
        {static_cast<std::uint32_t>(range.first), static_cast<std::uint32_t>(range.last)});
  return port_texts(PortSet(narrow));
}

json::object box_object(FlowResult const& flow, Part const& part) {
  json::object object{{"src", json_strings(prefix_texts(flow.family, part.src))},
                      {"dst", json_strings(prefix_texts(flow.family, part.dst))}};
  if (has_ports(flow.protocol)) {
    object["sport"] = json_strings(port_texts(part.sport));
    object["dport"] = json_strings(port_texts(part.dport));
  }
  if (is_icmp(flow.protocol)) {
    object["icmp_type"] = json_strings(number_texts(part.origin.icmp_type));
    object["icmp_code"] = json_strings(number_texts(part.origin.icmp_code));
  }
  return object;
}

json::object witness_object(FlowResult const& flow, FlowPoint const& point) {
  auto const request = request_of(flow, point);
  auto const number = [](Bits128 value) { return static_cast<std::uint32_t>(value); };
  json::object object{{"src", to_string(Address{flow.family, request.source.first})},
                      {"dst", to_string(Address{flow.family, request.destination})}};
  if (has_ports(flow.protocol)) {
    object["sport"] = number(request.source_port.first);
    object["dport"] = number(request.destination_port);
  }
  if (is_icmp(flow.protocol)) {
    object["icmp_type"] = number(request.icmp_type);
    object["icmp_code"] = number(request.icmp_code);
  }
  return object;
}

json::object part_object(FlowResult const& flow, CertifiedPart const& one) {
  auto const& part = one.part;
  json::object object{{"verdict", name(part.verdict)}};
  put_how(object, part.how);
  object["device"] = part.origin.device;
  object["leg"] = name(part.leg);
  if (flow.protocol == l4::tcp) object["tcp_flags"] = tcp_flags_text(part.origin.tcp_flags);
  object["box"] = box_object(flow, part);
  object["steps"] = json_strings(one.steps);
  object["way"] = json_strings(part.way);
  object["rule"] = json_rule(one.part.rule);
  json::array before;
  for (auto const& rule : one.before) before.emplace_back(json_rule(rule));
  object["before"] = std::move(before);
  if (one.before_left_out > 0) object["before_left_out"] = one.before_left_out;
  if (!part.undecided_by.empty()) object["undecided_by"] = json_strings(part.undecided_by);
  if (!part.rewritten.empty()) object["rewritten"] = json_safe(part.rewritten);
  json::array witnesses;
  for (auto const& point : one.witnesses) witnesses.emplace_back(witness_object(flow, point));
  object["witnesses"] = std::move(witnesses);
  return object;
}

json::object flow_object(CertifiedFlow const& one) {
  auto const& flow = one.flow;
  json::object object{{"family", name(flow.family)},
                      {"protocol", l4proto_name(flow.protocol)},
                      {"src", json_strings(prefix_texts(flow.family, flow.src))},
                      {"dst", json_strings(prefix_texts(flow.family, flow.dst))},
                      {"dport", json_strings(port_texts(flow.dport))}};
  if (!flow.destination_name.empty()) object["destination"] = json_safe(flow.destination_name);
  if (!flow.region.empty()) object["region"] = json_safe(flow.region);
  object["verdict"] = name(flow.verdict);
  if (!flow.reason.empty()) object["reason"] = json_safe(flow.reason);
  json::array parts;
  for (auto const& part : one.parts) parts.emplace_back(part_object(flow, part));
  object["parts"] = std::move(parts);
  return object;
}

json::object requirement_object(CertifiedRequirement const& one) {
  auto const& finding = one.finding;
  json::object object{{"id", json_safe(finding.requirement)},
                      {"policy", json_safe(finding.policy)},
                      {"level", finding.level},
                      {"expect", finding.expect_deny ? "deny" : "allow"},
                      {"verdict", name(finding.verdict)},
                      {"holds", finding.holds}};
  if (finding.waived) object["waived"] = json_safe(*finding.waived);
  json::array flows;
  for (auto const& flow : one.flows) flows.emplace_back(flow_object(flow));
  object["flows"] = std::move(flows);
  return object;
}

}  // namespace

std::string json_certificate(Certificate const& certificate) {
  json::object object{{"schema", "safeconduct.certificate/1"},
                      {"tool", {{"name", "safeconduct"}, {"version", certificate.version}}},
                      {"site", json_safe(certificate.site)},
                      {"verdict", name(certificate.verdict)}};
  object["question"] = json_question(certificate.question);
  object["inputs"] = inputs_array(certificate.inputs);
  json::array requirements;
  for (auto const& one : certificate.requirements)
    requirements.emplace_back(requirement_object(one));
  object["requirements"] = std::move(requirements);
  return pretty(json::value(std::move(object)));
}

}  // namespace safeconduct
