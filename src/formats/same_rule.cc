// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/same_rule.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace safeconduct {
namespace {

// What a rule asks for, and does: the values of fields that one clause narrows, and the rest.
struct Asked {
  std::map<Field, ValueSet> values;
  std::vector<Clause> others;
  std::vector<std::string> matches;  // extensions by name: "set"
  std::optional<std::string> target;
  std::uint32_t fields = 0;  // bit index(field)
  bool unmodelled = false;   // something else that is not understood
  std::string does;          // where both say it in the same words; of other actions nothing
};

// "set" of "xt match set"; some versions of nft write it in quotes.
std::optional<std::string> named_in(std::string_view words, std::string_view kind) {
  if (!words.starts_with(kind)) return std::nullopt;
  words.remove_prefix(kind.size());
  if (words.size() > 2 && words.starts_with('"') && words.ends_with('"'))
    words = words.substr(1, words.size() - 2);
  return std::string(words);
}

// By the names of chains, of which each of the two tables has its own.
std::string does(Ruleset const& rules, Action const& action) {
  return std::visit(
      [&]<class Kind>(Kind const& kind) -> std::string {
        if constexpr (std::is_same_v<Kind, Accept>) {
          return "accept";
        } else if constexpr (std::is_same_v<Kind, Drop>) {
          return "drop";
        } else if constexpr (std::is_same_v<Kind, Reject>) {
          return "reject";
        } else if constexpr (std::is_same_v<Kind, Return>) {
          return "return";
        } else if constexpr (std::is_same_v<Kind, Jump>) {
          return "jump " + rules.chains[kind.chain].name;
        } else if constexpr (std::is_same_v<Kind, Goto>) {
          return "goto " + rules.chains[kind.chain].name;
        } else if constexpr (std::is_same_v<Kind, SetMark>) {
          return "set " + std::string(info(kind.field).name) + ' ' + std::to_string(kind.mask) +
                 ' ' + std::to_string(kind.value);
        } else {
          return "";
        }
      },
      action);
}

Asked asked(Ruleset const& rules, Rule const& rule) {
  Asked result;
  auto const narrow = [&](Field field, ValueSet const& values, bool negated) {
    ValueSet const all(ValueInterval{0, info(field).max});
    auto const wanted = negated ? all - values : values;
    auto const [entry, made] = result.values.try_emplace(field, wanted);
    if (!made) entry->second = entry->second & wanted;
  };
  for (auto const& clause : clauses(rules, rule)) {
    result.fields |= fields_of(rules, clause);
    if (auto const* range = std::get_if<InRange>(&clause.kind)) {
      narrow(range->field, ValueSet(ValueInterval{range->first, range->last}), clause.negated);
    } else if (auto const* set = std::get_if<InSet>(&clause.kind)) {
      narrow(set->field, rules.value_sets[set->set], clause.negated);
    } else if (auto const* unknown = std::get_if<Unmodelled>(&clause.kind)) {
      if (auto const name = named_in(rules.atoms[unknown->atom].text, "xt match ")) {
        result.matches.push_back(*name);
      } else {
        result.unmodelled = true;
      }
    } else {
      result.others.push_back(clause);
    }
  }
  if (auto const* unknown = std::get_if<UnmodelledAction>(&rule.action)) {
    result.target = named_in(rules.atoms[unknown->atom].text, "xt target ");
    if (!result.target) result.unmodelled = true;
  }
  result.does = does(rules, rule.action);
  return result;
}

std::vector<Asked> asked(Ruleset const& rules, std::span<Rule const> group) {
  std::vector<Asked> each;
  for (auto const& rule : group) each.push_back(asked(rules, rule));
  return each;
}

bool has(std::vector<Clause> const& clauses, Clause const& clause) {
  return std::ranges::find(clauses, clause) != clauses.end();
}

// Does nft list nothing that iptables-save does not have, too?
bool has_all_of(Asked const& saved, Asked const& listed) {
  bool const unknown = listed.unmodelled || listed.target || !listed.matches.empty();
  if ((listed.fields & ~saved.fields) != 0 || (unknown && !saved.unmodelled)) return false;
  if (listed.does != saved.does) return false;
  for (auto const& [field, values] : listed.values)
    if (auto const own = saved.values.find(field);
        own == saved.values.end() || own->second != values)
      return false;
  return std::ranges::all_of(listed.others,
                             [&](Clause const& clause) { return has(saved.others, clause); });
}

// The words behind options "-m" and "-j" of iptables-save.
std::vector<std::string_view> words_behind(std::string_view line, std::string_view option) {
  std::vector<std::string_view> found;
  bool wanted = false;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ') {
      ++at;
      continue;
    }
    auto end = at;
    for (bool quoted = false; end < line.size() && (quoted || line[end] != ' '); ++end) {
      if (line[end] == '\\' && quoted) ++end;
      if (end < line.size() && line[end] == '"') quoted = !quoted;
    }
    end = std::min(end, line.size());
    auto const word = line.substr(at, end - at);
    if (wanted) found.push_back(word);
    wanted = word == option;
    at = end;
  }
  return found;
}

