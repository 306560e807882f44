// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/sockets.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace safeconduct {
namespace {

constexpr std::size_t kReserve = 64;  // files that are none of the probes'
constexpr std::size_t kMostSockets = 10'000;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

sockaddr* any(SocketAddress& address) { return reinterpret_cast<sockaddr*>(&address.storage); }

SocketAddress socket_address(Address const& address, std::uint16_t port) {
  SocketAddress result;
  if (address.family == Family::ip4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(address.bits));
    std::memcpy(&result.storage, &in, sizeof in);
    result.size = sizeof in;
    return result;
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port);
  for (std::size_t i = 0; i < 16; ++i)
    in.sin6_addr.s6_addr[i] =
        static_cast<std::uint8_t>(address.bits >> (120U - 8U * i) & Bits128{0xFF});
  std::memcpy(&result.storage, &in, sizeof in);
  result.size = sizeof in;
  return result;
}

std::optional<Address> address_of(void const* bytes) {
  sockaddr_in in{};
  std::memcpy(&in, bytes, sizeof in);
  if (in.sin_family == AF_INET) return Address{Family::ip4, Bits128{ntohl(in.sin_addr.s_addr)}};
  if (in.sin_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in6{};
  std::memcpy(&in6, bytes, sizeof in6);
  Address address{Family::ip6, 0};
  for (auto const byte : in6.sin6_addr.s6_addr) address.bits = address.bits << 8U | Bits128{byte};
  return address;
}

int set(int socket, int level, int option, int value) {
  return setsockopt(socket, level, option, &value, sizeof value) == 0 ? 0 : errno;
}

// A packet whose device is the loopback is dropped before the socket sees it.
int refuse_loopback(int socket) {
  std::array<sock_filter, 4> code{
      sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0,
                  static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_HATYPE)},
      sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, ARPHRD_LOOPBACK},
      sock_filter{BPF_RET | BPF_K, 0, 0, 0},
      sock_filter{BPF_RET | BPF_K, 0, 0, 0xFFFFFFFFU},
  };
  sock_fprog const program{static_cast<unsigned short>(code.size()), code.data()};
  return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0
                                                                                         : errno;
}

// What one message of the error queue says.
std::optional<IcmpHeard> icmp_in(msghdr& message) {
  for (auto* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    bool const four = head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_RECVERR;
    bool const six = head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_RECVERR;
    if (!four && !six) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(head), sizeof error);
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
    auto const room = head->cmsg_len - CMSG_LEN(sizeof error);
    if (room < sizeof(sockaddr_in)) continue;
    auto const by = address_of(CMSG_DATA(head) + sizeof error);
    if (by) return IcmpHeard{error.ee_type, error.ee_code, *by};
  }
  return std::nullopt;
}

}  // namespace

int prepare(int socket, Family family, WireOptions const& options) {
  bool const four = family == Family::ip4;
  int const level = four ? int{IPPROTO_IP} : int{IPPROTO_IPV6};
  set(socket, level, four ? IP_RECVERR : IPV6_RECVERR, 1);
  set(socket, level, four ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1);
  if (options.ttl)
    if (int const error = set(socket, level, four ? IP_TTL : IPV6_UNICAST_HOPS, *options.ttl))
      return error;
  if (options.dscp)
    if (int const error = set(socket, level, four ? IP_TOS : IPV6_TCLASS, *options.dscp << 2))
      return error;
  if (options.mark)
    if (int const error = set(socket, SOL_SOCKET, SO_MARK, static_cast<int>(*options.mark)))
      return error;
  if (!options.interface.empty() &&
      setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, options.interface.data(),
                 static_cast<socklen_t>(options.interface.size())) != 0)
    return errno;
  if (options.deaf_to_itself)
    if (int const error = refuse_loopback(socket)) return error;
  if (!options.source || options.source->family != family) return 0;
  if (four) set(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  auto source = socket_address(*options.source, 0);
  return bind(socket, any(source), source.size) == 0 ? 0 : errno;
}

std::optional<IcmpHeard> take_icmp(int socket) {
  std::optional<IcmpHeard> last;
  while (true) {
    std::array<char, 512> data{};
    alignas(cmsghdr) std::array<char, 512> control{};
    iovec part{data.data(), data.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return last;
    if (auto const one = icmp_in(message)) last = one;
  }
}

Received receive(int socket, std::span<std::uint8_t> buffer) {
  alignas(cmsghdr) std::array<char, 256> control{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  Received received;
  auto const size = recvmsg(socket, &message, MSG_DONTWAIT);
  if (size < 0) {
    received.error = errno;
    return received;
  }
  received.size = static_cast<std::size_t>(size);
  for (auto* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    bool const four = head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_TTL;
    bool const six = head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_HOPLIMIT;
    if (!four && !six) continue;
    int ttl = 0;
    std::memcpy(&ttl, CMSG_DATA(head), sizeof ttl);
    received.ttl = static_cast<std::uint8_t>(ttl);
  }
  return received;
}

std::optional<Address> own_address(int socket) {
  SocketAddress own;
  own.size = sizeof own.storage;
  if (getsockname(socket, any(own), &own.size) != 0) return std::nullopt;
  return address_of(&own.storage);
}

bool has_route(Address const& address) {
  bool const four = address.family == Family::ip4;
  int const socket = ::socket(four ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  auto to = socket_address(address, 53);
  bool const routed = connect(socket, any(to), to.size) == 0;
  close(socket);
  return routed;
}

bool is_own_address(Address const& address) {
  bool const four = address.family == Family::ip4;
  int const socket = ::socket(four ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  auto own = socket_address(address, 0);
  bool const bound = bind(socket, any(own), own.size) == 0;
  close(socket);
  return bound;
}

std::size_t socket_room() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kReserve;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit const raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  auto const files = std::min<std::size_t>(limit.rlim_cur, kMostSockets + kReserve);
  return files > 2 * kReserve ? files - kReserve : kReserve;
}

}  // namespace safeconduct
