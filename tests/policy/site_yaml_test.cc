// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "policy/read.h"

namespace safeconduct::test {
namespace {

Site read(std::string_view text, std::string file = "sites/london.yaml") {
  auto site = read_site(std::move(file), text);
  REQUIRE_MESSAGE(site, (site ? "" : to_message(site.error())));
  return std::move(*site);
}

std::string const kShort = "schema: site/1\nsite: s\nclients: [10.0.0.0/8]\n";

}  // namespace

TEST_CASE("site_yaml: the example of the contract is read as it stands") {
  auto const site = read(R"(schema: site/1                         # one site
site: london-branch
clients: [10.20.0.0/16, "2001:db8:20::/48"]
provider: cisco-secure-access
regions: [eu-west-2]
features: []                           # conditional requirement sets that this site uses: ztna, ipsec, va, …
policies: [secure-client-roaming]
path:                                  # the devices that the traffic crosses, in order
  - device: gateway
    rules: [gateway.v4.iptables, gateway.v6.iptables, gateway.ipset]
    enter: lan0
    leave: wan0
  - device: perimeter
    rules: [perimeter.csv]
    dialect: panos
    enter: trust
    leave: untrust
waivers:
  - {requirement: sync-443, reason: "change 4711 pending", expires: 2027-01-31}
)");
  CHECK(site.name == "london-branch");
  CHECK(site.folder == "sites/");
  CHECK((site.at == Location{"sites/london.yaml", 2, 7}));
  REQUIRE(site.clients.size() == 2);
  CHECK(to_string(site.clients[1].value) == "2001:db8:20::/48");
  CHECK((site.clients[1].at == Location{"sites/london.yaml", 3, 25}));
  CHECK(site.settings.provider->value == "cisco-secure-access");
  CHECK(site.settings.regions.front().value == "eu-west-2");
  REQUIRE(site.settings.features);
  CHECK(site.settings.features->empty());
  REQUIRE(site.path.size() == 2);
  CHECK(site.path[0].name == "gateway");
  CHECK(site.path[0].rules.size() == 3);
  CHECK((site.path[0].rules[2] ==
         Placed<std::string>{"gateway.ipset", {"sites/london.yaml", 10, 55}}));
  CHECK_FALSE(site.path[0].dialect);
  CHECK(site.path[1].dialect->value == "panos");
  CHECK(site.path[1].enter->value == "trust");
  CHECK(site.path[1].leave->value == "untrust");
  REQUIRE(site.waivers.size() == 1);
  CHECK(site.waivers[0].requirement.value == "sync-443");
  CHECK((site.waivers[0].expires == Date{2027, 1, 31}));
}

TEST_CASE(
    "site_yaml: a waiver may name its owner, and be for some regions, devices and codes only") {
  auto const site = read(kShort + R"(waivers:
  - {requirement: dns, regions: [uk], devices: [gw], codes: [SC101, SC105],
     reason: r, owner: "netops, J.", expires: 2027-01-31}
  - {requirement: dns, reason: r, expires: 2027-01-31}
)");
  REQUIRE(site.waivers.size() == 2);
  auto const& one = site.waivers[0];
  CHECK(one.owner == "netops, J.");
  CHECK(one.regions.front().value == "uk");
  CHECK(one.devices.front().value == "gw");
  REQUIRE(one.codes.size() == 2);
  CHECK(one.codes[1].value == "SC105");
  CHECK(site.waivers[1].owner.empty());
  CHECK_FALSE(same_scope(one, site.waivers[1]));
}

TEST_CASE("site_yaml: a site needs no more than its name and its clients") {
  auto const site = read(kShort, "s.yaml");
  CHECK(site.folder.empty());
  CHECK(site.path.empty());
  CHECK_FALSE(site.settings.provider);
  CHECK_FALSE(site.settings.features);
}

TEST_CASE("site_yaml: a device may list its addresses, on each of its paths") {
  auto const site = read(kShort + R"(paths:
  - path: fibre
    devices: [{device: gw, rules: [gw.nft], addresses: [10.0.0.1, "2001:db8::1"]}]
  - path: lte
    devices: [{device: gw, rules: [gw.nft], addresses: [10.0.0.1/32]}, {device: fw, rules: [fw.nft]}]
)");
  auto const& first = site.paths[0].devices[0].addresses;
  REQUIRE(first.size() == 2);
  CHECK(to_string(first[1].value) == "2001:db8::1");
  CHECK(site.paths[1].devices[0].addresses[0].value == first[0].value);
  CHECK(site.paths[1].devices[1].addresses.empty());
}

TEST_CASE("site_yaml: a device may say what its masquerade puts in, and that its routes agree") {
  auto const site =
      read(kShort +
           "path:\n  - device: gw\n    rules: [gw.nft]\n    masquerade-as: "
           "[192.0.2.7, \"2001:db8::7\"]\n    symmetric-routes: true\n    "
           "plain-interfaces: true\n    known-neighbours: true\n    full-listing: true\n");
  CHECK(site.path[0].symmetric_routes);
  CHECK(site.path[0].plain_interfaces);
  CHECK(site.path[0].known_neighbours);
  CHECK(site.path[0].full_listing);
  REQUIRE(site.path[0].masquerade_as.size() == 2);
  CHECK(to_string(site.path[0].masquerade_as[1].value) == "2001:db8::7");
}

TEST_CASE("site_yaml: several paths have names, and may share a device that leaves elsewhere") {
  auto const site = read(kShort + R"(paths:
  - path: fibre
    devices:
      - {device: gw, rules: [gw.nft], enter: lan0, leave: wan0}
      - {device: fw, rules: [fw.nft]}
  - path: mobile
    devices:
      - {device: gw, rules: [gw.nft], enter: lan0, leave: wwan0}
)",
                         "s.yaml");
  CHECK(site.path.empty());
  REQUIRE(site.paths.size() == 2);
  CHECK(site.paths[0].name == "fibre");
  REQUIRE(site.paths[0].devices.size() == 2);
  CHECK(site.paths[0].devices[1].name == "fw");
  CHECK(site.paths[1].devices[0].leave->value == "wwan0");
}

