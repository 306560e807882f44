// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/capture_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kWindow = std::size_t{1} << 20U;
// No interface that matters here gives more at once; libpcap's own limit (MAXIMUM_SNAPLEN).
constexpr std::size_t kLongestPacket = 262'144;
constexpr std::size_t kMostInterfaces = 65'536;
constexpr std::size_t kLongestOptions = 65'536;  // of an interface, that are looked at

// pcap (draft-ietf-opsawg-pcap)
constexpr std::uint32_t kMicroseconds = 0xA1B2C3D4;
constexpr std::uint32_t kNanoseconds = 0xA1B23C4D;
constexpr std::uint32_t kModified = 0xA1B2CD34;  // Kuznetzov's: 8 more bytes in each header
// pcapng (draft-ietf-opsawg-pcapng)
constexpr std::uint32_t kSection = 0x0A0D0D0A;
constexpr std::uint32_t kByteOrder = 0x1A2B3C4D;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kObsoletePacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kJournal = 9;  // systemd's; Wireshark gives it a number among the packets
constexpr std::uint16_t kResolutionOption = 9;
constexpr std::uint16_t kOffsetOption = 14;
constexpr std::int64_t kBillion = 1'000'000'000;

__extension__ using Wide = __int128;

std::size_t padded(std::size_t count) { return (count + 3) / 4 * 4; }

CaptureTime clamped(Wide value) {
  constexpr Wide kLatest = CaptureTime{1} << 62U;  // in 2116; differences must fit as well
  return static_cast<CaptureTime>(std::clamp(value, Wide{0}, kLatest));
}

struct LinkName {
  std::uint32_t link;
  std::string_view name;
};
constexpr LinkName kLinkNames[] = {
    {0, "loopback (NULL)"},
    {1, "Ethernet"},
    {9, "PPP"},
    {12, "raw IP"},
    {14, "raw IP"},
    {50, "PPP"},
    {51, "PPPoE"},
    {101, "raw IP"},
    {104, "Cisco HDLC"},
    {105, "Wi-Fi (802.11)"},
    {108, "loopback (LOOP)"},
    {113, "Linux cooked"},
    {127, "Wi-Fi (radiotap)"},
    {189, "USB"},
    {220, "USB"},
    {228, "raw IPv4"},
    {229, "raw IPv6"},
    {258, "Apple PKTAP"},
    {276, "Linux cooked v2"},
};

}  // namespace

std::string link_name(std::uint32_t link) {
  auto const* const found = std::ranges::find(kLinkNames, link, &LinkName::link);
  if (found != std::end(kLinkNames)) return std::string(found->name);
  return "link type " + std::to_string(link);
}

CaptureReader::CaptureReader(ByteSource source, std::string file)
    : source_(std::move(source)), file_(std::move(file)), window_(kWindow) {}

Result<CaptureReader> CaptureReader::open(ByteSource source, std::string file) {
  CaptureReader reader(std::move(source), std::move(file));
  SC_CHECK(reader.header());
  return reader;
}

Result<void> CaptureReader::header() {
  auto const refuse = [&](ErrorKind kind, std::string text, std::string hint) -> Result<void> {
    return std::unexpected(Error{kind, {file_, 0, 0}, std::move(text), std::move(hint), ""});
  };
  std::string const hint =
      "a capture is a pcap or pcapng file, as tcpdump and Wireshark write them";
  bool const four = need(4);
  if (fault_) return std::unexpected(*fault_);
  if (!four)
    return refuse(ErrorKind::syntax, end_ == 0 ? "empty: no capture" : "too short for a capture",
                  hint);
  auto magic = u32(0);
  if (magic == kSection) {
    pcapng_ = true;
    if (!section() && fault_) return std::unexpected(*fault_);
    return {};
  }
  auto const known = [](std::uint32_t value) {
    return value == kMicroseconds || value == kNanoseconds || value == kModified;
  };
  if (!known(magic)) {
    swapped_ = true;
    magic = u32(0);
  }
  if (!known(magic)) {
    bool const gzip = here()[0] == 0x1F && here()[1] == 0x8B;
    bool const zstd = here()[0] == 0x28 && here()[1] == 0xB5 && here()[2] == 0x2F;
    if (gzip || zstd) return refuse(ErrorKind::syntax, "compressed: unpack it first", hint);
    return refuse(ErrorKind::syntax, "no capture: it begins with none of their magic numbers",
                  hint);
  }
  if (!need(24)) return refuse(ErrorKind::syntax, "too short for a capture", hint);
  nanoseconds_ = magic == kNanoseconds;
  packet_header_ = magic == kModified ? 24 : 16;
  if (u16(4) != 2)
    return refuse(ErrorKind::syntax,
                  "pcap of version " + std::to_string(u16(4)) + '.' + std::to_string(u16(6)) +
                      " is not read; version 2 is",
                  "");
  interfaces_.push_back({u32(20) & 0x03FFFFFFU, u32(16), 6, 0});  // above: length of the FCS
  at_ += 24;
  return {};
}

