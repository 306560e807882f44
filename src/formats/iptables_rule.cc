// SPDX-License-Identifier: GPL-3.0-or-later
// One rule: "-A CHAIN" is read already, the options follow.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <vector>

#include "base/codes.h"
#include "base/overloaded.h"
#include "formats/iptables_draft.h"
#include "formats/note_wording.h"

namespace safeconduct::iptables {
namespace {

std::unexpected<Error> bad_address(RuleDraft const& draft, Word const& word,
                                   std::string_view text) {
  auto const other = draft.family == Family::ip4 ? Family::ip6 : Family::ip4;
  auto const family = std::string(name(draft.family));
  return draft.error(
      ErrorKind::out_of_range, word, quoted(text) + " is not an " + family + " address",
      parse_masked_address(other, text)
          ? "this file is read as " + family + "; give ip6tables-save's output as a file of its own"
          : "");
}

// The clause for one address; the usual case, so IPv4 goes without the detour of a set.
void require_address(RuleDraft& draft, Field field, MaskedAddress const& address) {
  auto& builder = draft.builder;
  auto const narrow = [](Bits128 bits) { return static_cast<std::uint32_t>(bits); };
  bool const ip4 = draft.family == Family::ip4;
  if (address.mask == 0) {  // every address
    if (draft.negated) draft.never();
    return;
  }
  if (address.is_prefix(draft.family)) {
    auto const range = address.interval(draft.family);
    if (!ip4) return builder.in_set(field, ValueSet(range), draft.negated);
    return builder.in_range(field, {narrow(range.first), narrow(range.last)}, draft.negated);
  }
  if (ip4) return builder.masked(field, narrow(address.mask), narrow(address.bits), draft.negated);
  builder.pattern(field, {address.mask, address.bits}, draft.negated);
}

// Looked up when the rules are loaded.
void host_name(RuleDraft& draft, Field field, std::string_view name) {
  draft.builder.unmodelled((field == Field::saddr ? "-s " : "-d ") + std::string(name), "host name",
                           Lasting::once, draft.negated);
}

// iptables makes a rule of each address; one with all of them says the same.
Result<void> read_address_list(RuleDraft& draft, Field field, Word const& word) {
  auto const family = draft.family;
  if (draft.negated)
    return draft.error(ErrorKind::conflict, word, "'!' before a list of addresses",
                       "iptables refuses it; write one rule for each");
  auto& list = field == Field::saddr ? draft.sources : draft.destinations;
  list.count = 0;
  std::vector<ValueInterval> ranges;
  bool exact = true;
  for (auto rest = word.text;;) {
    auto const comma = rest.find(',');
    auto const part = rest.substr(0, comma);
    auto const number = list.count++;
    if (!list.which || *list.which == number) {
      auto const one = parse_masked_address(family, part);
      if (!one && !looks_like_host_name(part)) return bad_address(draft, word, part);
      if (list.which && one) require_address(draft, field, *one);
      if (list.which && !one) host_name(draft, field, part);
      exact = exact && one && one->is_prefix(family);
      if (exact) ranges.push_back(one->interval(family));
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (list.which) return {};
  ValueSet set(std::move(ranges));
  if (!exact) {
    draft.builder.unmodelled(draft.words_since(draft.option.offset), "host name", Lasting::once);
  } else if (set != ValueSet(ValueInterval{0, max_address(family)})) {
    draft.builder.in_set(field, std::move(set));
  }
  return {};
}

Result<void> read_address(RuleDraft& draft, Field field) {
  SC_TRY(word, draft.value());
  if (word.text.find(',') != std::string_view::npos) return read_address_list(draft, field, word);
  if (auto const one = parse_masked_address(draft.family, word.text)) {
    require_address(draft, field, *one);
    return {};
  }
  if (!looks_like_host_name(word.text)) return bad_address(draft, word, word.text);
  host_name(draft, field, word.text);
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

// Of IPv6, iptables-legacy looks behind the headers of routing, authentication and options for the
// protocol, iptables-nft behind the first and the last ("never matched protocol", iptables says).
bool may_be_looked_behind(RuleDraft const& draft, std::uint32_t protocol) {
  constexpr std::uint32_t kRouting = 43;
  constexpr std::uint32_t kAuthentication = 51;
  constexpr std::uint32_t kDestinationOptions = 60;
  if (draft.family != Family::ip6) return false;
  bool const nf_tables = draft.builder.peek().tables[draft.table.id()].nf_tables;
  return protocol == kRouting || protocol == kDestinationOptions ||
         (protocol == kAuthentication && !nf_tables);
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
  if (may_be_looked_behind(draft, *number)) {
    draft.builder.unmodelled("the protocol behind an extension header of IPv6", "protocol",
                             Lasting::once);
    if (draft.negated) return {};
  }
  draft.builder.equals(Field::l4proto, *number, draft.negated);
  (draft.negated ? draft.other_l4proto : draft.l4proto) = number;
  return {};
}

// "owner ! --uid-owner 0" as "owner --uid-owner 0", so that a condition and its opposite are one
// atom. Only for a single option: what several that are negated come to is not the opposite of
// them all.
std::optional<std::string> without_not(std::string_view words) {
  auto const option = words.find(" --");
  if (option == std::string_view::npos || words.find(" --", option + 1) != std::string_view::npos)
    return std::nullopt;
  auto const before = words.substr(0, option);
  if (!before.ends_with(" !")) return std::nullopt;
  return std::string(before.substr(0, before.size() - 2)) + std::string(words.substr(option));
}

// What asks for an extension header of IPv6 holds of none of the packets that are modelled: they
// have none but that which makes a fragment of them. Turned round, its options ask for the header
// as well (rt_mt6, hbh_mt6 and frag_mt6 of the kernel).
void without_extension_headers(RuleDraft& draft, Word const& module) {
  constexpr std::array<std::string_view, 3> kHeaders{"rt", "hbh", "dst"};
  bool const fragment = module.text == "frag";
  bool const header = std::ranges::find(kHeaders, module.text) != kHeaders.end();
  if (draft.family != Family::ip6 || (!fragment && !header)) return;
  if (fragment) {
    draft.builder.equals(Field::fragment, 1);
  } else {
    draft.never();
  }
  auto const& source = draft.source;
  bool const is_said = std::ranges::any_of(draft.builder.peek().notes, [&](Note const& one) {
    return one.code == code::kExtensionHeaders && one.at.file == source.name;
  });
  if (is_said) return;
  draft.builder.note({std::string(code::kExtensionHeaders), wording::kNoExtensionHeaders,
                      location_at(source.name, source.text, module.offset)});
}

// Whoever states a size has so many entries in mind as clients may come to exceed. (That of a table
// without one is a matter of the machine's memory, as that of connection tracking is.)
void drop_when_full(RuleDraft& draft, std::string_view words) {
  bool const stated =
      words.contains("--hashlimit-htable-size") || words.contains("--hashlimit-htable-max");
  if (draft.opaque.name != "hashlimit" || !stated || draft.drops) return;
  auto const clauses = draft.builder.clause_count();
  draft.builder.unmodelled("a full table of " + std::string(words), "hashlimit", Lasting::once);
  auto const current = draft.builder.current();
  draft.drops.emplace(current.begin(), current.end());
  draft.builder.reset_to(clauses);
}

Result<void> read_module(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  if (draft.negated)
    return draft.error(ErrorKind::syntax, draft.option, "'!' before a module",
                       "it stands before the option that it negates");
  auto const info = find_module(word.text);
  if (info.module != Module::opaque) {
    draft.load(info.module);
    if (info.module == Module::conntrack) ++draft.connection.matches;
    bool const of_others = draft.other_l4proto == info.l4proto;
    if (info.l4proto != 0 && !of_others) draft.require_l4proto(info.l4proto);
    return {};
  }
  draft.load(Module::opaque);
  draft.opaque = info;
  without_extension_headers(draft, word);
  auto const from = word.offset;
  SC_CHECK(draft.skip_opaque());
  auto const words = draft.words_since(from);
  drop_when_full(draft, words);
  if (auto const plain = info.complements ? without_not(words) : std::nullopt) {
    draft.builder.unmodelled(*plain, info.name, info.lasting, true);
  } else {
    draft.builder.unmodelled(words, info.name, info.lasting);
  }
  if (info.name == "socket" && words.contains("--restore-skmark") && !draft.restores_mark) {
    auto const clauses = draft.builder.current();
    draft.restores_mark.emplace(clauses.begin(), clauses.end());
  }
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

Result<void> read_fragment(RuleDraft& draft) {
  if (draft.family == Family::ip6)
    return draft.error(ErrorKind::syntax, draft.option, "ip6tables has no option '-f'");
  draft.builder.equals(Field::fragment, draft.negated ? 0 : 1);
  return {};
}

// "-4" and "-6": the other family's tool passes over the line.
Result<void> read_family(RuleDraft& draft, Family family) {
  draft.elsewhere = draft.family != family;
  return {};
}

Result<void> read_base_option(RuleDraft& draft, BaseOption option) {
  switch (option) {
    case BaseOption::source:
      return read_address(draft, Field::saddr);
    case BaseOption::destination:
      return read_address(draft, Field::daddr);
    case BaseOption::in_interface:
      return read_interface(draft, Field::iif);
    case BaseOption::out_interface:
      return read_interface(draft, Field::oif);
    case BaseOption::protocol:
      return read_protocol(draft);
    case BaseOption::fragment:
      return read_fragment(draft);
    case BaseOption::match:
      return read_module(draft);
    case BaseOption::jump:
      return read_target(draft, false);
    case BaseOption::go_to:
      return read_target(draft, true);
    case BaseOption::counters:
      return read_counters(draft);
    case BaseOption::ip4_only:
      return read_family(draft, Family::ip4);
    case BaseOption::ip6_only:
      return read_family(draft, Family::ip6);
    case BaseOption::command:
      return draft.error(ErrorKind::syntax, draft.option,
                         quoted(draft.option.text) + " inside of a rule");
  }
  std::abort();  // not a BaseOption
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

bool is_of_others(RuleDraft const& draft) {
  return !draft.l4proto && draft.other_l4proto && has_ports(*draft.other_l4proto);
}

// "--dport 22" behind "! -p tcp": bytes of headers that have no such field.
Result<void> read_of_others(RuleDraft& draft, MatchOption option) {
  auto const from = draft.option.offset;
  auto const clauses = draft.builder.clause_count();
  SC_CHECK(read_match_option(draft, option));
  draft.builder.reset_to(clauses);
  draft.l4proto.reset();
  draft.builder.unmodelled(draft.words_since(from), "protocol", Lasting::once, draft.negated);
  return {};
}

// The module of an option may be there without "-m": -p tcp brings its options along.
bool usable(RuleDraft const& draft, OptionInfo const& option) {
  if (draft.has(option.module)) return true;
  if (!draft.l4proto) return option.module == Module::transport && is_of_others(draft);
  if (option.module == Module::transport && !option.unique)
    return !has_ports(*draft.l4proto) && !draft.has(Module::opaque);
  if (option.module == Module::transport) return has_ports(*draft.l4proto);
  if (option.module == Module::icmp) return draft.l4proto == l4::icmp || draft.l4proto == l4::icmp6;
  return false;
}

// An option of the opaque module that stands apart from it.
Result<void> read_stray_option(RuleDraft& draft) {
  auto const from = draft.option.offset;
  SC_CHECK(draft.skip_opaque());
  drop_when_full(draft, draft.words_since(from));
  draft.builder.unmodelled(
      std::string(draft.opaque.name) + ' ' + std::string(draft.words_since(from)),
      draft.opaque.name, Lasting::once, draft.negated);
  return {};
}

Result<void> read_long_option(RuleDraft& draft, std::string_view option_name);

// "--dport=80": the name alone, and the words go on behind it.
Result<void> read_joined_option(RuleDraft& draft, std::string_view option_name,
                                std::size_t equals) {
  auto const behind = draft.option.offset + 2 + equals + 1;
  // Quotes and escapes may stand in the value alone: --comment="a b".
  auto const name = draft.option.text.substr(0, 2 + equals + 1);
  if (draft.source.text.substr(draft.option.offset, name.size()) != name)
    return draft.error(ErrorKind::syntax, draft.option,
                       "unknown option " + quoted(draft.option.text),
                       "quotes stand around the value alone: --comment=\"a b\"");
  draft.option.text = draft.option.text.substr(0, 2 + equals);
  draft.words.go_back(behind, behind);
  return read_long_option(draft, option_name.substr(0, equals));
}

// "-m multiport --dport 22,443": short for --dports, as long as no module of a protocol is there
// that has an option of that very name (getopt_long takes what begins one option alone).
std::string_view in_full(RuleDraft const& draft, std::string_view option) {
  static constexpr std::array<std::string_view, 5> kOfMultiport{
      "sports", "dports", "ports", "source-ports", "destination-ports"};
  constexpr auto kTransport = 1U << static_cast<unsigned>(Module::transport);
  if (!draft.has(Module::multiport) || ((draft.loaded | draft.used) & kTransport) != 0)
    return option;
  for (auto const known : kOfMultiport)
    if (known.substr(0, known.size() - 1) == option) return known;
  return option;
}

Result<void> read_long_option(RuleDraft& draft, std::string_view given) {
  auto const option_name = in_full(draft, given);
  auto const* known = find_option(option_name, draft.module);
  if (known != nullptr && usable(draft, *known)) {
    draft.used |= 1U << static_cast<unsigned>(known->module);
    return std::visit(
        Overloaded{[&](BaseOption option) { return read_base_option(draft, option); },
                   [&](MatchOption option) {
                     bool const of_others =
                         known->module == Module::transport && is_of_others(draft);
                     return of_others ? read_of_others(draft, option)
                                      : read_match_option(draft, option);
                   },
                   [&](ConnectionOption option) { return read_connection_option(draft, option); }},
        known->option);
  }
  SC_TRY(taken, read_target_option(draft, option_name));
  if (taken) return {};
  auto const equals = option_name.find('=');
  if (known == nullptr && equals != std::string_view::npos)
    return read_joined_option(draft, option_name, equals);
  if ((known == nullptr || !known->unique) && draft.has(Module::opaque))
    return read_stray_option(draft);
  return unknown_option(draft, draft.option.text);
}

Result<void> read_option(RuleDraft& draft) {
  auto const text = draft.option.text;
  if (text[1] == '-') return read_long_option(draft, text.substr(2));
  auto const option = short_option(text[1]);
  if (!option || text.size() != 2) return unknown_option(draft, text);
  return read_base_option(draft, *option);
}

template <class... Modules>
constexpr std::uint32_t bits_of(Modules... modules) {
  return ((1U << static_cast<unsigned>(modules)) | ...);
}

// A module that asks nothing: iptables refuses it, and here a condition has been lost. Those of the
// protocols ask for the protocol at least.
Result<void> check_modules(RuleDraft const& draft) {
  constexpr std::uint32_t kContent =
      bits_of(Module::base, Module::transport, Module::icmp, Module::comment, Module::opaque);
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
    SC_CHECK(read_option(draft));
    if (draft.elsewhere) {
      draft.builder.drop_rule();
      return {};
    }
  }
  if (words.broken_quote() != Words::kNone) return draft.open_quote();
  SC_CHECK(check_modules(draft));
  return finish_target(draft);
}

}  // namespace safeconduct::iptables
