// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What nf_tables of the Linux kernel runs, as plain values: what the netlink reader collects, and
// all that the decoder knows. Numbers are those of the kernel's own interface
// (linux/netfilter/nf_tables.h); registers are numbered as there, too.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace safeconduct::kernel {

using Bytes = std::vector<std::uint8_t>;
using Register = std::uint32_t;

struct Verdict {
  std::int32_t code = 0;  // NF_DROP, NFT_JUMP ...
  std::string chain;
};

// ---- expressions that load

struct PayloadLoad {
  std::uint32_t base = 0;  // 0 link layer, 1 network, 2 transport, 3 inner
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  Register to = 0;
};
struct MetaLoad {
  std::uint32_t key = 0;
  Register to = 0;
};
struct CtLoad {
  std::uint32_t key = 0;
  std::optional<std::uint8_t> direction;
  Register to = 0;
};
struct FibLoad {
  std::uint32_t flags = 0;
  std::uint32_t result = 0;
  Register to = 0;
};
struct ExthdrLoad {
  std::uint32_t op = 0;  // 0 IPv6, 1 TCP option, ...
  std::uint32_t type = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  bool present = false;  // whether it is there, not what it says
  Register to = 0;
};
struct OtherLoad {  // rt, socket, osf, tunnel, xfrm, numgen, hash
  Register to = 0;
};

// ---- expressions that compute and compare

struct Immediate {
  Bytes data;
  Register to = 0;
};
struct Bitwise {
  std::uint32_t op = 0;  // 0 mask and xor, 1 left shift, 2 right shift
  std::uint32_t length = 0;
  Bytes mask;
  Bytes flip;
  std::uint32_t shift = 0;
  Register from = 0;
  Register to = 0;
};
struct Byteorder {
  std::uint32_t op = 0;  // 0 to host, 1 to network
  std::uint32_t length = 0;
  std::uint32_t size = 0;
  Register from = 0;
  Register to = 0;
};
struct Compare {
  std::uint32_t op = 0;  // NFT_CMP_EQ ...
  Bytes data;
  Register from = 0;
};
struct Range {
  std::uint32_t op = 0;  // 0 in it, 1 outside
  Bytes first;
  Bytes last;
  Register from = 0;
};
struct Lookup {
  std::string set;
  bool inverted = false;
  Register from = 0;
  std::optional<Register> to;  // of a map; register 0 takes a verdict
};

// ---- expressions that act

struct Decide {
  Verdict verdict;
};
struct PayloadWrite {
  std::uint32_t base = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  Register from = 0;
};
struct MetaSet {
  std::uint32_t key = 0;
  Register from = 0;
};
struct CtSet {
  std::uint32_t key = 0;
  std::optional<std::uint8_t> direction;
  Register from = 0;
};
struct ExthdrWrite {
  std::uint32_t op = 0;
  std::uint32_t type = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::optional<Register> from;  // none: the option is taken away
};
struct Nat {
  enum class Kind : std::uint8_t { source, destination, masquerade, redirect };
  Kind kind = Kind::source;
  std::uint32_t family = 0;
  std::uint32_t flags = 0;
  std::optional<Register> address;
  std::optional<Register> last_address;
  std::optional<Register> port;
  std::optional<Register> last_port;
};
struct Tproxy {
  std::uint32_t family = 0;
  std::optional<Register> address;
  std::optional<Register> port;
};
struct Reject {
  std::uint32_t type = 0;  // 0 ICMP of the family, 1 TCP reset, 2 ICMP of any
  std::uint32_t code = 0;
};
struct Queue {
  std::uint32_t number = 0;
  std::uint32_t total = 0;
  std::uint32_t flags = 0;
  std::optional<Register> from;
};
struct Notrack {};
struct Limit {
  std::uint64_t rate = 0;
  std::uint64_t unit = 0;  // seconds
  std::uint32_t burst = 0;
  bool bytes = false;
  bool over = false;
};
struct Quota {
  std::uint64_t bytes = 0;
  bool over = false;
};
struct ConnectionLimit {
  std::uint32_t count = 0;
  bool over = false;
};
struct Object {
  std::uint32_t type = 0;
  std::string name;
};
struct ObjectMap {
  std::string set;
  Register from = 0;
};
struct Duplicate {};
struct FlowOffload {
  std::string table;
};
struct Synproxy {};
struct Xtables {
  std::string name;
  bool target = false;
};
struct Harmless {  // counter, last, log
  std::string words;
  std::string prefix = {};  // of log; NOLINT(readability-redundant-member-init)
};
struct Unknown {};

