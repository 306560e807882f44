// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/archive_bytes.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace safeconduct::test {
namespace {

std::string little(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

// CRC-32 of ISO 3309, bit by bit.
std::uint32_t crc_of(std::string const& data) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (auto const c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

// What the header of a member and its line in the directory share.
std::string common_part(ArchiveEntry const& one) {
  return little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(crc_of(one.data), 4) +
         little(one.data.size(), 4) + little(one.data.size(), 4) + little(one.name.size(), 2) +
         little(0, 2);
}

std::string octal(std::size_t value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%0*zo", digits, value);
  return text.data();
}

std::string padded(std::string text, std::size_t size) {
  text.resize(size, '\0');
  return text;
}

}  // namespace

std::string zip_bytes(std::vector<ArchiveEntry> const& entries) {
  std::string text;
  std::string directory;
  for (auto const& one : entries) {
    auto const at = static_cast<std::uint32_t>(text.size());
    text += "PK\x03\x04" + common_part(one) + one.name + one.data;
    directory += "PK\x01\x02" + little(20, 2) + common_part(one) + little(0, 2) + little(0, 2) +
                 little(0, 2) + little(0, 4) + little(one.claimed_offset.value_or(at), 4) +
                 one.name;
  }
  auto const at = text.size();
  return text + directory + "PK\x05\x06" + little(0, 4) + little(entries.size(), 2) +
         little(entries.size(), 2) + little(directory.size(), 4) + little(at, 4) + little(0, 2);
}

std::string tar_bytes(std::vector<ArchiveEntry> const& entries) {
  constexpr std::size_t kBlock = 512;
  std::string text;
  for (auto const& one : entries) {
    auto header = padded(one.name, 100) + octal(0644, 7) + '\0' + octal(0, 7) + '\0' + octal(0, 7) +
                  '\0' + octal(one.data.size(), 11) + '\0' + octal(0, 11) + '\0' +
                  std::string(8, ' ') + (one.link.empty() ? '0' : '2') + padded(one.link, 100) +
                  std::string("ustar\0", 6) + "00";
    header = padded(std::move(header), kBlock);
    std::size_t sum = 0;
    for (auto const c : header) sum += static_cast<unsigned char>(c);
    header.replace(148, 8, octal(sum, 6) + '\0' + ' ');
    text += header + padded(one.data, (one.data.size() + kBlock - 1) / kBlock * kBlock);
  }
  return text + std::string(2 * kBlock, '\0');
}

}  // namespace safeconduct::test
