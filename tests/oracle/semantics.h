// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/first_state.h"
#include "formats/reader.h"
#include "rules/device_facts.h"
#include "support/agree.h"
#include "support/kernel_compare.h"
#include "verify/converse.h"
#include "verify/judge.h"
#include "verify/rule_ref.h"
#include "verify/small_site.h"
#include "verify/trace.h"

// Claims on what rules mean (SEMANTICS.md): small exports, concrete packets, and what becomes of
// them. Each is held against trace, and trace against decide. The same files are compiled a second
// time with SC_ASK_KERNEL, into the tests that run in a namespace: there the rules are loaded and
// the packets sent as well, so that a claim about the kernel is the kernel's own word.
namespace safeconduct::testing {

// ---- exports of one device

struct Export {
  enum class Kind : std::uint8_t { nft, iptables, ip6tables, ipset };
  Kind kind = Kind::nft;
  std::string text;
};
using Form = std::vector<Export>;  // what is given together
using Forms = std::vector<Form>;   // the same rules in several notations

inline Export nft(std::string text) { return {Export::Kind::nft, std::move(text)}; }
inline Export iptables(std::string text) { return {Export::Kind::iptables, std::move(text)}; }
inline Export ip6tables(std::string text) { return {Export::Kind::ip6tables, std::move(text)}; }
inline Export ipset(std::string text) { return {Export::Kind::ipset, std::move(text)}; }

// One forward chain of nft with these rules, one a line.
inline Export forward(std::string const& rules, std::string const& policy = "drop") {
  return nft(test::forward(rules + '\n', policy));
}
// The same place in iptables; 'chains': further chains, declared.
inline std::string filter_table(std::string const& rules, std::string const& policy = "DROP",
                                std::string const& chains = "") {
  return "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD " + policy + " [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
         chains + rules + "\nCOMMIT\n";
}
inline Export filter(std::string const& rules, std::string const& policy = "DROP",
                     std::string const& chains = "") {
  return iptables(filter_table(rules, policy, chains));
}
inline Export filter6(std::string const& rules, std::string const& policy = "DROP",
                      std::string const& chains = "") {
  return ip6tables(filter_table(rules, policy, chains));
}

// ---- packets: a client inside, services outside

inline constexpr char const* kClient = "10.1.2.3";
inline constexpr char const* kClient6 = "fd00:1::3";
inline constexpr char const* kResolver = "208.67.222.222";
inline constexpr char const* kResolver6 = "2620:119:35::35";

inline Shot udp(std::uint16_t port, char const* to = kResolver) {
  return {wire_udp(kClient, 40000, to, port), Side::inside};
}
inline Shot tcp(std::uint16_t port, char const* to = kResolver,
                std::uint8_t flags = tcp_flag::kSyn) {
  return {wire_tcp(kClient, 40000, to, port, flags), Side::inside};
}
inline Shot udp6(std::uint16_t port) {
  return {wire_udp(kClient6, 40000, kResolver6, port), Side::inside};
}
inline Shot tcp6(std::uint16_t port) {
  return {wire_tcp(kClient6, 40000, kResolver6, port), Side::inside};
}
inline Shot ping() { return {wire_ping(kClient, kResolver), Side::inside}; }
inline Shot from_outside(Shot shot) {
  shot.packet = reply_to(shot.packet);
  shot.from = Side::outside;
  return shot;
}

// ---- reading

inline Result<Ruleset> read(Form const& form) {
  std::vector<SourceText> sources;
  for (auto const& each : form) {
    std::string name = "rules" + std::to_string(sources.size());
    if (each.kind == Export::Kind::iptables) name += ".v4";
    if (each.kind == Export::Kind::ip6tables) name += ".v6";
    sources.push_back({std::move(name), std::make_shared<std::string const>(each.text)});
  }
  return read_device(sources, interface_names());
}
inline DeviceRules device_of(Form const& form) {
  return {"gateway", "lan0", "wan0", test::must(read(form))};
}
// Why it is not read; empty where it is.
inline std::string refusal(Form const& form) {
  auto const rules = read(form);
  return rules ? "" : to_message(rules.error());
}
inline bool notes(Ruleset const& rules, std::string_view code) {
  return std::ranges::find(rules.notes, code, &Note::code) != rules.notes.end();
}
inline bool notes(Form const& form, std::string_view code) {
  return notes(test::must(read(form)), code);
}

// ---- what becomes of packets

struct Expected {
  Shot shot;
  TraceVerdict verdict = TraceVerdict::accept;
};

// Does decide say what walk says of this packet, asked about every packet like it?
inline void decide_agrees(Ruleset const& rules, TraceQuestion const& question) {
  auto packet = question.packet;
  for (auto const field : {Field::mark, Field::pkttype}) packet.set(field, 0);
  for (auto const field : {Field::src_type, Field::dst_type})
    packet.set(field, static_cast<Bits128>(AddressType::unicast));
  if (auto const in = interface_index(rules, question.in)) packet.set(Field::iif, *in);
  if (auto const out = interface_index(rules, question.out)) packet.set(Field::oif, *out);
  Connection connection;
  auto const state = packet.at(Field::ct_state);
  connection.state = state ? static_cast<CtState>(*state) : first_state(packet);
  auto region = test::region_like(rules, packet, connection, Travel::forwarded, Box::all());
  for (auto const field : kFlowFields)
    if (!packet.at(field)) region.view[index(field)] = Symbol::any(field);
  CHECK(test::difference(rules, walks(rules, Travel::forwarded, packet, connection),
                         decide(rules, region), packet) == "");
}

#ifdef SC_ASK_KERNEL
// The only one of this process: to set it up takes longer than a claim does.
inline KernelOracle& kernel() {
  static KernelOracle oracle;
  return oracle;
}
inline std::string load(Form const& form, Backend backend) {
  auto& oracle = kernel();
  oracle.flush();
  std::string said;
  for (auto const& each : form)
    if (each.kind == Export::Kind::ipset) said += oracle.load_ipset(each.text);
  for (auto const& each : form) {
    if (each.kind == Export::Kind::nft) said += oracle.load_nft(each.text);
    if (each.kind == Export::Kind::iptables)
      said += oracle.load_iptables(each.text, Family::ip4, backend);
    if (each.kind == Export::Kind::ip6tables)
      said += oracle.load_iptables(each.text, Family::ip6, backend);
  }
  return said;
}
inline std::vector<Backend> backends(Form const& form) {
  bool const one =
      std::ranges::all_of(form, [](Export const& each) { return each.kind == Export::Kind::nft; });
  if (one) return {Backend::nft};
  return {Backend::nft, Backend::legacy};
}
inline void kernel_agrees(Form const& form, std::vector<Expected> const& packets) {
  if (!netns_ready()) return;
  auto const device = device_of(form);
  std::vector<Shot> shots;
  for (auto const& each : packets) shots.push_back(each.shot);
  for (auto const backend : backends(form)) {
    CAPTURE(backend == Backend::nft ? "nft" : "legacy");
    REQUIRE(load(form, backend) == "");
    auto const seen = kernel().send(shots);
    for (std::size_t i = 0; i < shots.size(); ++i) {
      auto const answer = trace(device, question_of(shots[i]));
      CHECK_MESSAGE(compare(answer, shots[i], seen[i]) != Agreement::differ,
                    to_string(shots[i].packet), ": ", to_string(answer),
                    "; the kernel: ", to_string(seen[i]));
    }
  }
}
#endif

// In every form of the rules, each packet comes to its end. 'loads': false where the kernel at hand
// cannot be asked, with the reason beside it.
enum class Loads : std::uint8_t { yes, no };
inline void claim(Forms const& forms, std::vector<Expected> const& packets,
                  [[maybe_unused]] Loads loads = Loads::yes) {
  for (auto const& form : forms) {
    CAPTURE(form.front().text);
    auto const device = device_of(form);
    for (auto const& [shot, verdict] : packets) {
      auto const question = question_of(shot);
      auto const answer = trace(device, question);
      CHECK_MESSAGE(answer.verdict == verdict, to_string(shot.packet), " should be ", name(verdict),
                    ", is ", to_string(answer));
      decide_agrees(device.rules, question);
    }
#ifdef SC_ASK_KERNEL
    if (loads == Loads::yes) kernel_agrees(form, packets);
#endif
  }
}

inline TraceAnswer traced(Form const& form, Shot const& shot) {
  return trace(device_of(form), question_of(shot));
}
// The words that a packet's verdict hangs on; nothing where it is decided.
inline std::vector<std::string> undecided_by(Form const& form, Shot const& shot) {
  auto const answer = traced(form, shot);
  if (answer.verdict != TraceVerdict::undecided) return {};
  return answer.undecided_by;
}

// ---- conversations

struct Exchanged {
  Shot request;
  Verdict verdict = Verdict::allowed;
};

inline Verdict judged(DeviceRules const& device, WirePacket const& request) {
  Conversation c;
  c.family = request.source.family;
  c.l4proto = request.protocol;
  c.asked.at(Field::saddr) = {request.source.bits, request.source.bits};
  c.asked.at(Field::daddr) = {request.destination.bits, request.destination.bits};
  if (has_ports(request.protocol)) {
    c.asked.at(Field::sport) = {request.source_port, request.source_port};
    c.asked.at(Field::dport) = {request.destination_port, request.destination_port};
  }
  c.enter = interface_index(device.rules, device.enter);
  c.leave = interface_index(device.rules, device.leave);
  RuleNames names(device);
  auto const result = judge(device, names, c, journey(device.rules, c));
  if (!result.blocked.empty()) return Verdict::blocked;
  if (!result.intercepted.empty()) return Verdict::intercepted;
  return result.undecided.empty() ? Verdict::allowed : Verdict::undecided;
}

// The same, packet by packet.
inline Verdict walked(DeviceRules const& device, WirePacket const& packet) {
  Request request;
  request.family = packet.source.family;
  request.protocol = packet.protocol;
  request.source = {packet.source.bits, packet.source.bits};
  request.destination = packet.destination.bits;
  request.source_port = {packet.source_port, packet.source_port};
  request.destination_port = packet.destination_port;
  return verdict_of(safeconduct::converse(device, request, Hook::forward)).verdict;
}

#ifdef SC_ASK_KERNEL
// Does the client know it for an answer to its request?
inline bool answers(WirePacket const& packet, WirePacket const& request) {
  return packet.source == request.destination && packet.destination == request.source &&
         packet.source_port == request.destination_port &&
         packet.destination_port == request.source_port;
}

// The request, the answer to what came out of the gateway, and the client's next packet; of UDP
// twice more an answer and a packet.
inline bool kernel_converses(WirePacket const& request) {
  auto& oracle = kernel();
  oracle.forget_connections();
  auto const pass = [&](WirePacket const& packet, Side from) -> std::optional<WirePacket> {
    auto const seen = oracle.send_sequence({{packet, from}}).front();
    if (seen.outcome != Outcome::forwarded) return std::nullopt;
    return read_packet(seen.bytes);
  };
  auto const out = pass(request, Side::inside);
  if (!out) return false;
  bool const tcp = request.protocol == protocol::kTcp;
  for (int i = 0; i < (tcp ? 1 : 3); ++i) {
    auto const back = pass(reply_to(*out), Side::outside);
    if (!back || !answers(*back, request)) return false;
    if (!pass(tcp ? reply_to(*back) : request, Side::inside)) return false;
  }
  return true;
}
#endif

inline void converse(Forms const& forms, std::vector<Exchanged> const& exchanges,
                     [[maybe_unused]] Loads loads = Loads::yes, DeviceFacts const& facts = {}) {
  for (auto const& form : forms) {
    CAPTURE(form.front().text);
    auto device = device_of(form);
    take_facts(device.rules, facts);
    for (auto const& [request, verdict] : exchanges) {
      CHECK_MESSAGE(judged(device, request.packet) == verdict, to_string(request.packet),
                    " should be ", name(verdict), ", is ", name(judged(device, request.packet)));
      auto const slowly = walked(device, request.packet);
      CHECK_MESSAGE(slowly == verdict, to_string(request.packet), " should be ", name(verdict),
                    ", is ", name(slowly), " packet by packet");
    }
#ifdef SC_ASK_KERNEL
    if (loads == Loads::no || !netns_ready()) continue;
    for (auto const backend : backends(form)) {
      REQUIRE(load(form, backend) == "");
      for (auto const& [request, verdict] : exchanges) {
        if (verdict == Verdict::undecided) continue;
        CHECK_MESSAGE(kernel_converses(request.packet) == (verdict == Verdict::allowed),
                      to_string(request.packet), ": the kernel disagrees");
      }
    }
#endif
  }
}

}  // namespace safeconduct::testing
