// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A client of this gateway that is made up: a network namespace with an interface of its own, whose
// packets come in by an interface of the gateway and go through its forward chains, as those of
// real clients do.
//
// Nothing of it outlasts this process, however that ends: the namespace has no name, and with it go
// the pair of interfaces, their routes, neighbours and filters. What stays are the entries of
// connection tracking, until they expire.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "net/address.h"

namespace safeconduct {

struct LanClientPlan {
  std::vector<Address> addresses;  // at most one of each family
  std::string enter;               // the gateway's interface to be come in by; empty: our own
};

class LanClient {
 public:
  // Needs root. Errors: not permitted, an address that the host has itself, strict reverse path
  // filtering on the interface.
  static Result<std::unique_ptr<LanClient>> make(LanClientPlan const& plan);
  virtual ~LanClient() = default;
  // On a thread inside; returns when that ends.
  virtual void run(std::function<void()> job) = 0;
  virtual std::string interface() const = 0;  // the gateway's side of the pair
};

}  // namespace safeconduct
