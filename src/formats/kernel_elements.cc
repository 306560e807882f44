// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_elements.h"

#include <algorithm>

#include "formats/kernel_decode.h"

namespace safeconduct::kernel {
namespace {

constexpr std::uint32_t kInterval = 4;  // NFT_SET_INTERVAL
constexpr std::uint32_t kTypeBits = 6;  // of nft's types, a field (TYPE_BITS)

struct FieldType {
  std::uint32_t id;  // TYPE_* of nft's datatype.h
  ValueType type;
  std::uint32_t bytes;
  bool host_order;
};
constexpr FieldType kFieldTypes[] = {
    {7, ValueType::ip4, 4, false},      {8, ValueType::ip6, 16, false},
    {12, ValueType::l4proto, 1, false}, {13, ValueType::port, 2, false},
    {19, ValueType::mark, 4, true},     {41, ValueType::ifname, 16, false},
};

// Keys from 'first' to 'last'; of concatenations, field by field.
struct Row {
  Bytes first;
  Bytes last;
  Element const* element = nullptr;
};

Bytes before(Bytes bytes) {
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
    if ((*byte)-- != 0) break;
  return bytes;
}

// The kernel finds the largest element that is not above the key: a beginning, and the key is in
// the set, or an end (nft_rbtree_lookup). At the same place a beginning counts.
std::vector<Row> intervals(std::span<Element const> elements) {
  std::vector<Element const*> sorted;
  for (auto const& element : elements)
    if (!element.catch_all) sorted.push_back(&element);
  std::ranges::stable_sort(sorted, [](Element const* a, Element const* b) {
    if (a->key != b->key) return a->key < b->key;
    return a->interval_end && !b->interval_end;
  });
  std::vector<Row> rows;
  Element const* open = nullptr;
  auto const close = [&](Bytes last) {
    if (open != nullptr && open->key <= last) rows.push_back({open->key, std::move(last), open});
    open = nullptr;
  };
  for (auto const* const element : sorted) {
    if (open != nullptr) close(before(element->key));
    if (!element->interval_end) open = element;
  }
  if (open != nullptr) close(Bytes(open->key.size(), 0xFF));
  return rows;
}

std::vector<Row> rows_of(Set const& set) {
  bool const interval = (set.flags & kInterval) != 0;
  bool const ranges =
      std::ranges::any_of(set.elements, [](Element const& e) { return !e.key_end.empty(); });
  bool const concatenated = (set.key_type >> kTypeBits) != 0;
  if (interval && !ranges && !concatenated) return intervals(set.elements);
  std::vector<Row> rows;
  for (auto const& element : set.elements)
    if (!element.catch_all && !element.interval_end)
      rows.push_back(
          {element.key, element.key_end.empty() ? element.key : element.key_end, &element});
  // Of ranges that overlap, the first counts; a hash table has no order.
  if (!interval) std::ranges::stable_sort(rows, {}, &Row::first);
  return rows;
}

enum class Cell : std::uint8_t { said, never, unsayable };

class RowWriter {
 public:
  RowWriter(LookupKeys const& keys, std::span<Interface const> interfaces)
      : keys_(keys), interfaces_(interfaces) {}

  Cell write(Row const& row, std::string& out) const {
    std::size_t at = 0;
    for (auto const& key : keys_) {
      if (row.first.size() < at + key.bytes || row.last.size() != row.first.size())
        return Cell::unsayable;
      auto const first = std::span(row.first).subspan(at, key.bytes);
      auto const last = std::span(row.last).subspan(at, key.bytes);
      if (at > 0) out += " . ";
      auto const cell = key.type == ValueType::ifname ? interface(key, first, last, out)
                                                      : number(key, first, last, out);
      if (cell != Cell::said) return cell;
      at += (key.bytes + 3U) / 4U * 4U;
    }
    return at >= row.first.size() ? Cell::said : Cell::unsayable;
  }

 private:
  using View = std::span<std::uint8_t const>;

  Cell interface(LookupKey const& key, View first, View last, std::string& out) const {
    if (!key.by_index) {
      auto const name = interface_range(first, last);
      if (!name) return Cell::unsayable;
      out += *name;
      return Cell::said;
    }
    if (!std::ranges::equal(first, last)) return Cell::unsayable;
    auto const index = static_cast<std::uint32_t>(number_of(first, std::endian::native));
    auto const found = std::ranges::find(interfaces_, index, &Interface::index);
    out += found == interfaces_.end() ? std::to_string(index) : quoted(found->name);
    return Cell::said;
  }

