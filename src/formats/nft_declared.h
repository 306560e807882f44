// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/nft_elements.h"
#include "formats/nft_source.h"

namespace safeconduct::nft {

// What the first pass over a file finds. Rules are read in a second pass, when every map that they
// may look into is known: "add element" and later tables come after the rules that use them.

struct DeclaredSet {
  std::string_view name;
  std::optional<std::uint64_t> handle;
  bool map = false;
  bool ranges = false;          // 'flags interval'
  bool given_in_block = false;  // 'elements = ' of its declaration: some of them
  bool merges = false;          // 'auto-merge': elements are ranges, and may be cut
  std::string_view kind() const { return map ? "map" : "set"; }
  bool typed = false;
  Elements elements;         // with its types; why they do not decide, too
  bool timeouts = false;     // its elements may expire
  bool looked_up = false;    // by a rule
  bool spelled_out = false;  // a rule was read by its elements: they may not change any more
  Span span;
};

// Where rules of a chain stand.
struct ChainBody {
  Stretch stretch;
  bool one_rule = false;  // of "add rule", not the block of a chain
  bool flushed = false;   // its rules are gone; its type, hook and policy are not
  std::optional<std::uint64_t> handle = std::nullopt;  // of one rule
};

struct DeclaredChain {
  std::string_view name;
  // "rename chain": from the end of the file on. The kernel takes a file as one transaction, in
  // which commands before and behind this one know the chain by its old name.
  std::string_view renamed;
  std::string_view final_name() const { return renamed.empty() ? name : renamed; }
  std::optional<std::uint64_t> handle;
  std::vector<ChainBody> bodies;
  Span span;

  void flush() {
    std::erase_if(bodies, [](ChainBody const& body) { return body.one_rule; });
    for (auto& body : bodies) body.flushed = true;
  }
};

template <class T>
class ByName {
 public:
  T* find(std::string_view name) {
    auto const found = index_.find(name);
    return found == index_.end() ? nullptr : &all_[found->second];
  }
  // The one of that name, and whether it was made just now.
  std::pair<T&, bool> make(std::string_view name) {
    auto const [entry, made] = index_.try_emplace(name, all_.size());
    if (made) all_.emplace_back().name = name;
    return {all_[entry->second], made};
  }
  void erase(std::string_view name) {
    auto const found = index_.find(name);
    if (found == index_.end()) return;
    all_[found->second] = T{};  // nameless: gone
    index_.erase(found);
  }
  std::vector<T>& all() { return all_; }
  bool empty() const { return index_.empty(); }

 private:
  std::vector<T> all_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

struct DeclaredTable {
  TableFamily family = TableFamily::ip;
  std::string_view name;
  std::optional<std::uint64_t> handle;
  bool dormant = false;
  std::optional<Token> owner;   // where a flag says that it has one
  bool stays = false;           // also without, or the owner is there
  bool of_iptables = false;     // see is_of_iptables; once all of it is declared
  std::vector<Stretch> unread;  // of a family that is not read: its blocks and commands
  Span span;
  ByName<DeclaredChain> chains;
  ByName<DeclaredSet> sets;
};

// Does the kernel filter routed IP packets by tables of that family?
bool filters_ip(TableFamily family);
// Is it named as iptables-nft names its own, with a chain so named that packets come to? nft lists
// many matches and targets of those in words of its own, some of which say something else.
bool is_of_iptables(DeclaredTable& table);

// The block of a set or map: everything between its braces.
Result<void> read_set(Source& source, Lexer& lexer, DeclaredSet& set);
// The set as the model has it.
NamedSet to_named_set(Source const& source, DeclaredSet const& set, std::uint32_t table);

}  // namespace safeconduct::nft