// What iptables has by one name, the kernel has by another, too.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOtherNames{{
    {"state", "conntrack"},
    {"NOTRACK", "CT"},
}};

bool is_named(std::vector<std::string_view> const& words, std::string const& extension) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return word == extension || std::ranges::any_of(kOtherNames, [&](auto const& names) {
             return names.first == word && names.second == extension;
           });
  });
}

// What iptables-nft does not load as an extension, by version some of these (nft.c, add_match).
constexpr std::array<std::string_view, 8> kNative{"comment", "limit", "among", "mark",
                                                  "tcp",     "udp",   "icmp",  "icmp6"};

// Does the rule name all the extensions of these words that are surely loaded as such?
bool has_each(std::vector<std::string> const& named, std::vector<std::string_view> const& words) {
  return std::ranges::all_of(words, [&](std::string_view word) {
    return std::ranges::find(kNative, word) != kNative.end() ||
           std::ranges::any_of(named, [&](auto const& name) { return is_named({word}, name); });
  });
}

constexpr std::uint32_t bits(std::initializer_list<Field> fields) {
  std::uint32_t all = 0;
  for (auto const field : fields) all |= 1U << index(field);
  return all;
}
constexpr std::uint32_t kAddresses = bits({Field::saddr, Field::daddr});
constexpr std::uint32_t kBase = kAddresses | bits({Field::l4proto, Field::iif, Field::oif});

// The extensions that nft names may narrow what it lists further, but base options only where the
// extension is about them.
bool may_be_one(Asked const& saved, Asked const& listed, std::uint32_t narrowed,
                Ruleset const& rules) {
  if ((listed.fields & ~saved.fields) != 0) return false;
  if (!listed.target && !listed.unmodelled && listed.does != saved.does) return false;
  for (auto const& [field, values] : listed.values) {
    auto const own = saved.values.find(field);
    if (own == saved.values.end()) return false;
    bool const may_be_less = (narrowed >> index(field) & 1U) != 0;
    if (own->second != values && !(may_be_less && (own->second - values).empty())) return false;
  }
  for (auto const& [field, values] : saved.values)
    if (!listed.values.contains(field) && (narrowed >> index(field) & 1U) == 0) return false;
  return std::ranges::all_of(listed.others,
                             [&](Clause const& clause) { return has(saved.others, clause); }) &&
         std::ranges::all_of(saved.others, [&](Clause const& clause) {
           return has(listed.others, clause) || (fields_of(rules, clause) & ~narrowed) == 0;
         });
}

}  // namespace

bool are_alike(Ruleset const& rules, RuleTwice const& both) {
  return std::ranges::equal(asked(rules, both.saved), asked(rules, both.listed), has_all_of);
}

bool may_be_one(Ruleset const& rules, RuleTwice const& both) {
  auto const saved = asked(rules, both.saved);
  auto const words = text(rules, both.saved.front().span);
  auto const matches = words_behind(words, "-m");
  auto const targets = words_behind(words, "-j");
  auto const fits = [&](Asked one) {
    if (both.running && !has_each(one.matches, matches)) return false;
    if (one.target && !is_named(targets, *one.target)) return false;
    for (auto const& match : one.matches)
      if (!is_named(matches, match)) return false;
    std::uint32_t narrowed = 0;
    if (both.loosely || !one.matches.empty()) narrowed = ~kBase;
    auto const asks = [&](std::string_view match) {
      return std::ranges::find(one.matches, match) != one.matches.end();
    };
    if (asks("iprange") || asks("set")) narrowed |= kAddresses;
    // "--ctproto", which nft lists as of the connection.
    if (asks("conntrack") || one.unmodelled) narrowed |= bits({Field::l4proto});
    // A target that needs a connection does nothing without, which is a condition in our reading.
    if (one.target == "CONNMARK") narrowed |= bits({Field::ct_state, Field::ct_mark});
    one.unmodelled = false;
    if (both.loosely) one.values.erase(Field::ct_state);
    return std::ranges::any_of(
        saved, [&](Asked const& other) { return may_be_one(other, one, narrowed, rules); });
  };
  return std::ranges::all_of(asked(rules, both.listed), fits);
}

}  // namespace safeconduct
