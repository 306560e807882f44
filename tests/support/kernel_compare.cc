// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/kernel_compare.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>

#include "formats/kernel.h"
#include "rules/device_facts.h"
#include "support/ipset_generator.h"

namespace safeconduct::testing {
namespace {

// ICMP types about which icmp_send() says nothing: errors, and what it does not know
// (icmp_pointers of net/ipv4/icmp.c).
bool icmp_is_silent_about(WirePacket const& packet) {
  if (packet.protocol == protocol::kIcmp6 && packet.source.family == Family::ip6)
    return packet.icmp_type < 128;
  if (packet.protocol != protocol::kIcmp || packet.source.family != Family::ip4) return false;
  auto const type = packet.icmp_type;
  return (type >= 1 && type <= 7) || (type >= 9 && type <= 12) || type > 18;
}

// A refusal that makes no sound: a reset for a reset, an error about an error, about a fragment.
bool is_silent(RejectWith with, WirePacket const& packet) {
  if (packet.fragment_offset != 0 || packet.more_fragments) return true;
  if (with == RejectWith::tcp_reset) return (packet.tcp_flags & tcp_flag::kRst) != 0;
  return icmp_is_silent_about(packet);
}

bool rejected_so(RejectWith with, Shot const& shot, KernelVerdict const& kernel) {
  if (kernel.outcome != Outcome::rejected) return false;
  if (with == RejectWith::tcp_reset) return kernel.tcp_reset;
  if (with == RejectWith::other_icmp) return !kernel.tcp_reset;
  auto const code = icmp_answer(with, shot.packet.source.family);
  return !kernel.tcp_reset && code && code->type == kernel.icmp_type &&
         code->code == kernel.icmp_code;
}

// Does the packet, where it came out, look as the trace says it does?
bool looks_like(Packet const& expected, WirePacket const& seen) {
  auto const same = [&](Field field, Bits128 value) {
    auto const wanted = expected.at(field);
    return !wanted || *wanted == value;
  };
  bool const ports = has_ports(seen.protocol) && seen.fragment_offset == 0;
  return same(Field::saddr, seen.source.bits) && same(Field::daddr, seen.destination.bits) &&
         (!ports ||
          (same(Field::sport, seen.source_port) && same(Field::dport, seen.destination_port)));
}

bool same_destination(WirePacket const& a, WirePacket const& b) {
  bool const ports = has_ports(a.protocol) && a.fragment_offset == 0;
  return a.destination == b.destination && (!ports || a.destination_port == b.destination_port);
}

bool passed_so(TraceAnswer const& answer, Shot const& shot, KernelVerdict const& kernel) {
  bool const elsewhere = answer.verdict == TraceVerdict::intercept;
  bool const to_user_space =
      answer.rewritten_text.starts_with("queue") || answer.rewritten_text.starts_with("tproxy");
  if (elsewhere && (to_user_space || !answer.rewritten))
    return kernel.outcome == Outcome::dropped;  // nobody listens
  if (!kernel.passed()) return false;
  auto const seen = read_packet(kernel.bytes);
  if (!seen || same_destination(*seen, shot.packet) == elsewhere) return false;
  if (answer.rewritten && !looks_like(*answer.rewritten, *seen)) return false;
  return elsewhere || kernel.outcome == Outcome::forwarded;
}

bool may_swallow(GeneratedRules const& rules) {
  return std::ranges::any_of(rules.lines, [](Line const& line) {
    return line.text.contains("POSTROUTING") && line.text.ends_with("DROP");
  });
}

ReadRules read_sources(std::string origin, std::vector<SourceText> const& sources) {
  ReadRules result{std::move(origin), std::nullopt, ""};
  auto read = read_device(sources, interface_names());
  if (read) {
    take_facts(*read, {{}, false, true});  // plain interfaces, as the oracle's are
    result.device = DeviceRules{"gateway", "lan0", "wan0", std::move(*read)};
  } else {
    result.error = to_message(read.error());
  }
  return result;
}

std::vector<ReadRules> readings(KernelOracle const& oracle, GeneratedRules const& rules,
                                Backend backend) {
  auto const listed = [&](std::string const& program, std::vector<std::string> words = {}) {
    words.insert(words.begin(), program);
    return oracle.space().program(words).out;
  };
  constexpr auto kListed = "as listed by the kernel";
  auto running = read_running(oracle.space());
  if (!rules.iptables) {
    auto json =
        read_rules("as listed by the kernel in JSON", {listed("nft", {"-j", "list", "ruleset"})});
    json.less = rules.text().contains("hook ingress");  // without the devices: undecided
    return {read_as_written(rules), read_rules(kListed, {listed("nft", {"list", "ruleset"})}),
            std::move(json), std::move(running)};
  }
  std::string const tool = rules.families.front() == Family::ip4 ? "iptables" : "ip6tables";
  std::vector<std::string> kept{
      listed(tool + (backend == Backend::nft ? "-nft-save" : "-legacy-save"))};
  if (!rules.sets.empty()) kept.push_back(listed("ipset", {"save"}));
  // Matches and targets of iptables are not in the bytecode: undecided, but never wrong.
  running.less = true;
  std::vector<ReadRules> all{read_as_written(rules), read_rules(kListed, kept), std::move(running)};
  if (backend == Backend::nft) {
    all.push_back(read_running(oracle.space(), kept));
    all.back().less = true;  // iptables-legacy's tables stay once they were there, unknown
    kept.push_back(listed("nft", {"list", "ruleset"}));
    all.push_back(read_rules("as iptables-save and nft list them", kept));
  }
  return all;
}

// Who wrote the rules knows what masquerade puts in, of what goes out.
std::optional<DeviceRules> as_the_operator_knows_it(KernelOracle const& oracle,
                                                    GeneratedRules const& rules,
                                                    DeviceRules const& written) {
  auto const text = rules.text();
  if (!text.contains("masquerade") && !text.contains("MASQUERADE")) return std::nullopt;
  auto known = written;
  auto const& gateway = oracle.gateway();
  take_facts(known.rules,
             {{*parse_address(gateway.outside_ip4), *parse_address(gateway.outside_ip6)}});
  return known;
}

// An error stays the same while lines around it are left out; its line numbers do not.
bool same_error(std::string a, std::string b) {
  for (auto* const text : {&a, &b}) {
    text->resize(std::min(text->size(), text->find('\n')));
    std::erase_if(*text, [](char c) { return c >= '0' && c <= '9'; });
  }
  return a == b;
}

void count(Tally& tally, KernelVerdict const& verdict) {
  ++tally.packets;
  switch (verdict.outcome) {
    case Outcome::forwarded:
      ++tally.forwarded;
      break;
    case Outcome::delivered:
      ++tally.delivered;
      break;
    case Outcome::rejected:
    case Outcome::answered:
      ++tally.rejected;
      break;
    case Outcome::dropped:
      ++tally.dropped;
      break;
  }
}

void count_undecided(Tally& tally, TraceAnswer const& answer) {
  ++tally.undecided;
  for (auto const& words : answer.undecided_by)
    if (tally.undecided_words.size() < 10 &&
        std::ranges::find(tally.undecided_words, words) == tally.undecided_words.end())
      tally.undecided_words.push_back(words);
}

std::string side_name(Side side) { return side == Side::inside ? "lan0" : "wan0"; }

std::string describe(Shot const& shot) {
  auto const& packet = shot.packet;
  std::string out = to_string(packet) + ", from " + side_name(shot.from) + ", " +
                    std::string(name(fresh_state(packet)));
  if (packet.protocol == protocol::kTcp) out += ", flags " + std::to_string(packet.tcp_flags);
  if (packet.protocol == protocol::kIcmp || packet.protocol == protocol::kIcmp6)
    out +=
        ", type " + std::to_string(packet.icmp_type) + " code " + std::to_string(packet.icmp_code);
  out += ", ttl " + std::to_string(packet.ttl) + ", dscp " + std::to_string(packet.dscp) +
         ", length " + std::to_string(packet_bytes(packet, 1).size());
  if (packet.more_fragments || packet.fragment_offset != 0)
    out += ", fragment at " + std::to_string(packet.fragment_offset);
  return out;
}

}  // namespace

std::optional<IcmpCode> icmp_answer(RejectWith with, Family family) {
  bool const six = family == Family::ip6;
  auto const code = [&](int four_code, int six_code) -> std::optional<IcmpCode> {
    int const chosen = six ? six_code : four_code;
    if (chosen < 0) return std::nullopt;
    return IcmpCode{static_cast<std::uint8_t>(six ? 1 : 3), static_cast<std::uint8_t>(chosen)};
  };
  switch (with) {
    case RejectWith::tcp_reset:
      return std::nullopt;
    case RejectWith::net_unreachable:
      return code(0, 0);
    case RejectWith::host_unreachable:
      return code(1, 3);
    case RejectWith::proto_unreachable:
      return code(2, -1);
    case RejectWith::port_unreachable:
      return code(3, 4);
    case RejectWith::net_prohibited:
      return code(9, -1);
    case RejectWith::host_prohibited:
      return code(10, -1);
    case RejectWith::admin_prohibited:
      return code(13, 1);
    case RejectWith::no_route:
      return code(0, 0);
    case RejectWith::addr_unreachable:
      return code(1, 3);
    case RejectWith::policy_fail:
      return code(-1, 5);
    case RejectWith::reject_route:
      return code(-1, 6);
    case RejectWith::other_icmp:  // which code, is not kept
      return std::nullopt;
  }
  return std::nullopt;
}

CtState fresh_state(WirePacket const& packet) {
  switch (packet.protocol) {
    case protocol::kTcp: {
      auto const core =
          packet.tcp_flags & (tcp_flag::kFin | tcp_flag::kSyn | tcp_flag::kRst | tcp_flag::kAck);
      return core == tcp_flag::kSyn || core == tcp_flag::kAck ? CtState::new_ : CtState::invalid;
    }
    case protocol::kIcmp:
      return packet.icmp_type == 8 || packet.icmp_type == 13 || packet.icmp_type == 15 ||
                     packet.icmp_type == 17
                 ? CtState::new_
                 : CtState::invalid;
    case protocol::kIcmp6: {
      auto const type = packet.icmp_type;
      if (type == 128 || type == 139) return CtState::new_;
      if (packet.source.family == Family::ip4) return CtState::invalid;
      return (type >= 130 && type <= 136) || type == 143 ? CtState::untracked : CtState::invalid;
    }
    // The kernel sums it up as if it were UDP (nf_checksum_partial in udplite_error).
    case protocol::kUdpLite:
      return CtState::invalid;
    default:
      break;
  }
  return CtState::new_;
}

KernelLimits kernel_limits(KernelOracle& oracle) {
  KernelLimits limits;
  oracle.flush();
  limits.queue = oracle.load_nft("table inet t {\n chain c {\n queue to 0\n }\n}\n").empty();
  if (!limits.queue) std::cout << "this kernel has no 'queue' for nft: left out\n";
  for (auto const& type : ipset_types()) {
    if (oracle.load_ipset(create_ipset("probe-" + type, type, Family::ip4) + '\n').empty())
      continue;
    limits.missing_set_types.push_back(type);
    std::cout << "this kernel has no ipsets of type " << type << ": left out\n";
  }
  oracle.flush();
  return limits;
}

std::vector<std::string> const& interface_names() {
  static std::vector<std::string> const names{"lan0", "wan0"};
  return names;
}

TraceQuestion question_of(Shot const& shot) {
  auto const& p = shot.packet;
  TraceQuestion question;
  auto& packet = question.packet;
  bool const later_fragment = p.fragment_offset != 0;
  packet.set(Field::nfproto, nfproto_of(p.source.family));
  packet.set(Field::l4proto, p.protocol);
  packet.set(Field::saddr, p.source.bits);
  packet.set(Field::daddr, p.destination.bits);
  packet.set(Field::fragment, later_fragment ? 1 : 0);
  packet.set(Field::ttl, p.ttl);
  packet.set(Field::dscp, p.dscp);
  packet.set(Field::length, packet_bytes(p, 1).size());
  // Trace tells the state itself, where the packet as the oracle sends it shows all there is.
  if (later_fragment || p.protocol == protocol::kUdpLite)
    packet.set(Field::ct_state, static_cast<Bits128>(fresh_state(p)));
  if (!later_fragment) {
    if (has_ports(p.protocol)) {
      packet.set(Field::sport, p.source_port);
      packet.set(Field::dport, p.destination_port);
    }
    if (p.protocol == protocol::kTcp) packet.set(Field::tcp_flags, p.tcp_flags);
    if (p.protocol == protocol::kIcmp || p.protocol == protocol::kIcmp6) {
      packet.set(Field::icmp_type, p.icmp_type);
      packet.set(Field::icmp_code, p.icmp_code);
    }
  }
  question.in = side_name(shot.from);
  question.out = side_name(shot.from == Side::inside ? Side::outside : Side::inside);
  return question;
}

ReadRules read_rules(std::string origin, std::vector<std::string> const& texts) {
  std::vector<SourceText> sources;
  for (auto const& text : texts)
    sources.push_back(
        {"rules" + std::to_string(sources.size()), std::make_shared<std::string>(text)});
  return read_sources(std::move(origin), sources);
}

ReadRules read_running(Namespace const& space, std::vector<std::string> const& beside) {
  std::string const origin =
      beside.empty() ? "as the kernel runs them" : "as the kernel runs them, with exports beside";
  // Read by a thread that is made here, and so in this namespace.
  auto running = space.run([] { return read_running_rules("kernel:"); });
  if (!running) return {origin, std::nullopt, to_message(running.error())};
  std::vector<SourceText> sources{std::move(*running)};
  for (auto const& text : beside)
    sources.push_back(
        {"beside" + std::to_string(sources.size()), std::make_shared<std::string const>(text)});
  return read_sources(origin, sources);
}

std::string load_rules(KernelOracle& oracle, GeneratedRules const& rules, Backend backend) {
  if (rules.stateless) {
    oracle.renew();  // once asked for, defragmentation stays
  } else {
    oracle.flush();
  }
  if (!rules.iptables) return oracle.load_nft(rules.text());
  if (auto const error = oracle.load_ipset(rules.set_text()); !error.empty()) return error;
  return oracle.load_iptables(rules.text(), rules.families.front(), backend);
}

ReadRules read_as_written(GeneratedRules const& rules) {
  std::vector<std::string> texts{rules.text()};
  if (!rules.sets.empty()) texts.push_back(rules.set_text());
  return read_rules("as written", texts);
}

std::string to_string(TraceAnswer const& answer) {
  std::string out(name(answer.verdict));
  if (answer.verdict == TraceVerdict::reject) out += ": " + std::string(name(answer.how.with));
  if (answer.rewritten) out += ", as " + to_string(*answer.rewritten);
  out += ", by '" + answer.rule.text + '\'';
  for (auto const& words : answer.undecided_by) out += ", undecided: " + words;
  return out;
}

Agreement compare(TraceAnswer const& answer, Shot const& shot, KernelVerdict const& kernel,
                  bool swallows) {
  auto const is = [](bool agree) { return agree ? Agreement::agree : Agreement::differ; };
  bool const stopped =
      answer.verdict == TraceVerdict::drop || answer.verdict == TraceVerdict::reject;
  if (stopped && !answer.undecided_by.empty())  // that it is stopped is sure, how it is not
    return kernel.passed() ? Agreement::differ : Agreement::undecided;
  switch (answer.verdict) {
    case TraceVerdict::undecided:
      return Agreement::undecided;
    case TraceVerdict::drop:
      return is(kernel.outcome == Outcome::dropped);
    case TraceVerdict::reject:
      if (kernel.outcome == Outcome::dropped)
        return is(swallows || is_silent(answer.how.with, shot.packet));
      return is(rejected_so(answer.how.with, shot, kernel));
    case TraceVerdict::accept:
    case TraceVerdict::intercept:
      return is(passed_so(answer, shot, kernel));
  }
  return Agreement::differ;
}

std::string to_string(Tally const& tally) {
  auto const n = [](std::size_t number) { return std::to_string(number); };
  std::string out = n(tally.sets) + " rule sets, " + n(tally.packets) + " packets (" +
                    n(tally.forwarded) + " forwarded, " + n(tally.rejected) + " rejected, " +
                    n(tally.dropped) + " dropped, " + n(tally.delivered) + " delivered), " +
                    n(tally.comparisons) + " comparisons, " + n(tally.undecided) + " undecided";
  for (auto const& words : tally.undecided_words) out += "\n  undecided: " + words;
  return out;
}

Disagreement hold_against_kernel(KernelOracle& oracle, GeneratedRules const& rules,
                                 std::vector<Shot> const& shots, Backend backend, Tally* tally) {
  if (auto const error = load_rules(oracle, rules, backend); !error.empty())
    return {true, "the kernel refuses it: " + error, std::nullopt};
  auto const read = readings(oracle, rules, backend);
  for (auto const& reading : read)
    if (!reading.device)
      return {false, "not read " + reading.origin + ": " + reading.error, std::nullopt};
  auto const verdicts = oracle.send(shots);
  if (tally != nullptr) ++tally->sets;
  bool const swallows = may_swallow(rules);
  auto const known = as_the_operator_knows_it(oracle, rules, *read.front().device);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    if (tally != nullptr) count(*tally, verdicts[i]);
    if (known && shots[i].from == Side::inside) {
      auto const answer = trace(*known, question_of(shots[i]));
      if (compare(answer, shots[i], verdicts[i], swallows) == Agreement::differ)
        return {false,
                describe(shots[i]) + "\n  with the gateway's address: " + to_string(answer) +
                    "\n  kernel: " + to_string(verdicts[i]),
                shots[i]};
    }
    for (auto const& reading : read) {
      auto const answer = trace(*reading.device, question_of(shots[i]));
      auto const agreement = compare(answer, shots[i], verdicts[i], swallows);
      if (tally != nullptr) {
        ++tally->comparisons;
        // What a later fragment has in the place of ports, only the kernel knows.
        if (agreement == Agreement::undecided && !reading.less &&
            shots[i].packet.fragment_offset == 0)
          count_undecided(*tally, answer);
      }
      if (agreement == Agreement::differ)
        return {false,
                describe(shots[i]) + "\n  rules " + reading.origin + ": " + to_string(answer) +
                    "\n  kernel: " + to_string(verdicts[i]),
                shots[i]};
    }
  }
  return {};
}

std::string check_against_kernel(KernelOracle& oracle, GeneratedRules const& rules,
                                 std::vector<Shot> const& shots, Backend backend, Tally& tally) {
  auto const first = hold_against_kernel(oracle, rules, shots, backend, &tally);
  if (!first) return {};
  auto const packets = first.shot ? std::vector{*first.shot} : std::vector<Shot>{};
  auto const smallest = shrink(rules, [&](GeneratedRules const& fewer) {
    auto const now = hold_against_kernel(oracle, fewer, packets, backend);
    return now && now.shot.has_value() == first.shot.has_value() &&
           (first.shot || same_error(now.what, first.what));
  });
  auto const last = hold_against_kernel(oracle, smallest, packets, backend);
  return (last ? last.what : first.what) + '\n' + smallest.set_text() + smallest.text();
}

}  // namespace safeconduct::testing
