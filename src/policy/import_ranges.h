// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ranges that a vendor's page or table lists, laid into a provider's file. Nothing is guessed:
// a prefix without a region or a service is an Error with its place, and so is a list of addresses
// that the provider sends from.

#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "policy/ingress.h"

namespace safeconduct {

inline constexpr std::size_t kMostImported = 20'000;  // prefixes

struct ImportQuestion {
  std::string file_name;
  Source source;                   // title, url, day and SHA-256; its key is made here
  Confidence confidence{};         // of every range that is new
  std::string region;              // of what the text names no region for; empty: an Error
  std::optional<Feature> service;  // the same for the service
};

struct Imported {
  IngressRanges ranges;   // the file with what the text lists: added, or with one more source
  std::size_t found = 0;  // prefixes in the text
  Notes notes;
};

Result<Imported> import_ranges(IngressRanges const& into, ImportQuestion const& question,
                               std::string_view text);

// The words of a text that tell addresses that a service sends from, else "".
std::string_view egress_words(std::string_view text);

}  // namespace safeconduct
