// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <memory>
#include <utility>

namespace safeconduct {

// A value that many have in common, kept once. It compares like what it holds, and whoever changes
// it has one of his own from then on.
template <class T>
class Shared {
 public:
  Shared() : value_(none()) {}
  Shared(T value) : value_(std::make_shared<T const>(std::move(value))) {}

  T const& operator*() const { return *value_; }
  T const* operator->() const { return value_.get(); }
  operator T const&() const { return *value_; }
  // Not for two threads at once.
  T& change() {
    auto own = std::make_shared<T>(*value_);
    auto& value = *own;
    value_ = std::move(own);
    return value;
  }

  friend bool operator==(Shared const& one, Shared const& other) {
    return one.value_ == other.value_ || *one == *other;
  }
  friend auto operator<=>(Shared const& one, Shared const& other)
    requires std::three_way_comparable<T>
  {
    using Order = decltype(*one <=> *other);
    return one.value_ == other.value_ ? Order::equivalent : *one <=> *other;
  }

 private:
  static std::shared_ptr<T const> const& none() {
    static auto const kNone = std::make_shared<T const>();
    return kNone;
  }

  std::shared_ptr<T const> value_;  // null only once it was moved from
};

}  // namespace safeconduct
