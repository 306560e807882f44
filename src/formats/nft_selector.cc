// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_selector.h"

#include "formats/nft_connection.h"
#include "formats/nft_option.h"
#include "formats/nft_verdict.h"
#include "formats/nft_words.h"

namespace safeconduct::nft {
namespace {

enum class Header : std::uint8_t {
  ip,
  ip6,
  tcp,
  udp,
  udplite,
  sctp,
  dccp,
  th,
  icmp,
  icmp6,
  igmp,
  ah,
  esp,
  comp,
  gre,
  meta,
  meta_key,
  ct,
  ether,
  link,
  fib,
  rt,
  extension,
  exthdr,
  socket,
  osf,
  ipsec,
  numgen,
  jhash,
  symhash,
  tunnel,
  tunnelled,
  bytecode,
};

constexpr auto kHeaders = words<Header>({
    {"ip", Header::ip},
    {"ip6", Header::ip6},
    {"tcp", Header::tcp},
    {"udp", Header::udp},
    {"udplite", Header::udplite},
    {"sctp", Header::sctp},
    {"dccp", Header::dccp},
    {"th", Header::th},
    {"icmp", Header::icmp},
    {"icmpv6", Header::icmp6},
    {"igmp", Header::igmp},
    {"ah", Header::ah},
    {"esp", Header::esp},
    {"comp", Header::comp},
    {"meta", Header::meta},
    {"ct", Header::ct},
    {"ether", Header::ether},
    {"vlan", Header::link},
    {"arp", Header::link},
    {"fib", Header::fib},
    {"rt", Header::rt},
    {"rt0", Header::extension},
    {"rt2", Header::extension},
    {"rt4", Header::extension},
    {"hbh", Header::extension},
    {"dst", Header::extension},
    {"mh", Header::extension},
    {"srh", Header::extension},
    {"frag", Header::extension},
    {"exthdr", Header::exthdr},
    {"socket", Header::socket},
    {"osf", Header::osf},
    {"ipsec", Header::ipsec},
    {"numgen", Header::numgen},
    {"jhash", Header::jhash},
    {"symhash", Header::symhash},
    {"tunnel", Header::tunnel},
    {"vxlan", Header::tunnelled},
    {"geneve", Header::tunnelled},
    {"gretap", Header::tunnelled},
    {"gre", Header::gre},
    {"bytecode", Header::bytecode},  // of our own listings, see formats/kernel_listing.h
    // Keys of meta that need not say "meta".
    {"mark", Header::meta_key},
    {"iif", Header::meta_key},
    {"oif", Header::meta_key},
    {"iifname", Header::meta_key},
    {"oifname", Header::meta_key},
    {"iiftype", Header::meta_key},
    {"oiftype", Header::meta_key},
    {"iifgroup", Header::meta_key},
    {"oifgroup", Header::meta_key},
    {"skuid", Header::meta_key},
    {"skgid", Header::meta_key},
    {"nftrace", Header::meta_key},
    {"rtclassid", Header::meta_key},
    {"ibrname", Header::meta_key},
    {"obrname", Header::meta_key},
    {"pkttype", Header::meta_key},
    {"cpu", Header::meta_key},
    {"cgroup", Header::meta_key},
    {"time", Header::meta_key},
    {"hour", Header::meta_key},
    {"day", Header::meta_key},
    {"l4proto", Header::meta_key},
    {"nfproto", Header::meta_key},
    {"protocol", Header::meta_key},
    {"length", Header::meta_key},
});

struct Modelled {
  ValueType type;
  Field field;
};

constexpr auto kIp = words<Modelled>({
    {"saddr", {ValueType::ip4, Field::saddr}},
    {"daddr", {ValueType::ip4, Field::daddr}},
    {"protocol", {ValueType::l4proto, Field::l4proto}},
    {"ttl", {ValueType::byte, Field::ttl}},
    {"dscp", {ValueType::dscp, Field::dscp}},
    {"length", {ValueType::half, Field::length}},
    {"frag-off", {ValueType::frag_off, Field::fragment}},
});
// 'ip6 nexthdr' equals the transport protocol in packets without extension headers, and others are
// not modelled. 'ip6 length' is without the header: not Field::length.
constexpr auto kIp6 = words<Modelled>({
    {"saddr", {ValueType::ip6, Field::saddr}},
    {"daddr", {ValueType::ip6, Field::daddr}},
    {"nexthdr", {ValueType::l4proto, Field::l4proto}},
    {"hoplimit", {ValueType::byte, Field::ttl}},
    {"dscp", {ValueType::dscp, Field::dscp}},
});
constexpr auto kPorts = words<Modelled>({
    {"sport", {ValueType::port, Field::sport}},
    {"dport", {ValueType::port, Field::dport}},
});
constexpr auto kIcmp = words<Modelled>({
    {"type", {ValueType::icmp_type, Field::icmp_type}},
    {"code", {ValueType::icmp_code, Field::icmp_code}},
});
constexpr auto kIcmp6 = words<Modelled>({
    {"type", {ValueType::icmp6_type, Field::icmp_type}},
    {"code", {ValueType::icmp6_code, Field::icmp_code}},
});
constexpr auto kMeta = words<Modelled>({
    {"mark", {ValueType::mark, Field::mark}},
    {"iif", {ValueType::ifname, Field::iif}},
    {"oif", {ValueType::ifname, Field::oif}},
    {"iifname", {ValueType::ifname, Field::iif}},
    {"oifname", {ValueType::ifname, Field::oif}},
    {"l4proto", {ValueType::l4proto, Field::l4proto}},
    {"nfproto", {ValueType::nfproto, Field::nfproto}},
    {"protocol", {ValueType::ether_type, Field::nfproto}},
    {"length", {ValueType::half, Field::length}},
    {"pkttype", {ValueType::pkttype, Field::pkttype}},
});

// What rules may write (nft_assign.cc) and no field of ours shows, of whatever header: it may be
// another one at the next rule.
constexpr auto kWrittenUnseen = words<bool>({
    {"ecn", true},
    {"checksum", true},
    {"id", true},
    {"flowlabel", true},
    {"window", true},
    {"urgptr", true},
    {"cgroup", true},
    {"priority", true},
    {"nftrace", true},
    {"secmark", true},
    {"helper", true},
    {"label", true},
});

// Of a packet on this host: nothing that happens to it makes it another one.
constexpr auto kWholeWay = words<bool>({
    {"time", true},
    {"day", true},
    {"hour", true},
    {"skuid", true},
    {"skgid", true},
    {"iiftype", true},
});

constexpr std::array kWritten{Field::mark, Field::ct_mark, Field::dscp,
                              Field::ttl,  Field::pkttype, Field::ct_state};

Lasting lasting_of(Header header, std::string_view key) {
  if (header == Header::meta_key) header = Header::meta;  // "skuid" is "meta skuid"
  bool const meta = header == Header::meta;
  bool const option = header == Header::tcp && key == "option";
  bool const written = option || header == Header::ether || kWrittenUnseen.contains(key);
  if (written || (meta && key == "random")) return Lasting::once;
  return meta && kWholeWay.contains(key) ? Lasting::whole_way : Lasting::unchanged;
}

template <std::size_t N>
void model(Selector& out, WordTable<Modelled, N> const& table, std::string_view key) {
  if (auto const* const found = table.find(key)) {
    out.type = found->type;
    out.field = found->field;
  }
}

// "type" of a fib expression asks what the routing table says of an address.
Result<void> fib(Source& source, Lexer& lexer, Selector& out) {
  Token const first = lexer.peek();
  std::string_view flag;
  bool several = false;
  std::size_t addresses = 0;
  std::size_t interfaces = 0;
  do {
    SC_TRY(next_flag, key_word(source, lexer, "fib"));
    several = !flag.empty();
    flag = next_flag;
    if (flag == "saddr" || flag == "daddr") ++addresses;
    if (flag == "iif" || flag == "oif") ++interfaces;
    if (flag == "mark") out.lasting = Lasting::once;
  } while (lexer.take("."));
  if (addresses != 1 || interfaces > 1)  // fib_validate of the kernel
    return source.fail(ErrorKind::conflict, first,
                       "fib looks up one address, saddr or daddr, and at most one of iif and oif");
  SC_TRY(result, key_word(source, lexer, "fib"));
  out.key = result;
  if (result == "type" && !several && (flag == "saddr" || flag == "daddr")) {
    out.type = ValueType::address_type;
    out.field = flag == "saddr" ? Field::src_type : Field::dst_type;
  }
  return {};
}

// "rt" is the routing header of IPv6, or what the routing decision says.
void rt(Selector& out, Lexer& lexer) {
  if (out.key == "ip" || out.key == "ip6") {
    if (lexer.peek().is_text()) lexer.next();
    return;
  }
  out.extension_header =
      out.key == "nexthdr" || out.key == "hdrlength" || out.key == "type" || out.key == "seg-left";
}

Result<void> ipsec(Source& source, Lexer& lexer) {
  if (lexer.take("spnum")) SC_CHECK(number(source, lexer, 255));
  SC_TRY(what, key_word(source, lexer, "ipsec"));
  if (what == "ip" || what == "ip6") SC_CHECK(key_word(source, lexer, "ipsec"));
  return {};
}

Result<void> part(Source& source, Lexer& lexer, Selector& out) {
  SC_TRY(whether_there, option(source, lexer, out.word));
  out.whether_there = whether_there;
  return {};
}

// "mod 2 seed 0x1 offset 100"
Result<void> modulus(Source& source, Lexer& lexer) {
  while (lexer.peek().is("mod") || lexer.peek().is("seed") || lexer.peek().is("offset")) {
    lexer.next();
    SC_CHECK(number(source, lexer, 0xFFFFFFFFU));
  }
  return {};
}

Result<void> jhash(Source& source, Lexer& lexer, Selector& out) {
  do {
    if (!begins_selector(lexer.peek())) return source.expected(lexer, "what to hash");
    Nesting const nesting(source);
    SC_CHECK(nesting.check(lexer.peek()));
    Selector hashed;
    SC_CHECK(selector(source, lexer, hashed));
    if (hashed.network) out.network = hashed.network;
    if (hashed.l4) out.l4 = hashed.l4;
    out.lasting = std::min(out.lasting, hashed.lasting);
  } while (lexer.take("."));
  return modulus(source, lexer);
}

// "vxlan ip saddr": what is inside of a tunnel.
Result<void> tunnelled(Source& source, Lexer& lexer, std::string_view header, Selector& out) {
  static constexpr auto kOwn = words<bool>(
      {{"vni", true}, {"flags", true}, {"type", true}, {"version", true}, {"protocol", true}});
  if (begins_selector(lexer.peek()) && !kOwn.contains(lexer.peek().text)) {
    Nesting const nesting(source);
    SC_CHECK(nesting.check(lexer.peek()));
    Selector inside;
    out.inside = true;
    return selector(source, lexer, inside);
  }
  SC_CHECK(key_word(source, lexer, header));
  return {};
}

// "@th,16,16": bits at an offset of a header. Those that a field of ours has, become that field.
Result<void> raw_payload(Source& source, Lexer& lexer, Selector& out) {
  SC_TRY(base, key_word(source, lexer, "@"));
  SC_CHECK(source.expect(lexer, TokenKind::comma, "','"));
  SC_TRY(offset, number(source, lexer, 65535));
  SC_CHECK(source.expect(lexer, TokenKind::comma, "','"));
  Token const length_word = lexer.peek();
  SC_TRY(length, number(source, lexer, 65535));
  if (length == 0)
    return source.fail(ErrorKind::out_of_range, length_word, "a raw payload has at least one bit");
  out.word = base;
  out.lasting = Lasting::once;  // among these bits may be some that rules write
  if (base == "th" && length == 16 && (offset == 0 || offset == 16)) {
    out.type = ValueType::port;
    out.field = offset == 0 ? Field::sport : Field::dport;
  } else if (base == "nh" && length == 32 && (offset == 96 || offset == 128)) {
    out.type = ValueType::ip4;  // where the rule is of IPv4; see Match
    out.field = offset == 96 ? Field::saddr : Field::daddr;
  }
  return {};
}

Result<void> of_header(Source& source, Lexer& lexer, Header header, Selector& out) {
  switch (header) {
    case Header::ip:
      out.network = Family::ip4;
      model(out, kIp, out.key);
      if (out.key == "option") return part(source, lexer, out);
      break;
    case Header::ip6:
      out.network = Family::ip6;
      model(out, kIp6, out.key);
      break;
    case Header::tcp:
      out.l4 = l4::tcp;
      model(out, kPorts, out.key);
      if (out.key == "flags") {
        out.type = ValueType::tcp_flags;
        out.field = Field::tcp_flags;
      }
      if (out.key == "option") return part(source, lexer, out);
      break;
    case Header::udp:
      out.l4 = l4::udp;
      model(out, kPorts, out.key);
      break;
    case Header::udplite:
      out.l4 = l4::udplite;
      model(out, kPorts, out.key);
      break;
    case Header::sctp:
      out.l4 = l4::sctp;
      model(out, kPorts, out.key);
      if (out.key == "chunk") return part(source, lexer, out);
      break;
    case Header::dccp:
      out.l4 = l4::dccp;
      model(out, kPorts, out.key);
      if (out.key == "option") return part(source, lexer, out);
      break;
    case Header::th:
      model(out, kPorts, out.key);
      break;
    case Header::icmp:
      out.network = Family::ip4;
      out.network_is_implied = true;
      out.l4 = l4::icmp;
      model(out, kIcmp, out.key);
      break;
    case Header::icmp6:
      out.network = Family::ip6;
      out.network_is_implied = true;
      out.l4 = l4::icmp6;
      model(out, kIcmp6, out.key);
      break;
    case Header::igmp:
      out.network = Family::ip4;
      out.network_is_implied = true;
      out.l4 = 2;
      break;
    case Header::ah:
      out.l4 = 51;
      break;
    case Header::esp:
      out.l4 = 50;
      break;
    case Header::comp:
      out.l4 = 108;
      break;
    case Header::ct:
      return connection(source, lexer, out);
    case Header::rt:
      rt(out, lexer);
      break;
    case Header::extension:
      out.extension_header = true;
      break;
    case Header::exthdr:
      out.extension_header = true;
      break;
    case Header::ether:
      if (out.key == "type") {
        out.type = ValueType::ether_type;
        out.field = Field::nfproto;
        out.ethernet = true;
      }
      break;
    case Header::socket:
      if (lexer.take("level")) SC_CHECK(number(source, lexer, 255));
      break;
    case Header::osf:
      if (out.key == "ttl") {
        SC_CHECK(key_word(source, lexer, "osf ttl"));
        SC_CHECK(key_word(source, lexer, "osf"));
      }
      break;
    case Header::ipsec:
      return ipsec(source, lexer);
    case Header::meta:
    case Header::meta_key:
      model(out, kMeta, out.key);
      break;
    case Header::bytecode:
      out.lasting = Lasting::once;
      break;
    case Header::numgen:
      out.lasting = Lasting::once;
      return modulus(source, lexer);
    case Header::link:
    case Header::tunnel:
    case Header::gre:
    case Header::fib:
    case Header::jhash:
    case Header::symhash:
    case Header::tunnelled:
      break;
  }
  return {};
}

}  // namespace

Lasting lasting(Selectors const& keys) {
  auto least = Lasting::whole_way;
  for (auto const& key : keys) least = std::min(least, key.lasting);
  return least;
}

bool begins_selector(Token const& token) {
  return token.kind == TokenKind::at ||
         (token.kind == TokenKind::word && kHeaders.contains(token.text));
}

Result<void> selector(Source& source, Lexer& lexer, Selector& out) {
  Token const first = lexer.next();
  out.begin = first.begin;
  out.word = first.text;
  if (first.kind == TokenKind::at) {
    SC_CHECK(raw_payload(source, lexer, out));
    out.end = lexer.last_end();
    return {};
  }
  Header const header = *kHeaders.find(first.text);
  if (header == Header::fib) {
    SC_CHECK(fib(source, lexer, out));
  } else if (header == Header::jhash) {
    SC_CHECK(jhash(source, lexer, out));
  } else if (header == Header::symhash) {
    SC_CHECK(modulus(source, lexer));
  } else if (header == Header::tunnelled || header == Header::gre) {
    if (first.text != "gretap" && first.text != "gre") out.l4 = l4::udp;
    if (first.text.starts_with("gre")) out.l4 = 47;
    SC_CHECK(tunnelled(source, lexer, first.text, out));
  } else {
    if (header == Header::meta_key) {
      out.key = first.text;
    } else if (header == Header::bytecode && lexer.peek().kind == TokenKind::quoted) {
      out.key = lexer.next().text;
    } else {
      SC_TRY(key, key_word(source, lexer, first.text));
      out.key = key;
    }
    out.lasting = lasting_of(header, out.key);
    SC_CHECK(of_header(source, lexer, header, out));
    if (out.word == "ip6" && out.key == "nexthdr" && !source.extension_header)
      source.extension_header = out.begin;
  }
  out.end = lexer.last_end();
  if (out.type != ValueType::opaque && std::ranges::find(kWritten, out.field) != kWritten.end())
    out.lasting = Lasting::once;
  return {};
}

}  // namespace safeconduct::nft
