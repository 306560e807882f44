// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/fleet.h"

#include "base/sha256.h"

namespace safeconduct {
namespace {

// With its length before it: no two lists of words read the same.
void put(std::string& text, std::string_view word) {
  text += std::to_string(word.size()) + ':' + std::string(word) + ' ';
}

// Names that are paths are relative to the file that has them.
void put(std::string& text, Placed<std::string> const& named) {
  put(text, named.at.file);
  put(text, named.value);
}

}  // namespace

std::uint32_t shard_of(std::string_view site, std::uint32_t shards) {
  constexpr std::size_t kDigits = 16;  // 64 bits of the digest
  auto const digest = sha256(site);
  std::uint64_t number = 0;
  for (char const c : digest.substr(0, kDigits))
    number = number << 4U | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return static_cast<std::uint32_t>(number % shards) + 1;
}

std::string canonical_text(SiteSettings const& defaults) {
  std::string text = "provider ";
  if (defaults.provider) put(text, *defaults.provider);
  text += "regions ";
  for (auto const& one : defaults.regions) put(text, one.value);
  text += defaults.features ? "features " : "no features said ";
  if (defaults.features)
    for (auto const one : *defaults.features) put(text, name(one));
  text += "policies ";
  for (auto const& one : defaults.policies) put(text, one);
  return text;
}

}  // namespace safeconduct
