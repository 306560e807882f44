// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "support/netns.h"
#include "support/packet_bytes.h"

// Asks the Linux kernel what a rule set does to a packet: a network namespace of our own, two tun
// devices, the rule set loaded, the packet written to one device, and a look at where it came out.
//
//   KernelOracle oracle;
//   REQUIRE(oracle.load_nft(text) == "");
//   auto const verdicts = oracle.send({{wire_udp("10.1.2.3", 40000, "208.67.222.222", 53)}});
//   CHECK(verdicts[0].outcome == Outcome::forwarded);
//   oracle.flush();  // before the next rule set
//
// No waiting is involved: a tun device carries a packet through the stack, out of the other device,
// before write(2) returns. Measured on two busy cores: 50 ms to set up, 4-10 microseconds a packet,
// 10-20 ms to load a rule set, as much to flush it; 200 rule sets of 40 rules and 300 packets each,
// 7 s.
namespace safeconduct::testing {

// Where a packet enters, or comes out.
enum class Side : std::uint8_t {
  inside,   // the device named Gateway::inside
  outside,  // the device named Gateway::outside
  local,    // the gateway itself: sent by it (output hook), or delivered to it (input hook)
};

// The network around the rules. What came in by one device leaves by the other, whatever its
// addresses are, unless the gateway owns its destination. What the gateway itself sends (resets,
// ICMP errors, Side::local) goes inside for the destinations of inside_prefixes, else outside.
struct Gateway {
  std::string inside = "lan0";
  std::string outside = "wan0";
  std::vector<std::string> inside_prefixes = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                              "fc00::/7"};
  // The addresses of the gateway's devices: what `masquerade` (outside) and `redirect` (inside)
  // take.
  std::string inside_ip4 = "192.0.2.1";
  std::string outside_ip4 = "192.0.2.2";
  std::string inside_ip6 = "2001:db8:ffff::1";
  std::string outside_ip6 = "2001:db8:ffff::2";
};

struct Shot {
  WirePacket packet;
  Side from = Side::inside;
};

enum class Outcome : std::uint8_t {
  forwarded,  // came out of the other device. (A `dup`ed copy that goes there cannot be told from
              // it.)
  delivered,  // reached the gateway's own sockets: past the input hook
  rejected,   // an ICMP error that quotes it, or a TCP reset, came back
  answered,   // another TCP segment came back instead (synproxy)
  dropped,    // nothing came out
};
std::string_view name(Outcome outcome);

// Something that left the gateway because of a packet.
struct Emission {
  Side side = Side::outside;
  Bytes bytes;  // from the IP header on; see read_packet. Side::local over IPv6: a header rebuilt
                // by us

  bool operator==(Emission const&) const = default;
};

struct KernelVerdict {
  Outcome outcome = Outcome::dropped;
  Side side =
      Side::outside;  // where the packet came out; where the rejection came out. Not for dropped
  Bytes bytes;        // the packet as it came out (forwarded, delivered), the rejection, the answer
  bool tcp_reset = false;  // rejected: by a TCP reset, else by the ICMP error
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::vector<Emission>
      also;  // everything else it caused: tee'd copies, echo replies of the gateway

  // What filter rules mean by accept.
  bool passed() const { return outcome == Outcome::forwarded || outcome == Outcome::delivered; }
};
// "forwarded", "rejected: tcp-reset", "rejected: icmp 3/13": for messages.
std::string to_string(KernelVerdict const& verdict);

enum class Backend : std::uint8_t { legacy, nft };

// The connection table of a namespace.
class ConnectionTable {
 public:
  explicit ConnectionTable(Namespace const& space);

  // How many there are, in all zones.
  std::size_t count() const;
  // Forgets the connection that this packet began: about 5 microseconds. Where it began none that
  // can be named so (in a zone, of a protocol without ports), all of them: 0.3 ms at least.
  void forget(WirePacket const& packet) const;
  void forget_all() const;

 private:
  void remove(int family, Bytes const& tuple) const;

  OwnedFd netlink_;
  OwnedFd count_;
};

