// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_sets.h"

#include <algorithm>

#include "formats/kernel_decode.h"
#include "formats/kernel_elements.h"

namespace safeconduct::kernel {
namespace {

// NFT_SET_*
constexpr std::uint32_t kAnonymous = 0x1;
constexpr std::uint32_t kConstant = 0x2;
constexpr std::uint32_t kInterval = 0x4;
constexpr std::uint32_t kMap = 0x8;
constexpr std::uint32_t kTimeout = 0x10;
constexpr std::uint32_t kDynamic = 0x20;
constexpr std::uint32_t kObject = 0x40;
constexpr std::uint32_t kVerdictData = 0xFFFFFF00;  // NFT_DATA_VERDICT

// The keys of a set that nothing looks up, by what nft noted of them.
std::optional<LookupKeys> keys_by_type(Set const& set) {
  return fields_of_type(set.key_type, (set.flags & kInterval) != 0);
}

// " : ipv4_addr . inet_service"; a type that is not known reads as one that is not modelled.
std::string data_words(Set const& set) {
  if (set.data_type == kVerdictData) return " : verdict";
  auto const fields = fields_of_type(set.data_type, false);
  if (!fields) return " : integer";
  std::string words;
  std::size_t length = 0;
  for (auto const& field : *fields) {
    words += (words.empty() ? " : " : " . ") + std::string(nft::name_of(field.type));
    length += (field.bytes + 3U) / 4U * 4U;
  }
  if (set.data_length == 2 * length) words.insert(3, "interval ");
  return words;
}

std::string type_line(Set const& set, LookupKeys const* keys) {
  std::string line;
  if (keys == nullptr) {
    line = "type integer";
  } else {
    bool const named = std::ranges::all_of(
        *keys, [](LookupKey const& key) { return !nft::name_of(key.type).empty(); });
    line = named ? "type" : "typeof";
    for (auto const& key : *keys)
      line += (&key == keys->data() ? " " : " . ") +
              (named ? std::string(nft::name_of(key.type)) : key.words);
  }
  if ((set.flags & kObject) != 0) return line + " : object";
  if ((set.flags & kMap) == 0) return line;
  return line + data_words(set);
}

std::string flags_line(Set const& set, bool changes) {
  std::string line;
  auto const add = [&line](bool is, std::string_view word) {
    if (is) line += (line.empty() ? "flags " : ",") + std::string(word);
  };
  add((set.flags & kConstant) != 0, "constant");
  add((set.flags & kInterval) != 0, "interval");
  add((set.flags & kTimeout) != 0, "timeout");
  add((set.flags & kDynamic) != 0 || changes, "dynamic");
  return line;
}

}  // namespace

bool LookupKey::reads_as(LookupKey const& other) const {
  return type == other.type && (order == other.order || bytes == 1) && bytes == other.bytes &&
         shift == other.shift && by_index == other.by_index;
}

SetBook::SetBook(std::vector<Set const*> sets, std::span<Interface const> interfaces)
    : interfaces_(interfaces) {
  for (auto const* const set : sets) {
    entries_[set->name].set = set;
    order_.push_back(set->name);
  }
}

std::uint32_t SetBook::key_length(std::string_view name) const {
  auto const found = entries_.find(name);
  return found == entries_.end() ? 0 : found->second.set->key_length;
}

std::uint32_t SetBook::data_length(std::string_view name) const {
  auto const found = entries_.find(name);
  return found == entries_.end() ? 0 : found->second.set->data_length;
}

std::uint32_t SetBook::object_type(std::string_view name) const {
  auto const found = entries_.find(name);
  return found == entries_.end() ? 0 : found->second.set->object_type;
}

std::optional<std::string> SetBook::look_up(std::string_view name, LookupKeys const& keys,
                                            Use use) {
  auto const found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  auto& entry = found->second;
  auto const& set = *entry.set;
  bool const verdicts = (set.flags & kMap) != 0 && set.data_type == kVerdictData;
  if ((use == Use::verdicts) != verdicts && use != Use::set) return std::nullopt;
  if ((use == Use::objects) != ((set.flags & kObject) != 0) && use != Use::set) return std::nullopt;
  if (use == Use::data && (set.flags & kMap) == 0) return std::nullopt;  // a set has no values
  if (entry.keys && !std::ranges::equal(*entry.keys, keys, &LookupKey::reads_as))
    return std::nullopt;
  if ((set.flags & kAnonymous) != 0) {
    if (!set.unread.empty() || !set.expressions.empty()) return std::nullopt;
    // A map without a name that is used as a set: its values stand in the way.
    if (use == Use::set && (set.flags & (kMap | kObject)) != 0) return std::nullopt;
    auto const list = element_list(set, keys, interfaces_);
    if (!list) return std::nullopt;
    return list->empty() ? "{ }" : "{ " + *list + " }";
  }
  auto const text = name_text(name);
  if (!text) return std::nullopt;
  if (!entry.keys) entry.keys = keys;
  return '@' + *text;
}

std::optional<std::string> SetBook::change(std::string_view name) {
  auto const found = entries_.find(name);
  if (found == entries_.end() || (found->second.set->flags & kAnonymous) != 0) return std::nullopt;
  found->second.changes = true;
  auto const text = name_text(name);
  if (!text) return std::nullopt;
  return '@' + *text;
}

std::string SetBook::declaration(Entry const& entry) const {
  auto const& set = *entry.set;
  auto const name = name_text(set.name);
  if (!name) return {};
  auto const by_type = entry.keys ? std::nullopt : keys_by_type(set);
  auto const* const keys = entry.keys ? &*entry.keys : by_type ? &*by_type : nullptr;
  std::string text = (set.flags & (kMap | kObject)) != 0 ? "\tmap " : "\tset ";
  text += *name + " {\n\t\t" + type_line(set, keys) + '\n';
  if (auto const line = flags_line(set, entry.changes); !line.empty()) text += "\t\t" + line + '\n';
  std::string unread = set.unread;
  for (auto const& e : set.expressions) {
    if (std::holds_alternative<Harmless>(e.does)) continue;
    auto const condition = condition_words(e);
    if (condition) {
      text += "\t\t" + *condition + '\n';
    } else {
      unread = e.text;
    }
  }
  auto const list = keys == nullptr ? std::nullopt : element_list(set, *keys, interfaces_);
  if (unread.empty() && !list) unread = "its elements are of a kind that is not modelled";
  if (!unread.empty()) text += "\t\tbytecode " + quoted(unread) + '\n';
  if (list && !list->empty()) text += "\t\telements = { " + *list + " }\n";
  return text + "\t}\n\n";
}

std::string SetBook::declarations() const {
  std::string text;
  for (auto const& name : order_) {
    auto const& entry = entries_.find(name)->second;
    if ((entry.set->flags & kAnonymous) == 0) text += declaration(entry);
  }
  return text;
}

}  // namespace safeconduct::kernel
