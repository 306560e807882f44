// SPDX-License-Identifier: GPL-3.0-or-later
// One rule: "-A CHAIN" is read already, the options follow.
#include <bit>
#include <vector>

#include "formats/iptables_draft.h"

namespace safeconduct::iptables {
namespace {

Result<void> read_address(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto const family = draft.family;
  auto const bad = [&](std::string_view text) {
    bool const other =
        parse_masked_address(family == Family::ip4 ? Family::ip6 : Family::ip4, text).has_value();
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(text) + " is not an " + std::string(name(family)) + " address",
                       other ? "this file is read as " + std::string(name(family)) +
                                   "; give ip6tables-save's output as a file of its own"
                             : "");
  };
  auto const& text = word.text;
  if (text.find(',') == std::string_view::npos) {
    auto const one = parse_masked_address(family, text);
    if (!one) {
      if (!looks_like_host_name(text)) return bad(text);
      draft.builder.unmodelled((field == Field::saddr ? "-s " : "-d ") + std::string(text),
                               "host name", true, draft.negated);
      return {};
    }
    if (one->mask == 0) {
      if (draft.negated) draft.never();
      return {};
    }
    if (!one->is_prefix(family)) {
      if (family == Family::ip4) {
        draft.builder.masked(field, static_cast<std::uint32_t>(one->mask),
                             static_cast<std::uint32_t>(one->bits), draft.negated);
      } else {
        draft.builder.unmodelled(draft.words_since(draft.option.offset), "mask with holes", true,
                                 draft.negated);
      }
      return {};
    }
    auto const range = one->interval(family);
    if (family == Family::ip4) {
      draft.builder.in_range(
          field, {static_cast<std::uint32_t>(range.first), static_cast<std::uint32_t>(range.last)},
          draft.negated);
    } else {
      draft.builder.in_set(field, ValueSet(range), draft.negated);
    }
    return {};
  }
  // iptables makes a rule of each; one with all of them says the same.
  if (draft.negated)
    return draft.error(ErrorKind::conflict, word, "'!' before a list of addresses",
                       "iptables refuses it; write one rule for each");
  std::vector<ValueInterval> ranges;
  bool exact = true;
  for (auto rest = text;;) {
    auto const comma = rest.find(',');
    auto const part = rest.substr(0, comma);
    auto const one = parse_masked_address(family, part);
    if (!one && !looks_like_host_name(part)) return bad(part);
    if (one && one->is_prefix(family)) {
      ranges.push_back(one->interval(family));
    } else {
      exact = false;
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (exact) {
    ValueSet set(std::move(ranges));
    if (set == ValueSet(ValueInterval{0, max_address(family)})) return {};
    draft.builder.in_set(field, std::move(set));
  } else {
    draft.builder.unmodelled(draft.words_since(draft.option.offset), "host name", true);
  }
  return {};
}

Result<void> read_interface(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  auto name = word.text;
  if (name.empty() || name.size() > 15)  // IFNAMSIZ
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(name) + " is not the name of an interface (1 to 15 bytes)");
  bool const prefix = name.ends_with('+');
  if (prefix) name.remove_suffix(1);
  draft.builder.interface(field, name, prefix, draft.negated);
  return {};
}

Result<void> read_protocol(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const number = parse_protocol(word.text);
  if (!number)
    return draft.error(ErrorKind::out_of_range, word, quoted(word.text) + " is not a protocol",
                       "a number from 0 to 255 is always understood");
  if (*number == 0) {  // all
    if (draft.negated) draft.never();
    return {};
  }
  draft.builder.equals(Field::l4proto, *number, draft.negated);
  if (!draft.negated) draft.l4proto = *number;
  return {};
}

Result<void> read_module(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  if (draft.negated)
    return draft.error(ErrorKind::syntax, draft.option, "'!' before a module",
                       "it stands before the option that it negates");
  auto const info = find_module(word.text);
  if (info.module != Module::opaque) {
    draft.load(info.module);
    if (info.l4proto != 0) draft.require_l4proto(info.l4proto);
    return {};
  }
  draft.load(Module::opaque);
  draft.opaque = info;
  auto const from = word.offset;
  SC_CHECK(draft.skip_opaque());
  draft.builder.unmodelled(draft.words_since(from), info.name, info.own);
  return {};
}

Result<void> read_counters(RuleDraft& draft) {
  SC_TRY(packets, draft.value());
  bool const both = packets.text.find(',') != std::string_view::npos;  // "-c 7,420"
  for (char const c : packets.text)
    if ((c < '0' || c > '9') && c != ',')
      return draft.error(ErrorKind::syntax, packets, quoted(packets.text) + " is not a counter");
  if (!both) SC_CHECK(draft.value());
  return {};
}

// Is the rule still for this family? "-4" and "-6" make the other tool pass over the line.
enum class Goes { on, elsewhere };

Result<Goes> read_base_option(RuleDraft& draft, BaseOption option) {
  switch (option) {
    case BaseOption::source:
      SC_CHECK(read_address(draft, Field::saddr));
      break;
    case BaseOption::destination:
      SC_CHECK(read_address(draft, Field::daddr));
      break;
    case BaseOption::in_interface:
      SC_CHECK(read_interface(draft, Field::iif));
      break;
    case BaseOption::out_interface:
      SC_CHECK(read_interface(draft, Field::oif));
      break;
    case BaseOption::protocol:
      SC_CHECK(read_protocol(draft));
      break;
    case BaseOption::fragment:
      if (draft.family == Family::ip6)
        return draft.error(ErrorKind::syntax, draft.option, "ip6tables has no option '-f'");
      draft.builder.equals(Field::fragment, draft.negated ? 0 : 1);
      break;
    case BaseOption::match:
      SC_CHECK(read_module(draft));
      break;
    case BaseOption::jump:
      SC_CHECK(read_target(draft, false));
      break;
    case BaseOption::go_to:
      SC_CHECK(read_target(draft, true));
      break;
    case BaseOption::counters:
      SC_CHECK(read_counters(draft));
      break;
    case BaseOption::ip4_only:
      if (draft.family == Family::ip6) return Goes::elsewhere;
      break;
    case BaseOption::ip6_only:
      if (draft.family == Family::ip4) return Goes::elsewhere;
      break;
    case BaseOption::command:
      return draft.error(ErrorKind::syntax, draft.option,
                         quoted(draft.option.text) + " inside of a rule");
  }
  return Goes::on;
}

std::optional<BaseOption> short_option(char letter) {
  switch (letter) {
    case 's':
      return BaseOption::source;
    case 'd':
      return BaseOption::destination;
    case 'i':
      return BaseOption::in_interface;
    case 'o':
      return BaseOption::out_interface;
    case 'p':
      return BaseOption::protocol;
    case 'f':
      return BaseOption::fragment;
    case 'm':
      return BaseOption::match;
    case 'j':
      return BaseOption::jump;
    case 'g':
      return BaseOption::go_to;
    case 'c':
      return BaseOption::counters;
    case '4':
      return BaseOption::ip4_only;
    case '6':
      return BaseOption::ip6_only;
    default:
      return std::nullopt;
  }
}

std::unexpected<Error> unknown_option(RuleDraft const& draft, std::string_view text) {
  std::string hint;
  if (auto const* known = find_option(text.starts_with("--") ? text.substr(2) : text, Module::base);
      known != nullptr && known->module != Module::base)
    hint = known->module == Module::transport
               ? "it needs a protocol with ports before it: -p tcp"
               : "the module that has it must be named before it, with -m";
  return draft.error(ErrorKind::syntax, draft.option, "unknown option " + quoted(text),
                     std::move(hint));
}

// The module of an option may be there without "-m": -p tcp brings its options along.
bool usable(RuleDraft const& draft, OptionInfo const& option) {
  if (draft.has(option.module)) return true;
  if (!draft.l4proto) return false;
  if (option.module == Module::transport && !option.unique)
    return !has_ports(*draft.l4proto) && !draft.has(Module::opaque);
  if (option.module == Module::transport) return has_ports(*draft.l4proto);
  if (option.module == Module::icmp) return draft.l4proto == l4::icmp || draft.l4proto == l4::icmp6;
  return false;
}

Result<Goes> read_long_option(RuleDraft& draft, std::string_view option_name) {
  if (draft.target.kind != TargetKind::none) {
    SC_TRY(taken, read_target_option(draft, option_name));
    if (taken) return Goes::on;
  }
  auto const* known = find_option(option_name, draft.module);
  if (known != nullptr && usable(draft, *known)) {
    draft.used |= 1U << static_cast<unsigned>(known->module);
    if (auto const* base = std::get_if<BaseOption>(&known->option))
      return read_base_option(draft, *base);
    if (auto const* match = std::get_if<MatchOption>(&known->option))
      SC_CHECK(read_match_option(draft, *match));
    if (auto const* connection = std::get_if<ConnectionOption>(&known->option))
      SC_CHECK(read_connection_option(draft, *connection));
    return Goes::on;
  }
  if (auto const equals = option_name.find('='); known == nullptr && equals != option_name.npos) {
    // "--dport=80": the name alone, and the words go on behind it.
    auto const behind = draft.option.offset + 2 + equals + 1;
    draft.option.text = draft.option.text.substr(0, 2 + equals);
    draft.words.go_back(behind, behind);
    return read_long_option(draft, option_name.substr(0, equals));
  }
  if ((known == nullptr || !known->unique) && draft.has(Module::opaque)) {
    // An option of the opaque module that stands apart from it.
    auto const from = draft.option.offset;
    SC_CHECK(draft.skip_opaque());
    draft.builder.unmodelled(
        std::string(draft.opaque.name) + ' ' + std::string(draft.words_since(from)),
        draft.opaque.name, true, draft.negated);
    return Goes::on;
  }
  return unknown_option(draft, draft.option.text);
}

Result<Goes> read_option(RuleDraft& draft) {
  auto const text = draft.option.text;
  if (text[1] == '-') return read_long_option(draft, text.substr(2));
  auto const option = short_option(text[1]);
  if (!option || text.size() != 2) return unknown_option(draft, text);
  return read_base_option(draft, *option);
}

// A module that asks nothing: iptables refuses it, and here a condition has been lost. Those of the
// protocols ask for the protocol at least.
Result<void> check_modules(RuleDraft const& draft) {
  constexpr auto bits = [](auto... modules) {
    return ((1U << static_cast<unsigned>(modules)) | ...);
  };
  constexpr std::uint32_t kContent =
      bits(Module::base, Module::transport, Module::icmp, Module::comment, Module::opaque);
  auto const idle = draft.loaded & ~draft.used & ~kContent;
  if (idle == 0) return {};
  return std::unexpected(draft.source.error(
      ErrorKind::syntax, draft.begin,
      "module '" + std::string(module_name(static_cast<Module>(std::countr_zero(idle)))) +
          "' is named, but none of its options is given",
      "a condition of the rule is missing"));
}

}  // namespace

Result<void> read_rule(RuleDraft& draft) {
  auto& words = draft.words;
  Word word;
  while (words.next(word)) {
    draft.negated = false;
    while (word.is_not()) {
      draft.negated = !draft.negated;
      Word const mark = word;
      if (!words.next(word))
        return draft.error(ErrorKind::syntax, mark, "'!' with nothing after it");
    }
    if (!word.is_option())
      return draft.error(ErrorKind::syntax, word, "unexpected " + quoted(word.text),
                         "an option was expected here; a text with blanks needs double quotes");
    draft.option = word;
    SC_TRY(goes, read_option(draft));
    if (goes == Goes::elsewhere) {
      draft.builder.drop_rule();
      return {};
    }
  }
  if (words.broken_quote() != Words::kNone) return draft.open_quote();
  SC_CHECK(check_modules(draft));
  return finish_target(draft);
}

}  // namespace safeconduct::iptables
