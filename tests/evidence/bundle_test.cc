// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle.h"

#include <doctest/doctest.h>

#include <sstream>

#include "evidence/wanted_sample.h"
#include "support/archive_bytes.h"

namespace safeconduct::test {
namespace {

constexpr std::string_view kLine =
    "2024-08-27 03:07:43 [1] [DEBUG] < 12> Dns Protection IPv4 State Machine: rejected all "
    "candidate resolvers for port 53.\n";

Bundle bundle_of(std::string const& name, std::string const& bytes) {
  WantedSample const sample;
  std::istringstream in(bytes);
  Bundle bundle;
  read_evidence(name, in, sample.wanted, {}, bundle);
  return bundle;
}

}  // namespace

TEST_CASE("bundle: logs are found by name, at any depth and in any case") {
  auto const bundle = bundle_of(
      "b.zip",
      zip_bytes({{"Cisco Secure Client/Umbrella/Logs/CSCUmbrellaPlugin.TXT", std::string(kLine)},
                 {"x\\umbrella.txt", "Date : 08/27/2024\n"},
                 {"SystemInfo/systeminfo.txt", "OS Name:      Some OS\nHost Name:  LAPTOP-7\n"},
                 {"OrgInfo.json", "{\"organizationId\": 1234567, \"fingerprint\":\"ab12cd\"}"},
                 {"holiday.jpg", "no"},
                 {"oldcscumbrellaplugin.txt", std::string(kLine)}}));
  REQUIRE(bundle.plugin_logs.size() == 1);
  CHECK(bundle.plugin_logs[0].file ==
        "b.zip/Cisco Secure Client/Umbrella/Logs/CSCUmbrellaPlugin.TXT");
  CHECK(bundle.plugin_logs[0].steps.size() == 1);
  CHECK(bundle.swg_logs.size() == 1);
  CHECK(bundle.client.registered);
  CHECK(bundle.client.system == "Some OS");
  std::vector<Secret> const secrets{{Secret::Kind::host, "LAPTOP-7"},
                                    {Secret::Kind::organization, "1234567"},
                                    {Secret::Kind::fingerprint, "ab12cd"}};
  CHECK(bundle.client.secrets == secrets);
  CHECK(bundle.passed_over == 2);
  CHECK_FALSE(bundle.incomplete);
}

TEST_CASE("bundle: a file that was named is told by its first lines, too") {
  CHECK(bundle_of("mine.log", std::string(kLine)).plugin_logs.size() == 1);
  CHECK(bundle_of("mine.log", "*****\n\nDate        : 08/27/2024\n").swg_logs.size() == 1);
  auto const other = bundle_of("mine.log", "hello\n");
  CHECK(other.incomplete);
  REQUIRE(other.notes.size() == 1);
  CHECK(other.notes[0].code == "SC964");
}

TEST_CASE("bundle: a capture that cannot be read leaves the evidence incomplete") {
  auto const bundle =
      bundle_of("b.zip", zip_bytes({{"x.pcap", "\xD4\xC3\xB2\xA1"}, {"Umbrella.txt", ""}}));
  CHECK(bundle.captures.empty());
  CHECK(bundle.incomplete);
  REQUIRE(bundle.notes.size() == 1);
  CHECK(bundle.notes[0].at.file == "b.zip/x.pcap");
}

}  // namespace safeconduct::test
