// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which packets of a capture are worth a look: those of the requirements' addresses and ports, and
// of the addresses that their names were resolved to in this capture. Nearly all others are told by
// two look-ups in tables of bits.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evidence/capture.h"
#include "net/address.h"
#include "policy/expectation.h"
#include "policy/wanted.h"

namespace safeconduct {

// One address and port that a requirement, or several, are about.
struct CaptureTarget {
  Address address;
  std::uint32_t protocol = 0;
  std::uint16_t port = 0;
  std::string name;                         // that it was learnt from; may be empty
  std::vector<std::uint32_t> requirements;  // their places in Wanted, ascending
  // Of the first of them that asks the DNS: what it asks, and what a right answer is.
  bool dns = false;
  std::string question;
  DnsExpectation expected;
};

inline constexpr std::uint32_t kNoTarget = 0xFFFFFFFF;

class CaptureTargets {
 public:
  CaptureTargets(Wanted const& wanted, std::size_t most);

  // Quick, and never wrongly false: may a packet with these ports, or these addresses, be of a
  // target? Either end may be the target.
  bool may_be_port(std::uint32_t protocol, std::uint16_t sport, std::uint16_t dport) const {
    auto const& bits = ports_[protocol == kTcp ? 0 : 1];
    return bit(bits, sport) || bit(bits, dport);
  }
  bool may_be_address(Address const& src, Address const& dst) const {
    auto const& bits = prefixes_[slot(src.family)];
    return bit(bits, start_of(src)) || bit(bits, start_of(dst));
  }
  bool is_wanted_port(std::uint32_t protocol, std::uint16_t port) const {
    return bit(ports_[protocol == kTcp ? 0 : 1], port);
  }

  // The target at that end, made where it is not yet known; kNoTarget.
  std::uint32_t find(std::uint32_t protocol, Address const& address, std::uint16_t port);
  CaptureTarget const& at(std::uint32_t index) const { return targets_[index]; }
  std::size_t size() const { return targets_.size(); }
  std::size_t left_out() const { return left_out_; }  // look-ups beyond the most that are kept

  // Names in lower case, without a last dot.
  bool wants(std::string_view name) const;
  bool wants_any_name() const { return !names_.empty() || !suffixes_.empty(); }
  std::vector<std::uint32_t> requirements_of(std::string_view name) const;
  void learn(std::string const& name, std::vector<Address> const& addresses, CaptureTime time,
             std::size_t packet);
  // An address of these requirements, by another's word.
  void know(Address const& address, std::string const& name,
            std::vector<std::uint32_t> const& requirements);
  std::vector<LearntName> const& learnt() const { return learnt_; }

 private:
  static constexpr std::uint32_t kTcp = 6;
  using Bits = std::vector<std::uint64_t>;  // 65536 of them

  static bool bit(Bits const& bits, std::size_t at) {
    return (bits[at / 64] >> (at % 64) & 1U) != 0;
  }
  static void set(Bits& bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }
  // The first 16 bits of an IPv4 address; of the first 32 of an IPv6 one, a mix.
  static std::size_t start_of(Address const& address) {
    if (address.family == Family::ip4)
      return static_cast<std::size_t>(address.bits >> 16U) & 0xFFFFU;
    auto const top = static_cast<std::uint32_t>(address.bits >> 96U);
    return (top ^ top >> 16U) & 0xFFFFU;
  }

  struct Key {
    Address address;
    std::uint32_t protocol = 0;
    std::uint16_t port = 0;
    bool operator==(Key const&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const;
  };
  struct AddressHash {
    std::size_t operator()(Address const& address) const;
  };
  struct Learnt {
    std::string name;
    std::vector<std::uint32_t> requirements;
  };

  void add(std::uint32_t index);
  void mark(Family family, AddressSet const& set);
  void complete(CaptureTarget& target) const;

  Wanted const& wanted_;
  std::size_t most_;
  std::size_t left_out_ = 0;
  std::array<Bits, 2> ports_;
  std::array<Bits, 2> prefixes_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> names_;
  std::vector<std::pair<std::string, std::uint32_t>> suffixes_;  // ".sse.example"
  std::unordered_map<Address, Learnt, AddressHash> addresses_;
  std::vector<LearntName> learnt_;
  std::vector<CaptureTarget> targets_;
  std::unordered_map<Key, std::uint32_t, KeyHash> known_;  // kNoTarget: looked up, and none
};

}  // namespace safeconduct
