// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/kernel_bytecode.h"
#include "formats/kernel_field.h"

namespace safeconduct::kernel {

// What a register holds, as far as it can be told.
struct Held {
  enum class Kind : std::uint8_t {
    other,     // only words for it
    constant,  // 'data'
    payload,   // bytes of a header, in 'base' from 'offset' on
    key,       // of meta, ct or fib
    mapped,    // what a map makes of a key
  };
  Kind kind = Kind::other;
  std::string words;         // as nft writes it; of payload empty
  std::uint32_t length = 0;  // bytes; 0: not known
  // of payload
  std::uint32_t base = 0;
  std::uint32_t offset = 0;
  // of key
  ValueType type = ValueType::opaque;
  std::endian order = std::endian::big;
  bool by_index = false;  // interfaces by their number
  bool presence = false;  // whether something is there: 1 or 0
  // of constant
  Bytes data;
  // What was made of it: (value & mask) ^ flip; as long as the value. Empty: nothing.
  Bytes mask;
  Bytes flip;
  // of mapped: the place in the rule's words that is to be filled where nothing uses it
  std::optional<std::size_t> unused_at;
  std::uint64_t id = 0;  // another one for everything that is ever held

  bool is_changed() const { return !mask.empty(); }
  void change(Bytes const& by_mask, Bytes const& by_flip);
};

// The registers of a rule: 4 bytes each, or in groups of 16.
class Registers {
 public:
  void hold(Register at, Held held);
  // What begins there; null: nothing that is known.
  Held* find(Register at);
  // What begins so many bytes behind it.
  Held* find(Register at, std::uint32_t bytes);

 private:
  struct Slot {
    std::uint32_t begin = 0;  // in bytes
    std::uint32_t end = 0;
    Held held;
  };
  std::vector<Slot> slots_;
  std::uint64_t next_ = 0;
};

}  // namespace safeconduct::kernel
