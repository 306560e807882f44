// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/archive.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/codes.h"
#include "base/text.h"
#include "evidence/libarchive.h"
#include "evidence/zip_directory.h"

namespace safeconduct {
namespace {

constexpr std::size_t kLook = 512;  // a tar file shows itself at byte 257

bool is_zip(std::string_view head) {
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06");
}

bool is_archive(std::string_view head) {
  constexpr std::size_t kTarMark = 257;
  return is_zip(head) || head.starts_with("\x1F\x8B") || head.starts_with("BZh") ||
         head.starts_with(std::string_view("\xFD\x37zXZ\0", 6)) ||
         head.starts_with("\x28\xB5\x2F\xFD") ||  // zstd
         (head.size() > kTarMark && head.substr(kTarMark).starts_with("ustar"));
}

// What is left of the limits, for all levels together.
struct Budget {
  ArchiveLimits const& limits;
  std::size_t entries = 0;
  std::uint64_t packed = 0;    // read from the file itself
  std::uint64_t unpacked = 0;  // at all levels
  Notes notes = {};            // NOLINT(readability-redundant-member-init)
  bool spent = false;          // said already
  std::chrono::steady_clock::time_point until = limits.now() + limits.time;

  void note(std::string_view code, std::string const& file, std::string const& message) {
    notes.push_back({std::string(code), printable(message), {printable(file), 0, 0}});
  }

  // May it go on? Says once why not.
  bool allows(std::string const& file) {
    if (spent) return false;
    std::string why;
    if (entries > limits.entries) {
      why = "more than " + std::to_string(limits.entries) + " members";
    } else if (unpacked > limits.total) {
      why = "more than " + std::to_string(limits.total >> 20U) + " MiB unpacked";
    } else if (unpacked > limits.ratio_counts_from && unpacked / limits.ratio > packed) {
      why = "it unpacks to more than " + std::to_string(limits.ratio) + " times its size";
    } else if (limits.now() > until) {
      why = "it takes more than " + std::to_string(limits.time.count()) + " s";
    }
    if (why.empty()) return true;
    spent = true;
    note(code::kArchiveLimit, file, why + ": the rest of it is not read");
    return false;
  }
};

// Where the packed bytes come from: a stream that can seek, or any source.
struct Feed {
  Pieces source;
  std::istream* seekable = nullptr;
  std::uint64_t* packed = nullptr;  // to be counted; null within another archive
};

la_ssize_t on_read(archive* /*a*/, void* data, void const** buffer) {
  auto& feed = *static_cast<Feed*>(data);
  auto const piece = feed.source();
  if (feed.packed != nullptr) *feed.packed += piece.size();
  *buffer = piece.data();
  return static_cast<la_ssize_t>(piece.size());
}

la_int64_t on_seek(archive* /*a*/, void* data, la_int64_t offset, int whence) {
  auto& in = *static_cast<Feed*>(data)->seekable;
  in.clear();
  in.seekg(offset, whence == SEEK_SET   ? std::ios::beg
                   : whence == SEEK_CUR ? std::ios::cur
                                        : std::ios::end);
  if (!in) return ARCHIVE_FATAL;
  return std::streamoff(in.tellg());
}

using Reader = std::unique_ptr<archive, decltype(Libarchive::archive_read_free)>;

std::string fault_of(Libarchive const& lib, archive* a) {
  auto const* text = lib.archive_error_string(a);
  return text != nullptr ? text : "it is damaged";
}

Reader opened_archive(Libarchive const& lib, Feed& feed) {
  Reader reader(lib.archive_read_new(), lib.archive_read_free);
  auto* const a = reader.get();
  lib.archive_read_support_filter_gzip(a);
  lib.archive_read_support_filter_bzip2(a);
  lib.archive_read_support_filter_xz(a);
  lib.archive_read_support_filter_zstd(a);
  lib.archive_read_support_format_zip(a);
  lib.archive_read_support_format_tar(a);
  lib.archive_read_support_format_raw(a);  // a single file that is packed: "client.pcap.gz"
  lib.archive_read_set_read_callback(a, on_read);
  if (feed.seekable != nullptr) lib.archive_read_set_seek_callback(a, on_seek);
  lib.archive_read_set_callback_data(a, &feed);
  return reader;
}

std::string entry_name(Libarchive const& lib, archive_entry* entry) {
  for (auto const* name :
       {lib.archive_entry_pathname_utf8(entry), lib.archive_entry_pathname(entry)})
    if (name != nullptr) return name;
  return {};
}

// Why the member is not offered, beside its name; empty: it may be.
std::string_view unfit(Libarchive const& lib, archive_entry* entry) {
  if (lib.archive_entry_symlink(entry) != nullptr || lib.archive_entry_hardlink(entry) != nullptr ||
      lib.archive_entry_filetype(entry) == AE_IFLNK)
    return "it is a link";
  if (lib.archive_entry_filetype(entry) != AE_IFREG && lib.archive_entry_filetype(entry) != 0)
    return "it is no regular file";
  if (lib.archive_entry_is_encrypted(entry) != 0) return "it is encrypted";
  return {};
}

class ArchiveLevel {
 public:
  ArchiveLevel(Libarchive const& lib, std::string name, std::size_t depth, Budget& budget,
               Visitor const& visit)
      : lib_(lib), name_(std::move(name)), depth_(depth), budget_(budget), visit_(visit) {}