  static Cell number(LookupKey const& key, View first, View last, std::string& out) {
    bool const single = std::ranges::equal(first, last);
    if (!single && key.order != std::endian::big && key.bytes > 1) return Cell::unsayable;
    auto low = number_of(first, key.order);
    auto high = number_of(last, key.order);
    if (key.type == ValueType::opaque) {
      out += single ? hex(first) : hex(first) + '-' + hex(last);
      return Cell::said;
    }
    if (key.shift > 0) {
      Bits128 const most = (Bits128{1} << key.bits) - 1;
      low = (low + (Bits128{1} << key.shift) - 1) >> key.shift;
      high = std::min(high >> key.shift, most);
    }
    if (low > high) return Cell::never;
    bool const address = key.type == ValueType::ip6;
    if (!address && high > nft::largest(key.type)) return Cell::unsayable;
    if (low != high && nft::is_bitmask(key.type)) return Cell::unsayable;
    out += range_text(key.type, low, high);
    return Cell::said;
  }

  LookupKeys const& keys_;
  std::span<Interface const> interfaces_;
};

// Has it what an element of such a set has behind its key?
bool fits(Set const& set, Element const& element) {
  constexpr std::uint32_t kMap = 8;  // NFT_SET_*
  constexpr std::uint32_t kObject = 0x40;
  constexpr std::uint32_t kVerdictData = 0xFFFFFF00;  // NFT_DATA_VERDICT
  bool const objects = (set.flags & kObject) != 0;
  bool const verdicts = !objects && (set.flags & kMap) != 0 && set.data_type == kVerdictData;
  bool const data = !objects && (set.flags & kMap) != 0 && !verdicts;
  return element.verdict.has_value() == verdicts && element.data.empty() != data &&
         element.object.empty() != objects;
}

// What a map makes of a key, field by field: addresses and ports in the order of the network, marks
// in that of the host. Of a type whose order is not known, nothing is said.
bool append_data(Set const& set, Bytes const& data, std::string& out) {
  auto const fields = fields_of_type(set.data_type, false);
  if (!fields) return false;
  // Each field of several is filled up to four bytes.
  std::size_t length = 0;
  for (auto const& field : *fields) length += (field.bytes + 3U) / 4U * 4U;
  // "interval": the lower ends of all fields, and then the upper ones.
  bool const ranges = data.size() == 2 * length;
  if (!ranges && (data.size() + 3U) / 4U * 4U != length) return false;
  std::size_t at = 0;
  for (auto const& field : *fields) {
    if (field.type == ValueType::ifname || data.size() < at + field.bytes) return false;
    auto const value = [&](std::size_t from) {
      return number_of(std::span(data).subspan(from, field.bytes), field.order);
    };
    out += at > 0 ? " . " : " : ";
    out +=
        ranges && value(at) != value(at + length)
            ? value_text(field.type, value(at)) + '-' + value_text(field.type, value(at + length))
            : value_text(field.type, value(at));
    at += (field.bytes + 3U) / 4U * 4U;
  }
  return true;
}

// What stands behind the key: options that may make it undecided, and what it maps to.
bool append_rest(Set const& set, Element const& element, std::string& out) {
  if (!fits(set, element)) return false;
  if (element.timeout > 0 || set.timeout > 0)
    out += " timeout " +
           std::to_string((element.timeout > 0 ? element.timeout : set.timeout) / 1000) + "s";
  for (auto const& e : element.expressions) {
    if (std::holds_alternative<Harmless>(e.does)) continue;
    auto const condition = condition_words(e);
    if (!condition) return false;
    out += ' ' + *condition;
  }
  if (element.verdict) {
    auto const words = verdict_words(*element.verdict);
    if (!words) return false;
    out += " : " + *words;
  } else if (!element.object.empty()) {
    out += " : " + quoted(element.object);
  } else if (!element.data.empty()) {
    return append_data(set, element.data, out);
  }
  return true;
}

}  // namespace

std::optional<LookupKeys> fields_of_type(std::uint32_t type, bool interval) {
  LookupKeys fields;
  for (auto rest = type; rest != 0; rest >>= kTypeBits) {
    auto const id = rest & ((1U << kTypeBits) - 1);
    auto const found = std::ranges::find(kFieldTypes, id, &FieldType::id);
    if (found == std::end(kFieldTypes)) return std::nullopt;
    LookupKey field;
    field.type = found->type;
    field.bytes = found->bytes;
    field.bits = 8 * found->bytes;
    field.order = found->host_order && !interval ? std::endian::native : std::endian::big;
    fields.insert(fields.begin(), field);
  }
  if (fields.empty()) return std::nullopt;
  return fields;
}

std::optional<std::string> element_list(Set const& set, LookupKeys const& keys,
                                        std::span<Interface const> interfaces) {
  std::string list;
  RowWriter const writer(keys, interfaces);
  for (auto const& row : rows_of(set)) {
    std::string text;
    auto const cell = writer.write(row, text);
    if (cell == Cell::unsayable || !append_rest(set, *row.element, text)) return std::nullopt;
    if (cell == Cell::never) continue;
    list += (list.empty() ? "" : ", ") + text;
  }
  for (auto const& element : set.elements) {
    if (!element.catch_all) continue;
    std::string text = "*";
    if (!append_rest(set, element, text)) return std::nullopt;
    list += (list.empty() ? "" : ", ") + text;
  }
  return list;
}

}  // namespace safeconduct::kernel
