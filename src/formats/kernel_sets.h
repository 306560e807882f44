// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/kernel_bytecode.h"
#include "formats/kernel_field.h"

namespace safeconduct::kernel {

// What is looked up in a set: one field of its key.
struct LookupKey {
  std::string words;  // "ip saddr"
  ValueType type = ValueType::opaque;
  std::endian order = std::endian::big;
  std::uint32_t bytes = 0;
  std::uint32_t bits = 0;  // of the field, and how far left it stands in the bytes: "ip dscp" has 6
  std::uint32_t shift = 0;  // bits, 2 bits up
  bool by_index = false;    // interfaces by their number
  bool is_changed = false;  // 'words' has operators

  // Are the keys of a set read the same way?
  bool reads_as(LookupKey const& other) const;
};
using LookupKeys = std::vector<LookupKey>;

// The sets and maps of a table. What bytes in them mean, the rules say that look something up:
// those are decoded first.
class SetBook {
 public:
  enum class Use : std::uint8_t { set, verdicts, data, objects };

  SetBook(std::vector<Set const*> sets, std::span<Interface const> interfaces);

  // 0: there is no such set.
  std::uint32_t key_length(std::string_view name) const;
  std::uint32_t data_length(std::string_view name) const;
  std::uint32_t object_type(std::string_view name) const;
  // What stands right of the keys: "@name", or "{ ... }" of a set without a name. Nothing: it
  // cannot be said.
  std::optional<std::string> look_up(std::string_view name, LookupKeys const& keys, Use use);
  // Rules change it while packets pass; its name in nft's words.
  std::optional<std::string> change(std::string_view name);

  // "set name { ... }" of all that have names.
  std::string declarations() const;

 private:
  struct Entry {
    Set const* set = nullptr;
    std::optional<LookupKeys> keys;  // as first looked up
    bool changes = false;
  };

  std::optional<std::string> elements(Set const& set, LookupKeys const& keys) const;
  std::string declaration(Entry const& entry) const;

  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> order_;
  std::span<Interface const> interfaces_;
};

}  // namespace safeconduct::kernel
