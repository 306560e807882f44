// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet/field.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace safeconduct {
namespace {

struct Named {
  std::string_view name;
  std::uint32_t number;
};

// IANA protocol numbers under the names that nft and iptables print; the first name of a number is
// the one we print.
constexpr std::array kProtocols{
    Named{"icmp", 1},        Named{"igmp", 2},         Named{"ipencap", 4},
    Named{"ipip", 4},        Named{"tcp", 6},          Named{"egp", 8},
    Named{"igp", 9},         Named{"udp", 17},         Named{"dccp", 33},
    Named{"ipv6", 41},       Named{"ipv6-route", 43},  Named{"ipv6-frag", 44},
    Named{"rsvp", 46},       Named{"gre", 47},         Named{"esp", 50},
    Named{"ipsec-esp", 50},  Named{"ah", 51},          Named{"ipsec-ah", 51},
    Named{"ipv6-icmp", 58},  Named{"icmpv6", 58},      Named{"icmp6", 58},
    Named{"ipv6-nonxt", 59}, Named{"ipv6-opts", 60},   Named{"eigrp", 88},
    Named{"ospf", 89},       Named{"ospfigp", 89},     Named{"pim", 103},
    Named{"comp", 108},      Named{"ipcomp", 108},     Named{"vrrp", 112},
    Named{"l2tp", 115},      Named{"sctp", 132},       Named{"mobility-header", 135},
    Named{"ipv6-mh", 135},   Named{"mh", 135},         Named{"udplite", 136},
    Named{"hopopt", 0},      Named{"hbh", 0},          Named{"ip", 0},
    Named{"pup", 12},        Named{"hmp", 20},         Named{"xns-idp", 22},
    Named{"rdp", 27},        Named{"iso-tp4", 29},     Named{"xtp", 36},
    Named{"ddp", 37},        Named{"idpr-cmtp", 38},   Named{"skip", 57},
    Named{"rspf", 73},       Named{"vmtp", 81},        Named{"ax.25", 93},
    Named{"etherip", 97},    Named{"encap", 98},       Named{"isis", 124},
    Named{"fc", 133},        Named{"mpls-in-ip", 137}, Named{"manet", 138},
    Named{"hip", 139},       Named{"shim6", 140},      Named{"wesp", 141},
    Named{"rohc", 142},      Named{"st", 5},           Named{"ggp", 3},
};

// Services as /etc/services of Debian names them, those that rule sets use; sorted by name.
constexpr std::array kServices{
    Named{"acr-nema", 104},
    Named{"afs3-bos", 7007},
    Named{"afs3-fileserver", 7000},
    Named{"amqp", 5672},
    Named{"amqps", 5671},
    Named{"auth", 113},
    Named{"bgp", 179},
    Named{"biff", 512},
    Named{"bootpc", 68},
    Named{"bootps", 67},
    Named{"chargen", 19},
    Named{"cisco-sccp", 2000},
    Named{"cups", 631},
    Named{"cvspserver", 2401},
    Named{"daytime", 13},
    Named{"dhcpv6-client", 546},
    Named{"dhcpv6-server", 547},
    Named{"dicom", 104},
    Named{"discard", 9},
    Named{"distcc", 3632},
    Named{"domain", 53},
    Named{"domain-s", 853},
    Named{"echo", 7},
    Named{"epmap", 135},
    Named{"exec", 512},
    Named{"finger", 79},
    Named{"ftp", 21},
    Named{"ftp-data", 20},
    Named{"ftps", 990},
    Named{"ftps-data", 989},
    Named{"git", 9418},
    Named{"gopher", 70},
    Named{"gpsd", 2947},
    Named{"h323hostcall", 1720},
    Named{"hkp", 11371},
    Named{"http", 80},
    Named{"http-alt", 8080},
    Named{"https", 443},
    Named{"icpv2", 3130},
    Named{"imap", 143},
    Named{"imap2", 143},
    Named{"imap3", 220},
    Named{"imaps", 993},
    Named{"ipp", 631},
    Named{"ipsec-nat-t", 4500},
    Named{"ircd", 6667},
    Named{"ircs-u", 6697},
    Named{"irc", 194},
    Named{"isakmp", 500},
    Named{"iscsi-target", 3260},
    Named{"kerberos", 88},
    Named{"kerberos-adm", 749},
    Named{"kpasswd", 464},
    Named{"ldap", 389},
    Named{"ldaps", 636},
    Named{"link", 87},
    Named{"loc-srv", 135},
    Named{"login", 513},
    Named{"lotusnotes", 1352},
    Named{"mdns", 5353},
    Named{"microsoft-ds", 445},
    Named{"ms-sql-m", 1434},
    Named{"ms-sql-s", 1433},
    Named{"mysql", 3306},
    Named{"nbd", 10809},
    Named{"netbios-dgm", 138},
    Named{"netbios-ns", 137},
    Named{"netbios-ssn", 139},
    Named{"netstat", 15},
    Named{"nfs", 2049},
    Named{"nntp", 119},
    Named{"nntps", 563},
    Named{"nqs", 607},
    Named{"nrpe", 5666},
    Named{"ntp", 123},
    Named{"openvpn", 1194},
    Named{"pop3", 110},
    Named{"pop3s", 995},
    Named{"pop-3", 110},
    Named{"portmapper", 111},
    Named{"postgresql", 5432},
    Named{"printer", 515},
    Named{"qotd", 17},
    Named{"radius", 1812},
    Named{"radius-acct", 1813},
    Named{"redis", 6379},
    Named{"route", 520},
    Named{"router", 520},
    Named{"rsync", 873},
    Named{"rtmp", 1935},
    Named{"rtsp", 554},
    Named{"sane-port", 6566},
    Named{"shell", 514},
    Named{"sieve", 4190},
    Named{"sip", 5060},
    Named{"sip-tls", 5061},
    Named{"smtp", 25},
    Named{"snmp", 161},
    Named{"snmp-trap", 162},
    Named{"snmptrap", 162},
    Named{"snpp", 444},
    Named{"socks", 1080},
    Named{"ssh", 22},
    Named{"submission", 587},
    Named{"submissions", 465},
    Named{"ssmtp", 465},
    Named{"smtps", 465},
    Named{"sunrpc", 111},
    Named{"svn", 3690},
    Named{"syslog", 514},
    Named{"syslog-tls", 6514},
    Named{"systat", 11},
    Named{"tacacs", 49},
    Named{"talk", 517},
    Named{"telnet", 23},
    Named{"telnets", 992},
    Named{"tftp", 69},
    Named{"time", 37},
    Named{"uucp", 540},
    Named{"whois", 43},
    Named{"who", 513},
    Named{"www", 80},
    Named{"x11", 6000},
    Named{"x11-1", 6001},
    Named{"xdmcp", 177},
    Named{"xmpp-client", 5222},
    Named{"xmpp-server", 5269},
    Named{"zabbix-agent", 10050},
    Named{"zabbix-trapper", 10051},
    Named{"zip", 6},
};

constexpr std::array kTcpFlags{Named{"fin", 1},  Named{"syn", 2},  Named{"rst", 4},
                               Named{"psh", 8},  Named{"ack", 16}, Named{"urg", 32},
                               Named{"ece", 64}, Named{"ecn", 64}, Named{"cwr", 128}};

bool same_but_for_case(std::string_view a, std::string_view b) {
  auto const letter = [](char c) { return lower(c); };
  return std::ranges::equal(a, b, {}, letter, letter);
}

template <std::size_t N>
std::optional<std::uint32_t> look_up(std::array<Named, N> const& table, std::string_view name) {
  for (auto const& entry : table)
    if (same_but_for_case(entry.name, name)) return entry.number;
  return std::nullopt;
}

std::optional<std::uint32_t> parse_based(std::string_view text, std::uint32_t max, int base) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > max)
    return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t max) {
  return parse_based(text, max, 10);
}

