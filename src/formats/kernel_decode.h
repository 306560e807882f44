// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/kernel_bytecode.h"
#include "formats/kernel_field.h"
#include "formats/kernel_registers.h"
#include "formats/kernel_sets.h"

namespace safeconduct::kernel {

// Says a rule's bytecode in the words of nft, so that the reader of nft's text gives it its
// meaning. What cannot be said so becomes 'undecided "..."' where it can only let the packet
// through or stop the rule, and 'unknown "..."' where it may do anything; both name the expression.
class RuleDecoder {
 public:
  RuleDecoder(SetBook& sets, std::uint32_t family, std::span<Interface const> interfaces);

  std::string words(Rule const& rule);

 private:
  // A statement or match of the rule in the making.
  struct Said {
    std::string words;
    // A dependency: what follows may say the same.
    std::optional<Family> is_network;
    std::optional<std::uint32_t> is_transport;
    // What nft's words say beyond: "tcp dport" says tcp.
    std::optional<Family> says_network;
    std::optional<std::uint32_t> says_transport;
  };
  // A lower bound that an upper one may follow.
  struct Bound {
    std::uint64_t id = 0;
    std::size_t at = 0;
    std::string words;
    ValueType type = ValueType::opaque;
    Bits128 value = 0;
  };
  struct Part {  // of what is compared, a field of a header
    HeaderField const* field = nullptr;
    Bits128 mask = 0;
    Bits128 value = 0;
  };

  // ---- kernel_decode.cc: what is said
  void say(std::string words);
  void say_of(std::string_view field, std::string words);
  void undecided(Expression const& e);
  void unknown(Expression const& e);
  std::string joined();

  void run(Expression const& e);
  void load(Expression const& e, PayloadLoad const& does);
  void load(Expression const& e, MetaLoad const& does);
  void load(Expression const& e, CtLoad const& does);
  void load(Expression const& e, FibLoad const& does);
  void load(Expression const& e, ExthdrLoad const& does);
  void load(Expression const& e, OtherLoad const& does);
  void load(Expression const& e, Immediate const& does);
  void load(Expression const& e, Bitwise const& does);
  void load(Expression const& e, Byteorder const& does);
  void look_up(Expression const& e, Lookup const& does);
  void hold_words(Register at, std::string words);
  std::optional<LookupKey> key_of(Held const& held, std::uint32_t bytes) const;
  std::optional<LookupKeys> keys_at(Register from, std::uint32_t bytes);

  // ---- kernel_compare.cc
  void compare(Expression const& e, Compare const& does);
  void compare(Expression const& e, Range const& does);
  bool compare_payload(Held const& held, Compare const& does);
  bool compare_key(Held const& held, Compare const& does);
  bool compare_interface(Held const& held, Compare const& does);
  bool compare_order(Held const& held, Compare const& does);
  std::optional<std::vector<Part>> parts_of(Held const& held, Bytes const& mask,
                                            Bytes const& value) const;
  // The one field that it holds whole and unchanged.
  HeaderField const* field_of(Held const& held) const;
  void say_test(std::string_view words, ValueType type, std::uint32_t bits, Bits128 mask,
                Bits128 value, bool negated);
  void learn(ValueType type, Bits128 value);
  std::optional<std::string> interface_at(Bytes const& index) const;

  // ---- kernel_act.cc: statements
  void act(Expression const& e, Decide const& does);
  void act(Expression const& e, PayloadWrite const& does);
  void act(Expression const& e, MetaSet const& does);
  void act(Expression const& e, CtSet const& does);
  void act(Expression const& e, ExthdrWrite const& does);
  void act(Expression const& e, Nat const& does);
  void act(Expression const& e, Tproxy const& does);
  void act(Expression const& e, Reject const& does);
  void act(Expression const& e, Queue const& does);
  void act(Expression const& e, Object const& does);
  void act(Expression const& e, ObjectMap const& does);
  void act(Expression const& e, DynamicSet const& does);
  void act(Expression const& e, Xtables const& does);
  // What a register holds, as an operand that is so many bytes long: of a constant, its number.
  std::string operand(Register from, std::endian order, std::size_t bytes);
  std::optional<std::string> ct_operand(CtSet const& does, KeyField const& field);
  std::string address(Register from, Family family, bool& known);
  std::string port(Register from, bool& known);
  std::optional<std::string> target(Nat const& nat, Family family);

  SetBook& sets_;
  std::uint32_t family_;
  std::span<Interface const> interfaces_;

  Headers headers_;
  Registers registers_;
  std::vector<Said> said_;
  std::map<std::size_t, std::string> unused_;  // of maps whose value nothing uses, by place
  std::optional<Bound> bound_;
  bool ended_ = false;
};

// "limit rate 5/second burst 5 packets" and the like; nothing for another expression.
std::optional<std::string> condition_words(Expression const& e);
std::optional<std::string> verdict_words(Verdict const& verdict);

}  // namespace safeconduct::kernel
