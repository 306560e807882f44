// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/kernel_oracle.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <map>
#include <stdexcept>
#include <thread>

namespace safeconduct::testing {

namespace {

[[noreturn]] void fail(std::string const& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

// The kernel's own address forms.
sockaddr_storage socket_address(Address const& address) {
  sockaddr_storage storage{};
  std::array<std::uint8_t, 16> bytes{};
  auto bits = address.bits;
  auto const length = address_bits(address.family) / 8;
  for (auto i = length; i > 0; --i, bits >>= 8) bytes[i - 1] = static_cast<std::uint8_t>(bits);
  if (address.family == Family::ip4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    std::memcpy(&in.sin_addr, bytes.data(), 4);
    std::memcpy(&storage, &in, sizeof in);
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    std::memcpy(&in.sin6_addr, bytes.data(), 16);
    std::memcpy(&storage, &in, sizeof in);
  }
  return storage;
}

// Everything that connection tracking, resets and ICMP errors would do less of in real life, for
// the sake of a fair or a quiet world, is switched off here.
void configure(Namespace const& space) {
  struct Setting {
    char const* name;
    char const* value;
  };
  static constexpr std::array<Setting, 23> kSettings = {{
      {"net/ipv4/ip_forward", "1"},
      {"net/ipv6/conf/all/forwarding", "1"},
      {"net/ipv4/conf/all/rp_filter", "0"},
      {"net/ipv4/conf/default/rp_filter", "0"},
      {"net/ipv4/conf/all/accept_local", "1"},  // source addresses of our own are not martian
      {"net/ipv4/conf/all/send_redirects", "0"},
      {"net/ipv4/conf/default/send_redirects", "0"},
      {"net/ipv4/conf/all/accept_source_route", "1"},
      {"net/ipv4/conf/all/log_martians", "0"},
      {"net/ipv4/icmp_echo_ignore_broadcasts", "1"},
      {"net/ipv4/icmp_ratelimit", "0"},
      {"net/ipv4/icmp_ratemask", "0"},
      {"net/ipv4/icmp_msgs_per_sec", "2147483647"},
      {"net/ipv4/icmp_msgs_burst", "2147483647"},
      {"net/ipv6/icmp/ratelimit", "0"},
      {"net/ipv6/icmp/ratemask", ""},
      {"net/ipv6/conf/default/accept_dad", "0"},
      {"net/ipv6/conf/default/addr_gen_mode",
       "1"},  // no link-local address, so no chatter of its own
      {"net/ipv6/conf/default/accept_ra", "0"},
      {"net/ipv6/conf/default/router_solicitations", "0"},
      {"net/ipv6/conf/default/mldv2_unsolicited_report_interval", "0"},
      {"net/netfilter/nf_conntrack_events", "0"},
      {"net/netfilter/nf_conntrack_log_invalid", "0"},
  }};
  space.run([&] {
    // Not every kernel has each; what matters is seen by the oracle's self test.
    for (auto const& setting : kSettings) (void)space.try_sysctl(setting.name, setting.value);
  });
}

void route(Namespace const& space, Gateway const& gateway) {
  std::string const in = " dev " + gateway.inside;
  std::string const out = " dev " + gateway.outside;
  for (bool const v6 : {false, true}) {
    std::string const any = v6 ? "route add ::/0" : "route add 0.0.0.0/0";
    std::string const full = v6 ? "/128 nodad" : "/32";
    std::string lines;
    auto const line = [&](std::initializer_list<std::string_view> words) {
      for (auto const word : words) lines += word;
      lines += '\n';
    };
    line({"link set", in, " up"});
    line({"link set", out, " up"});
    line({"addr add ", v6 ? gateway.inside_ip6 : gateway.inside_ip4, full, in});
    line({"addr add ", v6 ? gateway.outside_ip6 : gateway.outside_ip4, full, out});
    line({any, out});
    for (auto const& prefix : gateway.inside_prefixes) {
      if (prefix.contains(':') == v6) line({"route add ", prefix, in});
    }
    line({any, out, " table 101"});
    line({any, in, " table 102"});
    line({"rule add iif ", gateway.inside, " lookup 101 pref 1001"});
    line({"rule add iif ", gateway.outside, " lookup 102 pref 1002"});
    space.ip(v6 ? 6 : 4, lines);
  }
}

// A queue on the way out may leave a packet to another processor, once in some 500,000 packets:
// late.
void without_queues(Namespace const& space, Gateway const& gateway) {
  for (auto const& device : {gateway.inside, gateway.outside}) {
    auto const ran = space.program({"tc", "qdisc", "replace", "dev", device, "root", "noqueue"});
    if (ran.status != 0) throw std::runtime_error("tc qdisc: " + ran.err);
  }
}

// Inside the namespace.
OwnedFd open_tun(std::string const& name) {
  OwnedFd fd(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) fail("/dev/net/tun");
  ifreq request{};
  if (name.empty() || name.size() >= IFNAMSIZ)
    throw std::runtime_error("no interface name: '" + name + "'");
  std::ranges::copy(name, request.ifr_name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(fd.get(), TUNSETIFF, &request) != 0) fail("TUNSETIFF " + name);
  return fd;
}

void append(Bytes& out, void const* data, std::size_t size) {
  auto const* bytes = static_cast<std::uint8_t const*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

void append_attribute(Bytes& out, unsigned type, std::span<std::uint8_t const> value) {
  nlattr const head{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()),
                    static_cast<std::uint16_t>(type)};
  append(out, &head, sizeof head);
  append(out, value.data(), value.size());
  while (out.size() % NLA_ALIGNTO != 0) out.push_back(0);
}
void append_number16(Bytes& out, unsigned type, unsigned value) {
  std::array<std::uint8_t, 2> const bytes = {static_cast<std::uint8_t>(value >> 8),
                                             static_cast<std::uint8_t>(value)};
  append_attribute(out, type, bytes);
}
void append_number8(Bytes& out, unsigned type, std::uint8_t value) {
  append_attribute(out, type, std::span(&value, 1));
}

// CTA_TUPLE_ORIG of the connection that this packet would begin.
Bytes tuple_attribute(WirePacket const& packet) {
  auto const raw = packet_bytes(packet, 0);
  std::span<std::uint8_t const> const all(raw);
  bool const v6 = packet.source.family == Family::ip6;
  Bytes ip;
  append_attribute(ip, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC,
                   v6 ? all.subspan(8, 16) : all.subspan(12, 4));
  append_attribute(ip, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST,
                   v6 ? all.subspan(24, 16) : all.subspan(16, 4));
  Bytes proto;
  append_number8(proto, CTA_PROTO_NUM, packet.protocol);
  if (packet.protocol == protocol::kIcmp || packet.protocol == protocol::kIcmp6) {
    bool const six = packet.protocol == protocol::kIcmp6;
    append_number16(proto, six ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, packet.source_port);
    append_number8(proto, six ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE, packet.icmp_type);
    append_number8(proto, six ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, packet.icmp_code);
  } else {
    append_number16(proto, CTA_PROTO_SRC_PORT, packet.source_port);
    append_number16(proto, CTA_PROTO_DST_PORT, packet.destination_port);
  }
  Bytes nested;
  append_attribute(nested, CTA_TUPLE_IP | NLA_F_NESTED, ip);
  append_attribute(nested, CTA_TUPLE_PROTO | NLA_F_NESTED, proto);
  Bytes out;
  append_attribute(out, CTA_TUPLE_ORIG | NLA_F_NESTED, nested);
  return out;
}

bool in_prefix(Address const& address, std::string_view prefix, unsigned length) {
  auto const base = wire_address(prefix);
  if (base.family != address.family || length > address_bits(base.family)) return false;
  auto const shift = address_bits(base.family) - length;
  return (address.bits ^ base.bits) >> shift == 0;
}

}  // namespace

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::forwarded:
      return "forwarded";
    case Outcome::delivered:
      return "delivered";
    case Outcome::rejected:
      return "rejected";
    case Outcome::answered:
      return "answered";
    case Outcome::dropped:
      return "dropped";
  }
  std::abort();  // not an Outcome
}

