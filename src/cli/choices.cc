// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/choices.h"

#include <algorithm>
#include <cstdlib>

#include "policy/vocabulary.h"

namespace safeconduct {
namespace {

struct Choices {
  std::string_view option;
  std::vector<std::string> words;
};

std::vector<std::string> texts(std::span<std::string_view const> names) {
  return {names.begin(), names.end()};
}

std::vector<Choices> const& all_choices() {
  static std::vector<Choices> const all{
      {"--color", {"auto", "always", "never"}},
      {"--lang", {"en", "ja"}},  // in the order of Language
      {"--hook", {"forward", "output", "input"}},
      // In the order of Format.
      {"--input-format", {"nft", "iptables-save", "ipset-save", "nft-json", "csv"}},
      {"--fail-on", {"required", "recommended", "none"}},
      {"--upcoming", {"fail", "report"}},
      {"--state", {"new", "established", "related", "untracked", "invalid"}},
      {"--direction", {"original", "reply"}},
      {"--words", {"policies", "providers", "regions", "dialects"}},
      {"--family", {"4", "6"}},
      {"--service", texts(feature_names())},
      {"--confidence", texts(confidence_names())},
  };
  return all;
}

}  // namespace

std::vector<std::string> choices_of(std::string_view option) {
  auto const& all = all_choices();
  auto const found = std::ranges::find(all, option, &Choices::option);
  return found == all.end() ? std::vector<std::string>() : found->words;
}

Offer offer_of(std::string_view option, std::string_view value) {
  if (option == "--policy") return Offer::policies;
  if (option == "--provider") return Offer::providers;
  if (option == "--region") return Offer::regions;
  if (option == "--dialect") return Offer::dialects;
  if (value == "FILE") return Offer::files;
  if (value == "DIR") return Offer::folders;
  return Offer::nothing;
}

std::string_view name(Offer offer) {
  switch (offer) {
    case Offer::nothing:
      return "nothing";
    case Offer::files:
      return "files";
    case Offer::folders:
      return "folders";
    case Offer::policies:
      return "policies";
    case Offer::providers:
      return "providers";
    case Offer::regions:
      return "regions";
    case Offer::dialects:
      return "dialects";
  }
  std::abort();  // not an Offer
}

}  // namespace safeconduct
