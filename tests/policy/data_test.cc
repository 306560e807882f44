// SPDX-License-Identifier: GPL-3.0-or-later
// The files that are shipped: policies/ and ingress-ranges/.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/codes.h"
#include "policy/read.h"
#include "policy/wanted.h"

namespace safeconduct::test {
namespace {

std::filesystem::path source(std::string_view below) {
  return std::filesystem::path(SC_TEST_SOURCE_DIR) / below;
}

std::string text_of(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.is_open(), path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> yaml_files(std::string_view folder) {
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator(source(folder)))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

template <class T>
T loaded(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : to_message(result.error())));
  return std::move(*result);
}

Policy policy(std::string const& id) {
  return loaded(read_policy(id + ".yaml", text_of(source("policies/" + id + ".yaml"))));
}

IngressRanges ranges(std::string const& provider) {
  return loaded(read_ingress_ranges(provider + ".yaml",
                                    text_of(source("ingress-ranges/" + provider + ".yaml"))));
}

std::vector<std::string> ids(Policy const& policy, Level level) {
  std::vector<std::string> result;
  for (auto const& requirement : policy.requirements)
    if (requirement.level == level) result.push_back(requirement.id);
  return result;
}

Site site(std::string const& more) {
  return loaded(read_site("site.yaml",
                          "schema: site/1\nsite: s\nclients: [10.0.0.0/8, \"fc00::/7\"]\n" + more));
}

constexpr Date kToday{2026, 11, 23};

}  // namespace

TEST_CASE("data: the policies and providers are those that the documents name") {
  using Names = std::vector<std::string>;
  CHECK((yaml_files("policies") ==
         Names{"dns-enforcement", "secure-client-roaming", "umbrella-sig"}));
  CHECK((yaml_files("ingress-ranges") == Names{"cisco-secure-access", "cisco-umbrella"}));
}

TEST_CASE("data: a file is called by the id of what is in it") {
  for (auto const& id : yaml_files("policies")) CHECK(policy(id).id == id);
  for (auto const& id : yaml_files("ingress-ranges")) CHECK(ranges(id).provider == id);
}

TEST_CASE(
    "data: every requirement says what it is, what its loss does, and where that is known from") {
  for (auto const& id : yaml_files("policies")) {
    auto const file = policy(id);
    std::set<std::string> used;
    for (auto const& requirement : file.requirements) {
      CAPTURE(requirement.id);
      CHECK_FALSE(requirement.title.empty());
      CHECK_FALSE(requirement.impact.empty());
      CHECK_FALSE(requirement.sources.empty());
      CHECK(requirement.confidence);
      for (auto const& key : requirement.sources) used.insert(key.value);
    }
    for (auto const& source : file.sources) {
      CAPTURE(source.key);
      CHECK(used.contains(source.key));  // no source is left over
    }
  }
}

TEST_CASE("data: what is not verified is never required") {
  for (auto const& id : yaml_files("policies")) {
    for (auto const& requirement : policy(id).requirements) {
      CAPTURE(requirement.id);
      CHECK(requirement.confidence != Confidence::memory);
      if (requirement.level == Level::required) CHECK(requirement.confidence <= Confidence::seed);
    }
  }
}

TEST_CASE("data: nothing required is known by name only, which no rule set can be shown to pass") {
  for (auto const& id : yaml_files("policies")) {
    for (auto const& requirement : policy(id).requirements) {
      CAPTURE(requirement.id);
      auto const* const listed = std::get_if<ToListed>(&requirement.to);
      if (requirement.level == Level::required && listed != nullptr)
        CHECK_FALSE(listed->addresses.empty());
    }
  }
}

TEST_CASE("data: the policies can be used together, but for those of two products") {
  std::map<std::string, std::string> owner;
  for (auto const& id : yaml_files("policies"))
    for (auto const& requirement : policy(id).requirements) {
      CAPTURE(requirement.id);
      CHECK(owner.emplace(requirement.id, id).second);
    }
}

TEST_CASE("data: the roaming policy requires DNS, the gateway and sync, and recommends the rest") {
  using Ids = std::vector<std::string>;
  auto const roaming = policy("secure-client-roaming");
  CHECK((ids(roaming, Level::required) == Ids{"dns-443-udp", "dns-53-udp", "dns-53-tcp",
                                              "dns-443-tcp", "swg-443", "sync-443", "api-443"}));
  CHECK((ids(roaming, Level::recommended) == Ids{"pki-digicert", "pki-identrust", "update-443",
                                                 "blockpage-dns", "blockpage-web", "ncsi-80"}));
  for (auto const& requirement : roaming.requirements) {
    if (!requirement.id.starts_with("dns-")) continue;
    CAPTURE(requirement.id);
    auto const& addresses = std::get<ToListed>(requirement.to).addresses;
    REQUIRE(addresses.size() == 4);
    CHECK(to_string(addresses[0].value) == "208.67.222.222/32");
    CHECK(to_string(addresses[1].value) == "208.67.220.220/32");
    CHECK(to_string(addresses[2].value) == "2620:119:35::35/128");
    CHECK(to_string(addresses[3].value) == "2620:119:53::53/128");
  }
}

TEST_CASE("data: a site switches on zero trust access, tunnels, appliances and connectors") {
  auto const roaming = policy("secure-client-roaming");
  std::set<Feature> sets;
  for (auto const& requirement : roaming.requirements)
    if (requirement.level == Level::conditional) sets.insert(requirement.feature);
  CHECK((sets == std::set<Feature>{Feature::pac, Feature::ipsec, Feature::ztna, Feature::vpn,
                                   Feature::va, Feature::ad_connector}));
}