bool CaptureReader::next(CapturedPacket& packet) {
  if (fault_) return false;
  return pcapng_ ? next_block(packet) : next_pcap(packet);
}

bool CaptureReader::next_pcap(CapturedPacket& packet) {
  if (!need(packet_header_)) return end_ != at_ && cut_short();
  std::size_t const kept = u32(8);
  if (kept > kLongestPacket)
    return damaged("claims to have " + std::to_string(kept) + " bytes; none has more than " +
                   std::to_string(kLongestPacket));
  auto const seconds = std::int64_t{u32(0)};
  auto const part = std::int64_t{u32(4)};
  std::size_t const original = u32(12);
  if (!need(packet_header_ + kept)) return cut_short();
  packet.number = ++number_;
  packet.time = seconds * kBillion + (nanoseconds_ ? part : part * 1000);
  packet.link = interfaces_.front().link;
  packet.original = original;
  packet.bytes = {here() + packet_header_, kept};
  at_ += packet_header_ + kept;
  return true;
}

// ---- pcapng

bool CaptureReader::next_block(CapturedPacket& packet) {
  while (true) {
    if (!finish_block()) return false;
    if (!need(12)) return end_ != at_ && cut_short();
    auto const type = u32(0);
    if (type == kSection) {  // the same in both byte orders
      if (!section()) return false;
      continue;
    }
    block_length_ = u32(4);
    if (block_length_ < 12 || block_length_ % 4 != 0)
      return damaged("is in a block of " + std::to_string(block_length_) +
                     " bytes, which cannot be");
    std::size_t const body = block_length_ - 12;
    left_of_block_ = block_length_ - 8;
    at_ += 8;
    switch (type) {
      case kInterface:
        if (!interface(body)) return false;
        break;
      case kEnhancedPacket:
        return enhanced(packet, body);
      case kSimplePacket:
        return simple(packet, body);
      case kObsoletePacket:
        return obsolete(packet, body);
      case kJournal:
        ++number_;
        break;
      default:  // names, statistics, keys: nothing that is needed here
        break;
    }
  }
}

// To the end of the block, which says its length once more.
bool CaptureReader::finish_block() {
  if (left_of_block_ == 0) return true;
  if (!skip(left_of_block_ - 4) || !need(4)) return cut_short();
  left_of_block_ = 0;
  auto const again = u32(0);
  if (again != block_length_)
    return damaged("follows a block that says its length twice, as " +
                   std::to_string(block_length_) + " and as " + std::to_string(again));
  at_ += 4;
  return true;
}

bool CaptureReader::section() {
  if (!need(28)) return cut_short();
  swapped_ = false;
  if (u32(8) != kByteOrder) swapped_ = true;
  if (u32(8) != kByteOrder) return damaged("is in a section without a byte order");
  block_length_ = u32(4);
  if (block_length_ < 28 || block_length_ % 4 != 0)
    return damaged("is in a section whose header cannot be " + std::to_string(block_length_) +
                   " bytes long");
  if (u16(12) != 1)
    return damaged("is in a section of pcapng version " + std::to_string(u16(12)) +
                   ", which is not read");
  interfaces_.clear();
  left_of_block_ = block_length_ - 8;
  at_ += 8;
  return true;
}

bool CaptureReader::interface(std::size_t body) {
  if (body < 8) return damaged("comes after an interface that is described too briefly");
  if (interfaces_.size() == kMostInterfaces) return damaged("comes after too many interfaces");
  auto const looked_at = std::min(body, kLongestOptions);
  if (!need(looked_at)) return cut_short();
  Interface one;
  one.link = u16(0);
  one.snap = u32(4);
  for (std::size_t at = 8; at + 4 <= looked_at;) {
    auto const code = u16(at);
    std::size_t const length = u16(at + 2);
    if (code == 0 || at + 4 + length > looked_at) break;
    if (code == kResolutionOption && length == 1) one.resolution = here()[at + 4];
    if (code == kOffsetOption && length == 8) {
      std::uint64_t const first = u32(at + 4);
      std::uint64_t const second = u32(at + 8);
      bool const little = (std::endian::native == std::endian::little) != swapped_;
      one.offset =
          static_cast<std::int64_t>(little ? second << 32U | first : first << 32U | second);
    }
    at += 4 + padded(length);
  }
  interfaces_.push_back(one);
  return true;
}

