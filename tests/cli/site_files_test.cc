// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/site_files.h"

#include <doctest/doctest.h>

#include <istream>
#include <iterator>

#include "base/sha256.h"
#include "cli/files_in_memory.h"

using namespace safeconduct;
using Kind = AuditedInput::Kind;

TEST_CASE("site_files: a file is read once, and what is hashed is what is read and streamed") {
  test::FilesInMemory memory{{{"a.nft", "one"}}, {}};
  auto const world = memory.world();
  SiteFiles files(world);
  CHECK(files.sha256_of("a.nft") == sha256("one"));
  memory.files["a.nft"] = "another";
  auto const seen = files.world();
  CHECK(**seen.read("a.nft") == "one");
  auto const stream = seen.open("a.nft");
  REQUIRE(stream.has_value());
  CHECK(std::string(std::istreambuf_iterator<char>(**stream), {}) == "one");
  CHECK(memory.read["a.nft"] == 1);
  CHECK(files.beside().empty());
}

TEST_CASE("site_files: what cannot be read has no hash, and stays an error") {
  test::FilesInMemory memory;
  auto const world = memory.world();
  SiteFiles files(world);
  CHECK(files.sha256_of("none.nft").empty());
  auto const seen = files.world();
  CHECK_FALSE(seen.read("none.nft").has_value());
  CHECK_FALSE(seen.open("none.nft").has_value());
}

TEST_CASE("site_files: what is looked at beside the site's files is noted, each once, in order") {
  test::FilesInMemory memory{{{"a.nft", "a"}, {"inc/1.nft", "1"}, {"inc/2.nft", "2"}}, {}};
  auto const world = memory.world();
  SiteFiles files(world);
  files.sha256_of("a.nft");
  auto const seen = files.world();
  CHECK(seen.is_file("a.nft"));
  CHECK(seen.matching("inc/*").value().size() == 2);
  CHECK(seen.read("inc/1.nft").has_value());
  CHECK(seen.read("inc/1.nft").has_value());
  CHECK_FALSE(seen.is_file("inc/3.nft"));
  std::vector<AuditedInput> const wanted{{Kind::pattern, "inc/*", sha256("inc/1.nft\ninc/2.nft\n")},
                                         {Kind::included, "inc/1.nft", sha256("1")},
                                         {Kind::presence, "inc/3.nft", "no"}};
  CHECK((files.beside() == wanted));
}

TEST_CASE("site_files: the record holds until one of the things in it is another") {
  test::FilesInMemory memory{{{"a.nft", "a"}, {"inc/1.nft", "1"}}, {}};
  auto const world = memory.world();
  SiteFiles files(world);
  auto const seen = files.world();
  CHECK(seen.matching("inc/*").has_value());
  CHECK(seen.read("inc/1.nft").has_value());
  CHECK_FALSE(seen.is_file("b.nft"));
  auto const record = files.beside();
  auto const still = [&] {
    SiteFiles now(world);  // of a later run
    return now.still(record);
  };
  CHECK(still());
  memory.files["a.nft"] = "named by the site: in the key";
  CHECK(still());
  auto const as_it_was = memory.files;
  memory.files["inc/1.nft"] = "2";
  CHECK_FALSE(still());
  memory.files = as_it_was;
  memory.files.erase("inc/1.nft");
  CHECK_FALSE(still());
  memory.files = as_it_was;
  memory.files["inc/2.nft"] = "2";
  CHECK_FALSE(still());
  memory.files = as_it_was;
  memory.files["b.nft"] = "";
  CHECK_FALSE(still());
}
