// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The packets of a capture file, one after the other: pcap in both byte orders, with micro- or
// nanoseconds, and pcapng. One window of a megabyte moves over the file.
//
// Why not libpcap: it reads no file of several interfaces with different link types or snap lengths
// (Wireshark writes such files wherever more than one interface is captured; a loop over
// pcap_next_ex() sees an empty capture), gives nothing of a file whose last block is cut, and wants
// a FILE, where ours may be a member of an archive.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "evidence/byte_source.h"
#include "evidence/capture.h"

namespace safeconduct {

struct CapturedPacket {
  std::size_t number = 0;  // from 1, as Wireshark counts
  std::optional<CaptureTime> time;
  std::uint32_t link = 0;               // LINKTYPE_ number
  std::size_t original = 0;             // bytes on the wire
  std::span<std::uint8_t const> bytes;  // that were kept; valid until the next packet is asked for
};

class CaptureReader {
 public:
  // Reads the file's header. Errors: no capture, or one of a kind that is not read.
  static Result<CaptureReader> open(ByteSource source, std::string file);

  // The next packet; false at the end, be it the right one or not (see 'fault').
  bool next(CapturedPacket& packet);

  bool is_pcapng() const { return pcapng_; }
  std::size_t packets() const { return number_; }
  // Why the end is not the file's own: cut within a packet, lengths that cannot be, a source that
  // fails. None: all was read.
  std::optional<Error> const& fault() const { return fault_; }
  bool is_cut() const { return cut_; }  // no more than cut: all before it is fine

 private:
  struct Interface {
    std::uint32_t link = 0;
    std::uint32_t snap = 0;       // bytes; 0: no limit
    std::uint8_t resolution = 6;  // 10^-n seconds; with the highest bit, 2^-n
    std::int64_t offset = 0;      // seconds
  };

  CaptureReader(ByteSource source, std::string file);

  Result<void> header();
  bool next_pcap(CapturedPacket& packet);
  bool next_block(CapturedPacket& packet);
  bool finish_block();
  bool section();
  bool interface(std::size_t body);
  bool enhanced(CapturedPacket& packet, std::size_t body);
  bool simple(CapturedPacket& packet, std::size_t body);
  bool obsolete(CapturedPacket& packet, std::size_t body);
  bool timed(CapturedPacket& packet, std::size_t body, std::size_t which);
  bool give(CapturedPacket& packet, Interface const& from, std::size_t header, std::size_t body,
            std::size_t kept);

  bool need(std::size_t count);  // bytes at hand from here on
  bool skip(std::size_t count);
  std::uint8_t const* here() const { return window_.data() + at_; }
  std::uint32_t u32(std::size_t offset) const;
  std::uint16_t u16(std::size_t offset) const;
  std::uint64_t offset_in_file() const { return before_ + at_; }
  bool damaged(std::string text);
  bool cut_short();
  CaptureTime time_of(Interface const& from, std::uint64_t units) const;

  ByteSource source_;
  std::string file_;
  std::vector<std::uint8_t> window_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t before_ = 0;  // bytes of the file before the window
  bool source_ended_ = false;

  bool pcapng_ = false;
  bool swapped_ = false;  // not the byte order of this host
  bool nanoseconds_ = false;
  std::size_t packet_header_ = 16;
  std::vector<Interface> interfaces_;  // of the section; of a pcap file, one
  std::size_t number_ = 0;
  std::size_t left_of_block_ = 0;  // after the packet that was given, with the trailing length
  std::uint32_t block_length_ = 0;
  std::optional<Error> fault_;
  bool cut_ = false;
};

// "Ethernet", "Linux cooked", "link type 220"
std::string link_name(std::uint32_t link);

}  // namespace safeconduct
