// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/archive_bytes.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <stdexcept>

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

std::string packed(Packing packing, std::string_view data) {
  auto const close = [](archive* a) { archive_write_free(a); };
  std::unique_ptr<archive, decltype(close)> const writer(archive_write_new(), close);
  auto* const a = writer.get();
  auto add_filter = archive_write_add_filter_gzip;
  if (packing == Packing::bzip2) add_filter = archive_write_add_filter_bzip2;
  if (packing == Packing::xz) add_filter = archive_write_add_filter_xz;
  if (packing == Packing::zstd) add_filter = archive_write_add_filter_zstd;
  std::string bytes(data.size() + (std::size_t{1} << 16U), '\0');
  std::size_t used = 0;
  std::unique_ptr<archive_entry, decltype(&archive_entry_free)> const entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_pathname(entry.get(), "data");
  bool const done =
      add_filter(a) == ARCHIVE_OK && archive_write_set_format_raw(a) == ARCHIVE_OK &&
      archive_write_open_memory(a, bytes.data(), bytes.size(), &used) == ARCHIVE_OK &&
      archive_write_header(a, entry.get()) == ARCHIVE_OK &&
      archive_write_data(a, data.data(), data.size()) == static_cast<la_ssize_t>(data.size()) &&
      archive_write_close(a) == ARCHIVE_OK;
  if (!done) throw std::runtime_error("libarchive cannot pack");
  bytes.resize(used);
  return bytes;
}

}  // namespace safeconduct::test