std::string to_string(KernelVerdict const& verdict) {
  std::string text(name(verdict.outcome));
  if (verdict.outcome != Outcome::rejected) return text;
  if (verdict.tcp_reset) return text + ": tcp-reset";
  auto const packet = read_packet(verdict.bytes);
  text += packet && packet->source.family == Family::ip6 ? ": icmpv6 " : ": icmp ";
  return text + std::to_string(verdict.icmp_type) + "/" + std::to_string(verdict.icmp_code);
}

bool kernel_forwards(WirePacket const& packet, Gateway const& gateway) {
  if (packet.ttl < 2) return false;
  for (auto const& own :
       {gateway.inside_ip4, gateway.outside_ip4, gateway.inside_ip6, gateway.outside_ip6}) {
    if (packet.destination == wire_address(own)) return false;
  }
  for (auto const& address : {packet.source, packet.destination}) {
    if (in_prefix(address, "0.0.0.0", 32) || in_prefix(address, "127.0.0.0", 8) ||
        in_prefix(address, "224.0.0.0", 4) || in_prefix(address, "255.255.255.255", 32) ||
        in_prefix(address, "::1", 128) || in_prefix(address, "ff00::", 8) ||
        in_prefix(address, "fe80::", 10)) {
      return false;
    }
  }
  if (packet.source.family == Family::ip4) return true;
  auto const number = packet.protocol;
  bool const extension = number == 0 || number == 43 || number == 44 || number == 60;
  return !in_prefix(packet.source, "::", 128) && !extension;
}

