// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "net/address.h"

namespace safeconduct {

// Is it an address that a service on the internet can have?
bool is_public(Address const& address);
// The IPv4 address that an IPv6 one stands for at a NAT64 (RFC 6052's well-known prefix).
std::optional<Address> behind_nat64(Address const& address);

}  // namespace safeconduct