// What is loaded into a namespace. Each load_ returns the empty string, or what the program said
// when it refused the text. What was loaded before stays: iptables, ip6tables, ipset and nft can be
// mixed.
class LoadedRules {
 public:
  explicit LoadedRules(Namespace const& space) : space_(&space) {}

  std::string load_nft(std::string_view text);
  std::string load_iptables(std::string_view text, Family family, Backend backend);
  std::string load_ipset(std::string_view text);

  // Away with all of it, about 20 ms; false where something resists. Connections stay.
  bool clear();

 private:
  Namespace const* space_;
  // What was ever loaded: only that needs clearing.
  bool nft_ = false;
  bool legacy4_ = false;
  bool legacy6_ = false;
  bool ipset_ = false;
};

enum class Life : std::uint8_t {
  fresh,  // connection tracking forgets every packet before the next one: each is NEW, if it can be
  shared,  // one life for the whole call (and for what earlier shared calls left): replies are
           // ESTABLISHED
};

// Whether routing shows this packet to the forward chains, were there no rules. These it does not
// show, but drops, delivers or answers itself (as tried, not as told; see the self test):
//   IPv4 source 0.0.0.0, 127/8, 224/4, 255.255.255.255; the same destinations (0.0.0.1 and
//   240.0.0.1 pass); IPv6 source ::, ::1, ff00::/8, fe80::/10; destination ::1, ff00::/8 (::
//   passes), and fe80::/10, which goes back out of the device it came from or nowhere; IPv6
//   protocol numbers 0, 43, 44, 60: they are extension headers, and packet_bytes writes no such
//   body; a TTL below 2 (ICMP time exceeded); the gateway's own addresses as destination (input).
// prerouting chains see most of them all the same.
bool kernel_forwards(WirePacket const& packet, Gateway const& gateway = {});

class KernelOracle {
 public:
  // Throws std::runtime_error where it cannot be set up (no root); see netns_ready.
  explicit KernelOracle(Gateway const& gateway = {});
  ~KernelOracle();
  KernelOracle(KernelOracle&&) noexcept;
  KernelOracle& operator=(KernelOracle&&) noexcept;

  // Each returns the empty string, or what the program said when it refused the text.
  // What was loaded before stays: iptables, ip6tables, ipset and nft rules can be loaded together.
  std::string load_nft(std::string_view text);
  // What iptables-save prints. One family a text; load ipsets first.
  std::string load_iptables(std::string_view text, Family family, Backend backend = Backend::nft);
  // What `ipset save` prints.
  std::string load_ipset(std::string_view text);

  // Away with all rules, sets and connections. About 20 ms (renew() only where something resists).
  void flush();
  // A new namespace: also forgets sysctls changed through space() and waiting fragments. About 100
  // ms: tun devices are slow to die.
  void renew();

  // Sends them one after another; verdicts in the same order, one for each.
  std::vector<KernelVerdict> send(std::span<Shot const> shots, Life life = Life::fresh);
  std::vector<KernelVerdict> send(std::vector<Shot> const& shots, Life life = Life::fresh) {
    return send(std::span<Shot const>(shots), life);
  }
  KernelVerdict send_one(WirePacket const& packet, Side from = Side::inside);
  // send(shots, Life::shared): SYN, SYN+ACK back, ACK, as one connection.
  std::vector<KernelVerdict> send_sequence(std::vector<Shot> const& shots) {
    return send(shots, Life::shared);
  }

  // Empties the connection table, for Life::shared. About 10 microseconds, 1 ms where connections
  // live in zones.
  void forget_connections();

  Gateway const& gateway() const;
  // For nft list, counters, sysctls: `oracle.space().program({"nft", "list", "ruleset"})`.
  Namespace const& space() const;
  // Packets that came out after their own turn was over. 0 as long as the kernel is synchronous;
  // then the verdict that was too early was mended, as long as it was of the same call.
  std::size_t late() const;

 private:
  struct World;
  std::unique_ptr<World> world_;
};

}  // namespace safeconduct::testing