ConnectionTable::ConnectionTable(Namespace const& space) {
  space.run([&] {
    netlink_ = OwnedFd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
    if (!netlink_) fail("netlink socket");
    // Not there where the kernel has no conntrack: then there is nothing to forget either.
    count_ = OwnedFd(::open("/proc/sys/net/netfilter/nf_conntrack_count", O_RDONLY | O_CLOEXEC));
  });
}

std::size_t ConnectionTable::count() const {
  std::array<char, 24> text{};
  auto const n = count_ ? ::pread(count_.get(), text.data(), text.size(), 0) : 0;
  std::size_t value = 0;
  if (n > 0) std::from_chars(text.data(), text.data() + n, value);
  return value;
}

// Deleting the one costs a hash look-up; deleting all walks the kernel's whole hash table.
void ConnectionTable::forget(WirePacket const& packet) const {
  if (count() == 0) return;
  remove(packet.source.family == Family::ip6 ? AF_INET6 : AF_INET, tuple_attribute(packet));
  forget_all();
}

void ConnectionTable::forget_all() const {
  if (count() > 0) remove(AF_UNSPEC, {});
}

void ConnectionTable::remove(int family, Bytes const& tuple) const {
  Bytes message;
  nlmsghdr head{};
  nfgenmsg generic{};
  head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + sizeof generic + tuple.size());
  head.nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE;
  head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  generic.nfgen_family = static_cast<std::uint8_t>(family);
  append(message, &head, sizeof head);
  append(message, &generic, sizeof generic);
  append(message, tuple.data(), tuple.size());
  if (::send(netlink_.get(), message.data(), message.size(), 0) < 0) fail("conntrack delete");
  // "No such entry" is as good as done: the caller counts again.
  std::array<std::uint8_t, 1024> answer;
  if (::recv(netlink_.get(), answer.data(), answer.size(), 0) < 0) fail("conntrack delete");
}

namespace {

std::string complaint(Ran const& ran) {
  if (ran.status == 0) return {};
  if (!ran.err.empty()) return ran.err;
  return "exit status " + std::to_string(ran.status) + "\n" + ran.out;
}

constexpr std::string_view kEmptyTables =
    "*raw\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n"
    "*mangle\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING "
    "ACCEPT\nCOMMIT\n"
    "*nat\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n"
    "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n";

}  // namespace

std::string LoadedRules::load_nft(std::string_view text) {
  nft_ = true;
  return complaint(space_->program({"nft", "-f", "-"}, text));
}

std::string LoadedRules::load_iptables(std::string_view text, Family family, Backend backend) {
  std::string program = family == Family::ip6 ? "ip6tables" : "iptables";
  program += backend == Backend::legacy ? "-legacy-restore" : "-nft-restore";
  std::vector<std::string> arguments = {program};
  if (backend == Backend::legacy) {
    arguments.push_back("-w");  // its lock is the whole machine's
    (family == Family::ip6 ? legacy6_ : legacy4_) = true;
  } else {
    nft_ = true;
  }
  return complaint(space_->program(arguments, text));
}

std::string LoadedRules::load_ipset(std::string_view text) {
  ipset_ = true;
  return complaint(space_->program({"ipset", "restore"}, text));
}

