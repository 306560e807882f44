// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a probe asks of the kernel beside sending and receiving: ICMP errors with their sender, the
// TTL of what comes in, who we are. All of it without privileges (Linux 5.8 and later), but for
// marks.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/address.h"
#include "probe/heard.h"

namespace safeconduct {

// Of a socket that is open and not connected yet. 0, or the errno of what is refused.
int prepare(int socket, Family family, WireOptions const& options);

// Takes all errors out of the socket's error queue: left there, it is readable for ever. The last
// ICMP error among them.
std::optional<IcmpHeard> take_icmp(int socket);

struct Received {
  int error = 0;  // errno; EAGAIN where there is nothing
  std::size_t size = 0;
  std::optional<std::uint8_t> ttl;
};
Received receive(int socket, std::span<std::uint8_t> buffer);

std::optional<Address> own_address(int socket);

// Is there a route to it, and an address to send from? Sends nothing.
bool has_route(Address const& address);

// Can this host send from it?
bool is_own_address(Address const& address);

// Raises the limit of open files as far as it goes; how many sockets may be open then.
std::size_t socket_room();

}  // namespace safeconduct
