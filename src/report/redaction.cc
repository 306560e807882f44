// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/redaction.h"
#include "base/text.h"

#include <algorithm>

namespace safeconduct {
namespace {

bool starts_alike(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word,
                            [](char a, char b) { return lower(a) == lower(b); });
}

bool of_address(char c) { return is_hex_digit(c) || c == '.' || c == ':'; }

// Of a word that long, also a part is nobody else's.
constexpr std::size_t kUnmistakable = 12;
// Lines are cut before they are quoted; this much of a secret at the cut counts as it.
constexpr std::size_t kFewestOfCut = 4;

// May one and the other stand side by side in a word, so that neither is a word of its own? Numbers
// are told apart by digits alone: "org_1234567".
bool go_on(std::string_view word, char neighbour) {
  if (word.size() >= kUnmistakable) return false;
  return std::ranges::all_of(word, is_digit) ? is_digit(neighbour) : is_of_word(neighbour);
}

// How much of the text, from there on, is the secret.
std::size_t found_at(std::string_view text, std::size_t at, std::string_view secret) {
  if (secret.empty() || (at > 0 && go_on(secret, text[at - 1]))) return 0;
  auto const rest = text.substr(at);
  if (starts_alike(rest, secret))
    return rest.size() > secret.size() && go_on(secret, rest[secret.size()]) ? 0 : secret.size();
  bool const cut = rest.size() >= kFewestOfCut && starts_alike(secret, rest);
  return cut ? rest.size() : 0;
}

constexpr std::string_view kSlashes = "/\\";

// Where a separator of folders ends that begins there: "/", "\", "\\\\" of JSON, "%2F"; else 0.
std::size_t behind_slash(std::string_view text, std::size_t at) {
  if (starts_alike(text.substr(at), "%2f") || starts_alike(text.substr(at), "%5c")) return at + 3;
  auto const end = std::min(text.find_first_not_of(kSlashes, at), text.size());
  return end == at ? 0 : end;
}

// "C:\Users\ann\x" and "/home/ann/x": where the name of a user stands.
void hide_users(std::string& text) {
  constexpr std::array<std::string_view, 3> kFolders{"users", "home", "documents and settings"};
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto const folder_at = behind_slash(text, at);
    if (folder_at == 0) continue;
    for (auto const folder : kFolders) {
      if (!starts_alike(std::string_view(text).substr(folder_at), folder)) continue;
      auto const begin = behind_slash(text, folder_at + folder.size());
      if (begin == 0 || begin >= text.size()) continue;
      // A name may have blanks where a further folder follows.
      auto end = std::min(text.find_first_of("/\\%\"'", begin), text.size());
      if (end == text.size() || behind_slash(text, end) == 0)
        end = std::min(text.find_first_of("/\\% \"'", begin), text.size());
      if (end > begin) text.replace(begin, end - begin, "[user]");
    }
  }
}

// "ann@example.org"
void hide_mail(std::string& text) {
  auto const is_name = [](char c) { return is_of_word(c) || c == '.' || c == '-' || c == '+'; };
  for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    auto begin = at;
    while (begin > 0 && is_name(text[begin - 1])) --begin;
    auto end = at + 1;
    while (end < text.size() && is_name(text[end])) ++end;
    if (begin == at || end == at + 1) continue;
    text.replace(begin, end - begin, "[mail]");
    at = begin;
  }
}

// "swg-url-proxy-https-1234567.sseproxy...", "proxy-http-sse-1234567": the number is the
// organization's.
void hide_organizations(std::string& text) {
  constexpr std::string_view kBefore = "proxy-http";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!starts_alike(std::string_view(text).substr(at), kBefore)) continue;
    auto begin = at + kBefore.size();
    while (begin < text.size() && (is_of_word(text[begin]) || text[begin] == '-') &&
           !is_digit(text[begin]))
      ++begin;
    auto const end = std::min(text.find_first_not_of("0123456789", begin), text.size());
    if (end > begin && text[begin - 1] == '-') text.replace(begin, end - begin, "[organization]");
  }
}

// '"fingerprint":"0123abcd"', "orgId=1234567": what keys of a registration say.
void hide_registrations(std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kKeys{
      {{"organizationId", "[organization]"},
       {"organization_id", "[organization]"},
       {"orgId", "[organization]"},
       {"org_id", "[organization]"},
       {"fingerprint", "[fingerprint]"},
       {"userId", "[user id]"},
       {"user_id", "[user id]"}}};
  for (auto const& [key, placeholder] : kKeys)
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (!starts_alike(std::string_view(text).substr(at), key)) continue;
      auto const begin = text.find_first_not_of("\\\"' \t:=", at + key.size());
      bool const told = begin != std::string::npos && begin > at + key.size() &&
                        text.substr(at + key.size(), begin - at - key.size()).find_first_of(":=") !=
                            std::string::npos;
      if (!told || text[begin] == '[') continue;
      auto end = begin;
      while (end < text.size() && (is_of_word(text[end]) || text[end] == '-')) ++end;
      if (end > begin) text.replace(begin, end - begin, placeholder);
    }
}

