// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/archive.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <streambuf>

#include "support/archive_bytes.h"

namespace safeconduct::test {
namespace {

struct Offered {
  std::vector<std::string> names;
  std::vector<std::string> texts;
  std::vector<std::string> notes;
};

Offered offered(std::istream& in, ArchiveLimits const& limits) {
  Offered result;
  auto const notes =
      read_members("b", in, limits, [&](ArchiveMember const& member, Pieces const& pieces) {
        result.names.push_back(member.name);
        std::string text;
        for (auto piece = pieces(); !piece.empty(); piece = pieces()) text += piece;
        result.texts.push_back(std::move(text));
      });
  for (auto const& note : notes)
    result.notes.push_back(note.code + ' ' + note.at.file + ": " + note.message.english());
  return result;
}

Offered offered(std::string const& bytes, ArchiveLimits const& limits = {}) {
  std::istringstream in(bytes);
  return offered(in, limits);
}

// As standard input is: it cannot seek.
class Pipe : public std::streambuf {
 public:
  explicit Pipe(std::string text) : text_(std::move(text)) {
    setg(text_.data(), text_.data(), text_.data() + text_.size());
  }

 private:
  std::string text_;
};

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("archive: a file that is no archive goes through the same door") {
  auto const result = offered("plain text");
  CHECK(result.names == Strings{"b"});
  CHECK(result.texts == Strings{"plain text"});
  CHECK(result.notes.empty());
}

TEST_CASE("archive: members of zip and tar files are offered under the archive's name") {
  std::vector<ArchiveEntry> const entries{{"x/A.txt", "one"}, {"y\\B.txt", "two"}};
  for (auto const& bytes : {zip_bytes(entries), tar_bytes(entries)}) {
    auto const result = offered(bytes);
    CHECK(result.names.front() == "b/x/A.txt");
    CHECK(base_name(result.names.back()) == "b.txt");
    CHECK(result.texts == Strings{"one", "two"});
    CHECK(result.notes.empty());
  }
}

TEST_CASE("archive: a zip file is read from a pipe, too") {
  Pipe pipe(zip_bytes({{"A.txt", "one"}, {"B.txt", "two"}}));
  std::istream in(&pipe);
  auto const result = offered(in, {});
  CHECK(result.texts == Strings{"one", "two"});
  CHECK(result.notes.empty());
}

TEST_CASE("archive: an archive within one is read, one within that is not") {
  auto const inner = zip_bytes({{"C.txt", "three"}});
  auto const middle = zip_bytes({{"inner.zip", inner}, {"B.txt", "two"}});
  auto const result = offered(zip_bytes({{"middle.zip", middle}, {"A.txt", "one"}}));
  CHECK(result.names == Strings{"b/middle.zip/B.txt", "b/A.txt"});
  CHECK(result.notes ==
        Strings{"SC962 b/middle.zip/inner.zip: an archive this deep within others is not read"});
}

TEST_CASE("archive: hostile names are refused, and the rest is read") {
  struct Case {
    std::string name;
    std::string why;
  };
  std::vector<Case> const cases{
      {"/etc/passwd", "its name is an absolute path"},
      {"\\\\host\\share", "its name is an absolute path"},
      {"../up", "its name climbs out of the archive"},
      {"a\\..\\..\\up", "its name climbs out of the archive"},
      {"a/..", "its name climbs out of the archive"},
      {"C:\\Windows\\x", "its name begins with a drive"},
      {"c:x", "its name begins with a drive"},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    auto const result = offered(zip_bytes({{one.name, "evil"}, {"A.txt", "one"}}));
    CHECK(result.texts == Strings{"one"});
    auto shown = one.name;  // a zip file of Windows may write either separator
    std::ranges::replace(shown, '\\', '/');
    CHECK(result.notes == Strings{"SC961 b: member '" + shown + "' is not read: " + one.why});
  }
  for (auto const* fine : {"a..b", "..a/b", "a/...", "x:y:z/..y"}) {
    CAPTURE(fine);
    CHECK(hostile_name(fine).empty() == (std::string_view(fine)[1] != ':'));
  }
}

TEST_CASE("archive: a NUL in a name is seen, though readers of names stop at it") {
  auto const result =
      offered(zip_bytes({{std::string("a.txt\0.exe", 10), "evil"}, {"A.txt", "one"}}));
  CHECK(result.texts == Strings{"one"});
  CHECK(result.notes == Strings{"SC961 b: member 'a.txt' is not read: its name has a NUL in it"});
}

TEST_CASE("archive: links are refused") {
  auto const result =
      offered(tar_bytes({{"Umbrella.txt", "", {}, "/etc/shadow"}, {"A.txt", "one"}}));
  CHECK(result.texts == Strings{"one"});
  CHECK(result.notes == Strings{"SC961 b: member 'Umbrella.txt' is not read: it is a link"});
}

TEST_CASE("archive: members that share bytes of a zip file are refused, and the file with them") {
  auto const result = offered(zip_bytes({{"A.txt", std::string(100, 'a')}, {"B.txt", "b", 10U}}));
  CHECK(result.names.empty());
  CHECK(result.notes ==
        Strings{"SC961 b: it is not read: members of it overlap each other, which no honest zip "
                "file has"});
}

TEST_CASE("archive: control characters of names do not reach a terminal") {
  auto const result = offered(zip_bytes({{"/a\x1b[2Jb", "evil"}}));
  CHECK(result.notes ==
        Strings{"SC961 b: member '/a?[2Jb' is not read: its name is an absolute path"});
}

TEST_CASE("archive: one that was cut is read as far as it goes, and that is said") {
  auto const whole = zip_bytes({{"A.txt", "one"}, {"B.txt", std::string(1000, 'b')}});
  auto const result = offered(whole.substr(0, 300));
  CHECK(result.names == Strings{"b/A.txt", "b/B.txt"});
  CHECK(result.texts.front() == "one");
  REQUIRE_FALSE(result.notes.empty());
  CHECK(result.notes.front().starts_with("SC963 b/B.txt: read as far as it goes: "));

  auto const tar = tar_bytes({{"A.txt", "one"}, {"B.txt", std::string(2000, 'b')}});
  auto const half = offered(tar.substr(0, 2048));
  CHECK(half.texts.front() == "one");
  REQUIRE_FALSE(half.notes.empty());
  CHECK(half.notes.front().starts_with("SC963 b"));
}

TEST_CASE("archive: one whose first header is damaged is said to be so") {
  auto bytes = tar_bytes({{"A.txt", "one"}});
  bytes[0] = 'Z';  // against its checksum
  auto const result = offered(bytes);
  CHECK(result.names.empty());
  CHECK(result.notes == Strings{"SC963 b: it cannot be read: it is damaged"});
}

TEST_CASE("archive: members, bytes and levels are counted together, and the limit is said once") {
  std::vector<ArchiveEntry> const entries{{"A.txt", std::string(60, 'a')},
                                          {"B.txt", std::string(60, 'b')},
                                          {"C.txt", std::string(60, 'c')}};
  SUBCASE("members") {
    ArchiveLimits limits;
    limits.entries = 2;
    auto const result = offered(zip_bytes(entries), limits);
    CHECK(result.names == Strings{"b/A.txt", "b/B.txt"});
    CHECK(result.notes == Strings{"SC962 b: more than 2 members: the rest of it is not read"});
  }
  SUBCASE("members of several levels") {
    ArchiveLimits limits;
    limits.entries = 2;
    auto const result = offered(zip_bytes({{"in.zip", zip_bytes(entries)}}), limits);
    CHECK(result.names == Strings{"b/in.zip/A.txt"});
    CHECK(result.notes ==
          Strings{"SC962 b/in.zip: more than 2 members: the rest of it is not read"});
  }
  SUBCASE("bytes in all") {
    ArchiveLimits limits;
    limits.total = 100;
    auto const result = offered(zip_bytes(entries), limits);
    CHECK(result.texts == Strings{std::string(60, 'a'), ""});
    CHECK(result.notes == Strings{"SC962 b: more than 0 MiB unpacked: the rest of it is not read"});
  }
  SUBCASE("bytes of a member, and the next one is read all the same") {
    ArchiveLimits limits;
    limits.entry = 60;
    auto const result =
        offered(zip_bytes({{"A.txt", std::string(61, 'a')}, {"B.txt", "two"}}), limits);
    CHECK(result.texts == Strings{"", "two"});
    CHECK(result.notes ==
          Strings{"SC962 b/A.txt: more than 0 MiB unpacked: the rest of it is not read"});
  }
}

TEST_CASE("archive: a file that is packed alone is offered under its own name, however packed") {
  for (auto const packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    auto const bytes = packed(packing, "text that was packed");
    auto const alone = offered(bytes);
    CHECK(alone.names == Strings{"b/b"});
    CHECK(alone.texts == Strings{"text that was packed"});
    auto const within = offered(zip_bytes({{"x/client.pcap.gz", bytes}}));
    CHECK(within.names == Strings{"b/x/client.pcap.gz/client.pcap"});
    CHECK(within.texts == alone.texts);
    CHECK(within.notes.empty());
  }
}

TEST_CASE("archive: a file that is packed alone is cut where it unpacks to too much") {
  std::string const same(std::size_t{64} << 20U, 'a');
  for (auto const packing : {Packing::gzip, Packing::bzip2, Packing::xz, Packing::zstd}) {
    CAPTURE(static_cast<int>(packing));
    auto const result = offered(packed(packing, same));
    REQUIRE(result.texts.size() == 1);
    CHECK(result.texts[0].size() < std::size_t{32} << 20U);
    CHECK(result.notes ==
          Strings{"SC962 b: it unpacks to more than 200 times its size: the rest of it is not "
                  "read"});
  }
}

TEST_CASE("archive: one that takes too long is read no further") {
  ArchiveLimits limits;
  limits.time = std::chrono::seconds(10);
  limits.now = [at = std::chrono::steady_clock::time_point()]() mutable {
    return at += std::chrono::seconds(4);  // each look at the clock
  };
  auto const result =
      offered(zip_bytes({{"A.txt", "one"}, {"B.txt", "two"}, {"C.txt", "three"}}), limits);
  CHECK(result.names == Strings{"b/A.txt"});
  CHECK(result.notes == Strings{"SC962 b: it takes more than 10 s: the rest of it is not read"});
}

TEST_CASE("archive: ten thousand members are read, and not one more") {
  std::vector<ArchiveEntry> entries;
  for (int i = 0; i < 10'001; ++i) entries.push_back({"m" + std::to_string(i), "x"});
  auto const result = offered(zip_bytes(entries));
  CHECK(result.names.size() == 10'000);
  CHECK(result.notes == Strings{"SC962 b: more than 10000 members: the rest of it is not read"});
}

}  // namespace safeconduct::test
