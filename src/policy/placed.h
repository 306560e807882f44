// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/location.h"

namespace safeconduct {

// A value and the place where it was written.
template <class T>
struct Placed {
  T value{};
  Location at;

  bool operator==(Placed const&) const = default;
};

}  // namespace safeconduct
