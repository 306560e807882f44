// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One device's rules in our words, whatever export they came from. Readers in formats/ fill it
// through RulesetBuilder; the engine only reads it. Logically immutable once built.
//
// It is laid out for a million rules: a rule is 40 bytes, its clauses stand in one shared array,
// text stays in the file it came from.

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/line_index.h"
#include "net/interval_set.h"
#include "packet/bit_pattern.h"
#include "packet/field.h"
#include "packet/packet_set.h"
#include "rules/product.h"
#include "rules/sieve.h"

namespace safeconduct {

// ---- where things stand ----------------------------------------------------------------------

// What the operator gave where we read a translation of it (nft JSON, as nft text): which byte of
// it each part of the translation stands for.
struct Original {
  struct Mark {
    std::uint32_t offset = 0;  // in the translation, from here to the next mark
    std::uint32_t place = 0;   // in the original
  };
  std::shared_ptr<std::string const> text;
  std::vector<Mark> marks;  // by offset
  LineIndex lines;

  std::uint32_t place(std::size_t offset) const;
};

// A file that was read, with its text, which the rules' spans point into.
struct SourceFile {
  std::string name;  // as the operator named it
  std::shared_ptr<std::string const> text;
  LineIndex lines;                           // of the text; filled by link()
  std::shared_ptr<Original const> original;  // null: the text is what the operator gave
};

// A stretch of a file: the file's index, the first byte, how many.
struct Span {
  std::uint32_t file = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  auto operator<=>(Span const&) const = default;
};

// ---- matches ---------------------------------------------------------------------------------
// A rule matches a packet when all of its clauses hold. Dependencies are clauses of their own, and
// stand first: 'tcp dport 53' is l4proto = 6 and dport = 53, 'ip saddr' in an inet table is
// nfproto = 2 and saddr = ... A negated clause negates itself alone.

struct InRange {  // first <= field <= last: every narrow field, and IPv4 addresses
  Field field{};
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool operator==(InRange const&) const = default;
};
struct Masked {  // (field & mask) == value: flags, marks, address masks with holes
  Field field{};
  std::uint32_t mask = 0;
  std::uint32_t value = 0;
  bool operator==(Masked const&) const = default;
};
struct InPattern {  // the same of an IPv6 address: Ruleset::bit_patterns[pattern]
  Field field{};
  std::uint32_t pattern = 0;
  bool operator==(InPattern const&) const = default;
};
struct InSet {  // field is in Ruleset::value_sets[set]
  Field field{};
  std::uint32_t set = 0;
  bool operator==(InSet const&) const = default;
};
struct InProduct {  // several fields at once: Ruleset::products[product]
  std::uint32_t product = 0;
  bool operator==(InProduct const&) const = default;
};
struct OnInterface {  // Ruleset::interface_patterns[pattern]; 'field' is iif or oif
  Field field{};
  std::uint32_t pattern = 0;
  bool operator==(OnInterface const&) const = default;
};
struct InNamedSet {  // Ruleset::set_references[reference]; only before link(), which resolves it
  std::uint32_t reference = 0;
  bool operator==(InNamedSet const&) const = default;
};
struct Unmodelled {  // Ruleset::atoms[atom]: may hold or not; we cannot tell
  std::uint32_t atom = 0;
  bool operator==(Unmodelled const&) const = default;
};

struct Clause {
  std::variant<InRange, Masked, InPattern, InSet, InProduct, OnInterface, InNamedSet, Unmodelled>
      kind;
  bool negated = false;
  bool operator==(Clause const&) const = default;
};

// For how long the same words of a condition have the same truth for a packet.
enum class Lasting : std::uint8_t {
  once,       // each rule draws its own lot: rates, random, what rules may write (marks, options)
  unchanged,  // until it is translated or comes to another hook: what the routing table says
  whole_way,  // all along its way through the host: the time, the owner of the socket
};

// A condition that the file does not decide: a rate, a time, a string, a module we do not model.
struct Atom {
  std::string text;  // the words of the file: "limit rate 5/second"
  std::string word;  // the keyword or module: "limit"; for statistics
  Lasting lasting = Lasting::unchanged;
  bool operator==(Atom const&) const = default;
};

// An interface name, or with 'prefix' all names that begin with it ("eth*", "eth+").
struct InterfacePattern {
  std::string name;
  bool prefix = false;
  std::vector<std::uint32_t> any_of;  // not empty: holds where one of these patterns does
  bool operator==(InterfacePattern const&) const = default;
};

// "@name" of nft, "--match-set name src,dst" of iptables.
struct SetReference {
  std::uint32_t table = 0;      // the table whose sets it names; kNoTable: an ipset
  Family family = Family::ip4;  // of the addresses asked for (ipset)
  std::string name;
  std::vector<Field> fields;  // what of the packet is looked up, in order
  Span span;
  Lasting lasting = Lasting::unchanged;  // of the answer, where the set's contents are not known
  bool operator==(SetReference const&) const = default;
};

// ---- actions ---------------------------------------------------------------------------------

using ChainId = std::uint32_t;
inline constexpr ChainId kNoChain = 0xFFFFFFFFU;
inline constexpr std::uint32_t kNoTable = 0xFFFFFFFFU;

enum class RejectWith : std::uint8_t {
  tcp_reset,
  net_unreachable,
  host_unreachable,
  proto_unreachable,
  port_unreachable,
  net_prohibited,
  host_prohibited,
  admin_prohibited,
  no_route,  // icmpv6 from here
  addr_unreachable,
  policy_fail,
  reject_route,
  other_icmp,  // a code of either that has no word here
};

struct Continue {};  // counted, logged: no effect on where the packet goes
struct Accept {};
struct Drop {};
struct Reject {
  RejectWith with = RejectWith::port_unreachable;
};
struct Return {};
struct Jump {
  ChainId chain = kNoChain;
};
struct Goto {
  ChainId chain = kNoChain;
};
struct Queue {
  bool bypass = false;
};  // to user space; 'bypass': accepted when nobody listens
struct Translate {
  std::uint32_t nat = 0;
};  // Ruleset::nats[nat]
struct Tproxy {
  std::uint32_t nat = 0;
};  // delivered to a local socket; nats[nat] says where
struct Notrack {};
// field = (field & ~mask) ^ value; 'field' is mark or ct_mark.
struct SetMark {
  Field field = Field::mark;
  std::uint32_t mask = 0xFFFFFFFFU;
  std::uint32_t value = 0;
};
// to = (to & ~mask) ^ (from & taken): 'CONNMARK --save-mark', 'meta mark set ct mark'.
struct CopyMark {
  Field to = Field::mark;
  Field from = Field::ct_mark;
  std::uint32_t mask = 0xFFFFFFFFU;
  std::uint32_t taken = 0xFFFFFFFFU;
};
// A statement or target that we do not model: may do anything, also end the packet's way. 'atom'
// holds its words.
struct UnmodelledAction {
  std::uint32_t atom = 0;
};
// Changes something that no modelled clause asks for and lets the packet go on (TCPMSS, DSCP, tee,
// dup, ct helper ...), but is worth naming. For fields that rules do ask for, see 'forgets'.
struct Alter {
  Field forgets = Field::dscp;
};  // the field's value is not known afterwards

using Action = std::variant<Continue, Accept, Drop, Reject, Return, Jump, Goto, Queue, Translate,
                            Tproxy, Notrack, SetMark, CopyMark, UnmodelledAction, Alter>;

enum class NatKind : std::uint8_t { source, destination };
// What an address translation writes. A part that is not given stays as it is.
struct Nat {
  NatKind kind = NatKind::source;
  // masquerade: the address of the outgoing interface; redirect: of the incoming one (or
  // loopback). Not in the file: 'addresses' is empty then.
  bool to_interface = false;
  std::optional<ValueInterval> addresses;
  std::optional<Interval<std::uint32_t>> ports;
  bool unknown = false;  // to somewhere that we do not model (a map, netmap, random choice)
  // Where the operator says what masquerade puts in: by family, see rules/device_facts.h.
  std::array<std::optional<ValueInterval>, 2> interface_addresses{};
  bool operator==(Nat const&) const = default;
};

// ---- rules, chains, tables -------------------------------------------------------------------

// An nft rule with several statements, or with a verdict map, becomes several Rules in a row with
// the same span; each has exactly one action.
struct Rule {
  Span span;                       // the rule's own words
  std::uint32_t first_clause = 0;  // Ruleset::clauses[first_clause ...]
  std::uint32_t clause_count = 0;
  Action action;
};

enum class Hook : std::uint8_t { ingress, prerouting, input, forward, output, postrouting, egress };
enum class ChainType : std::uint8_t { filter, nat, route };
enum class ChainPolicy : std::uint8_t { accept, drop };

struct BaseChain {
  ChainType type = ChainType::filter;
  Hook hook = Hook::forward;
  std::int32_t priority = 0;
  ChainPolicy policy = ChainPolicy::accept;
  Span policy_span;  // where the policy is written; the chain's own span where it is not
};

// What the rules of a chain, and of those that it calls, ask of packets and do to them.
struct ChainEffects {
  std::uint32_t asks = 0;    // bit index(field)
  std::uint32_t writes = 0;  // the same
  bool stops = false;        // some are dropped or refused; by the policy, too
  bool diverts = false;      // they are translated, queued, untracked, or nobody knows what
  bool accepts = false;      // some go past all that follows; or may, where rules were left out
  bool operator==(ChainEffects const&) const = default;
};

struct Chain {
  std::string name;
  std::uint32_t table = 0;
  Span span;  // its head: ":FORWARD DROP [0:0]", "chain forward {"
  std::optional<BaseChain> base;
  std::vector<Rule> rules;
  bool defined = false;  // false: only jumped to; link() refuses that
  bool sifted = false;   // rules were left out: those that Ruleset::sieve does not want ...
  // ... and, from the rule of this number on, what it wants of the replies alone.
  std::optional<std::uint32_t> sifted_replies;
  ChainEffects effects;  // filled by link()
};

enum class TableFamily : std::uint8_t { ip, ip6, inet, arp, bridge, netdev };
std::string_view name(TableFamily family);
std::string_view name(Hook hook);

struct Table {
  TableFamily family = TableFamily::ip;
  std::string name;
  bool dormant = false;
  bool iptables = false;  // from iptables-save
  Span span;
  bool vendor = false;     // a vendor's policy, from CSV
  bool nf_tables = false;  // iptables, and its first line says that nft lists the same table
  // Its CT gives packets what connection tracking is to go by: rules behind it take that for a
  // connection, before there is any (nf_ct_get returns the template).
  bool gives_templates = false;
};

// What a dimension of an ipset holds; which field of the packet that is, the match says
// ("src,dst").
enum class SetDimension : std::uint8_t {
  address,
  port,  // two cells: l4proto and port
  mark,
  other,  // a MAC address, an interface: not modelled
};

// A named set, map or ipset as its file gives it.
struct NamedSet {
  std::uint32_t table = kNoTable;  // kNoTable: an ipset
  std::string name;
  // One product row an element (a single field: one interval); interfaces as in Product. For an
  // ipset, which field each dimension is depends on the match that asks.
  std::size_t dimensions = 1;        // cells a row
  std::vector<SetDimension> kinds;   // ipset: its dimensions, in order
  std::optional<Family> family;      // ipset: of its addresses; a match of the other
                                     // family never holds
  std::vector<ValueInterval> cells;  // row by row
  // ipset of type list, which unites sets of both families: the rows of the other one.
  std::vector<ValueInterval> cells_of_other_family;
  std::vector<ValueInterval> excluded;  // ipset 'nomatch' rows
  std::vector<std::string> members;     // ipset of type list: the sets it unites
  std::string undecided;  // not empty: why the contents do not decide (timeouts, dynamic, a type
                          // that we do not model), in words for the report
  Span span;
};

// How the device's own tools call a rule, where the export says it.
struct RuleName {
  Span span;           // of the rule
  std::string number;  // "12", "1.2"
  std::string name;
};

struct Ruleset {
  std::vector<SourceFile> files;
  std::vector<Table> tables;
  std::vector<Chain> chains;
  std::vector<Clause> clauses;
  std::vector<BitPattern> bit_patterns;  // each once
  std::vector<ValueSet> value_sets;
  std::vector<Product> products;
  std::vector<Atom> atoms;
  std::vector<Nat> nats;
  std::vector<NamedSet> named_sets;
  std::vector<SetReference> set_references;
  std::vector<InterfacePattern> interface_patterns;
  // The interfaces that rules tell apart, filled by link(): [0] stands for every name that no rule
  // mentions; one that ends in '*' for the names under a wildcard that no rule mentions in full.
  std::vector<std::string> interfaces;
  std::vector<RuleName> rule_names;  // by span
  std::uint32_t fields_asked = 0;    // bit index(field): some rule asks for it; filled by link()
  std::uint32_t unread_marks = 0;    // see rules/unread_marks.h; filled by link()
  // Seconds that the first of the elements lives that count as there though they expire.
  std::optional<std::uint64_t> first_expiry;
  bool reads_ip4 = false;  // the export covers this family (iptables-save is one family alone)
  bool reads_ip6 = false;
  bool nat_in_doubt = false;      // see rules/idle_nat.h; filled by link()
  bool known_neighbours = false;  // see DeviceFacts
  bool needs_all = false;         // two exports show one table, and some of its rules were left out
  std::shared_ptr<Sieve const> sieve;  // what the rules were read through; null: all are here
  Notes notes;
};

std::span<Clause const> clauses(Ruleset const& rules, Rule const& rule);
std::string_view text(Ruleset const& rules, Span span);
Location location(Ruleset const& rules, Span span);
// Null: the export gives the rule no name.
RuleName const* name_of(Ruleset const& rules, Span span);
// Does any rule ask for this field?
inline bool asks_for(Ruleset const& rules, Field field) {
  return (rules.fields_asked >> index(field) & 1U) != 0;
}
// The chain that a jump or goto leads to.
std::optional<ChainId> called_chain(Action const& action);
// Which fields a clause asks for: bit index(field).
std::uint32_t fields_of(Ruleset const& rules, Clause const& clause);
bool asks_for_connection(Ruleset const& rules, Clause const& clause);
// Do the tables of one family see packets of the other? ARP and bridges have paths of their own,
// beside that of routed IP.
bool sees(TableFamily table, Family family);
// "inet filter", "ip nat".
std::string table_name(Ruleset const& rules, std::uint32_t table);

}  // namespace safeconduct
