// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_reader.h"

#include <doctest/doctest.h>

#include "evidence/capture_sample.h"

namespace safeconduct::test {
namespace {

struct ReadAll {
  std::size_t packets = 0;
  std::vector<std::int64_t> times;
  std::vector<std::size_t> sizes;
  std::string fault;  // of the header, or where it ends
  bool cut = false;
};

ReadAll read_all(Octets bytes, std::size_t piece = 1000) {
  ReadAll all;
  auto reader = CaptureReader::open(source_of(std::move(bytes), piece), "a.pcap");
  if (!reader) {
    all.fault = reader.error().text;
    return all;
  }
  CapturedPacket packet;
  while (reader->next(packet)) {
    all.times.push_back(packet.time.value_or(-1));
    all.sizes.push_back(packet.bytes.size());
  }
  all.packets = reader->packets();
  if (reader->fault()) all.fault = reader->fault()->text;
  all.cut = reader->is_cut();
  return all;
}

std::vector<Shot> three() {
  Film film;
  film.at(0, udp_packet({kClient, 1}, {"192.0.2.1", 53}, Octets(10)));
  film.at(1.000'001, udp_packet({kClient, 1}, {"192.0.2.1", 53}, Octets(11)));
  film.at(2.5, udp_packet({kClient, 1}, {"192.0.2.1", 53}, Octets(1400)));
  return film.shots();
}

void set32(Octets& bytes, std::size_t at, std::uint32_t value) {  // of a file of this host's order
  for (std::size_t i = 0; i < 4; ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i) & 0xFFU);
}

}  // namespace

TEST_CASE("capture_reader: times are kept to the microsecond in every form") {
  auto const shots = three();
  std::vector<std::int64_t> expected;
  for (auto const& shot : shots) expected.push_back(shot.time);
  for (bool const swapped : {false, true}) {
    CaptureStyle style;
    style.swapped = swapped;
    CHECK((read_all(pcap(shots, style)).times == expected));
    style.nanoseconds = true;
    CHECK((read_all(pcap(shots, style)).times == expected));
    style.resolution = 9;
    style.offset = -7200;
    CHECK((read_all(pcapng(shots, style)).times == expected));
    CHECK((read_all(pcapng(shots, style), 7).times == expected));
  }
}

TEST_CASE("capture_reader: simple packet blocks have no time, and their interface's snap length") {
  CaptureStyle style;
  style.simple = true;
  auto const all = read_all(pcapng(three(), style));
  CHECK(all.packets == 3);
  CHECK((all.times == std::vector<std::int64_t>{-1, -1, -1}));
  CHECK(all.sizes[2] == 14 + 28 + 1400);
}

TEST_CASE("capture_reader: a file cut anywhere gives all whole packets before, and says so") {
  for (auto const& file : {pcap(three()), pcapng(three())}) {
    std::size_t most = 0;
    bool const ng = file[0] == 0x0A;
    for (std::size_t size = 0; size < file.size(); ++size) {
      CAPTURE(size);
      auto const all = read_all({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)});
      REQUIRE(all.packets >= most);
      most = all.packets;
      auto const pcap_header = size < 24;
      if (!all.cut && !pcap_header && !all.fault.empty()) REQUIRE(size < 28);
    }
    CHECK(most == (ng ? 3 : 2));  // of pcapng the last packet is whole before its block is
    CHECK(read_all(file).packets == 3);
    CHECK(read_all(file).fault.empty());
  }
}

TEST_CASE("capture_reader: lengths that cannot be are told with their packet and place") {
  auto file = pcap(three());
  auto const second = 24 + 16 + three()[0].frame.size();
  set32(file, second + 8, 0x7FFFFFFF);
  auto all = read_all(file);
  CHECK(all.packets == 1);
  CHECK(all.fault == "packet 2 (near byte " + std::to_string(second) +
                         ") claims to have 2147483647 bytes; none has more than 262144");

  auto ng = pcapng(three());
  auto const block = 28 + 52;  // section, interface
  set32(ng, block + 8 + 12, 5000);
  all = read_all(ng);
  CHECK(all.packets == 0);
  CHECK(all.fault == "packet 1 (near byte " + std::to_string(block + 8) +
                         ") claims to have 5000 bytes, in a block of " + std::to_string(32 + 52));
}

TEST_CASE("capture_reader: blocks that lie about their length or interface stop the reading") {
  auto const file = pcapng(three());
  std::size_t const block = 28 + 52;
  auto lying = file;
  set32(lying, block + 4, 13);
  CHECK(read_all(lying).fault.ends_with("is in a block of 13 bytes, which cannot be"));
  lying = file;
  set32(lying, block + 8, 9);
  CHECK(read_all(lying).fault.ends_with("comes from interface 9, which is not described"));
  lying = file;
  set32(lying, block + 84 - 4, 88);
  CHECK(read_all(lying).fault.ends_with(
      "follows a block that says its length twice, as 84 and as 88"));
  CHECK(read_all(lying).packets == 1);
}

TEST_CASE("capture_reader: what is no capture is refused with what it is") {
  CHECK(read_all({}).fault == "empty: no capture");
  CHECK(read_all(octets("abc")).fault == "too short for a capture");
  CHECK(read_all(octets("PK\x03\x04 and more of a zip")).fault ==
        "no capture: it begins with none of their magic numbers");
  CHECK(read_all({0x1F, 0x8B, 8, 0, 0, 0}).fault == "compressed: unpack it first");
  auto old = pcap(three());
  old[4] = 1;
  CHECK(read_all(old).fault == "pcap of version 1.4 is not read; version 2 is");
}

TEST_CASE("capture_reader: times beyond reason are held where differences still fit") {
  CaptureStyle style;
  style.resolution = 0;  // seconds
  auto file = pcapng(three(), style);
  std::size_t const block = 28 + 52;
  set32(file, block + 8 + 4, 0xFFFFFFFF);  // of 2^64 seconds, nearly all
  auto const all = read_all(file);
  CHECK(all.times[0] == std::int64_t{1} << 62U);
  CHECK(all.times[1] < all.times[0]);
}

TEST_CASE("capture_reader: a source that fails is an error in its own words") {
  auto const file = pcap(three());
  bool first = true;
  ByteSource const failing = [&](std::span<std::uint8_t> buffer) -> Result<std::size_t> {
    if (!first)
      return std::unexpected(
          Error{ErrorKind::unreadable, {"a.zip", 0, 0}, "broken member", "", ""});
    first = false;
    std::copy_n(file.begin(), 100, buffer.begin());
    return std::size_t{100};
  };
  auto reader = CaptureReader::open(failing, "a.zip").value();
  CapturedPacket packet;
  CHECK(reader.next(packet));
  CHECK_FALSE(reader.next(packet));
  CHECK(reader.fault().value().text == "broken member");
  CHECK_FALSE(reader.is_cut());
}

TEST_CASE("capture_reader: an empty capture is one of no packets") {
  CHECK(read_all(pcap({})).packets == 0);
  CHECK(read_all(pcap({})).fault.empty());
  CHECK(read_all(pcapng({})).fault.empty());
}

}  // namespace safeconduct::test
