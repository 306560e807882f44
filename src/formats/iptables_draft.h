// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "formats/iptables_options.h"
#include "formats/iptables_tables.h"
#include "formats/iptables_values.h"
#include "formats/iptables_words.h"
#include "rules/builder.h"

namespace safeconduct::iptables {

// What "-m conntrack" asks of the connection, besides "--ctstate": see iptables_conntrack.cc.
struct ConnectionClauses {
  struct Address {
    Field field{};  // ct_original_*
    MaskedAddress value;
    bool negated = false;
  };
  struct Ports {
    Field field{};
    PortSpan value;
    bool negated = false;
  };
  struct Text {
    std::string text;
    bool negated = false;
  };
  std::optional<std::uint32_t> l4proto;
  bool l4proto_negated = false;
  std::optional<CtDirection> direction;
  std::vector<Address> addresses;
  std::vector<Ports> ports;
  std::vector<Text> others;     // not modelled
  std::vector<Text> as_text;    // addresses, ports and protocol again, as words
  std::uint32_t states = 0x1F;  // bits by CtState: those that the rule's --ctstate leaves
  // Of a --ctstate with SNAT or DNAT: the bits of ct_status, and what stands beside them.
  std::uint32_t translated = 0;
  std::uint32_t translated_or = 0;  // bits by CtState
  bool translated_negated = false;
  std::size_t matches = 0;  // how many "-m conntrack" the rule has
  bool asks_states = false;
  bool asks_more = false;  // anything but --ctstate
};

enum class TargetKind : std::uint8_t {
  none,
  plain,  // 'action' is all of it
  reject,
  mark,
  connmark,
  dnat,
  snat,
  masquerade,
  redirect,
  netmap,
  tproxy,
  ct,
  nfqueue,
  set,
};

// "-j NAME" and its options.
struct TargetDraft {
  Nat nat;
  std::string_view options;  // that it knows: see iptables_targets.cc
  Word name;
  std::uint32_t nat_places = 0;  // how often "--to-destination" was given
  std::uint32_t packet_mask = 0xFFFFFFFFU;
  std::uint32_t connection_mask = 0xFFFFFFFFU;
  std::optional<MarkValue> set_mark;
  Action action = Continue{};
  TargetKind kind = TargetKind::none;
  bool random = false;
  bool inexact = false;          // an option whose effect on the mark is not modelled
  std::optional<Field> copy_to;  // --save-mark, --restore-mark
};

// A rule while its words are read.
struct RuleDraft {
  RuleDraft(Source const& source_read, RulesetBuilder& into, Words& line, TableSection& section)
      : source(source_read), builder(into), words(line), table(section), family(section.family()) {}

  Source const& source;
  RulesetBuilder& builder;
  Words& words;
  TableSection& table;
  Family family;

  std::size_t begin = 0;  // of "-A"
  ChainId chain = kNoChain;
  // "-s A,B", "-d C,D": rules of their own for A and C, A and D, B and C, B and D (iptables(8)).
  struct List {
    std::size_t count = 1;
    std::optional<std::size_t> which = std::nullopt;  // is read now; else all, as one rule
  };
  List sources;
  List destinations;

  std::optional<std::uint32_t> l4proto;  // that a clause already asks for
  // "! -p tcp": iptables-nft takes ports and flags with it, of whatever else stands at their place.
  std::optional<std::uint32_t> other_l4proto;
  std::uint32_t loaded = 1;      // bits by Module; 'base' always is
  std::uint32_t used = 0;        // bits by Module: those of which an option was read
  Module module = Module::base;  // the latest
  ModuleInfo opaque;             // the latest opaque one; named when loaded

  Word option;             // being read
  bool negated = false;    // "!" stood before it
  bool elsewhere = false;  // "-4" or "-6": a rule of the other family

  // "! --sport N", "! --dport N" of tcp or udp: see joined_negations.h.
  struct NegatedPort {
    Word value;
    std::size_t clause = 0;  // its index
    std::uint32_t port = 0;
  };
  std::optional<NegatedPort> negated_sport;
  std::optional<NegatedPort> negated_dport;

  // "-m socket --restore-skmark": the packet gets its socket's mark where it comes as far as there.
  std::optional<std::vector<Clause>> restores_mark;
  // "-m hashlimit" with a table of few entries: a packet that finds it full is dropped.
  std::optional<std::vector<Clause>> drops;
  bool other_set_match = false;    // "-m set" with an option that changes what is found
  bool type_on_interface = false;  // "-m addrtype --limit-iface-..."

  ConnectionClauses connection;
  TargetDraft target;

  bool has(Module m) const { return (loaded >> static_cast<unsigned>(m) & 1U) != 0; }
  void load(Module m) {
    loaded |= 1U << static_cast<unsigned>(m);
    module = m;
  }

  std::unexpected<Error> error(ErrorKind kind, Word const& at, std::string message,
                               std::string hint = {}) const {
    return std::unexpected(source.error(kind, at.offset, std::move(message), std::move(hint)));
  }

  // The option's value. "--dport ! 80", as before iptables 1.4.3, negates the option.
  Result<Word> value();
  // The value, whatever it looks like.
  Result<Word> free_value();
  std::unexpected<Error> no_value() const;
  std::unexpected<Error> open_quote() const;
  // The words from 'from' to the last one that was taken.
  std::string_view words_since(std::size_t from) const {
    return source.text.substr(from, words.end_of_last() - from);
  }

  // Adds the clause for the protocol that a module asks for, unless it is there.
  void require_l4proto(std::uint32_t number);
  // The same for options that hold for every protocol with ports.
  void require_ports();
  // A clause that no packet fulfils.
  void never() { builder.in_set(Field::l4proto, ValueSet{}); }
  // A condition that is never fulfilled as it is written; says so.
  void never_as_written(Word const& value, Translated why);
  // Goes on to the end of an opaque extension's options: up to an option that is not its own.
  Result<void> skip_opaque();
};

// "--dport" and the like: an option that find_option knows, of a module that is loaded.
Result<void> read_match_option(RuleDraft& draft, MatchOption option);

// iptables_conntrack.cc
Result<void> read_connection_option(RuleDraft& draft, ConnectionOption option);
// Adds the rule with its action; several when conntrack's options need a distinction of cases.
void add_rule(RuleDraft& draft, Span span, Action const& action);
// The clause for a set of connection states (bits by CtState).
void require_states(RulesetBuilder& builder, std::uint32_t states, bool negated = false);

// iptables_targets.cc: "-j NAME", "-g NAME"; the target's options; and what it all comes to.
Result<void> read_target(RuleDraft& draft, bool go);
Result<bool> read_target_option(RuleDraft& draft, std::string_view name);
Result<void> finish_target(RuleDraft& draft);

// iptables_nat.cc: "[addr[-addr]][:port[-port][/base]]", in brackets for IPv6; "addr/len" of
// NETMAP.
bool parse_nat_place(Family family, std::string_view text, Nat& nat);
bool parse_nat_network(Family family, std::string_view text, Nat& nat);

// Reads the rule of the line after its chain; 'draft' has words, chain and begin.
Result<void> read_rule(RuleDraft& draft);

}  // namespace safeconduct::iptables
