// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "packet/field.h"
#include "policy/date.h"
#include "report/json_doubles.h"
#include "report/json_sets.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/known.h"
#include "report/words.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

constexpr std::string_view kSchema = "safeconduct.baseline/1";
constexpr std::string_view kBaselineHint = "a baseline is written by 'baseline write FILE'";
constexpr std::size_t kDeepestBaseline = 16;
constexpr std::array kFamilies{Family::ip4, Family::ip6};
constexpr std::size_t kFingerprintLength = 64;
constexpr std::uint32_t kMostPort = 65535;

json::object box_object(FlowBox const& box) {
  std::vector<std::string> protocols;
  for (auto const one : box.protocols) protocols.push_back(l4proto_name(one));
  return {{"family", name(box.family)},
          {"protocols", json_strings(protocols)},
          {"src", json_strings(prefix_texts(box.family, box.src))},
          {"sport", json_strings(port_texts(box.sport))},
          {"dst", json_strings(prefix_texts(box.family, box.dst))},
          {"dport", json_strings(port_texts(box.dport))}};
}

Result<FlowBox> read_box(Member const& object) {
  SC_CHECK(object.has_only({"family", "protocols", "src", "sport", "dst", "dport"}));
  FlowBox box;
  SC_TRY(family_at, object.at("family"));
  SC_TRY(family, family_at.one_of(kFamilies));
  box.family = family;
  SC_TRY(protocols, texts_if(object, "protocols"));
  for (auto const& one : protocols) {
    auto const number = parse_l4proto(one);
    if (!number) return object.fail("has '" + one + "', which is no protocol");
    box.protocols.push_back(*number);
  }
  SC_TRY(src, addresses_at(object, "src", family));
  SC_TRY(dst, addresses_at(object, "dst", family));
  SC_TRY(sport, ranges_at(object, "sport", kMostPort));
  SC_TRY(dport, ranges_at(object, "dport", kMostPort));
  box.src = std::move(src);
  box.dst = std::move(dst);
  box.sport = std::move(sport);
  box.dport = std::move(dport);
  return box;
}

Result<KnownAlert> read_known(Member const& object) {
  SC_CHECK(object.has_only({"site", "fingerprint", "since", "code", "requirement", "file", "rule",
                            "packets", "destinations"}));
  KnownAlert known;
  for (auto const& [key, into] :
       std::initializer_list<std::pair<std::string_view, std::string KnownAlert::*>>{
           {"fingerprint", &KnownAlert::fingerprint},
           {"since", &KnownAlert::since},
           {"code", &KnownAlert::code},
           {"requirement", &KnownAlert::requirement}}) {
    SC_TRY(text, text_at(object, key));
    known.*into = std::move(text);
  }
  SC_TRY(site, text_if(object, "site"));
  SC_TRY(file, text_if(object, "file"));
  SC_TRY(rule, text_if(object, "rule"));
  known.site = std::move(site);
  known.file = std::move(file);
  known.rule = std::move(rule);
  if (known.fingerprint.size() != kFingerprintLength)
    return object.fail("has a fingerprint that is none");
  if (!parse_date(known.since)) return object.fail("is known since '" + known.since + "', no day");
  if (object.has("packets")) {
    SC_TRY(member, object.at("packets"));
    SC_TRY(items, member.items());
    for (auto const& one : items) {
      SC_TRY(box, read_box(one));
      known.packets.push_back(std::move(box));
    }
  }
  SC_TRY(destinations, texts_if(object, "destinations"));
  known.destinations = std::move(destinations);
  return known;
}

}  // namespace

std::string json_baseline(std::vector<KnownAlert> const& alerts, ReportContext const& context,
                          std::string const& day) {
  json::array findings;
  for (auto const& one : alerts) {
    json::object object;
    if (!one.site.empty()) object["site"] = json_safe(one.site);
    object["fingerprint"] = one.fingerprint;
    object["since"] = one.since;
    object["code"] = one.code;
    object["requirement"] = json_safe(one.requirement);
    if (!one.file.empty()) object["file"] = json_safe(one.file);
    if (!one.rule.empty()) object["rule"] = json_safe(one.rule);
    json::array packets;
    for (auto const& box : one.packets) packets.emplace_back(box_object(box));
    if (!packets.empty()) object["packets"] = std::move(packets);
    if (!one.destinations.empty()) object["destinations"] = json_strings(one.destinations);
    findings.emplace_back(std::move(object));
  }
  return pretty(json::object{{"schema", kSchema},
                             {"tool", {{"name", context.tool}, {"version", context.version}}},
                             {"day", day},
                             {"findings", std::move(findings)}});
}

Result<std::vector<KnownAlert>> read_baseline(std::string const& name, std::string_view text) {
  JsonDocument const document{{name, 0, 0}, "the baseline", std::string(kBaselineHint)};
  json::parse_options options;
  options.max_depth = kDeepestBaseline;
  json::error_code error;
  auto const value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error)
    return std::unexpected(Error{ErrorKind::syntax,
                                 {name, 0, 0},
                                 "this is not JSON: " + error.message(),
                                 std::string(kBaselineHint),
                                 {}});
  SC_CHECK(refuse_doubles(document, text));
  Member const root(document, value, "");
  SC_CHECK(root.has_only({"schema", "tool", "day", "findings"}));
  SC_TRY(schema, text_at(root, "schema"));
  if (schema != kSchema)
    return root.fail("has the schema '" + schema + "', expected '" + std::string(kSchema) + "'");
  SC_TRY(findings, root.at("findings"));
  SC_TRY(items, findings.items());
  std::vector<KnownAlert> known;
  for (auto const& one : items) {
    SC_TRY(alert, read_known(one));
    known.push_back(std::move(alert));
  }
  return known;
}

}  // namespace safeconduct
