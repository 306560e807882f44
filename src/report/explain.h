// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The catalogue of codes (verify/codes.h): what a finding means, why it matters, how to mend it.

#include <span>
#include <string>
#include <string_view>

#include "report/context.h"

namespace safeconduct {

struct Explanation {
  std::string_view code;
  std::string_view title;
  std::string_view means;
  std::string_view matters;
  std::string_view mend;
  std::string_view nft;  // an example that mends it; may be empty, as 'iptables'
  std::string_view iptables;
};

std::span<Explanation const> explanations();                 // in the order of their codes
Explanation const* find_explanation(std::string_view code);  // any case; null: no such code

std::string text_explanation(Explanation const& explanation, TextStyle const& style);
std::string text_explanation_list(TextStyle const& style);
std::string json_explanation(Explanation const& explanation);
std::string jsonl_explanations();

}  // namespace safeconduct