bool LoadedRules::clear() {
  auto const done = [&](std::vector<std::string> const& arguments, std::string_view input) {
    return space_->program(arguments, input).status == 0;
  };
  if (nft_ && !done({"nft", "flush", "ruleset"}, {})) return false;
  if (legacy4_ && !done({"iptables-legacy-restore", "-w"}, kEmptyTables)) return false;
  if (legacy6_ && !done({"ip6tables-legacy-restore", "-w"}, kEmptyTables)) return false;
  // Sets that rules of the nft backend named stay in use for a moment: such rules die in the
  // background.
  if (ipset_ && !done({"ipset", "destroy"}, {})) return false;
  nft_ = legacy4_ = legacy6_ = ipset_ = false;
  return true;
}

struct KernelOracle::World {
  Gateway gateway;
  Namespace space;
  OwnedFd inside;
  OwnedFd outside;
  ConnectionTable connections{space};
  LoadedRules rules{space};
  // Raw sockets: each gets a copy of what the gateway delivers to itself, after the input hook.
  std::map<std::pair<Family, std::uint8_t>, OwnedFd> local;
  OwnedFd sender4;
  OwnedFd sender6;
  std::vector<pollfd> watched;  // inside, outside, then local's, in its order
  Cookie next_cookie = 1;
  std::size_t late = 0;
  Bytes buffer = Bytes(65536);

