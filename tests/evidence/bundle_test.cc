// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "evidence/capture_sample.h"
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

// As the files are found under /opt/cisco/secureclient and in the user's Library, with what macOS
// adds to an archive that it writes.
std::vector<ArchiveEntry> bundle_of_macos() {
  std::string const plugin(kLine);
  return {
      {"DARTBundle_0827/Cisco Secure Client/Umbrella/Logs/cscumbrellaplugin.txt", plugin},
      {"__MACOSX/DARTBundle_0827/Cisco Secure Client/Umbrella/Logs/._cscumbrellaplugin.txt",
       std::string("\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X", 16)},
      {"DARTBundle_0827/opt/cisco/secureclient/umbrella/OrgInfo.json",
       R"({"organizationId": "1234567"})"},
      {"DARTBundle_0827/.DS_Store", "Bud1"},
      {"DARTBundle_0827/opt/cisco/secureclient/umbrella/swg/Umbrella.txt", "Date : 08/27/2024\n"}};
}

std::string text_of(Octets const& bytes) { return {bytes.begin(), bytes.end()}; }

Bundle london_bundle(std::vector<std::pair<std::string, std::string>> const& files) {
  London const london;
  Bundle bundle;
  for (auto const& [name, bytes] : files) {
    std::istringstream in(bytes);
    read_evidence(name, in, london.wishes, {}, bundle);
  }
  return bundle;
}

std::vector<std::string> told(Notes const& notes) {
  std::vector<std::string> texts;
  for (auto const& note : notes)
    texts.push_back(note.code + ' ' + note.at.file + ": " + note.message.english());
  return texts;
}

using Texts = std::vector<std::string>;

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

TEST_CASE("bundle: one of macOS has other folders and the same files") {
  for (auto const& bytes :
       {zip_bytes(bundle_of_macos()), packed(Packing::gzip, tar_bytes(bundle_of_macos()))}) {
    auto const bundle = bundle_of("b", bytes);
    REQUIRE(bundle.plugin_logs.size() == 1);
    CHECK(bundle.plugin_logs[0].steps.size() == 1);
    CHECK(bundle.swg_logs.size() == 1);
    CHECK(bundle.client.registered);
    CHECK(bundle.passed_over == 2);
    CHECK_FALSE(bundle.incomplete);
    CHECK(bundle.notes.empty());
  }
}

TEST_CASE("bundle: a capture that is given twice counts once, packed or in an archive as well") {
  auto const capture = text_of(pcap(gateway_of_the_note().shots()));
  auto const bundle = london_bundle({{"a.pcap", capture},
                                     {"a.pcap", capture},
                                     {"a.pcap.gz", packed(Packing::gzip, capture)},
                                     {"b.zip", zip_bytes({{"x/b.pcap", capture}})}});
  CHECK(bundle.captures.size() == 1);
  CHECK(bundle.read.size() == 1);
  CHECK_FALSE(bundle.incomplete);
  CHECK(told(bundle.notes) ==
        Texts{"SC969 a.pcap: holds the same bytes as a.pcap: counts once",
              "SC969 a.pcap.gz/a.pcap: holds the same bytes as a.pcap: counts once",
              "SC969 b.zip/x/b.pcap: holds the same bytes as a.pcap: counts once"});
}

TEST_CASE("bundle: a log that is given twice counts once, and another of the same name twice") {
  std::string const line(kLine);
  auto const bundle =
      london_bundle({{"cscumbrellaplugin.txt", line},
                     {"b.zip", zip_bytes({{"cscumbrellaplugin.txt", line}})},
                     {"c.zip", zip_bytes({{"cscumbrellaplugin.txt", line + line}})}});
  CHECK(bundle.plugin_logs.size() == 2);
  CHECK(told(bundle.notes) == Texts{"SC969 b.zip/cscumbrellaplugin.txt: holds the same bytes as "
                                    "cscumbrellaplugin.txt: counts once"});
}

TEST_CASE("bundle: a log under the name of another does not hide itself under its own") {
  std::string const line(kLine);
  auto const bundle = london_bundle({{"Umbrella.txt", line}, {"cscumbrellaplugin.txt", line}});
  REQUIRE(bundle.plugin_logs.size() == 1);
  CHECK(bundle.plugin_logs[0].steps.size() == 1);
  CHECK(bundle.swg_logs.size() == 1);
  CHECK(bundle.notes.empty());
}

