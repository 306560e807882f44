// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the bytecode: its listing is the same every time, and such that the reader of nft's text
// takes it.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "formats/kernel.h"
#include "formats/kernel_listing.h"
#include "formats/reader.h"

namespace safeconduct::kernel {
namespace {

// Draws numbers from the bytes; 0 when they are used up.
class Draw {
 public:
  Draw(std::uint8_t const* data, std::size_t size) : data_(data), left_(size) {}

  bool any() const { return left_ > 0; }
  std::uint32_t below(std::uint32_t n) { return byte() % n; }
  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  Bytes bytes(std::uint32_t count) {
    Bytes made;
    for (std::uint32_t i = 0; i < count; ++i) made.push_back(byte());
    return made;
  }
  Register reg() {
    static constexpr Register kRegisters[] = {1, 2, 3, 4, 8, 9, 10, 13, 23, 30};
    return kRegisters[below(std::size(kRegisters))];
  }
  std::optional<Register> maybe() {
    if (below(2) == 0) return std::nullopt;
    return reg();
  }
  std::string set() {
    return below(8) == 0 ? "none" : std::string(1, static_cast<char>('a' + below(3)));
  }

 private:
  std::uint8_t const* data_;
  std::size_t left_;
};

constexpr std::uint32_t kLengths[] = {1, 2, 4, 16, 3, 8, 0};

std::uint32_t length(Draw& draw) { return kLengths[draw.below(std::size(kLengths))]; }

Verdict verdict(Draw& draw) {
  return {static_cast<std::int32_t>(draw.below(8)) - 6, draw.below(2) == 0 ? "c" : "accept"};
}

Bitwise bitwise(Draw& draw) {
  Bitwise made;
  made.op = draw.below(4);
  made.length = length(draw);
  made.mask = draw.bytes(made.length);
  made.flip = draw.bytes(draw.below(8) == 0 ? 1 : made.length);
  made.shift = draw.below(34);
  made.from = draw.reg();
  made.to = draw.reg();
  return made;
}

Nat nat(Draw& draw) {
  Nat made;
  made.kind = static_cast<Nat::Kind>(draw.below(4));
  made.family = draw.below(2) == 0 ? 2 : draw.below(12);
  made.flags = draw.byte();
  made.address = draw.maybe();
  made.last_address = draw.maybe();
  made.port = draw.maybe();
  made.last_port = draw.maybe();
  return made;
}

Expression expression(Draw& draw, std::size_t depth);

DynamicSet dynamic_set(Draw& draw, std::size_t depth) {
  DynamicSet made{draw.below(4), draw.set(), draw.reg(), {}};
  if (depth < 3 && draw.below(2) == 0) made.expressions.push_back(expression(draw, depth + 1));
  return made;
}

decltype(Expression::does) load(Draw& draw) {
  switch (draw.below(7)) {
    case 0:
      return PayloadLoad{draw.below(4), draw.below(48), length(draw), draw.reg()};
    case 1:
      return MetaLoad{draw.below(40), draw.reg()};
    case 2:
      return CtLoad{draw.below(26),
                    draw.below(3) == 0 ? std::optional<std::uint8_t>(draw.below(3)) : std::nullopt,
                    draw.reg()};
    case 3:
      return FibLoad{draw.below(70), draw.below(5), draw.reg()};
    case 4:
      return ExthdrLoad{draw.below(5), draw.byte(),        draw.below(8),
                        length(draw),  draw.below(2) == 0, draw.reg()};
    case 5:
      return OtherLoad{draw.reg()};
    default:
      return Immediate{draw.bytes(length(draw)), draw.reg()};
  }
}

decltype(Expression::does) test(Draw& draw) {
  switch (draw.below(5)) {
    case 0:
      return bitwise(draw);
    case 1:
      return Byteorder{draw.below(2), length(draw), length(draw), draw.reg(), draw.reg()};
    case 2: {
      auto const size = length(draw);
      return Range{draw.below(3), draw.bytes(size), draw.bytes(size), draw.reg()};
    }
    case 3:
      return Lookup{draw.set(), draw.below(2) == 0, draw.reg(),
                    draw.below(2) == 0 ? std::optional<Register>(0) : draw.maybe()};
    default:
      return Compare{draw.below(7), draw.bytes(length(draw)), draw.reg()};
  }
}

decltype(Expression::does) action(Draw& draw, std::size_t depth) {
  switch (draw.below(20)) {
    case 0:
      return PayloadWrite{draw.below(4), draw.below(48), length(draw), draw.reg()};
    case 1:
      return MetaSet{draw.below(40), draw.reg()};
    case 2:
      return CtSet{draw.below(26), {}, draw.reg()};
    case 3:
      return ExthdrWrite{draw.below(4), draw.byte(), draw.below(8), length(draw), draw.maybe()};
    case 4:
      return nat(draw);
    case 5:
      return Tproxy{draw.below(2) == 0 ? 2U : draw.below(12), draw.maybe(), draw.maybe()};
    case 6:
      return Reject{draw.below(4), draw.below(16)};
    case 7:
      return Queue{draw.byte(), draw.below(4), draw.below(4), draw.maybe()};
    case 8:
      return Notrack{};
    case 9:
      return Limit{draw.byte(), draw.below(2) == 0 ? 60U : 61U, draw.byte(), draw.below(2) == 0,
                   false};
    case 10:
      return Quota{draw.byte(), draw.below(2) == 0};
    case 11:
      return ConnectionLimit{draw.byte(), draw.below(2) == 0};
    case 12:
      return Object{draw.below(12), "o"};
    case 13:
      return ObjectMap{draw.set(), draw.reg()};
    case 14:
      return Duplicate{};
    case 15:
      return FlowOffload{"f"};
    case 16:
      return Xtables{draw.below(2) == 0 ? "comment" : "set", draw.below(2) == 0};
    case 17:
      return Harmless{"counter"};
    case 18:
      return dynamic_set(draw, depth);
    default:
      return Synproxy{};
  }
}

Expression expression(Draw& draw, std::size_t depth) {
  std::string const text = "expression \"x\" of a fuzzer";
  switch (draw.below(8)) {
    case 0:
    case 1:
    case 2:
      return {text, load(draw)};
    case 3:
    case 4:
    case 5:
      return {text, test(draw)};
    case 6:
      return {text, action(draw, depth)};
    default:
      if (draw.below(8) == 0) return {text, Unknown{}};
      return {text, Decide{verdict(draw)}};
  }
}

Element element(Draw& draw, Set const& set) {
  Element made;
  made.interval_end = draw.below(4) == 0;
  made.catch_all = draw.below(16) == 0;
  made.key = draw.bytes(draw.below(16) == 0 ? length(draw) : set.key_length);
  if (draw.below(4) == 0) made.key_end = draw.bytes(set.key_length);
  if (set.data_type != 0) {
    made.verdict = verdict(draw);
  } else if ((set.flags & 8U) != 0) {
    made.data = draw.bytes(length(draw));
  }
  if (draw.below(8) == 0) made.timeout = 1000U * draw.byte();
  return made;
}

Set set(Draw& draw, std::uint32_t family, std::string name) {
  static constexpr std::uint32_t kTypes[] = {7, 8, 12, 13, 19, 41, 4, (7U << 6U) | 13U};
  static constexpr std::uint32_t kKeys[] = {4, 16, 1, 2, 4, 16, 4, 8};
  Set made;
  made.family = family;
  made.table = std::string("t");
  made.name = std::move(name);
  made.flags = draw.below(128);
  auto const type = draw.below(std::size(kTypes));
  made.key_type = kTypes[type];
  made.key_length = kKeys[type];
  if ((made.flags & 8U) != 0 && draw.below(2) == 0) made.data_type = 0xFFFFFF00U;
  made.object_type = draw.below(12);
  for (auto count = draw.below(6); count > 0; --count) made.elements.push_back(element(draw, made));
  return made;
}

Dump dump(Draw& draw) {
  static constexpr std::uint32_t kFamilies[] = {1, 2, 10};
  auto const family = kFamilies[draw.below(3)];
  Dump made;
  made.tables.push_back({family, "t", 0, 1});
  made.chains.push_back({family, "t", "c", 2, BaseHook{"filter", 2, 0, draw.below(2), {}}});
  made.chains.push_back({family, "t", "accept", 2, {}});
  made.interfaces.push_back({1, "lo"});
  for (char const* const name : {"a", "b", "c"}) made.sets.push_back(set(draw, family, name));
  while (draw.any()) {
    Rule rule{family, "t", "c", 3, {}, {}};
    for (auto count = 1 + draw.below(10); count > 0; --count)
      rule.expressions.push_back(expression(draw, 0));
    made.rules.push_back(std::move(rule));
  }
  return made;
}

void check(std::uint8_t const* data, std::size_t size) {
  constexpr std::size_t kMost = 4096;
  if (size > kMost) return;
  Draw draw(data, size);
  auto const made = dump(draw);
  auto const source = running_rules("kernel:", made);
  if (!source) std::abort();
  auto const again = listing("kernel:", made);
  if (!again || *again != *source->text) std::abort();
  auto const rules = read_device(std::span(&*source, 1));
  // Jumps in a circle are what the kernel refuses, and the reader, too.
  if (rules || rules.error().kind == ErrorKind::conflict) return;
  std::fputs((to_message(rules.error()) + *source->text).c_str(), stderr);
  std::abort();
}

}  // namespace
}  // namespace safeconduct::kernel

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  safeconduct::kernel::check(data, size);
  return 0;
}
