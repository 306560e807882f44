// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/wanted.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "packet/field.h"
#include "policy/read.h"

namespace safeconduct::test {
namespace {

template <class T>
T loaded(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : to_message(result.error())));
  return std::move(*result);
}

std::string const kPolicy = "schema: policy/1\nid: p\nrequirements:\n";

Policy policy(std::string const& requirements, std::string file = "policy.yaml") {
  return loaded(read_policy(std::move(file), kPolicy + requirements));
}

// The gateway of London and Paris, the tunnel of Berlin, whose second one is to come.
constexpr std::string_view kRanges = R"(schema: ingress-ranges/1
provider: acme
complete: false
regions:
  - id: london
    aliases: [uk]
    ranges:
      - {prefix: 192.0.2.1, service: swg}
      - {prefix: "2001:db8::1", service: swg}
  - id: paris
    ranges:
      - {prefix: 192.0.2.64/26, service: swg, from: 2027-01-01}
      - {prefix: 192.0.2.2, service: swg, until: 2026-12-31}
  - id: berlin
    ranges:
      - {prefix: 192.0.2.3, service: ipsec}
)";
constexpr Date kToday{2026, 11, 23};

std::string text_of(WantedFlow const& flow) {
  auto const sets = [&](AddressSet const& set) {
    std::string text;
    for (auto const& prefix : to_prefixes(flow.family, set))
      text += (text.empty() ? "" : ",") + to_string(prefix);
    return text;
  };
  std::string text = l4proto_name(flow.protocol) + ' ' + sets(flow.src) + " > " + sets(flow.dst);
  if (flow.ports) {
    text += ':' + std::to_string(flow.ports->first);
    if (flow.ports->last != flow.ports->first) text += '-' + std::to_string(flow.ports->last);
  }
  if (flow.region != nullptr) text += " (" + flow.region->id + ')';
  return text + '\n';
}

// All of it as text: requirements, their flows, what is unresolved, and the notes.
std::string text_of(Wanted const& wanted) {
  std::string text;
  for (auto const& each : wanted.requirements) {
    text += each.requirement->id + ' ' + std::string(name(each.level)) + '\n';
    for (auto const& flow : each.flows) text += "  " + text_of(flow);
    for (auto const& unresolved : each.unresolved)
      text += "  ? " + to_string(unresolved.at) + ": " + unresolved.text + '\n';
  }
  for (auto const& note : wanted.notes)
    text += note.code + ' ' + to_string(note.at) + ": " + note.message.english() + '\n';
  return text;
}

std::string asked(std::string const& requirements, std::string const& site_lines,
                  Date as_of = kToday) {
  std::vector<Policy> const policies{policy(requirements)};
  auto const ranges = loaded(read_ingress_ranges("ranges.yaml", kRanges));
  auto const site = loaded(read_site("site.yaml", "schema: site/1\nsite: s\n" + site_lines));
  auto const result = wanted(policies, ranges, site, as_of);
  return result ? text_of(*result) : to_message(result.error());
}

std::string const kIp4 = "clients: [10.0.0.0/8]\n";
std::string const kBoth = "clients: [10.0.0.0/8, \"fc00::/7\"]\n";
// One requirement of a policy.
std::string lines(std::string const& id, std::string const& feature, std::string const& level,
                  std::string const& protocol, std::string const& ports, std::string const& to,
                  std::string const& expect = "allow") {
  return "  - id: " + id + "\n    feature: " + feature + "\n    level: " + level +
         "\n    expect: " + expect + "\n    protocol: " + protocol +
         (ports.empty() ? "" : "\n    ports: " + ports) + "\n    to: " + to + '\n';
}

}  // namespace

TEST_CASE("wanted: each address, protocol and port is a flow from the clients of its family") {
  CHECK(asked(lines("dns", "dns", "required", "[udp, tcp]", "[53, 8080-8090]",
                    "{addresses: [192.0.2.1, \"2001:db8::/32\"]}"),
              "clients: [10.0.0.0/9, 10.128.0.0/9, \"fc00::/7\"]\n") ==
        "dns required\n"
        "  udp 10.0.0.0/8 > 192.0.2.1/32:53\n"
        "  udp 10.0.0.0/8 > 192.0.2.1/32:8080-8090\n"
        "  tcp 10.0.0.0/8 > 192.0.2.1/32:53\n"
        "  tcp 10.0.0.0/8 > 192.0.2.1/32:8080-8090\n"
        "  udp fc00::/7 > 2001:db8::/32:53\n"
        "  udp fc00::/7 > 2001:db8::/32:8080-8090\n"
        "  tcp fc00::/7 > 2001:db8::/32:53\n"
        "  tcp fc00::/7 > 2001:db8::/32:8080-8090\n");
}