TEST_CASE("site_yaml: names that look like something else stay names") {
  auto const site = read("schema: site/1\nsite: NO\nclients: [10.0.0.0/8]\nregions: [0123, Off]\n");
  CHECK(site.name == "NO");
  CHECK(site.settings.regions[0].value == "0123");
  CHECK(site.settings.regions[1].value == "Off");
}

TEST_CASE("fleet_yaml: the example of the contract is read as it stands") {
  auto const fleet = read_fleet("fleet.yaml", R"(schema: fleet/1                        # many sites
defaults: {provider: cisco-secure-access, policies: [secure-client-roaming]}
sites: [sites/*.yaml]
)");
  REQUIRE(fleet);
  CHECK(fleet->defaults.provider->value == "cisco-secure-access");
  CHECK(fleet->sites.front().value == "sites/*.yaml");
  CHECK(fleet->folder.empty());
}

TEST_CASE("fleet_yaml: a site's own word goes before the fleet's") {
  auto const fleet = read_fleet(
      "f",
      "schema: fleet/1\ndefaults: {provider: p, regions: [uk], features: [va], policies: [q]}\n"
      "sites: [a]\n");
  REQUIRE(fleet);
  auto const silent = with_defaults(read(kShort), fleet->defaults);
  CHECK((silent.settings == fleet->defaults));
  auto const own =
      with_defaults(read(kShort + "provider: o\nregions: [tokyo]\nfeatures: []\npolicies: [r]\n"),
                    fleet->defaults);
  CHECK(own.settings.provider->value == "o");
  CHECK(own.settings.regions.front().value == "tokyo");
  CHECK(own.settings.features->empty());
  CHECK(own.settings.policies.front().value == "r");
}

}  // namespace safeconduct::test