TEST_CASE("data: with every feature on, what is not verified is recommended at most, and noted") {
  for (auto const& id : {"secure-client-roaming", "umbrella-sig"}) {
    std::vector<Policy> const policies{policy(id)};
    auto const provider =
        ranges(id == std::string("umbrella-sig") ? "cisco-umbrella" : "cisco-secure-access");
    auto const home = site("features: [pac, ipsec, ztna, vpn, va, ad-connector]\n");
    auto const all = loaded(wanted(policies, provider, home, kToday));
    for (auto const& one : all.requirements) {
      CAPTURE(one.requirement->id);
      CHECK(one.level != Level::conditional);
      if (is_verified(*one.requirement->confidence)) continue;
      CHECK(one.level == Level::recommended);
      if (one.requirement->level != Level::conditional) continue;
      CHECK(std::ranges::any_of(all.notes, [&](Note const& note) {
        return note.code == code::kUnverified &&
               note.message.starts_with(one.requirement->id + " counts as recommended");
      }));
    }
    CHECK(std::ranges::none_of(
        all.notes, [](Note const& note) { return note.code == code::kFeatureLeftOut; }));
  }
}

TEST_CASE("data: losing UDP 443 leaves DNS in clear text, losing UDP 53 as well leaves it open") {
  auto const roaming = policy("secure-client-roaming");
  auto const broken = [&](std::string_view id) {
    auto const found = std::ranges::find(roaming.requirements, id, &Requirement::id);
    REQUIRE(found != roaming.requirements.end());
    CHECK(found->any_of == "dns-transport");
    REQUIRE(found->breaks.size() == 1);
    return found->breaks.front().value;
  };
  CHECK(broken("dns-443-udp") == "dns.Transparent");
  CHECK(broken("dns-53-udp") == "dns.Open");
}

TEST_CASE("data: no range is an egress address, Webex, Cloudflare, or a whole network of Cisco's") {
  std::vector<Prefix> not_ingress;
  for (auto const text : {"151.186.144.0/20", "151.186.160.0/20", "151.186.176.0/20",
                          "151.186.192.0/20", "163.129.0.0/17", "104.24.0.0/14", "162.158.0.0/15"})
    not_ingress.push_back(parse_prefix(text).value());
  for (auto const& provider : yaml_files("ingress-ranges")) {
    auto const file = ranges(provider);
    CHECK_FALSE(file.complete);
    for (auto const& region : file.regions) {
      for (auto const& range : region.ranges) {
        CAPTURE(to_string(range.prefix));
        CHECK(range.confidence);
        CHECK_FALSE(range.sources.empty());
        CHECK(range.prefix.length >= 24);
        for (auto const& prefix : not_ingress)
          CHECK_FALSE(interval(prefix).overlaps(interval(range.prefix)));
      }
    }
  }
}

TEST_CASE("data: London is a region of both providers, also by the name uk") {
  for (auto const& provider : yaml_files("ingress-ranges")) {
    auto const file = ranges(provider);
    auto const* const london = find_region(file, "uk");
    REQUIRE(london != nullptr);
    CHECK(london->name == "London");
    CHECK(london->country == "GB");
  }
}

TEST_CASE("data: a first run, every region and private clients, has nothing undecided but names") {
  std::vector<Policy> const policies{policy("secure-client-roaming")};
  auto const provider = ranges("cisco-secure-access");
  auto const home = site("");
  auto const all = loaded(wanted(policies, provider, home, kToday));
  CHECK(all.requirements.size() == 13);  // 7 required, 6 recommended
  for (auto const& each : all.requirements) {
    CAPTURE(each.requirement->id);
    if (each.level == Level::required) CHECK(each.unresolved.empty());
    for (auto const& unresolved : each.unresolved) CHECK(unresolved.why == Unresolved::Why::name);
  }
}

TEST_CASE("data: at an Umbrella site the anycast gateway counts in every region") {
  std::vector<Policy> const policies{policy("umbrella-sig"), policy("dns-enforcement")};
  auto const provider = ranges("cisco-umbrella");
  auto const tokyo = site("regions: [tokyo]\nfeatures: [ipsec, pac]\n");
  auto const all = loaded(wanted(policies, provider, tokyo, kToday));
  auto const destinations = [&](std::string_view id) {
    auto const found = std::ranges::find(
        all.requirements, id, [](WantedRequirement const& each) { return each.requirement->id; });
    REQUIRE(found != all.requirements.end());
    CHECK(found->unresolved.empty());
    std::string text;
    for (auto const& flow : found->flows)
      text += to_string(to_prefixes(flow.family, flow.dst).front()) + ':' +
              std::to_string(flow.ports->first) + ' ';
    return text;
  };
  CHECK(destinations("umbrella-swg-443") == "146.112.255.50/32:443 ");
  CHECK(destinations("umbrella-pac") == "146.112.255.50/32:80 146.112.255.50/32:443 ");
  CHECK(destinations("umbrella-ipsec") == "146.112.112.8/32:500 146.112.112.8/32:4500 ");
}

TEST_CASE("data: the schemas know every word that the readers know") {
  auto const check = [](std::string_view file, std::span<std::string_view const> words) {
    auto const text = text_of(source(file));
    for (auto const word : words) {
      CAPTURE(word);
      CHECK(text.find('"' + std::string(word) + '"') != std::string::npos);
    }
  };
  for (auto const words :
       {feature_names(), level_names(), expect_names(), confidence_names(), constraint_names(),
        probe_kind_names(), protocol_names(), client_states()})
    check("policies/policy.schema.json", words);
  check("ingress-ranges/ingress-ranges.schema.json", feature_names());
  check("ingress-ranges/ingress-ranges.schema.json", confidence_names());
  check("policies/site.schema.json", feature_names());
  check("policies/fleet.schema.json", feature_names());
}

}  // namespace safeconduct::test
