// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

// JSON values in the order of the file, each with the bytes that it stands on. Of an object, names
// and values alternate.
struct Node {
  Kind kind = Kind::null;
  std::uint32_t begin = 0;  // in the file
  std::uint32_t end = 0;
  std::uint32_t letters = 0;  // of a string: where in Tree::letters
  std::uint32_t length = 0;   // of a string: how many; of a container: how many values
  std::uint32_t next = 0;     // the node behind this one and all that is in it
};

struct Tree {
  std::string_view source;  // the whole file
  std::vector<Node> nodes;
  std::string letters;  // of strings, without escapes
};

// One value of a tree, and what is in it.
class Value {
 public:
  Value(Tree const& tree, std::uint32_t at) : tree_(&tree), at_(at) {}

  Kind kind() const { return node().kind; }
  bool is(Kind kind) const { return node().kind == kind; }
  std::uint32_t place() const { return node().begin; }
  std::size_t size() const { return node().length; }  // of an array or object
  // A string's letters; of everything else, what the file says.
  std::string_view text() const;
  std::string_view source() const;

  class Items;
  Items items() const;  // of an array; of an object: name, value, name, value ...
  std::optional<Value> find(std::string_view name) const;
  // The one name and value of an object that has no other.
  struct Member;
  std::optional<Member> only() const;
  // Is it an object with no names but these?
  bool has_only(std::initializer_list<std::string_view> names) const;

 private:
  Node const& node() const { return tree_->nodes[at_]; }

  Tree const* tree_;
  std::uint32_t at_;
};

struct Value::Member {
  Value name;
  Value value;
};

class Value::Items {
 public:
  class Iterator {
   public:
    Iterator(Tree const& tree, std::uint32_t at) : tree_(&tree), at_(at) {}
    Value operator*() const { return {*tree_, at_}; }
    Iterator& operator++() {
      at_ = tree_->nodes[at_].next;
      return *this;
    }
    bool operator==(Iterator const& other) const { return at_ == other.at_; }

   private:
    Tree const* tree_;
    std::uint32_t at_;
  };
  Items(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  Iterator begin_;
  Iterator end_;
};

inline constexpr std::size_t kDeepest = 200;

// Reads {"NAME": [OBJECT, OBJECT, ...]}, and hands over one object after the other; none is kept.
// Refused with their place: everything else, and what is no JSON, has a name twice in one object,
// is nested deeper than kDeepest, or is too large for its object.
Result<void> for_each_object(std::string_view file, std::string_view text, std::string_view name,
                             std::function<Result<void>(Value)> const& each);

}  // namespace safeconduct::json