struct Expression;
struct DynamicSet {
  std::uint32_t op = 0;  // 0 add, 1 update, 2 delete
  std::string set;
  Register key = 0;
  std::vector<Expression> expressions;
};

// 'text': as libnftnl writes it, without brackets; names it in messages.
struct Expression {
  std::string text;
  std::variant<Unknown, PayloadLoad, MetaLoad, CtLoad, FibLoad, ExthdrLoad, OtherLoad, Immediate,
               Bitwise, Byteorder, Compare, Range, Lookup, Decide, PayloadWrite, MetaSet, CtSet,
               ExthdrWrite, Nat, Tproxy, Reject, Queue, Notrack, Limit, Quota, ConnectionLimit,
               Object, ObjectMap, Duplicate, FlowOffload, Synproxy, Xtables, Harmless, DynamicSet>
      does;
};

// ---- what holds them

struct Element {
  bool interval_end = false;
  bool catch_all = false;
  Bytes key;
  Bytes key_end;  // of a concatenation of ranges
  std::optional<Verdict> verdict;
  Bytes data;
  std::string object;
  std::uint64_t timeout = 0;  // milliseconds; 0: none
  std::vector<Expression> expressions;
};

struct Set {
  std::uint32_t family = 0;
  std::string table;
  std::string name;
  std::uint32_t flags = 0;
  std::uint32_t key_type = 0;  // of nft(8): six bits a field
  std::uint32_t key_length = 0;
  std::uint32_t data_type = 0;
  std::uint32_t data_length = 0;
  std::uint32_t object_type = 0;
  std::uint64_t timeout = 0;
  std::vector<Expression> expressions;  // of each element
  std::vector<Element> elements;
  std::string unread;  // why its elements are not known; empty: they are
};

struct BaseHook {
  std::string type;  // "filter", "nat", "route"
  std::uint32_t hook = 0;
  std::int32_t priority = 0;
  std::uint32_t policy = 1;  // NF_ACCEPT
  std::vector<std::string> devices;
};

struct Chain {
  std::uint32_t family = 0;
  std::string table;
  std::string name;
  std::uint64_t handle = 0;
  std::optional<BaseHook> base;
};

struct Rule {
  std::uint32_t family = 0;
  std::string table;
  std::string chain;
  std::uint64_t handle = 0;
  std::vector<Expression> expressions;
  std::string comment;
};

struct Table {
  std::uint32_t family = 0;
  std::string name;
  std::uint32_t flags = 0;
  std::uint64_t handle = 0;
};

// A stateful object or a flowtable: it is there, no more.
struct Named {
  std::uint32_t family = 0;
  std::string table;
  std::string name;
  std::string kind;  // "counter", "flowtable"
};

struct Interface {
  std::uint32_t index = 0;
  std::string name;
};

// A table of iptables-legacy that is in force beside nf_tables.
struct LegacyTable {
  bool ip6 = false;
  std::string name;  // "filter"
};

struct Dump {
  std::vector<Table> tables;
  std::vector<Chain> chains;
  std::vector<Rule> rules;
  std::vector<Set> sets;
  std::vector<Named> objects;
  std::vector<Interface> interfaces;
  std::vector<LegacyTable> legacy;
};

}  // namespace safeconduct::kernel