  void read(Feed& feed, ZipDirectory const& directory) {
    auto const reader = opened_archive(lib_, feed);
    a_ = reader.get();
    directory_ = &directory;
    if (lib_.archive_read_open1(a_) != ARCHIVE_OK) {
      budget_.note(code::kCutShort, name_, "it cannot be read: " + fault_of(lib_, a_));
      return;
    }
    archive_entry* entry = nullptr;
    for (;;) {
      auto const got = lib_.archive_read_next_header(a_, &entry);
      if (got == ARCHIVE_EOF) break;
      if (got < ARCHIVE_WARN) {
        cut_short();
        break;
      }
      if (raw() && lib_.archive_filter_count(a_) < 2) {  // nothing is packed, and it is no archive
        budget_.note(code::kCutShort, name_, "it cannot be read: it is damaged");
        break;
      }
      ++entries_;
      ++budget_.entries;
      if (!budget_.allows(name_) || !member(entry)) break;
    }
  }

 private:
  bool raw() const {
    return (lib_.archive_format(a_) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_RAW;
  }

  void cut_short() {
    budget_.note(code::kCutShort, name_,
                 "read as far as it goes, up to member " + std::to_string(entries_) + ": " +
                     fault_of(lib_, a_));
  }

  // One that is packed alone has no name of its own.
  std::string member_name(archive_entry* entry) const {
    if (!raw()) return entry_name(lib_, entry);
    auto name = base_name(name_);
    auto const dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
  }

  std::string_view refused(archive_entry* entry, std::string const& own) const {
    if (raw()) return {};
    if (std::ranges::find(directory_->cut, own) != directory_->cut.end())
      return "its name has a NUL in it";
    if (auto const hostile = hostile_name(own); !hostile.empty()) return hostile;
    return unfit(lib_, entry);
  }

  // False: nothing further can be read.
  bool member(archive_entry* entry) {
    auto const own = member_name(entry);
    if (lib_.archive_entry_filetype(entry) == AE_IFDIR) return true;
    if (auto const why = refused(entry, own); !why.empty()) {
      budget_.note(code::kMemberRefused, name_,
                   "member '" + own + "' is not read: " + std::string(why));
      return skip(entry);
    }
    auto const full = name_ + '/' + own;
    read_ = 0;
    failed_ = false;
    auto from = opened([this, &full] { return piece(full); }, kLook);
    if (is_archive(from.head)) {
      nested(full, std::move(from.bytes));
    } else {
      visit_({full, base_name(own), from.head.substr(0, kLook), depth_ == 0 && raw()}, from.bytes);
    }
    return !failed_ && skip(entry);
  }

  void nested(std::string const& full, Pieces bytes) {
    if (depth_ >= budget_.limits.nesting) {
      budget_.note(code::kArchiveLimit, full, "an archive this deep within others is not read");
      return;
    }
    Feed feed{std::move(bytes), nullptr, nullptr};
    ArchiveLevel(lib_, full, depth_ + 1, budget_, visit_).read(feed, {});
  }

  // Unpacked bytes of the member at hand; empty at its end, or where it must not go on.
  std::string_view piece(std::string const& full) {
    while (!failed_ && read_ <= budget_.limits.entry) {
      void const* data = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      auto const got = lib_.archive_read_data_block(a_, &data, &size, &offset);
      if (got == ARCHIVE_EOF) return {};
      if (got < ARCHIVE_WARN) {
        failed_ = true;
        budget_.note(code::kCutShort, full, "read as far as it goes: " + fault_of(lib_, a_));
        return {};
      }
      read_ += size;
      budget_.unpacked += size;
      failed_ = !budget_.allows(name_);
      if (failed_) return {};
      if (read_ > budget_.limits.entry) {
        budget_.note(code::kArchiveLimit, full,
                     "more than " + std::to_string(budget_.limits.entry >> 20U) +
                         " MiB unpacked: the rest of it is not read");
        return {};
      }
      if (size > 0) return {static_cast<char const*>(data), size};
    }
    return {};
  }

  // To the next member. Where the size is known in advance a zip file is passed over unread;
  // elsewhere every byte is unpacked, and counts.
  bool skip(archive_entry* entry) {
    auto const format = lib_.archive_format(a_) & ARCHIVE_FORMAT_BASE_MASK;
    if (format == ARCHIVE_FORMAT_ZIP && lib_.archive_entry_size_is_set(entry) != 0) {
      if (lib_.archive_read_data_skip(a_) >= ARCHIVE_WARN) return true;
      cut_short();
      return false;
    }
    for (;;) {
      void const* data = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      auto const got = lib_.archive_read_data_block(a_, &data, &size, &offset);
      if (got == ARCHIVE_EOF) return true;
      if (got < ARCHIVE_WARN) {
        cut_short();
        return false;
      }
      budget_.unpacked += size;
      if (!budget_.allows(name_)) return false;
    }
  }

  Libarchive const& lib_;
  std::string name_;
  std::size_t depth_ = 0;
  Budget& budget_;
  Visitor const& visit_;
  archive* a_ = nullptr;
  ZipDirectory const* directory_ = nullptr;
  std::size_t entries_ = 0;
  std::uint64_t read_ = 0;  // of the member at hand
  bool failed_ = false;     // and nothing more comes of it
};

bool can_seek(std::istream& in) {
  bool const can = in.tellg() != std::istream::pos_type(-1);
  in.clear();
  return can;
}

bool is_drive(std::string_view name) {
  if (name.size() < 2 || name[1] != ':') return false;
  auto const letter = static_cast<char>(name[0] | 0x20);
  return letter >= 'a' && letter <= 'z';
}

}  // namespace

std::string_view hostile_name(std::string_view name) {
  constexpr std::string_view kSeparators = "/\\";
  if (name.empty()) return "it has no name";
  if (name.find('\0') != std::string_view::npos) return "its name has a NUL in it";
  if (kSeparators.contains(name.front())) return "its name is an absolute path";
  if (is_drive(name)) return "its name begins with a drive";
  for (std::size_t at = 0; at <= name.size();) {
    auto const end = std::min(name.find_first_of(kSeparators, at), name.size());
    if (name.substr(at, end - at) == "..") return "its name climbs out of the archive";
    at = end + 1;
  }
  return {};
}

std::string base_name(std::string_view name) {
  auto const separator = name.find_last_of("/\\");
  return lower(separator == std::string_view::npos ? name : name.substr(separator + 1));
}

Notes read_members(std::string const& name, std::istream& in, ArchiveLimits const& limits,
                   Visitor const& visit) {
  Budget budget{limits};
  bool const seekable = can_seek(in);
  auto from = opened(pieces_of(in), kLook);
  if (!is_archive(from.head)) {
    visit({name, base_name(name), from.head.substr(0, kLook), true}, from.bytes);
    return {};
  }
  ZipDirectory directory;
  if (is_zip(from.head) && seekable) directory = zip_directory(in, limits.entries);
  if (directory.overlaps) {
    budget.note(code::kMemberRefused, name,
                "it is not read: members of it overlap each other, which no honest zip file has");
    return std::move(budget.notes);
  }
  Feed feed{std::move(from.bytes), nullptr, &budget.packed};
  if (seekable) {
    in.clear();
    in.seekg(0);
    feed.source = pieces_of(in);
    feed.seekable = &in;
  }
  if (auto const* const lib = libarchive()) {
    ArchiveLevel(*lib, name, 0, budget, visit).read(feed, directory);
  } else {
    budget.note(code::kCutShort, name,
                "it cannot be read: libarchive.so.13 is not installed (apt install libarchive13)");
  }
  return std::move(budget.notes);
}

}  // namespace safeconduct
