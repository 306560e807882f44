// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_templates.h"

#include <algorithm>

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

bool Templates::may_stand_before(std::string_view chain) const {
  if (anywhere_ || behind_.contains(std::string(chain))) return true;
  bool const in_other = in_own_.size() > (in_own_.contains(chain) ? 1U : 0U);
  return in_other || (in_builtin_ && !is_builtin(chain));
}

}  // namespace safeconduct::iptables
