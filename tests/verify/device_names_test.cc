// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/device_names.h"

#include <doctest/doctest.h>

namespace safeconduct::test {
namespace {

DeviceNames names() {
  Site site;
  site.paths.resize(2);
  Device perimeter;
  perimeter.name = "perimeter";
  perimeter.addresses = {{*parse_address("10.20.0.1"), {}}, {*parse_address("2001:db8::1"), {}}};
  Device core;
  core.name = "core";
  core.addresses = {{*parse_address("10.20.0.10"), {}}};
  site.paths[0].devices = {core};
  site.paths[1].devices = {core, perimeter};
  return device_names(site);
}

}  // namespace

TEST_CASE("device_names: hops and senders of errors get the names of the site's devices") {
  Observation o;
  o.detail = "refused by 10.20.0.1 (admin-prohibited). It is 10.20.0.1.";
  o.offender = parse_address("10.20.0.1");
  o.path.resize(3);
  o.path[0].by = parse_address("10.20.0.10");
  o.path[1].by = parse_address("10.20.0.100");
  o.evidence = {{"path", "1 10.20.0.10, 2 10.20.0.100, 3 silent"},
                {"source", "source 10.20.0.1:4711"},
                {"path-control", "1 2001:db8::1, 2 2001:db8::12, 3 110.20.0.1"}};
  name_devices(o, names());
  CHECK(o.detail ==
        "refused by 10.20.0.1 [perimeter] (admin-prohibited). It is 10.20.0.1 [perimeter].");
  CHECK(o.offender_device == "perimeter");
  CHECK(o.path[0].device == "core");
  CHECK(o.path[1].device.empty());
  CHECK(o.path[2].device.empty());
  CHECK(o.evidence[0].text == "1 10.20.0.10 [core], 2 10.20.0.100, 3 silent");
  CHECK(o.evidence[1].text == "source 10.20.0.1:4711");  // it was not heard there
  CHECK(o.evidence[2].text == "1 2001:db8::1 [perimeter], 2 2001:db8::12, 3 110.20.0.1");
}

namespace {

std::string named(std::string text, DeviceNames const& names) {
  Observation o;
  o.detail = std::move(text);
  name_devices(o, names);
  return o.detail.english();
}

}  // namespace

TEST_CASE("device_names: an address is found before a port, at an end, and in any form") {
  CHECK(named("refused by 10.20.0.1:443", names()) == "refused by 10.20.0.1:443 [perimeter]");
  CHECK(named("10.20.0.1:443, 10.20.0.1: no", names()) ==
        "10.20.0.1:443 [perimeter], 10.20.0.1 [perimeter]: no");
  CHECK(named("[2001:db8::1]:443 or 2001:DB8:0::1.", names()) ==
        "[2001:db8::1 [perimeter]]:443 or 2001:DB8:0::1 [perimeter].");
  for (auto const* other : {"10.20.0.1.5", "10.20.0.11", "x10.20.0.1", "10.20.0.1x", "10.20.0.2:1",
                            "2001:db8::1:443", "10.20.0.1:a", "a.b:c", "1:2:3", ""}) {
    CAPTURE(other);
    CHECK(named(other, names()) == other);
  }
}

TEST_CASE("device_names: a name that reads like an address is not named again") {
  Site site;
  site.path.resize(2);
  site.path[0].name = "fw 10.20.0.10";
  site.path[0].addresses = {{*parse_address("10.20.0.1"), {}}};
  site.path[1].name = "core";
  site.path[1].addresses = {{*parse_address("10.20.0.10"), {}}};
  CHECK(named("10.20.0.1 and 10.20.0.10", device_names(site)) ==
        "10.20.0.1 [fw 10.20.0.10] and 10.20.0.10 [core]");
}

TEST_CASE("device_names: without addresses in the site file nothing is named") {
  Observation o;
  o.detail = "refused by 10.20.0.1";
  o.offender = parse_address("10.20.0.1");
  auto const before = o;
  name_devices(o, device_names(Site{}));
  CHECK(o == before);
}

}  // namespace safeconduct::test