  explicit World(Gateway const& wanted) : gateway(wanted) {
    configure(space);
    space.run([&] {
      inside = open_tun(gateway.inside);
      outside = open_tun(gateway.outside);
      sender4 = OwnedFd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
      sender6 = OwnedFd(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
      if (!sender4 || !sender6) fail("raw socket");
      int const on = 1;
      ::setsockopt(sender6.get(), IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof on);
    });
    route(space, gateway);
    without_queues(space, gateway);
    for (auto const family : {Family::ip4, Family::ip6}) {
      for (auto const number : {protocol::kTcp, protocol::kUdp,
                                family == Family::ip4 ? protocol::kIcmp : protocol::kIcmp6}) {
        listen_for(family, number);
      }
    }
    await_readiness();
  }

  void listen_for(Family family, std::uint8_t number) {
    // 0 and 255 name no protocol that a raw socket could listen for.
    if (number == 0 || number == 255 || local.contains({family, number})) return;
    bool const v6 = family == Family::ip6;
    OwnedFd fd = space.run([&] {
      return OwnedFd(
          ::socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, number));
    });
    if (!fd) fail("raw socket for protocol " + std::to_string(number));
    int const on = 1;
    if (v6) {
      ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
      ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on);
      ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
    }
    local.emplace(std::pair(family, number), std::move(fd));
    watched = {{inside.get(), POLLIN, 0}, {outside.get(), POLLIN, 0}};
    for (auto const& [key, socket] : local) watched.push_back({socket.get(), POLLIN, 0});
  }

  // An IPv6 raw socket gives what follows the header; the header is told by ancillary data.
  Bytes with_header(msghdr& message, sockaddr_in6 const& from, std::uint8_t number,
                    std::span<std::uint8_t const> body) const {
    Bytes out(40);
    out[0] = 6 << 4;
    out[4] = static_cast<std::uint8_t>(body.size() >> 8);
    out[5] = static_cast<std::uint8_t>(body.size());
    out[6] = number;
    std::memcpy(&out[8], &from.sin6_addr, 16);
    for (auto* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != IPPROTO_IPV6) continue;
      int value = 0;
      if (c->cmsg_type == IPV6_PKTINFO) {
        in6_pktinfo info{};
        std::memcpy(&info, CMSG_DATA(c), sizeof info);
        std::memcpy(&out[24], &info.ipi6_addr, 16);
      } else if (c->cmsg_type == IPV6_HOPLIMIT) {
        std::memcpy(&value, CMSG_DATA(c), sizeof value);
        out[7] = static_cast<std::uint8_t>(value);
      } else if (c->cmsg_type == IPV6_TCLASS) {
        std::memcpy(&value, CMSG_DATA(c), sizeof value);
        out[0] = static_cast<std::uint8_t>(6 << 4 | value >> 4);
        out[1] = static_cast<std::uint8_t>(value << 4);
      }
    }
    out.insert(out.end(), body.begin(), body.end());
    return out;
  }

  bool receive(int fd, Family family, std::uint8_t number, Emission& emission) {
    sockaddr_in6 from{};
    std::array<std::uint8_t, 256> ancillary;
    iovec piece{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    auto const n = ::recvmsg(fd, &message, 0);
    if (n < 0) return false;
    std::span<std::uint8_t const> const got(buffer.data(), static_cast<std::size_t>(n));
    emission.side = Side::local;
    emission.bytes = family == Family::ip4 ? Bytes(got.begin(), got.end())
                                           : with_header(message, from, number, got);
    return true;
  }

  std::vector<KernelVerdict> send(std::span<Shot const> shots, Life life);
  void await_readiness();

  // Everything that has come out since the last look.
  void collect(std::vector<Emission>& out, int patience_ms) {
    for (;;) {
      if (::poll(watched.data(), watched.size(), patience_ms) <= 0) return;
      for (std::size_t i = 0; i < 2; ++i) {
        if ((watched[i].revents & POLLIN) == 0) continue;
        for (;;) {
          auto const n = ::read(watched[i].fd, buffer.data(), buffer.size());
          if (n <= 0) break;
          out.push_back(
              {i == 0 ? Side::inside : Side::outside, Bytes(buffer.begin(), buffer.begin() + n)});
        }
      }
      std::size_t i = 2;
      for (auto const& [key, socket] : local) {
        if ((watched[i++].revents & POLLIN) == 0) continue;
        Emission emission;
        while (receive(socket.get(), key.first, key.second, emission))
          out.push_back(std::move(emission));
      }
    }
  }

  void inject(Bytes const& bytes, Shot const& shot) {
    ssize_t sent = 0;
    if (shot.from == Side::local) {
      auto const to = socket_address(shot.packet.destination);
      bool const v6 = to.ss_family == AF_INET6;
      sent = ::sendto(v6 ? sender6.get() : sender4.get(), bytes.data(), bytes.size(), 0,
                      reinterpret_cast<sockaddr const*>(&to),
                      v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
      if (sent < 0 && errno == EPERM) return;  // the output hook dropped it
    } else {
      sent = ::write(shot.from == Side::inside ? inside.get() : outside.get(), bytes.data(),
                     bytes.size());
    }
    if (sent < 0) fail("cannot send " + to_string(shot.packet));
  }
};

namespace {

enum class Meaning : std::uint8_t { passage, delivery, refusal, answer, aside, noise };

Meaning meaning(Emission const& emission, Shot const& shot, bool own_cookie,
                WirePacket const& seen) {
  if (own_cookie) {
    if (is_icmp_error(seen) && !is_icmp_error(shot.packet)) return Meaning::refusal;
    if (emission.side == Side::local) return Meaning::delivery;
    // What leaves where it came from is a copy (dup), or the gateway's echo reply.
    return emission.side == shot.from ? Meaning::aside : Meaning::passage;
  }
  if (seen.protocol != protocol::kTcp || shot.packet.protocol != protocol::kTcp)
    return Meaning::noise;
  if (seen.destination_port != shot.packet.source_port) return Meaning::noise;
  return (seen.tcp_flags & tcp_flag::kRst) != 0 ? Meaning::refusal : Meaning::answer;
}

// A packet that got through may cause more: an echo reply, a reset of a closed port. So what came
// of the packet itself goes before what was said about it.
int weight(Outcome outcome) {
  switch (outcome) {
    case Outcome::delivered:
      return 4;
    case Outcome::forwarded:
      return 3;
    case Outcome::rejected:
      return 2;
    case Outcome::answered:
      return 1;
    case Outcome::dropped:
      return 0;
  }
  std::abort();  // not an Outcome
}

void take(KernelVerdict& verdict, Emission&& emission, Shot const& shot, bool own_cookie) {
  auto const seen = read_packet(emission.bytes);
  if (!seen) return;
  KernelVerdict found;
  switch (meaning(emission, shot, own_cookie, *seen)) {
    case Meaning::passage:
      found.outcome = Outcome::forwarded;
      break;
    case Meaning::delivery:
      found.outcome = Outcome::delivered;
      break;
    case Meaning::answer:
      found.outcome = Outcome::answered;
      break;
    case Meaning::aside:
      verdict.also.push_back(std::move(emission));
      return;
    case Meaning::noise:
      return;
    case Meaning::refusal:
      found.outcome = Outcome::rejected;
      found.tcp_reset = seen->protocol == protocol::kTcp;
      if (!found.tcp_reset) {
        found.icmp_type = seen->icmp_type;
        found.icmp_code = seen->icmp_code;
      }
      break;
  }
  if (weight(found.outcome) > weight(verdict.outcome)) {
    if (verdict.outcome != Outcome::dropped)
      verdict.also.push_back({verdict.side, std::move(verdict.bytes)});
    found.also = std::move(verdict.also);
    found.side = emission.side;
    found.bytes = std::move(emission.bytes);
    verdict = std::move(found);
  } else {
    verdict.also.push_back(std::move(emission));
  }
}

}  // namespace

std::vector<KernelVerdict> KernelOracle::World::send(std::span<Shot const> shots, Life life) {
  std::vector<KernelVerdict> verdicts(shots.size());
  std::vector<Emission> emissions;
  auto const first = next_cookie;
  next_cookie += static_cast<Cookie>(shots.size());

  // The emissions so far, given to the packets they belong to; 'now' is the one just sent.
  auto const settle = [&](std::size_t now) {
    for (auto& emission : emissions) {
      auto const cookie = read_cookie(emission.bytes);
      auto const owner = cookie ? std::size_t{*cookie - first} : now;
      if (owner >= shots.size()) {  // of an earlier call
        ++late;
        continue;
      }
      if (owner != now) ++late;
      take(verdicts[owner], std::move(emission), shots[owner], cookie.has_value());
    }
    emissions.clear();
  };

  if (life == Life::fresh) connections.forget_all();
  collect(emissions, 0);  // what was said in between belongs to nobody
  emissions.clear();
  for (std::size_t i = 0; i < shots.size(); ++i) {
    auto const& shot = shots[i];
    listen_for(shot.packet.source.family, shot.packet.protocol);
    inject(packet_bytes(shot.packet, first + static_cast<Cookie>(i)), shot);
    collect(emissions, 0);
    settle(i);
    if (life == Life::fresh) connections.forget(shot.packet);
  }
  return verdicts;
}

// The kernel finishes some of the set-up in the background: the local route of an IPv6 address.
// There are no rules yet, so what can be delivered now is ready.
void KernelOracle::World::await_readiness() {
  std::vector<Shot> all;
  for (auto const& own : {gateway.inside_ip4, gateway.outside_ip4}) {
    all.push_back({wire_udp("198.51.100.1", 1, own, 1), Side::inside});
    all.push_back({wire_udp("198.51.100.1", 1, "198.51.100.2", 1), Side::outside});
  }
  for (auto const& own : {gateway.inside_ip6, gateway.outside_ip6}) {
    all.push_back({wire_udp("2001:db8:1::1", 1, own, 1), Side::inside});
    all.push_back({wire_udp("2001:db8:1::1", 1, "2001:db8:1::2", 1), Side::outside});
  }
  for (int tries = 0; tries < 10'000; ++tries) {
    if (std::ranges::all_of(send(all, Life::fresh), &KernelVerdict::passed)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  throw std::runtime_error("the gateway does not hear its own addresses");
}

KernelOracle::KernelOracle(Gateway const& gateway) : world_(std::make_unique<World>(gateway)) {}
KernelOracle::~KernelOracle() = default;
KernelOracle::KernelOracle(KernelOracle&&) noexcept = default;
KernelOracle& KernelOracle::operator=(KernelOracle&&) noexcept = default;

Gateway const& KernelOracle::gateway() const { return world_->gateway; }
Namespace const& KernelOracle::space() const { return world_->space; }
std::size_t KernelOracle::late() const { return world_->late; }
void KernelOracle::forget_connections() { world_->connections.forget_all(); }

void KernelOracle::flush() {
  bool const cleared = world_->rules.clear();
  world_->connections.forget_all();
  if (!cleared || world_->connections.count() != 0) renew();
}

void KernelOracle::renew() {
  auto fresh = std::make_unique<World>(world_->gateway);
  fresh->late = world_->late;
  world_ = std::move(fresh);
}

std::string KernelOracle::load_nft(std::string_view text) { return world_->rules.load_nft(text); }
std::string KernelOracle::load_iptables(std::string_view text, Family family, Backend backend) {
  return world_->rules.load_iptables(text, family, backend);
}
std::string KernelOracle::load_ipset(std::string_view text) {
  return world_->rules.load_ipset(text);
}

std::vector<KernelVerdict> KernelOracle::send(std::span<Shot const> shots, Life life) {
  return world_->send(shots, life);
}

KernelVerdict KernelOracle::send_one(WirePacket const& packet, Side from) {
  Shot const shot{packet, from};
  return std::move(send(std::span(&shot, 1)).front());
}

}  // namespace safeconduct::testing