TEST_CASE("wanted: a protocol without ports is a flow without ports") {
  CHECK(asked(lines("esp", "ipsec", "required", "esp", "", "{addresses: [192.0.2.1]}"), kIp4) ==
        "esp required\n  esp 10.0.0.0/8 > 192.0.2.1/32\n");
}

TEST_CASE("wanted: a family that the clients have no address of is left out, with a note") {
  CHECK(asked(lines("dns", "dns", "required", "udp", "[53]",
                    "{addresses: [192.0.2.1, \"2001:db8::1\"]}") +
                  lines("six", "dns", "required", "udp", "[53]", "{addresses: [\"2001:db8::2\"]}"),
              kIp4) ==
        "dns required\n"
        "  udp 10.0.0.0/8 > 192.0.2.1/32:53\n"
        "SC911 site.yaml:2:7: the clients have no IPv6 address: 2 IPv6 destinations are left out\n"
        "SC911 site.yaml:2:7: left out altogether: six\n");
}

TEST_CASE("wanted: clients without IPv4 need what has IPv4 addresses alone all the same") {
  CHECK(asked(lines("four", "dns", "required", "udp", "[53]", "{addresses: [192.0.2.1]}") +
                  lines("more", "dns", "recommended", "udp", "[53]", "{addresses: [192.0.2.1]}"),
              "clients: [\"fc00::/7\"]\n") ==
        "four required\n"
        "  ? policy.yaml:4:9: the clients have no IPv4 address, and its destinations have no "
        "other: whether a "
        "translator (NAT64) leads there, no rule tells\n"
        "SC911 site.yaml:2:7: the clients have no IPv4 address: 2 IPv4 destinations are left out\n"
        "SC911 site.yaml:2:7: left out altogether: more\n");
}

TEST_CASE("wanted: a site with nothing left to check is an error, not a pass") {
  CHECK(asked(lines("six", "dns", "required", "udp", "[53]", "{addresses: [\"2001:db8::2\"]}"),
              kIp4) ==
        "site.yaml:2:7: nothing is left to check for this site\n"
        "  hint: its policies ask only for features that it does not list, or for a family that "
        "its clients have no address of\n");
}

TEST_CASE("wanted: conditional requirements are required where the site lists the feature") {
  auto const two = lines("dns", "dns", "recommended", "udp", "[53]", "{addresses: [192.0.2.1]}") +
                   lines("va-1", "va", "conditional", "udp", "[53]", "{addresses: [192.0.2.2]}") +
                   lines("va-2", "va", "conditional", "udp", "[123]", "{addresses: [192.0.2.2]}");
  std::string const dns = "dns recommended\n  udp 10.0.0.0/8 > 192.0.2.1/32:53\n";
  CHECK(asked(two, kIp4 + "features: [va, ztna]\n") ==
        dns +
            "va-1 required\n  udp 10.0.0.0/8 > 192.0.2.2/32:53\n"
            "va-2 required\n  udp 10.0.0.0/8 > 192.0.2.2/32:123\n");
  std::string const left_out =
      "SC912 policy.yaml:11:9: the site does not list the feature va: va-1, va-2 are left out\n";
  CHECK(asked(two, kIp4) == dns + left_out);
  CHECK(asked(two, kIp4 + "features: []\n") == dns + left_out);
}

TEST_CASE(
    "wanted: of a range that is not in effect the flows stand apart, by which side it is on") {
  auto const p = policy(lines("web", "swg", "required", "tcp", "[443]", "{ingress: swg}"));
  auto const ranges = loaded(read_ingress_ranges("ranges.yaml", kRanges));
  auto const in =
      loaded(read_site("site.yaml", "schema: site/1\nsite: s\n" + kIp4 + "regions: [paris]\n"));
  std::vector const policies{p};
  auto const early = loaded(wanted(policies, ranges, in, {2026, 11, 23}));
  REQUIRE(early.requirements.size() == 1);
  CHECK(early.requirements[0].retired.empty());
  REQUIRE(early.requirements[0].later.size() == 1);
  CHECK(text_of(early.requirements[0].later[0]) == "tcp 10.0.0.0/8 > 192.0.2.64/26:443 (paris)\n");
  auto const late = loaded(wanted(policies, ranges, in, {2027, 1, 1}));
  CHECK(late.requirements[0].later.empty());
  REQUIRE(late.requirements[0].retired.size() == 1);
  CHECK(text_of(late.requirements[0].retired[0]) == "tcp 10.0.0.0/8 > 192.0.2.2/32:443 (paris)\n");
}