namespace {

constexpr std::string_view kMovedGateway = "3.8.40.9";  // in no range that is known

// SYNs to where the client was sent, and nothing comes back; its resolver answers meanwhile.
std::string capture_of_moved_gateway() {
  Film film;
  for (int i = 0; i < 3; ++i)
    film.at(i, tcp_packet({kClient, 52'001}, {kMovedGateway, 443}, {0x02, 77, 0, 64240}));
  film.at(20, udp_packet({"192.0.2.53", 53}, {kClient, 51'000}, octets("an answer")));
  return text_of(pcap(film.shots()));
}
std::string log_of_moved_gateway() {
  return "Date : 08/27/2024\nTime : 06:41:20\nSource : csc_swgagent\nDescription : BRIDGE | Thread "
         "1ef0 | Connection : Connecting to " +
         std::string(kMovedGateway) + ":443\n";
}

std::vector<GatewayTold> gateways_in(std::string const& name, std::string const& bytes) {
  London const london;
  std::istringstream in(bytes);
  std::vector<GatewayTold> gateways;
  look_for_gateways(name, in, london.wishes, {}, gateways);
  return gateways;
}

}  // namespace

TEST_CASE("bundle: a capture is searched for the gateway that a log before it names") {
  auto const bundle =
      london_bundle({{"b.zip", zip_bytes({{"Umbrella.txt", log_of_moved_gateway()},
                                          {"a.pcap", capture_of_moved_gateway()}})}});
  REQUIRE(bundle.captures.size() == 1);
  auto const seen = about(bundle.captures[0], "swg-443");
  REQUIRE(seen.size() == 1);
  CHECK(to_string(seen[0].dst.value()) == kMovedGateway);
  CHECK(seen[0].outcome == Outcome::timeout);
}

TEST_CASE("bundle: a capture that came before the log, of input read once, is said to be so") {
  auto bundle = london_bundle(
      {{"a.pcap", capture_of_moved_gateway()}, {"Umbrella.txt", log_of_moved_gateway()}});
  CHECK(about(bundle.captures.at(0), "swg-443").empty());
  note_read_before_logs(bundle);
  CHECK(bundle.incomplete);
  CHECK(told(bundle.notes) ==
        Texts{"SC955 a.pcap: it was read before the log that says that the web gateway is at "
              "3.8.40.9: whether it shows packets to there is not known"});
}

TEST_CASE(
    "bundle: gateways are looked for in logs alone, and those in the ranges are none to add") {
  auto const found = gateways_in("b.zip", zip_bytes({{"a.pcap", capture_of_moved_gateway()},
                                                     {"x/Umbrella.txt", log_of_moved_gateway()}}));
  REQUIRE(found.size() == 1);
  CHECK(to_string(found[0].address) == kMovedGateway);
  auto in_range = log_of_moved_gateway();
  in_range.replace(in_range.find(kMovedGateway), kMovedGateway.size(), kGateway);
  CHECK(gateways_in("Umbrella.txt", in_range).empty());
  CHECK(gateways_in("a.pcap", capture_of_moved_gateway()).empty());
}

TEST_CASE("bundle: captures that differ in one byte, or in length, are two") {
  auto const capture = pcap(gateway_of_the_note().shots());
  auto changed = capture;
  changed.back() ^= 1U;
  auto longer = pcap(dns_of_the_note().shots());
  auto const bundle = london_bundle(
      {{"a.pcap", text_of(capture)}, {"b.pcap", text_of(changed)}, {"c.pcap", text_of(longer)}});
  CHECK(bundle.captures.size() == 3);
  CHECK(bundle.notes.empty());
}

TEST_CASE("bundle: a capture that is packed is read as it is unpacked, however packed") {
  auto const capture = text_of(pcapng(gateway_of_the_note().shots()));
  for (auto const packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    auto const bundle = london_bundle({{"client.pcapng.gz", packed(packing, capture)}});
    REQUIRE(bundle.captures.size() == 1);
    CHECK(bundle.captures[0].packets == 20);
    CHECK(about(bundle.captures[0], "swg-443").at(0).count == 9);
    CHECK_FALSE(bundle.incomplete);
    CHECK(bundle.notes.empty());
  }
}

TEST_CASE("bundle: a packed capture that is cut is read as far as it goes, and that is said") {
  Film film;
  for (std::uint16_t i = 0; i < 3000; ++i)  // of this size, some is unpacked before it ends
    film.at(i * 0.01, udp_packet({kClient, i}, {"192.0.2.1", 53}, Octets(500, i & 0xFFU)));
  auto const whole = packed(Packing::gzip, text_of(pcap(film.shots())));
  auto const bundle = london_bundle({{"a.pcap.gz", whole.substr(0, whole.size() - 60)}});
  CHECK(bundle.incomplete);
  REQUIRE(bundle.captures.size() == 1);
  CHECK(bundle.captures[0].packets > 2500);
  CHECK(bundle.captures[0].packets < 3000);
  CHECK(std::ranges::any_of(told(bundle.notes), [](std::string const& one) {
    return one.starts_with("SC963 a.pcap.gz/a.pcap: read as far as it goes: ");
  }));
}

TEST_CASE("bundle: captures whose packets lie about their lengths are read up to the first lie") {
  struct Lie {
    std::uint32_t length;
    std::string note;
  };
  auto const honest = pcap(dns_of_the_note().shots());
  auto const first = std::size_t{24} + 16 + dns_of_the_note().shots()[0].frame.size();
  for (auto const& [length, note] :
       {Lie{0xFFFFFFFF, "SC951 a.pcap: packet 2 (near byte " + std::to_string(first) +
                            ") claims to have 4294967295 bytes; none has more than 262144; what "
                            "stands before it was read"},
        // It swallows those that follow, as far as the file goes.
        Lie{200'000, "SC951 a.pcap: packet 2 (near byte " + std::to_string(first) +
                         ") is cut short: the file ends within it; what stands before it was "
                         "read"}}) {
    auto lying = honest;
    for (std::size_t i = 0; i < 4; ++i)
      lying[first + 8 + i] = static_cast<std::uint8_t>(length >> (8 * i) & 0xFFU);
    auto const bundle = london_bundle({{"a.pcap", text_of(lying)}});
    REQUIRE(bundle.captures.size() == 1);
    CHECK(bundle.captures[0].packets == 1);
    CHECK(bundle.incomplete);
    CHECK(told(bundle.notes).back() == note);
  }
}

}  // namespace safeconduct::test
