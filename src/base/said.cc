// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/said.h"

#include <algorithm>

namespace safeconduct {
namespace {

std::string say(Language language, Translated text, std::vector<Said> const& words) {
  std::vector<std::string_view> said(words.size());
  std::ranges::transform(words, said.begin(),
                         [&](Said const& one) { return std::string_view(one.in(language)); });
  return Speaker(language).say(text, said);
}

}  // namespace

Said::Said(Translated text, std::vector<Said> const& words)
    : english_(say(Language::english, text, words)),
      japanese_(say(Language::japanese, text, words)) {}

Said& Said::operator+=(Said const& more) {
  english_ += more.english_;
  japanese_ += more.japanese_;
  return *this;
}

}  // namespace safeconduct