std::optional<std::uint32_t> parse_c_number(std::string_view text, std::uint32_t max) {
  return parse_based(text, max, text.starts_with('0') ? 8 : 10);
}

std::optional<std::uint32_t> parse_l4proto(std::string_view text) {
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') return parse_number(text, 255);
  return look_up(kProtocols, text);
}

std::string l4proto_name(std::uint32_t number) {
  for (auto const& entry : kProtocols)
    if (entry.number == number) return std::string(entry.name);
  return std::to_string(number);
}

std::optional<std::uint32_t> parse_port(std::string_view text) {
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') return parse_number(text, 65535);
  return look_up(kServices, text);
}

std::optional<std::uint32_t> parse_tcp_flag(std::string_view text) {
  return look_up(kTcpFlags, text);
}

std::string tcp_flags_text(std::uint32_t flags) {
  std::string text;
  for (std::uint32_t bit = 1; bit <= 128; bit <<= 1) {
    if ((flags & bit) == 0) continue;
    for (auto const& entry : kTcpFlags) {
      if (entry.number != bit) continue;
      if (!text.empty()) text += ',';
      text += entry.name;
      break;
    }
  }
  return text.empty() ? "none" : text;
}

std::string_view name(CtState state) {
  switch (state) {
    case CtState::invalid:
      return "invalid";
    case CtState::established:
      return "established";
    case CtState::related:
      return "related";
    case CtState::new_:
      return "new";
    case CtState::untracked:
      return "untracked";
  }
  std::abort();  // not a CtState
}

std::optional<CtState> parse_ct_state(std::string_view text) {
  for (auto const state : {CtState::invalid, CtState::established, CtState::related, CtState::new_,
                           CtState::untracked})
    if (same_but_for_case(name(state), text)) return state;
  return std::nullopt;
}

}  // namespace safeconduct
