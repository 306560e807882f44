// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

namespace safeconduct::test {

// The folder of rule sets of real devices: $SAFECONDUCT_CORPUS, else ../shared/corpus beside the
// source tree. It is no part of the sources; a case that needs it starts with
//
//   auto const corpus = corpus_or_skip();
//   if (!corpus) return;
//
// A set variable that names no folder is a mistake, and fails the case.
[[nodiscard]] std::optional<std::filesystem::path> find_corpus();

// As above; prints "skipped: no corpus" when there is none, and CTest counts the case as skipped.
[[nodiscard]] std::optional<std::filesystem::path> corpus_or_skip();

}  // namespace safeconduct::test
