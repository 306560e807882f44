// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_words.h"

namespace safeconduct::iptables {

bool Words::next_quoted(Word& word, std::size_t begin) {
  std::size_t const opens = at_;
  auto const closed = text_.find_first_of("\"\\\n", at_ + 1);
  if (opens == begin && closed < end_ && text_[closed] == '"') {  // it stands there as it is
    word = {text_.substr(begin + 1, closed - begin - 1), begin, true};
    at_ = closed + 1;
    last_end_ = at_;
    return true;
  }
  std::string unescaped(text_.substr(begin, opens - begin));
  bool escaped = false;
  for (std::size_t i = opens + 1; i < end_; ++i) {
    char const c = text_[i];
    if (!escaped && c == '\\') {
      escaped = true;
      continue;
    }
    if (!escaped && c == '"') {
      unescaped_.push_back(std::move(unescaped));
      word = {unescaped_.back(), begin, opens == begin};
      at_ = i + 1;
      last_end_ = at_;
      return true;
    }
    escaped = false;
    unescaped += c;
  }
  broken_quote_ = opens;
  return false;
}

}  // namespace safeconduct::iptables
