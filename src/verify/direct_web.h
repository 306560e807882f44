// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <span>

#include "policy/placed.h"
#include "policy/wanted.h"
#include "rules/sieve.h"
#include "verify/flow.h"

namespace safeconduct {

// What requirements want to reach, by family (IPv4, IPv6): open for the service's own sake.
using ServiceAddresses = std::array<AddressSet, 2>;
ServiceAddresses service_addresses(Wanted const& wanted);

// Between whom direct_web() asks.
Sieve direct_web_sieve(std::span<Placed<Prefix> const> clients, ServiceAddresses const& service);

// May clients reach the web without the service: any public address but the service's, on port 80
// or 443, over a family that they have, along these devices, and does the answer come back?
// nullopt: cannot be told, for one because no rules of a family were given. 'sieve_left': see
// may_pass.
std::optional<bool> direct_web(std::span<FocusedDevice const> devices,
                               std::span<Placed<Prefix> const> clients,
                               ServiceAddresses const& service, Hook hook, bool& sieve_left);

}  // namespace safeconduct
