// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/capture_bytes.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <optional>

namespace safeconduct::test {
namespace {

void put(Octets& bytes, std::uint64_t value, std::size_t size) {  // network order
  for (std::size_t i = size; i-- > 0;)
    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xFFU));
}
void put(Octets& bytes, Octets const& more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

void put_address(Octets& bytes, Address const& address) {
  if (address.family == Family::ip4) return put(bytes, static_cast<std::uint32_t>(address.bits), 4);
  put(bytes, static_cast<std::uint64_t>(address.bits >> 64U), 8);
  put(bytes, static_cast<std::uint64_t>(address.bits), 8);
}

Address address(std::string_view text) {
  auto const parsed = parse_address(text);
  if (!parsed) std::abort();  // a mistake in the test
  return *parsed;
}

void put_name(Octets& bytes, std::string_view name) {
  while (!name.empty()) {
    auto const dot = std::min(name.find('.'), name.size());
    put(bytes, dot, 1);
    put(bytes, octets(name.substr(0, dot)));
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  put(bytes, 0, 1);
}

Octets dns_head(std::uint16_t id, std::uint16_t flags, std::string_view name, std::uint16_t type,
                std::size_t answers) {
  Octets bytes;
  put(bytes, id, 2);
  put(bytes, flags, 2);
  put(bytes, 1, 2);
  put(bytes, answers, 2);
  put(bytes, 0, 4);
  put_name(bytes, name);
  put(bytes, type, 2);
  put(bytes, 1, 2);
  return bytes;
}

// Numbers in the file's byte order.
class File {
 public:
  explicit File(bool swapped) : swapped_(swapped) {}
  void number(std::uint64_t value, std::size_t size) {
    bool const little = (std::endian::native == std::endian::little) != swapped_;
    for (std::size_t i = 0; i < size; ++i)
      bytes_.push_back(
          static_cast<std::uint8_t>(value >> (8 * (little ? i : size - 1 - i)) & 0xFFU));
  }
  void add(Octets const& more) { put(bytes_, more); }
  void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }
  Octets& bytes() { return bytes_; }

  // A block of pcapng with that body.
  void block(std::uint32_t type, File body) {
    body.pad();
    auto const length = body.bytes().size() + 12;
    number(type, 4);
    number(length, 4);
    add(body.bytes());
    number(length, 4);
  }

 private:
  bool swapped_;
  Octets bytes_;
};

std::uint32_t original_of(Shot const& shot) {
  return shot.original != 0 ? shot.original : static_cast<std::uint32_t>(shot.frame.size());
}

std::uint64_t units_of(std::int64_t time, CaptureStyle const& style) {
  auto const since = static_cast<std::uint64_t>(time - style.offset * 1'000'000'000);
  if ((style.resolution & 0x80U) != 0) {
    auto const second = since / 1'000'000'000;
    auto const rest = since % 1'000'000'000;
    unsigned const digits = style.resolution & 0x7FU;
    return (second << digits) + (rest << digits) / 1'000'000'000;
  }
  std::uint64_t units = since;
  for (unsigned i = style.resolution; i < 9; ++i) units /= 10;
  return units;
}

File interface(std::uint32_t link, CaptureStyle const& style) {
  File body(style.swapped);
  body.number(link, 2);
  body.number(0, 2);
  body.number(262144, 4);
  body.number(2, 2);  // if_name
  body.number(3, 2);
  body.add(octets("en0"));
  body.pad();
  body.number(9, 2);  // if_tsresol
  body.number(1, 2);
  body.number(style.resolution, 1);
  body.pad();
  body.number(14, 2);  // if_tsoffset
  body.number(8, 2);
  body.number(static_cast<std::uint64_t>(style.offset), 8);
  body.number(0, 4);
  return body;
}

}  // namespace

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

Octets ip_packet(std::string_view src, std::string_view dst, std::uint8_t protocol,
                 Octets const& payload, std::uint8_t ttl) {
  auto const from = address(src);
  Octets bytes;
  if (from.family == Family::ip4) {
    put(bytes, 0x4500, 2);
    put(bytes, 20 + payload.size(), 2);
    put(bytes, 0x4000, 4);  // no identification; DF in the upper half of the next word
    put(bytes, ttl, 1);
    put(bytes, protocol, 1);
    put(bytes, 0, 2);
    bytes[6] = 0x40;
    bytes[7] = 0;
  } else {
    put(bytes, 0x60000000, 4);
    put(bytes, payload.size(), 2);
    put(bytes, protocol, 1);
    put(bytes, ttl, 1);
  }
  put_address(bytes, from);
  put_address(bytes, address(dst));
  put(bytes, payload);
  return bytes;
}

Octets udp_packet(End src, End dst, Octets const& data, std::uint8_t ttl) {
  Octets bytes;
  put(bytes, src.port, 2);
  put(bytes, dst.port, 2);
  put(bytes, 8 + data.size(), 2);
  put(bytes, 0, 2);
  put(bytes, data);
  return ip_packet(src.address, dst.address, 17, bytes, ttl);
}

Octets tcp_packet(End src, End dst, TcpDraft const& tcp, Octets const& data, std::uint8_t ttl) {
  Octets bytes;
  put(bytes, src.port, 2);
  put(bytes, dst.port, 2);
  put(bytes, tcp.seq, 4);
  put(bytes, tcp.ack, 4);
  put(bytes, 0x50, 1);
  put(bytes, tcp.flags, 1);
  put(bytes, tcp.window, 2);
  put(bytes, 0, 4);
  put(bytes, data);
  return ip_packet(src.address, dst.address, 6, bytes, ttl);
}

Octets icmp_error(std::string_view by, std::string_view to, std::uint8_t type, std::uint8_t code,
                  Octets const& quoted, std::size_t most) {
  Octets bytes{type, code, 0, 0, 0, 0, 0, 0};
  auto const size = std::min(most, quoted.size());
  bytes.insert(bytes.end(), quoted.begin(), quoted.begin() + static_cast<std::ptrdiff_t>(size));
  bool const four = address(by).family == Family::ip4;
  return ip_packet(by, to, four ? 1 : 58, bytes);
}

Octets ethernet(Octets const& ip, std::vector<std::uint16_t> const& vlans) {
  Octets bytes{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  for (auto const vlan : vlans) {
    put(bytes, 0x8100, 2);
    put(bytes, vlan, 2);
  }
  put(bytes, ip[0] >> 4U == 4 ? 0x0800 : 0x86DD, 2);
  put(bytes, ip);
  return bytes;
}

Octets dns_query(std::uint16_t id, std::string_view name, std::uint16_t type) {
  return dns_head(id, 0x0100, name, type, 0);
}

Octets dns_txt_answer(std::uint16_t id, std::string_view name,
                      std::vector<std::string> const& strings) {
  auto bytes = dns_head(id, 0x8180, name, 16, strings.size());
  for (auto const& text : strings) {
    put(bytes, 0xC00C, 2);
    put(bytes, 16, 2);
    put(bytes, 1, 2);
    put(bytes, 0, 4);
    put(bytes, text.size() + 1, 2);
    put(bytes, text.size(), 1);
    put(bytes, octets(text));
  }
  return bytes;
}

Octets dns_address_answer(std::uint16_t id, std::string_view name,
                          std::vector<std::string> const& addresses, std::uint8_t code) {
  bool const six = !addresses.empty() && address(addresses.front()).family == Family::ip6;
  std::uint16_t const type = six ? 28 : 1;
  auto bytes =
      dns_head(id, static_cast<std::uint16_t>(0x8180U | code), name, type, addresses.size());
  for (auto const& text : addresses) {
    put(bytes, 0xC00C, 2);
    put(bytes, type, 2);
    put(bytes, 1, 2);
    put(bytes, 60, 4);
    put(bytes, six ? 16 : 4, 2);
    put_address(bytes, address(text));
  }
  return bytes;
}

Octets pcap(std::vector<Shot> const& shots, CaptureStyle const& style) {
  File file(style.swapped);
  std::uint32_t magic = style.nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4;
  if (style.modified) magic = 0xA1B2CD34;
  file.number(magic, 4);
  file.number(2, 2);
  file.number(4, 2);
  file.number(0, 8);
  file.number(262144, 4);
  file.number(shots.empty() ? 1 : shots.front().link, 4);
  for (auto const& shot : shots) {
    auto const time = static_cast<std::uint64_t>(shot.time);
    file.number(time / 1'000'000'000, 4);
    file.number(time % 1'000'000'000 / (style.nanoseconds ? 1 : 1000), 4);
    file.number(shot.frame.size(), 4);
    file.number(original_of(shot), 4);
    if (style.modified) file.number(0, 8);
    file.add(shot.frame);
  }
  return file.bytes();
}

Octets pcapng(std::vector<Shot> const& shots, CaptureStyle const& style) {
  File file(style.swapped);
  File section(style.swapped);
  section.number(0x1A2B3C4D, 4);
  section.number(1, 2);
  section.number(0, 2);
  section.number(0xFFFFFFFFFFFFFFFF, 8);
  file.block(0x0A0D0D0A, section);
  std::vector<std::uint32_t> links;
  for (auto const& shot : shots)
    if (std::ranges::find(links, shot.link) == links.end()) links.push_back(shot.link);
  for (auto const link : links) file.block(1, interface(link, style));
  for (auto const& shot : shots) {
    if (style.unknown_blocks) {
      File custom(style.swapped);
      custom.number(0x12345678, 4);
      custom.add(octets("of nobody's concern"));
      file.block(0x00000BAD, custom);
    }
    File body(style.swapped);
    if (style.simple) {
      body.number(original_of(shot), 4);
      body.add(shot.frame);
      file.block(3, body);
      continue;
    }
    auto const units = units_of(shot.time, style);
    body.number(static_cast<std::uint64_t>(std::ranges::find(links, shot.link) - links.begin()), 4);
    body.number(units >> 32U, 4);
    body.number(units & 0xFFFFFFFFU, 4);
    body.number(shot.frame.size(), 4);
    body.number(original_of(shot), 4);
    body.add(shot.frame);
    file.block(6, body);
  }
  return file.bytes();
}

}  // namespace safeconduct::test
