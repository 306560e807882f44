// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One question to one resolver: over UDP, and over TCP where the answer does not fit.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/address.h"
#include "wire/dns_message.h"

namespace safeconduct {

struct DnsServer {
  Address address;
  std::uint16_t port = 53;
};

struct DnsPatience {
  std::chrono::milliseconds udp{2000};  // for each try
  int tries = 3;
  std::chrono::milliseconds tcp{5000};  // from the connection to the last byte
};

enum class DnsOutcome : std::uint8_t {
  answered,     // 'message' is the resolver's answer, whatever it says
  timeout,      // silence after every try
  unreachable,  // ICMP or a TCP reset says that nobody is there
  garbled,      // answers came, none of them one to this question
  local_error,  // no route, no permission, no address of that family; or no name to ask for
};
std::string_view name(DnsOutcome outcome);

struct DnsReply {
  DnsOutcome outcome{};
  DnsMessage message;
  bool over_tcp = false;
  std::string detail;  // of all but 'answered': in words
};

DnsReply ask_dns(DnsServer const& server, DnsQuestion const& question,
                 DnsPatience const& patience = {});

}  // namespace safeconduct
