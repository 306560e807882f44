// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/corpus.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "support/skip.h"

namespace safeconduct::test {

std::optional<std::filesystem::path> find_corpus() {
  if (char const* const named = std::getenv("SAFECONDUCT_CORPUS"); named != nullptr) {
    REQUIRE_MESSAGE(std::filesystem::is_directory(named), "SAFECONDUCT_CORPUS is '", named,
                    "', which is no folder");
    return named;
  }
  auto beside = std::filesystem::path(SC_TEST_SOURCE_DIR).parent_path() / "shared/corpus";
  if (!std::filesystem::is_directory(beside)) return std::nullopt;
  return beside;
}

std::optional<std::filesystem::path> corpus_or_skip() {
  auto found = find_corpus();
  if (!found) skip("no corpus");
  return found;
}

}  // namespace safeconduct::test
