// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/iptables_draft.h"
#include "base/codes.h"

namespace safeconduct::iptables {

Result<Word> RuleDraft::value() {
  Word word;
  if (words.next(word)) {
    if (word.is_not()) {
      negated = !negated;
      if (words.next(word) && !word.is_option()) return word;
    } else if (!word.is_option()) {
      return word;
    }
  }
  return no_value();
}

Result<Word> RuleDraft::free_value() {
  Word word;
  if (words.next(word)) return word;
  return no_value();
}

std::unexpected<Error> RuleDraft::no_value() const {
  if (words.broken_quote() != Words::kNone) return open_quote();
  return error(ErrorKind::syntax, option, quoted(option.text) + " has no value");
}

std::unexpected<Error> RuleDraft::open_quote() const {
  return std::unexpected(source.error(ErrorKind::syntax, words.broken_quote(),
                                      "a quote that is not closed on its line"));
}

void RuleDraft::require_l4proto(std::uint32_t number) {
  if (l4proto == number) return;
  builder.equals(Field::l4proto, number);
  l4proto = number;
}

void RuleDraft::require_ports() {
  if (l4proto) return;  // iptables itself refuses a protocol without ports here
  std::vector<ValueInterval> protocols;
  for (auto const number : {l4::tcp, l4::udp, l4::dccp, l4::sctp, l4::udplite})
    protocols.push_back({number, number});
  builder.in_set(Field::l4proto, ValueSet(protocols));
}

void RuleDraft::never_as_written(Word const& value, Translated why) {
  builder.note({std::string(code::kMatchesNothing),
                {why, {quoted(value.text)}},
                location_at(source.name, source.text, value.offset)});
}

Result<void> RuleDraft::skip_opaque() {
  Word word;
  while (true) {
    auto const position = words.position();
    auto const last_end = words.end_of_last();
    if (!words.next(word)) break;
    Word probe = word;
    if (word.is_not() && !(words.peek(probe) && probe.is_option())) continue;
    if (!probe.is_option()) continue;
    bool const is_long = probe.text.starts_with("--");
    auto const name = is_long ? probe.text.substr(2) : std::string_view{};
    auto const* known = is_long ? find_option(name, Module::base) : nullptr;
    // "-m policy --proto esp": of the transformation, not of the packet.
    bool const of_policy = opaque.name == "policy" && name == "proto";
    if (!is_long || (known != nullptr && known->unique && !of_policy &&
                     (has(known->module) || known->module == Module::transport))) {
      words.go_back(position, last_end);
      break;
    }
    if (word.is_not()) words.next(word);
    if (takes_free_text(name)) words.next(word);
  }
  if (words.broken_quote() != Words::kNone) return open_quote();
  return {};
}

}  // namespace safeconduct::iptables