// Where in a run of letters of addresses the first one stands, as long as it can be: beside a port
// ("10.0.0.1:53", "10.0.0.1.53"), a word ("Added:10.0.0.1"), another address.
struct FoundAddress {
  Address address;
  Interval<std::size_t> at;  // 'last' is behind it
};
std::optional<FoundAddress> longest_address(std::string_view run) {
  constexpr std::size_t kLongest = 45;  // "ffff:...:ffff:255.255.255.255"
  auto const is_mark = [](char c) { return c == '.' || c == ':'; };
  for (std::size_t begin = 0; begin < run.size(); ++begin) {
    bool const begins = begin == 0 || is_mark(run[begin - 1]) || run.substr(begin, 2) == "::";
    if (!begins) continue;
    for (auto end = std::min(run.size(), begin + kLongest); end > begin; --end) {
      bool const ends = end == run.size() || is_mark(run[end]) || is_mark(run[end - 1]);
      if (!ends) continue;
      if (auto const one = parse_address(run.substr(begin, end - begin)))
        return FoundAddress{*one, {begin, end}};
    }
  }
  return std::nullopt;
}

}  // namespace

void Redaction::keep(Family family, AddressSet const& addresses) {
  auto& kept = kept_[slot(family)];
  kept = kept | addresses;
}

void Redaction::replace(std::string word, std::string placeholder) {
  words_.emplace_back(std::move(word), std::move(placeholder));
  // The longer first: one may be the beginning of another.
  std::ranges::stable_sort(words_, [](auto const& one, auto const& other) {
    return one.first.size() > other.first.size();
  });
}

std::string Redaction::words(std::string_view text) const {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    auto const found = std::ranges::find_if(words_, [&](auto const& one) {
      size = found_at(text, at, one.first);
      return size > 0;
    });
    if (found == words_.end()) {
      result += text[at++];
    } else {
      result += found->second;
      at += size;
    }
  }
  hide_organizations(result);
  hide_registrations(result);
  if (all_) hide_users(result);
  if (all_) hide_mail(result);
  return result;
}

std::string Redaction::address(std::string_view run) {
  std::string result;
  for (auto rest = run; !rest.empty();) {
    auto const found = longest_address(rest);
    if (!found) return result + std::string(rest);
    auto const& [one, at] = *found;
    result += rest.substr(0, at.first);
    auto const words = rest.substr(at.first, at.last - at.first);
    auto const& kept = kept_[slot(one.family)];
    result += kept.contains(one.bits)
                  ? std::string(words)
                  : "address-" + std::to_string(
                                     numbers_.try_emplace(one, numbers_.size() + 1).first->second);
    rest.remove_prefix(at.last);
  }
  return result;
}

std::string Redaction::addresses(std::string_view text) {
  if (!all_) return std::string(text);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    bool const begins = at == 0 || !is_of_word(text[at - 1]);
    if (!begins || !of_address(text[at])) {
      result += text[at++];
      continue;
    }
    auto end = at;
    while (end < text.size() && of_address(text[end])) ++end;
    bool const whole = end == text.size() || !is_of_word(text[end]);
    auto const run = text.substr(at, end - at);
    result += whole ? address(run) : std::string(run);
    at = end;
  }
  return result;
}

namespace {

class Pass {
 public:
  explicit Pass(Redaction const& redaction) : redaction_(redaction) {}

  void text(std::string& one) const { one = redaction_.words(one); }
  void said(Said& one) const {
    one.change([&](std::string const& words) { return redaction_.words(words); });
  }
  void said(std::vector<Said>& all) const {
    for (auto& one : all) said(one);
  }
  void evidence(std::vector<Evidence>& all) const {
    for (auto& one : all) {
      said(one.text);
      text(one.file);
    }
  }
  void rule(RuleRef& one) const {
    for (auto* field :
         {&one.device, &one.at.file, &one.table, &one.chain, &one.text, &one.line_text, &one.name})
      text(*field);
  }
  void seen(Seen& one) const {
    auto& o = one.observation;
    said(o.detail);
    for (auto* field : {&o.question, &o.name, &o.offender_device}) text(*field);
    for (auto& hop : o.path) text(hop.device);
    evidence(o.evidence);
    for (auto& rule_ref : one.beside.rules) rule(rule_ref);
    said(one.beside.reason);
  }

 private:
  Redaction const& redaction_;
};

}  // namespace

void redact_words(Diagnosis& diagnosis, Redaction const& redaction) {
  Pass const pass(redaction);
  auto& result = diagnosis.result;
  pass.text(result.site);
  for (auto& requirement : result.requirements)
    for (auto& seen : requirement.seen) pass.seen(seen);
  for (auto& cause : result.causes) {
    pass.said(cause.text);
    pass.said(cause.speaks_for);
    pass.said(cause.speaks_against);
  }
  for (auto& note : result.notes) {
    pass.said(note.message);
    pass.text(note.at.file);
  }
  for (auto& change : diagnosis.timeline) {
    pass.said(change.text);
    pass.evidence(change.evidence);
  }
  for (auto& file : diagnosis.files) {
    pass.text(file.file);
    pass.said(file.text);
  }
  for (auto* field : {&diagnosis.system, &diagnosis.probe_command, &diagnosis.trace_command})
    pass.text(*field);
}

}  // namespace safeconduct
