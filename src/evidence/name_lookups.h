// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What clients ask any resolver about the requirements' names, and what they are told: where those
// names lead, and which lead nowhere.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "evidence/capture.h"
#include "evidence/capture_targets.h"
#include "evidence/dns_follow.h"
#include "evidence/frame.h"

namespace safeconduct {

struct NameLookup {
  Address client;    // the first that asked
  Address resolver;  // that was asked first
  Address teller;    // that said that there is no such name
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::size_t with_addresses = 0;
  std::size_t no_such_name = 0;
  std::size_t bogus = 0;  // with addresses that no service on the internet has
  Address bogus_address;
  PacketPlace first;      // query
  PacketPlace last;       // query
  PacketPlace end;        // answer; the first without addresses
  std::uint8_t code = 0;  // of that
};

class NameLookups {
 public:
  explicit NameLookups(CaptureTargets& targets) : targets_(targets) {}
  // A datagram from or to a resolver's port.
  void see(IpView const& ip, UdpView const& udp, PacketPlace at);
  std::map<std::string, NameLookup> const& all() const { return lookups_; }

 private:
  CaptureTargets& targets_;
  std::map<std::string, NameLookup> lookups_;
};

}  // namespace safeconduct
