// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/rule_ref.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace safeconduct {
namespace {

// "# handle 12" behind the rule, as nft -a ends a line.
std::optional<std::uint64_t> handle_behind(Ruleset const& rules, Span rule) {
  std::string_view rest = *rules.files[rule.file].text;
  rest.remove_prefix(std::min<std::size_t>(rest.size(), rule.offset + rule.length));
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
  constexpr std::string_view kMark = "# handle ";
  if (!rest.starts_with(kMark)) return std::nullopt;
  rest.remove_prefix(kMark.size());
  std::uint64_t number = 0;
  auto const* const end = rest.data() + rest.size();
  auto const [stop, error] = std::from_chars(rest.data(), end, number);
  if (error != std::errc{} || (stop != end && *stop != '\n' && *stop != '\r')) return std::nullopt;
  return number;
}

}  // namespace

RuleRef rule_ref(DeviceRules const& device, Decider decider) {
  RuleRef ref;
  ref.device = device.name;
  if (decider.chain == kNoChain) {
    ref.nothing = true;
    return ref;
  }
  auto const& rules = device.rules;
  auto const& chain = rules.chains[decider.chain];
  ref.table = table_name(rules, chain.table);
  ref.chain = chain.name;
  ref.vendor = rules.tables[chain.table].vendor;
  ref.iptables = rules.tables[chain.table].iptables;
  ref.policy = decider.rule == Decider::kPolicy;
  Span const span = ref.policy ? chain.base->policy_span : chain.rules[decider.rule].span;
  ref.at = location(rules, span);
  if (auto const* const named = name_of(rules, span)) {
    ref.number = named->number;
    ref.name = named->name;
  }
  // A rule with thousands of elements in braces may decide thousands of parts, each of which names
  // it.
  ref.text = first_words(text(rules, span));
  if (span.file < rules.files.size()) {
    if (!ref.policy) ref.handle = handle_behind(rules, span);
    ref.translated = rules.files[span.file].original != nullptr;
    constexpr std::size_t kLongestQuoted = 4096;
    auto const line = line_at(*rules.files[span.file].text, span.offset);
    if (ref.translated && !ref.policy) {
      ref.line_text = ref.text.substr(0, kLongestQuoted);  // not the command that adds the rule
    } else if (line.size() <= kLongestQuoted) {
      ref.line_text = std::string(line);
    }
  }
  return ref;
}

std::vector<std::string> way_names(DeviceRules const& device, std::vector<ChainId> const& way) {
  std::vector<std::string> names;
  for (auto const id : way) {
    auto const& chain = device.rules.chains[id];
    names.push_back(table_name(device.rules, chain.table) + '/' + chain.name);
  }
  return names;
}

Shared<RuleRef> RuleNames::rule(Decider decider) {
  std::scoped_lock const lock(mutex_);
  auto known = rules_.find(decider);
  if (known == rules_.end()) known = rules_.emplace(decider, rule_ref(device_, decider)).first;
  return known->second;
}

Shared<std::vector<std::string>> RuleNames::way(std::vector<ChainId> const& way) {
  std::scoped_lock const lock(mutex_);
  auto known = ways_.find(way);
  if (known == ways_.end()) known = ways_.emplace(way, way_names(device_, way)).first;
  return known->second;
}

std::optional<std::uint32_t> interface_index(Ruleset const& rules, std::string_view name) {
  if (name.empty()) return std::nullopt;
  auto const found = std::ranges::find(rules.interfaces, name);
  if (found == rules.interfaces.end()) return 0;  // no rule mentions it
  return static_cast<std::uint32_t>(found - rules.interfaces.begin());
}

}  // namespace safeconduct
