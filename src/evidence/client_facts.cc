// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/client_facts.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "evidence/log_words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kLongestFile =
    65536;  // of an OrgInfo.json; real ones have some hundred bytes

void add(ClientFacts& facts, Secret::Kind kind, std::string_view text) {
  constexpr std::size_t kShortest = 3;  // what is shorter stands in too many words
  if (text.size() < kShortest) return;
  Secret secret{kind, std::string(text.substr(0, kMostKept))};
  if (std::ranges::find(facts.secrets, secret) == facts.secrets.end())
    facts.secrets.push_back(std::move(secret));
}

// The string or number behind the key, wherever it stands: enough of JSON for a flat object.
std::optional<std::string_view> value_of(std::string_view text, std::string_view key) {
  auto const quoted = '"' + std::string(key) + '"';
  auto rest = behind(text, quoted);
  if (!rest) return std::nullopt;
  auto const from = rest->find_first_not_of(" \t:");
  if (from == std::string_view::npos) return std::nullopt;
  rest->remove_prefix(from);
  bool const string = rest->starts_with('"');
  if (string) rest->remove_prefix(1);
  auto const end = rest->find_first_of(string ? "\"" : ",} \t");
  return rest->substr(0, std::min(end, rest->size()));
}

}  // namespace

void read_org_info(TextLines lines, ClientFacts& facts) {
  std::string text;
  while (auto const line = lines.next()) {
    text += line->substr(0, kLongestFile - std::min(text.size(), kLongestFile));
    text += ' ';
    if (text.size() >= kLongestFile) break;
  }
  facts.registered = true;
  constexpr std::array<std::pair<std::string_view, Secret::Kind>, 5> kKeys{
      {{"organizationId", Secret::Kind::organization},
       {"organizationID", Secret::Kind::organization},
       {"fingerprint", Secret::Kind::fingerprint},
       {"userId", Secret::Kind::user_id},
       {"userID", Secret::Kind::user_id}}};
  for (auto const& [key, kind] : kKeys)
    if (auto const value = value_of(text, key)) add(facts, kind, *value);
}

void read_system_info(TextLines lines, ClientFacts& facts) {
  while (auto const line = lines.next()) {
    auto const colon = line->find(':');
    if (colon == std::string_view::npos) continue;
    auto const key = trimmed(line->substr(0, colon));
    auto const value = trimmed(line->substr(colon + 1));
    if (key == "OS Name") facts.system = std::string(value.substr(0, kMostKept));
    if (key == "Host Name" || key == "Domain") add(facts, Secret::Kind::host, value);
    if (key == "Registered Owner" || key == "User Name") add(facts, Secret::Kind::user, value);
    if (key == "Logon Server")
      add(facts, Secret::Kind::host,
          value.substr(std::min(value.find_first_not_of('\\'), value.size())));
  }
}

}  // namespace safeconduct