TEST_CASE(
    "wanted: a conditional requirement that nobody has verified is recommended, with a note") {
  auto const one = lines("zta", "ztna", "conditional", "tcp", "[443]", "{addresses: [192.0.2.1]}");
  std::string const flow = "\n  tcp 10.0.0.0/8 > 192.0.2.1/32:443\n";
  auto const features = kIp4 + "features: [ztna]\n";
  CHECK(asked(one + "    confidence: third-party\n", features) ==
        "zta recommended" + flow +
            "SC918 policy.yaml:4:9: zta counts as recommended: what is known of it is not verified "
            "(third-party)\n");
  CHECK(asked(one + "    confidence: inferred\n", features).starts_with("zta recommended"));
  CHECK(asked(one + "    confidence: memory\n", features).starts_with("zta recommended"));
  CHECK(asked(one + "    confidence: seed\n", features) == "zta required" + flow);
  CHECK(asked(one + "    confidence: first-party\n", features) == "zta required" + flow);
  CHECK(asked(one, features) == "zta required" + flow);
}

TEST_CASE("wanted: a name without addresses is unresolved, each by itself") {
  CHECK(asked(lines("pki", "pki", "recommended", "tcp", "[80]",
                    "{names: [ocsp.example, \"*.crl.example\"]}"),
              kIp4) ==
        "pki recommended\n"
        "  ? policy.yaml:10:18: the addresses of ocsp.example are not known\n"
        "  ? policy.yaml:10:32: the addresses of *.crl.example are not known\n");
}

TEST_CASE("wanted: a name with addresses beside it is checked by the addresses, with a note") {
  CHECK(asked(lines("sync", "sync", "required", "tcp", "[443]",
                    "{addresses: [192.0.2.0/24], names: [sync.example]}"),
              kIp4) ==
        "sync required\n"
        "  tcp 10.0.0.0/8 > 192.0.2.0/24:443\n"
        "SC914 policy.yaml:10:45: sync: the addresses given are checked; sync.example is not "
        "resolved\n");
}

TEST_CASE("wanted: an ingress service is the ranges of the site's regions that carry it") {
  CHECK(asked(lines("swg", "swg", "required", "tcp", "[443]", "{ingress: swg}"),
              kBoth + "regions: [uk]\n") ==
        "swg required\n"
        "  tcp 10.0.0.0/8 > 192.0.2.1/32:443 (london)\n"
        "  tcp fc00::/7 > 2001:db8::1/128:443 (london)\n"
        "SC901 ranges.yaml:2:11: the ranges of acme are not complete: the provider has addresses "
        "that are not checked here\n");
}

TEST_CASE("wanted: a region that was asked for and has no such range is unresolved, never a pass") {
  CHECK(asked(lines("swg", "swg", "required", "tcp", "[443]",
                    "{ingress: swg, names: [proxy.example]}"),
              kIp4 + "regions: [berlin, paris]\n") ==
        "swg required\n"
        "  tcp 10.0.0.0/8 > 192.0.2.2/32:443 (paris)\n"
        "  ? ranges.yaml:14:9: no range of service swg is known in region berlin of provider acme; "
        "clients resolve proxy.example\n"
        "SC913 ranges.yaml:12:18: 192.0.2.64/26 (swg, paris) is no part of the verdict: it takes "
        "effect on "
        "2027-01-01\n"
        "SC901 ranges.yaml:2:11: the ranges of acme are not complete: the provider has addresses "
        "that are not checked here\n");
}

TEST_CASE("wanted: without regions every known one is checked, and those without a range are not") {
  CHECK(asked(lines("swg", "swg", "required", "tcp", "[443]", "{ingress: swg}"), kIp4,
              Date{2027, 1, 1}) ==
        "swg required\n"
        "  tcp 10.0.0.0/8 > 192.0.2.1/32:443 (london)\n"
        "  tcp 10.0.0.0/8 > 192.0.2.64/26:443 (paris)\n"
        "SC911 site.yaml:2:7: the clients have no IPv6 address: 1 IPv6 destination is left out\n"
        "SC913 ranges.yaml:13:18: 192.0.2.2/32 (swg, paris) is no part of the verdict: it was in "
        "effect until "
        "2026-12-31\n"
        "SC915 site.yaml:2:7: the site names no region: every known one that carries a service is "
        "checked for it\n"
        "SC901 ranges.yaml:2:11: the ranges of acme are not complete: the provider has addresses "
        "that are not checked here\n");
}

