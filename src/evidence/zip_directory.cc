// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/zip_directory.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace safeconduct {
namespace {

// APPNOTE.TXT 4.3.12 and 4.3.16: sizes of the fixed parts; a comment has at most 65,535 bytes.
constexpr std::string_view kEntryMark = "PK\x01\x02";
constexpr std::string_view kEndMark = "PK\x05\x06";
constexpr std::size_t kEntrySize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLocalSize = 30;  // 4.3.7, of the header before the data
constexpr std::size_t kLongestComment = 65535;
constexpr std::uint32_t kIn64 = 0xFFFFFFFFU;  // the number stands elsewhere (zip64)
constexpr std::size_t kMostBytes = std::size_t{64} << 20U;

std::uint32_t number(std::string_view text, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(text[at + i]);
  return value;
}

std::string read_at(std::istream& in, std::uint64_t at, std::size_t size) {
  std::string text(size, '\0');
  in.clear();
  in.seekg(static_cast<std::streamoff>(at));
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return text;
}

struct DirectoryPlace {
  std::uint64_t at = 0;
  std::size_t size = 0;
};

std::optional<DirectoryPlace> place_of(std::istream& in, std::uint64_t file_size) {
  auto const tail_size = std::min<std::uint64_t>(file_size, kEndSize + kLongestComment);
  auto const tail = read_at(in, file_size - tail_size, static_cast<std::size_t>(tail_size));
  auto const end = tail.rfind(kEndMark);
  if (end == std::string::npos || tail.size() - end < kEndSize) return std::nullopt;
  DirectoryPlace place{number(tail, end + 16, 4), number(tail, end + 12, 4)};
  if (place.at == kIn64 || place.at > file_size) return std::nullopt;
  place.size = std::min({place.size, kMostBytes, static_cast<std::size_t>(file_size - place.at)});
  return place;
}

using Stretch = std::pair<std::uint64_t, std::uint64_t>;  // from, to (excluded)

bool any_overlap(std::vector<Stretch>& stretches) {
  std::ranges::sort(stretches);
  for (std::size_t i = 1; i < stretches.size(); ++i)
    if (stretches[i].first < stretches[i - 1].second) return true;
  return false;
}

ZipDirectory read_directory(std::string_view text, std::size_t most) {
  ZipDirectory directory;
  std::vector<Stretch> stretches;
  std::size_t at = 0;
  while (stretches.size() < most && text.size() - at >= kEntrySize &&
         text.substr(at).starts_with(kEntryMark)) {
    auto const packed = number(text, at + 20, 4);
    auto const name_size = number(text, at + 28, 2);
    auto const from = number(text, at + 42, 4);
    auto const name = text.substr(at + kEntrySize, name_size);
    if (auto const nul = name.find('\0'); nul != std::string_view::npos)
      directory.cut.emplace_back(name.substr(0, nul));
    if (packed != kIn64 && from != kIn64)
      stretches.emplace_back(from, std::uint64_t{from} + kLocalSize + name_size + packed);
    auto const size = kEntrySize + name_size + number(text, at + 30, 2) + number(text, at + 32, 2);
    if (size > text.size() - at) break;
    at += size;
  }
  directory.overlaps = any_overlap(stretches);
  return directory;
}

}  // namespace

ZipDirectory zip_directory(std::istream& in, std::size_t most) {
  in.clear();  // a short file was read to its end
  auto const before = in.tellg();
  if (before == std::istream::pos_type(-1)) {
    in.clear();
    return {};
  }
  in.seekg(0, std::ios::end);
  auto const end = in.tellg();
  ZipDirectory directory;
  if (end != std::istream::pos_type(-1)) {
    if (auto const place = place_of(in, static_cast<std::uint64_t>(std::streamoff(end))))
      directory = read_directory(read_at(in, place->at, place->size), most);
  }
  in.clear();
  in.seekg(before);
  return directory;
}

}  // namespace safeconduct
