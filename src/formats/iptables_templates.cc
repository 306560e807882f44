// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_templates.h"

#include <algorithm>
#include <array>

namespace safeconduct::iptables {
namespace {

using namespace std::literals;

// What stands behind "CT": "--notrack" alone gives none. Errs towards yes.
bool gives_template(std::string_view options) {
  auto const begin = std::min(options.find_first_not_of(" \t\r"), options.size());
  auto const end = options.find_last_not_of(" \t\r") + 1;  // npos + 1 is 0
  return options.substr(begin, end - std::min(begin, end)) != "--notrack";
}

// "[1:60] -A PREROUTING ...": "PREROUTING". Empty: the rule is put elsewhere than at the end.
std::string_view appended_to(std::string_view line) {
  auto const at = line.find("-A ");
  if (at == std::string_view::npos) return {};
  auto const begin = line.find_first_not_of(" \t", at + 3);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_first_of(" \t", begin) - begin);
}

// A packet meets one of the two.
bool is_builtin(std::string_view chain) { return chain == "PREROUTING" || chain == "OUTPUT"; }

}  // namespace

Templates::Templates(std::string_view text) {
  constexpr auto kTarget = " CT"sv;
  for (auto at = text.find(kTarget); at != std::string_view::npos;) {
    auto const begin = text.rfind('\n', at) + 1;  // npos + 1 is 0
    auto const end = std::min(text.find('\n', at), text.size());
    auto const behind = at + kTarget.size();
    if (gives_template(text.substr(behind, end - behind))) {
      auto const chain = appended_to(text.substr(begin, at - begin));
      if (chain.empty()) {
        anywhere_ = true;
      } else if (is_builtin(chain)) {
        in_builtin_ = true;
      } else {
        in_own_.insert(chain);
      }
    }
    at = text.find(kTarget, end);
  }
}

Templates::Ranges Templates::ranges_of(std::span<Clause const> conditions) {
  static constexpr std::array kFields{Field::l4proto, Field::saddr, Field::daddr, Field::sport,
                                      Field::dport};
  Ranges ranges;
  for (auto const& clause : conditions)
    if (auto const* one = std::get_if<InRange>(&clause.kind);
        one != nullptr && !clause.negated &&
        std::ranges::find(kFields, one->field) != kFields.end())
      ranges.push_back(*one);
  return ranges;
}

bool Templates::may_stand_before(std::string_view chain, std::span<Clause const> conditions) const {
  bool const in_other = in_own_.size() > (in_own_.contains(chain) ? 1U : 0U);
  if (anywhere_ || in_other || (in_builtin_ && !is_builtin(chain))) return true;
  auto const before = behind_.find(std::string(chain));
  if (before == behind_.end()) return false;
  constexpr std::size_t kMost = 256;  // looked at for each rule
  if (before->second.size() > kMost) return true;
  auto const asked = ranges_of(conditions);
  auto const apart = [&](InRange const& one) {
    return std::ranges::any_of(asked, [&](InRange const& other) {
      return one.field == other.field && (one.last < other.first || other.last < one.first);
    });
  };
  return std::ranges::any_of(
      before->second, [&](Ranges const& ranges) { return std::ranges::none_of(ranges, apart); });
}

}  // namespace safeconduct::iptables
