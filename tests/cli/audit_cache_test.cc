// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/audit_cache.h"

#include <doctest/doctest.h>

#include "cli/files_in_memory.h"

using namespace safeconduct;

namespace {

SiteAudit answer() {
  SiteAudit audit;
  audit.site = "london";
  audit.file = "london.yaml";
  audit.verdict = Verdict::blocked;
  audit.status = {.dns = DnsState::open,
                  .dns_text = "Unprotected",
                  .web = WebState::is_protected,
                  .web_text = "Protected",
                  .fail_open = false,
                  .dns_by_family = {}};
  audit.key = std::string(64, 'a');
  return audit;
}

AuditCache cache_of(World const& world) {
  auto cache = AuditCache::open("cache", world);
  REQUIRE(cache.has_value());
  return std::move(*cache);
}

}  // namespace

TEST_CASE("audit_cache: what is kept is found by its key, on its site alone") {
  test::FilesInMemory memory;
  auto const world = memory.world();
  auto const cache = cache_of(world);
  CHECK_FALSE(cache.find(answer().key, "london").has_value());
  cache.keep(answer());
  REQUIRE(memory.files.size() == 1);
  CHECK(memory.files.begin()->first.starts_with("cache/"));
  auto const found = cache.find(answer().key, "london");
  REQUIRE(found.has_value());
  CHECK(found->verdict == Verdict::blocked);
  CHECK_FALSE(cache.find(answer().key, "leeds").has_value());
  CHECK_FALSE(cache.find(std::string(64, 'b'), "london").has_value());
  CHECK(cache.failures() == 0);
}

TEST_CASE("audit_cache: what is damaged anywhere, or of another key, is as good as not there") {
  test::FilesInMemory memory;
  auto const world = memory.world();
  auto const cache = cache_of(world);
  cache.keep(answer());
  auto& text = memory.files.begin()->second;
  auto const whole = text;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CAPTURE(i);
    text = whole;
    text[i] = text[i] == 'x' ? 'y' : 'x';
    CHECK_FALSE(cache.find(answer().key, "london").has_value());
    text = whole.substr(0, i);
    CHECK_FALSE(cache.find(answer().key, "london").has_value());
  }
  text = whole;
  CHECK(cache.find(answer().key, "london").has_value());
  // The file of one key under the name of another.
  auto other = answer();
  other.key = std::string(64, 'b');
  cache.keep(other);
  for (auto& [path, kept] : memory.files) kept = whole;
  CHECK_FALSE(cache.find(other.key, "london").has_value());
}

TEST_CASE(
    "audit_cache: another build finds nothing, and one that cannot tell itself has no cache") {
  test::FilesInMemory memory;
  auto world = memory.world();
  cache_of(world).keep(answer());
  auto another = memory.world();
  another.program = [] { return std::string(64, '2'); };
  CHECK_FALSE(cache_of(another).find(answer().key, "london").has_value());
  another.program = [] { return std::string(); };
  auto const none = AuditCache::open("cache", another);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().text ==
        "the program cannot read itself, so it cannot tell whose answers are in the cache");
}

TEST_CASE("audit_cache: what cannot be written is counted, and stops nothing") {
  test::FilesInMemory memory;
  auto const world = memory.world();
  auto const cache = cache_of(world);
  memory.writable = false;
  cache.keep(answer());
  CHECK(cache.failures() == 1);
  CHECK(memory.files.empty());
}
