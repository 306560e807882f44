// SPDX-License-Identifier: GPL-3.0-or-later
// Targets: "-j NAME" and "-g NAME" with the options of the target.
#include <algorithm>
#include <array>

#include "formats/iptables_draft.h"
#include "formats/iptables_names.h"

namespace safeconduct::iptables {
namespace {

// One that we know: what it does, and its options; a "=" behind one for each value it takes, a "*"
// at the end of one for all that begin so.
struct TargetSpec {
  std::string_view name;
  TargetKind kind = TargetKind::plain;
  Action action;
  std::string_view options;
};

using K = TargetKind;
constexpr std::string_view kMarkOptions =
    "set-xmark= set-mark= and-mark= or-mark= xor-mark= save-mark restore-mark mask= nfmask= "
    "ctmask= "
    "left-shift-mark= right-shift-mark=";

std::array const kTargets{
    TargetSpec{"ACCEPT", K::plain, Accept{}, ""},
    TargetSpec{"DROP", K::plain, Drop{}, ""},
    TargetSpec{"RETURN", K::plain, Return{}, ""},
    TargetSpec{"REJECT", K::reject, Reject{}, "reject-with="},
    TargetSpec{"LOG", K::plain, Continue{},
               "log-level= log-prefix= log-tcp-sequence log-tcp-options log-ip-options log-uid "
               "log-macdecode"},
    TargetSpec{"MASQUERADE", K::masquerade, Continue{}, "to-ports= random random-fully"},
    TargetSpec{"SNAT", K::snat, Continue{}, "to-source= random random-fully persistent"},
    TargetSpec{"DNAT", K::dnat, Continue{}, "to-destination= random persistent"},
    TargetSpec{"REDIRECT", K::redirect, Continue{}, "to-ports= random"},
    TargetSpec{"NETMAP", K::netmap, Continue{}, "to="},
    TargetSpec{"MARK", K::mark, Continue{}, kMarkOptions},
    TargetSpec{"CONNMARK", K::connmark, Continue{}, kMarkOptions},
    TargetSpec{"CT", K::ct, Continue{},
               "notrack helper= ctevents= expevents= zone= zone-orig= zone-reply= timeout="},
    TargetSpec{"NOTRACK", K::plain, Notrack{}, ""},
    TargetSpec{"TPROXY", K::tproxy, Continue{}, "on-port= on-ip= tproxy-mark="},
    TargetSpec{"QUEUE", K::plain, Queue{}, ""},
    TargetSpec{"NFQUEUE", K::nfqueue, Queue{},
               "queue-num= queue-balance= queue-bypass queue-cpu-fanout"},
    TargetSpec{"SET", K::set, Continue{},
               "add-set== del-set== map-set== exist timeout= map-mark map-prio map-queue"},
    // These let the packet go on, and change nothing that a modelled match asks for ...
    TargetSpec{"NFLOG", K::plain, Continue{}, "nflog-*="},
    TargetSpec{"ULOG", K::plain, Continue{}, "ulog-*="},
    TargetSpec{"TRACE", K::plain, Continue{}, ""},
    TargetSpec{"AUDIT", K::plain, Continue{}, "type="},
    TargetSpec{"TCPMSS", K::plain, Continue{}, "set-mss= clamp-mss-to-pmtu"},
    TargetSpec{"TCPOPTSTRIP", K::plain, Continue{}, "strip-options="},
    TargetSpec{"CHECKSUM", K::plain, Continue{}, "checksum-fill"},
    TargetSpec{"CLASSIFY", K::plain, Continue{}, "set-class="},
    TargetSpec{"SECMARK", K::plain, Continue{}, "selctx="},
    TargetSpec{"CONNSECMARK", K::plain, Continue{}, "save restore"},
    TargetSpec{"TEE", K::plain, Continue{}, "gateway= oif="},
    TargetSpec{"IDLETIMER", K::plain, Continue{}, "timeout= label= alarm"},
    TargetSpec{"LED", K::plain, Continue{}, "led-trigger-id= led-delay= led-always-blink"},
    TargetSpec{"RATEEST", K::plain, Continue{},
               "rateest-name= rateest-interval= rateest-ewmalog= rateest-ewma="},
    TargetSpec{"ECN", K::plain, Continue{}, "ecn-tcp-remove"},
    // ... or a field that one may ask for.
    TargetSpec{"DSCP", K::plain, Alter{Field::dscp}, "set-dscp= set-dscp-class="},
    TargetSpec{"TOS", K::plain, Alter{Field::dscp}, "set-tos= and-tos= or-tos= xor-tos="},
    TargetSpec{"TTL", K::plain, Alter{Field::ttl}, "ttl-set= ttl-dec= ttl-inc="},
    TargetSpec{"HL", K::plain, Alter{Field::ttl}, "hl-set= hl-dec= hl-inc="},
    TargetSpec{"HMARK", K::plain, Alter{Field::mark}, "hmark-*="},
};

struct TargetOption {
  std::string_view name;  // in full
  std::size_t values = 0;
};

// The target's option of that name, which may be cut short as long as it is clear ("--to" of DNAT).
std::optional<TargetOption> find_target_option(std::string_view options, std::string_view name) {
  std::optional<TargetOption> shortened;
  bool ambiguous = false;
  while (!options.empty()) {
    auto const space = std::min(options.find(' '), options.size());
    auto const entry = options.substr(0, space);
    options.remove_prefix(std::min(space + 1, options.size()));
    auto const end = std::min(entry.find_first_of("*="), entry.size());
    auto const known = entry.substr(0, end);
    auto const values = static_cast<std::size_t>(std::ranges::count(entry, '='));
    if (name == known) return TargetOption{known, values};
    if (entry.substr(end).starts_with('*') && name.starts_with(known))
      return TargetOption{name, values};
    if (!known.starts_with(name)) continue;
    ambiguous = shortened.has_value();
    shortened = TargetOption{known, values};
  }
  if (ambiguous || name.empty()) return std::nullopt;
  return shortened;
}

Result<MarkValue> read_mark_value(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const mark = parse_mark(word.text);
  if (!mark)
    return draft.error(ErrorKind::out_of_range, word, quoted(word.text) + " is not a mark",
                       "a number, or value/mask: 0x1/0xff");
  return *mark;
}

// mark = (mark & ~mask) ^ value, as the kernel has it; the words for it differ (xt_mark.c).
Result<void> read_mark_option(RuleDraft& draft, std::string_view name) {
  auto& target = draft.target;
  if (name == "save-mark") {
    target.copy_to = Field::ct_mark;
  } else if (name == "restore-mark") {
    target.copy_to = Field::mark;
  } else {
    SC_TRY(mark, read_mark_value(draft));
    if (name == "set-xmark") target.set_mark = mark;
    if (name == "set-mark") target.set_mark = MarkValue{mark.value, mark.value | mark.mask};
    if (name == "and-mark") target.set_mark = MarkValue{0, ~mark.value};
    if (name == "or-mark") target.set_mark = MarkValue{mark.value, mark.value};
    if (name == "xor-mark") target.set_mark = MarkValue{mark.value, 0};
    if (name == "mask" || name == "nfmask") target.packet_mask = mark.value;
    if (name == "mask" || name == "ctmask") target.connection_mask = mark.value;
    if (name.ends_with("-shift-mark")) target.inexact = true;
  }
  return {};
}

Result<void> read_nat_option(RuleDraft& draft, std::string_view name) {
  auto& target = draft.target;
  if (name == "random" || name == "random-fully") {
    target.random = true;
    return {};
  }
  if (name == "persistent") return {};
  SC_TRY(word, draft.value());
  bool const ports_alone = name == "to-ports";
  std::string const text = ports_alone ? ":" + std::string(word.text) : std::string(word.text);
  bool const good = target.kind == TargetKind::netmap
                        ? parse_nat_network(draft.family, text, target.nat)
                        : parse_nat_place(draft.family, text, target.nat);
  if (!good)
    return draft.error(
        ErrorKind::out_of_range, word,
        ports_alone ? quoted(word.text) + " is not a port (0-65535), nor a range of ports"
                    : quoted(word.text) + " is not an address to translate to",
        ports_alone                   ? "such as 53 or 1024-65535"
        : draft.family == Family::ip4 ? "such as 10.0.0.1, 10.0.0.1-10.0.0.9:1024-2048"
                                      : "such as fd00::1, [fd00::1-fd00::9]:1024-2048");
  if (!ports_alone) ++target.nat_places;
  return {};
}

Result<void> read_tproxy_option(RuleDraft& draft, std::string_view name) {
  auto& target = draft.target;
  if (name == "tproxy-mark") {
    SC_TRY(mark, read_mark_value(draft));
    target.set_mark = mark;
    return {};
  }
  SC_TRY(word, draft.value());
  bool good = false;
  if (name == "on-port") {
    good = parse_nat_place(draft.family, ":" + std::string(word.text), target.nat);
  } else if (auto const address = parse_plain_address(draft.family, word.text)) {
    target.nat.addresses = ValueInterval{*address, *address};
    good = true;
  }
  if (!good)
    return draft.error(ErrorKind::out_of_range, word,
                       quoted(word.text) +
                           (name == "on-port" ? " is not a port (0-65535)" : " is not an address"));
  return {};
}

Result<void> read_set_change(RuleDraft& draft, std::string_view name) {
  if (name == "map-mark") draft.target.action = Alter{Field::mark};
  if (name == "timeout") {
    SC_CHECK(draft.value());
  } else if (name.ends_with("-set")) {
    SC_TRY(set, draft.value());
    SC_CHECK(draft.value());
    if (name != "map-set") draft.builder.ipset_changes(set.text);
  }
  return {};
}

void to_unmodelled(RuleDraft& draft) {
  auto& target = draft.target;
  target.kind = TargetKind::plain;
  target.action = UnmodelledAction{
      draft.builder.atom(draft.words_since(target.name.offset), target.name.text, Lasting::once)};
}

Result<void> read_ct_option(RuleDraft& draft, std::string_view name, std::size_t values) {
  if (values > 0) SC_CHECK(draft.value());
  if (name == "notrack") draft.target.action = Notrack{};
  // Another zone is another table of connections: what is established there, the file cannot say.
  if (name.starts_with("zone")) to_unmodelled(draft);
  return {};
}

Result<void> read_reject_with(RuleDraft& draft) {
  SC_TRY(word, draft.value());
  auto const with = parse_reject_with(draft.family, word.text);
  if (!with)
    return draft.error(ErrorKind::unknown_name, word,
                       quoted(word.text) + " is not an answer of " +
                           (draft.family == Family::ip4 ? "ICMP" : "ICMPv6"),
                       draft.family == Family::ip4 ? "such as icmp-port-unreachable or tcp-reset"
                                                   : "such as icmp6-port-unreachable or tcp-reset");
  draft.target.action = Reject{*with};
  return {};
}

// A packet that gets too small a TTL is lost before it is where it was sent.
Result<void> read_hops(RuleDraft& draft, bool less) {
  SC_TRY(word, draft.value());
  auto const number = parse_c_number(word.text, 255);
  if (!number || (less ? *number >= kFewestHops : *number < kFewestHops)) to_unmodelled(draft);
  return {};
}

Result<void> take_option(RuleDraft& draft, TargetOption const& option) {
  auto const name = option.name;
  switch (draft.target.kind) {
    case TargetKind::none:
    case TargetKind::plain:
      if (name == "ttl-set" || name == "hl-set") return read_hops(draft, false);
      if (name == "ttl-dec" || name == "hl-dec") return read_hops(draft, true);
      for (std::size_t i = 0; i < option.values; ++i) SC_CHECK(draft.free_value());
      break;
    case TargetKind::reject:
      return read_reject_with(draft);
    case TargetKind::mark:
    case TargetKind::connmark:
      return read_mark_option(draft, name);
    case TargetKind::dnat:
    case TargetKind::snat:
    case TargetKind::masquerade:
    case TargetKind::redirect:
    case TargetKind::netmap:
      return read_nat_option(draft, name);
    case TargetKind::tproxy:
      return read_tproxy_option(draft, name);
    case TargetKind::ct:
      return read_ct_option(draft, name, option.values);
    case TargetKind::nfqueue:
      for (std::size_t i = 0; i < option.values; ++i) SC_CHECK(draft.value());
      if (name == "queue-bypass") draft.target.action = Queue{true};
      break;
    case TargetKind::set:
      return read_set_change(draft, name);
  }
  return {};
}

// Options directly behind the target; further ones come through read_target_option.
Result<void> read_own_options(RuleDraft& draft) {
  Word word;
  while (draft.words.peek(word) && word.is_option() && word.text.starts_with("--")) {
    auto const name = word.text.substr(2);
    auto const option = find_target_option(draft.target.options, name);
    if (!option) return {};
    draft.words.next(draft.option);
    SC_CHECK(take_option(draft, *option));
  }
  return {};
}

Result<void> require_option(RuleDraft const& draft, bool given, std::string_view option) {
  if (given) return {};
  return draft.error(ErrorKind::syntax, draft.target.name,
                     quoted(draft.target.name.text) + " without " + quoted(option));
}

// What the marks' options come to: clauses that must hold for it, and the action.
Result<void> finish_mark(RuleDraft& draft) {
  auto& target = draft.target;
  bool const connection = target.kind == TargetKind::connmark;
  SC_CHECK(require_option(draft, target.set_mark || target.copy_to, "--set-xmark"));
  // Without a connection, CONNMARK does nothing.
  if (connection) draft.builder.in_range(Field::ct_state, {1, 3});
  if (target.copy_to) {
    Field const to = *target.copy_to;
    bool const restores = to == Field::mark;
    auto const from = restores ? Field::ct_mark : Field::mark;
    auto const mask = restores ? target.packet_mask : target.connection_mask;
    auto const taken = restores ? target.connection_mask : target.packet_mask;
    target.action = target.inexact ? Action(Alter{to}) : Action(CopyMark{to, from, mask, taken});
    return {};
  }
  Field const field = connection ? Field::ct_mark : Field::mark;
  target.action = target.inexact
                      ? Action(Alter{field})
                      : Action(SetMark{field, target.set_mark->mask, target.set_mark->value});
  return {};
}

Result<void> finish_nat(RuleDraft& draft) {
  auto& target = draft.target;
  auto& nat = target.nat;
  bool const redirect = target.kind == TargetKind::redirect;
  nat.kind = target.kind == TargetKind::dnat || redirect ? NatKind::destination : NatKind::source;
  nat.to_interface = redirect || target.kind == TargetKind::masquerade;
  if (target.kind == TargetKind::dnat)
    SC_CHECK(require_option(draft, target.nat_places > 0, "--to-destination"));
  if (target.kind == TargetKind::snat)
    SC_CHECK(require_option(draft, target.nat_places > 0, "--to-source"));
  if (target.kind == TargetKind::netmap) {
    SC_CHECK(require_option(draft, target.nat_places > 0, "--to"));
    // Which address it writes, the chain decides; one of a user's may be called from either side.
    auto const& base = draft.builder.at(draft.chain).base;
    if (!base) {
      to_unmodelled(draft);
      return {};
    }
    bool const early = base->hook == Hook::prerouting || base->hook == Hook::output;
    nat.kind = early ? NatKind::destination : NatKind::source;
  }
  if (target.random && nat.kind == NatKind::source && !nat.ports)
    nat.ports = Interval<std::uint32_t>{1, 65535};
  nat.unknown = target.nat_places > 1;  // one of several, in turn
  target.action = Translate{draft.builder.nat(nat)};
  return {};
}

}  // namespace

// Stands apart from its target: only in full, so that it is no match's option cut short.
Result<bool> read_target_option(RuleDraft& draft, std::string_view name) {
  auto const option = find_target_option(draft.target.options, name);
  if (!option || option->name != name) return false;
  SC_CHECK(take_option(draft, *option));
  return true;
}

Result<void> read_target(RuleDraft& draft, bool go) {
  if (draft.negated) return draft.error(ErrorKind::syntax, draft.option, "'!' before a target");
  SC_TRY(word, draft.value());
  auto& target = draft.target;
  if (target.kind != TargetKind::none)
    return draft.error(ErrorKind::conflict, word, "a second target in one rule");
  target.kind = TargetKind::plain;
  target.name = word;
  // The three of nearly all rules, without a look at anything else.
  if (!go) {
    if (word.text == "ACCEPT") return target.action = Accept{}, Result<void>{};
    if (word.text == "DROP") return target.action = Drop{}, Result<void>{};
    if (word.text == "RETURN") return target.action = Return{}, Result<void>{};
  }
  SC_TRY(chain, draft.table.jumped(word));
  if (chain) {
    target.action = go ? Action(Goto{*chain}) : Action(Jump{*chain});
    return {};
  }
  auto const spec = std::ranges::find(kTargets, word.text, &TargetSpec::name);
  if (!go && spec != kTargets.end()) {
    target.kind = spec->kind;
    target.action = spec->action;
    target.options = spec->options;
    return read_own_options(draft);
  }
  if (go || !is_extension_target(word.text))
    return draft.error(ErrorKind::unknown_name, word,
                       "jump to chain " + quoted(word.text) + " that table " +
                           quoted(draft.table.name()) + " does not declare",
                       "is the export cut short? export the whole rule set again");
  SC_CHECK(draft.skip_opaque());
  to_unmodelled(draft);
  return {};
}

namespace {

bool asks_for_connection(RuleDraft const& draft) {
  return draft.connection.asks_more ||
         std::ranges::any_of(draft.builder.current(), [&](Clause const& clause) {
           return asks_for_connection(draft.builder.peek(), clause);
         });
}

// Before connection tracking there is no connection; but behind a CT without --notrack packets have
// what it gave them (a template: new, of addresses 0), which rules of 'raw' can ask for.
void doubt_connection(RuleDraft& draft) {
  auto& builder = draft.builder;
  draft.connection = {};
  auto const current = builder.current();
  std::vector<Clause> const before(current.begin(), current.end());
  builder.reset_to(0);
  for (auto const& clause : before)
    if (!asks_for_connection(builder.peek(), clause)) builder.again(clause);
  builder.unmodelled("the connection of a packet that CT has seen", "CT", Lasting::once);
}

// A rule for what this one does besides, and the rule's own clauses again.
template <class Clauses>
void add_ahead(RuleDraft& draft, Span span, Clauses const& clauses, Action action) {
  auto const current = draft.builder.current();
  std::vector<Clause> const own(current.begin(), current.end());
  draft.builder.reset_to(0);
  for (auto const& clause : clauses) draft.builder.again(clause);
  add_rule(draft, span, std::move(action));
  for (auto const& clause : own) draft.builder.again(clause);
}

}  // namespace

Result<void> finish_target(RuleDraft& draft) {
  auto& target = draft.target;
  switch (target.kind) {
    case TargetKind::mark:
    case TargetKind::connmark:
      SC_CHECK(finish_mark(draft));
      break;
    case TargetKind::dnat:
    case TargetKind::snat:
    case TargetKind::masquerade:
    case TargetKind::redirect:
    case TargetKind::netmap:
      SC_CHECK(finish_nat(draft));
      break;
    case TargetKind::tproxy:
      SC_CHECK(require_option(draft, target.nat.ports.has_value(), "--on-port"));
      target.nat.kind = NatKind::destination;
      target.nat.to_interface = !target.nat.addresses;
      target.action = Tproxy{draft.builder.nat(target.nat)};
      break;
    case TargetKind::none:
    case TargetKind::plain:
    case TargetKind::reject:
    case TargetKind::ct:
    case TargetKind::nfqueue:
    case TargetKind::set:
      break;
  }
  bool const untracks = std::holds_alternative<Notrack>(target.action);
  std::string_view const chain = draft.builder.peek().chains[draft.chain].name;
  auto& templates = draft.table.templates();
  bool const may_have_one =
      templates.any() && templates.may_stand_before(chain, draft.builder.current());
  if (target.kind == TargetKind::ct && !untracks) templates.add(chain, draft.builder.current());
  if (may_have_one && asks_for_connection(draft)) {
    doubt_connection(draft);
  } else if (untracks && may_have_one) {
    draft.builder.unmodelled("--notrack of a packet that another CT has not seen", "CT",
                             Lasting::once);
  }
  Span const span{draft.source.file, static_cast<std::uint32_t>(draft.begin),
                  static_cast<std::uint32_t>(draft.words.end_of_last() - draft.begin)};
  if (draft.restores_mark) add_ahead(draft, span, *draft.restores_mark, Alter{Field::mark});
  if (draft.drops) add_ahead(draft, span, *draft.drops, Drop{});
  if (target.kind == TargetKind::tproxy && target.set_mark) {
    // The mark is set where the packet is taken, that is, before the chain is left.
    auto const clauses = draft.builder.current();
    add_ahead(draft, span, std::vector<Clause>(clauses.begin(), clauses.end()),
              SetMark{Field::mark, target.set_mark->mask, target.set_mark->value});
  }
  add_rule(draft, span, target.action);
  return {};
}

}  // namespace safeconduct::iptables