TEST_CASE("wanted: a service that no region carries is unresolved") {
  auto const text = asked(lines("vpn", "vpn", "required", "tcp", "[443]", "{ingress: vpn}"), kIp4);
  CHECK(text.starts_with(
      "vpn required\n"
      "  ? policy.yaml:4:9: no range of service vpn is known for the regions of the site of "
      "provider acme\n"));
}

TEST_CASE("wanted: anywhere but the resolvers is all addresses of each family without them") {
  std::vector<Policy> const policies{
      policy(lines("others", "dns", "required", "udp", "[53]",
                   "{anywhere_but: [0.0.0.0/1, 192.0.0.0/2, \"::/1\"]}", "deny"))};
  auto const site = loaded(read_site("site.yaml", "schema: site/1\nsite: s\n" + kBoth));
  auto const result = loaded(wanted(policies, IngressRanges{}, site, kToday));
  CHECK(text_of(result) ==
        "others required\n"
        "  udp 10.0.0.0/8 > 128.0.0.0/2:53\n"
        "  udp fc00::/7 > 8000::/1:53\n");
}

TEST_CASE("wanted: anywhere asks nothing of a family that the clients do not have") {
  CHECK(asked(lines("any", "ncsi", "required", "tcp", "[80]", "{anywhere: true}"), kIp4) ==
        "any required\n  tcp 10.0.0.0/8 > 0.0.0.0/0:80\n");
}

TEST_CASE("wanted: an unknown region is an error where ranges are asked for") {
  CHECK(asked(lines("swg", "swg", "required", "tcp", "[443]", "{ingress: swg}"),
              kIp4 + "regions: [lodnon]\n") ==
        "site.yaml:4:11: provider 'acme' has no region 'lodnon' here\n"
        "  hint: did you mean 'london'? known: london, uk, paris, berlin\n");
}

TEST_CASE("wanted: an id of two policies is an error that names both places") {
  auto const one = lines("dns", "dns", "required", "udp", "[53]", "{addresses: [192.0.2.1]}");
  std::vector<Policy> const policies{policy(one, "a.yaml"), policy(one, "b.yaml")};
  auto const site = loaded(read_site("site.yaml", "schema: site/1\nsite: s\n" + kIp4));
  auto const result = wanted(policies, IngressRanges{}, site, kToday);
  REQUIRE_FALSE(result);
  CHECK(to_message(result.error()) ==
        "b.yaml:4:9: requirement 'dns' is defined twice\n"
        "  hint: first at a.yaml:4:9; the policies of a site need ids of their own\n");
}

TEST_CASE("wanted: a waiver of what no policy requires is noted") {
  CHECK(asked(lines("dns", "dns", "required", "udp", "[53]", "{addresses: [192.0.2.1]}"),
              kIp4 + "waivers:\n"
                     "  - {requirement: dns, reason: r, expires: 2027-01-31}\n"
                     "  - {requirement: dsn, reason: r, expires: 2027-01-31}\n") ==
        "dns required\n"
        "  udp 10.0.0.0/8 > 192.0.2.1/32:53\n"
        "SC916 site.yaml:6:19: the waiver of 'dsn' waives nothing: no policy of the site requires "
        "that\n");
}

TEST_CASE("wanted: more flows than can be proven are an error at the requirement") {
  std::string ports = "[1";
  for (int port = 3; port < 2001; port += 2) ports += ", " + std::to_string(port);
  std::string addresses = "{addresses: [10.0.0.0";
  for (int i = 1; i < 101; ++i) addresses += ", 10.0.0." + std::to_string(i);
  CHECK(asked(lines("many", "dns", "required", "udp", ports + ']', addresses + "]}"), kIp4) ==
        "policy.yaml:4:9: more than 100000 flows to prove, up to this requirement\n"
        "  hint: name the regions of the site, or fewer ports\n");
}

TEST_CASE("wanted: a flow keeps its range, for its days and how sure it is") {
  std::vector<Policy> const policies{
      policy(lines("swg", "swg", "required", "tcp", "[443]", "{ingress: swg}"))};
  auto const ranges = loaded(read_ingress_ranges("ranges.yaml", kRanges));
  auto const site =
      loaded(read_site("site.yaml", "schema: site/1\nsite: s\n" + kIp4 + "regions: [paris]\n"));
  auto const result = loaded(wanted(policies, ranges, site, kToday));
  auto const& flow = result.requirements.at(0).flows.at(0);
  REQUIRE(flow.range != nullptr);
  CHECK((flow.range->until == Date{2026, 12, 31}));
  CHECK((flow.at == Location{"ranges.yaml", 13, 18}));
  CHECK(flow.family == Family::ip4);
}

}  // namespace safeconduct::test