bool CaptureReader::enhanced(CapturedPacket& packet, std::size_t body) {
  if (body < 20) return damaged("is in a block that is too short for it");
  if (!need(20)) return cut_short();
  return timed(packet, body, u32(0));
}

// The two kinds of block differ in how they say their interface.
bool CaptureReader::timed(CapturedPacket& packet, std::size_t body, std::size_t which) {
  if (which >= interfaces_.size())
    return damaged("comes from interface " + std::to_string(which) + ", which is not described");
  auto const& from = interfaces_[which];
  auto const units = std::uint64_t{u32(4)} << 32U | u32(8);
  packet.time = time_of(from, units);
  packet.original = u32(16);
  return give(packet, from, 20, body, u32(12));
}

// No time, no interface: the first one, and as much as its snap length lets through.
bool CaptureReader::simple(CapturedPacket& packet, std::size_t body) {
  if (body < 4) return damaged("is in a block that is too short for it");
  if (interfaces_.empty()) return damaged("comes before any interface is described");
  if (!need(4)) return cut_short();
  auto const& from = interfaces_.front();
  std::size_t kept = packet.original = u32(0);
  if (from.snap != 0) kept = std::min<std::size_t>(kept, from.snap);
  kept = std::min(kept, body - 4);
  packet.time.reset();
  return give(packet, from, 4, body, kept);
}

bool CaptureReader::obsolete(CapturedPacket& packet, std::size_t body) {
  if (body < 20) return damaged("is in a block that is too short for it");
  if (!need(20)) return cut_short();
  return timed(packet, body, u16(0));
}

bool CaptureReader::give(CapturedPacket& packet, Interface const& from, std::size_t header,
                         std::size_t body, std::size_t kept) {
  if (kept > body - header || kept > kLongestPacket)
    return damaged("claims to have " + std::to_string(kept) + " bytes, in a block of " +
                   std::to_string(block_length_));
  if (!need(header + kept)) return cut_short();
  packet.number = ++number_;
  packet.link = from.link;
  packet.bytes = {here() + header, kept};
  at_ += header + kept;
  left_of_block_ -= header + kept;
  return true;
}

CaptureTime CaptureReader::time_of(Interface const& from, std::uint64_t units) const {
  auto const offset = Wide{from.offset} * kBillion;
  unsigned const digits = from.resolution & 0x7FU;
  if ((from.resolution & 0x80U) != 0) {
    auto const fine = static_cast<Wide>(units) * kBillion;
    return clamped((digits < 127 ? fine >> digits : 0) + offset);
  }
  if (digits > 28) return clamped(offset);
  Wide time = static_cast<Wide>(units);
  for (unsigned i = digits; i < 9; ++i) time *= 10;
  for (unsigned i = 9; i < digits; ++i) time /= 10;
  return clamped(time + offset);
}

// ---- the window

bool CaptureReader::need(std::size_t count) {
  if (end_ - at_ >= count) return true;
  if (source_ended_) return false;
  std::memmove(window_.data(), window_.data() + at_, end_ - at_);
  before_ += at_;
  end_ -= at_;
  at_ = 0;
  while (end_ < count && !source_ended_) {
    auto const got = source_({window_.data() + end_, window_.size() - end_});
    if (!got) {
      fault_ = got.error();
      source_ended_ = true;
      return false;
    }
    source_ended_ = *got == 0;
    end_ += *got;
  }
  return end_ >= count;
}

bool CaptureReader::skip(std::size_t count) {
  while (end_ - at_ < count) {
    count -= end_ - at_;
    at_ = end_;
    if (!need(1)) return false;
  }
  at_ += count;
  return true;
}

std::uint32_t CaptureReader::u32(std::size_t offset) const {
  std::uint32_t value = 0;
  std::memcpy(&value, here() + offset, sizeof value);
  return swapped_ ? std::byteswap(value) : value;
}

std::uint16_t CaptureReader::u16(std::size_t offset) const {
  std::uint16_t value = 0;
  std::memcpy(&value, here() + offset, sizeof value);
  return swapped_ ? std::byteswap(value) : value;
}

bool CaptureReader::damaged(std::string text) {
  fault_ = Error{ErrorKind::syntax,
                 {file_, 0, 0},
                 "packet " + std::to_string(number_ + 1) + " (near byte " +
                     std::to_string(offset_in_file()) + ") " + std::move(text),
                 "",
                 ""};
  return false;
}

bool CaptureReader::cut_short() {
  if (fault_) return false;  // the source failed
  cut_ = true;
  return damaged("is cut short: the file ends within it");
}

}  // namespace safeconduct
