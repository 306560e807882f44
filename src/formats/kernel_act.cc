// SPDX-License-Identifier: GPL-3.0-or-later
// The statements of a rule, in the words of nft.
#include <algorithm>
#include <array>

#include "formats/kernel_decode.h"
#include "formats/nft_reject.h"
#include "packet/field.h"

namespace safeconduct::kernel {
namespace {

// NF_NAT_RANGE_*
constexpr std::uint32_t kRandom = 1U << 2U;
constexpr std::uint32_t kPersistent = 1U << 3U;
constexpr std::uint32_t kFullyRandom = 1U << 4U;
constexpr std::uint32_t kNetmap = 1U << 6U;

std::string nat_flags(std::uint32_t flags) {
  std::string words;
  auto const add = [&](std::uint32_t flag, std::string_view word) {
    if ((flags & flag) != 0) words += (words.empty() ? " " : ",") + std::string(word);
  };
  add(kNetmap, "netmap");
  add(kRandom, "random");
  add(kFullyRandom, "fully-random");
  add(kPersistent, "persistent");
  return words;
}

constexpr std::size_t kPortBytes = 2;

std::optional<Family> ip_family(std::uint32_t number) {
  if (number == 2) return Family::ip4;
  if (number == 10) return Family::ip6;
  return std::nullopt;
}

std::string_view unit_name(std::uint64_t seconds) {
  switch (seconds) {
    case 1:
      return "second";
    case 60:
      return "minute";
    case 3600:
      return "hour";
    case 86400:
      return "day";
    case 604800:
      return "week";
    default:
      return {};
  }
}

// What names an object in a rule, by its NFT_OBJECT_*.
std::string_view object_words(std::uint32_t type) {
  static constexpr std::string_view kWords[] = {
      "", "counter name",   "quota name",       "ct helper set",      "limit name",   "",
      "", "ct timeout set", "meta secmark set", "ct expectation set", "synproxy name"};
  return type < std::size(kWords) ? kWords[type] : std::string_view();
}

}  // namespace

std::optional<std::string> condition_words(Expression const& e) {
  if (auto const* const limit = std::get_if<Limit>(&e.does)) {
    auto const unit = unit_name(limit->unit);
    if (unit.empty()) return std::nullopt;
    std::string const amount = limit->bytes ? " bytes" : "";
    std::string words = limit->over ? "limit rate over " : "limit rate ";
    words += std::to_string(limit->rate) + amount + '/' + std::string(unit);
    constexpr std::uint32_t kUsual = 5;  // of packets; nft does not say it
    if (limit->bytes ? limit->burst > 0 : limit->burst != kUsual)
      words += " burst " + std::to_string(limit->burst) + (limit->bytes ? " bytes" : " packets");
    return words;
  }
  if (auto const* const quota = std::get_if<Quota>(&e.does))
    return std::string(quota->over ? "quota over " : "quota ") + std::to_string(quota->bytes) +
           " bytes";
  if (auto const* const limit = std::get_if<ConnectionLimit>(&e.does))
    return std::string(limit->over ? "ct count over " : "ct count ") + std::to_string(limit->count);
  return std::nullopt;
}

std::optional<std::string> verdict_words(Verdict const& verdict) {
  switch (verdict.code) {
    case 0:
      return "drop";
    case 1:
      return "accept";
    case -1:  // NFT_CONTINUE
      return "continue";
    case -5:  // NFT_RETURN
      return "return";
    case -3:  // NFT_JUMP
    case -4:  // NFT_GOTO
      break;
    default:
      return std::nullopt;
  }
  auto const chain = name_text(verdict.chain);
  if (!chain) return std::nullopt;
  return (verdict.code == -3 ? "jump " : "goto ") + *chain;
}

void RuleDecoder::act(Expression const& e, Decide const& does) {
  auto const words = verdict_words(does.verdict);
  if (!words) return unknown(e);
  say(*words);
  ended_ = does.verdict.code != -1;
}

// ---- operands

std::string RuleDecoder::operand(Register from, std::endian order, std::size_t bytes) {
  auto* const held = registers_.find(from);
  std::string const opaque = "bytecode " + quoted("register " + std::to_string(from));
  if (held == nullptr) return opaque;
  switch (held->kind) {
    case Held::Kind::constant:
      if (held->data.size() < bytes) return opaque;
      return hex(number_of(std::span(held->data).first(bytes), order));
    case Held::Kind::mapped:
      unused_.erase(held->unused_at.value_or(said_.size()));
      return held->words;
    case Held::Kind::payload:
      if (auto const* const field = field_of(*held)) return std::string(field->words);
      return held->words;
    case Held::Kind::other:
      return held->words;
    case Held::Kind::key:
      break;
  }
  // A mark in the order of the network is another number.
  if (held->type == ValueType::mark && held->order != std::endian::native) return opaque;
  if (!held->is_changed()) return held->words;
  if (held->type == ValueType::ifname) return opaque;
  std::string words = held->words + " & " + hex(number_of(held->mask, held->order));
  if (auto const flip = number_of(held->flip, held->order); flip != 0) words += " ^ " + hex(flip);
  return words;
}

std::string RuleDecoder::address(Register from, Family family, bool& known) {
  auto const* const held = registers_.find(from);
  auto const size = address_bits(family) / 8;
  known = held != nullptr && held->kind == Held::Kind::constant && held->data.size() >= size;
  if (!known) return operand(from, std::endian::big, size);
  return to_string(Address{family, number_of(std::span(held->data).first(size), std::endian::big)});
}

std::string RuleDecoder::port(Register from, bool& known) {
  auto const* const held = registers_.find(from);
  known = held != nullptr && held->kind == Held::Kind::constant && held->data.size() >= kPortBytes;
  if (!known) return operand(from, std::endian::big, kPortBytes);
  return std::to_string(static_cast<std::uint32_t>(
      number_of(std::span(held->data).first(kPortBytes), std::endian::big)));
}

// "10.0.0.1-10.0.0.5:80-90", ":80"; of addresses that a packet decides, the words alone.
std::optional<std::string> RuleDecoder::target(Nat const& nat, Family family) {
  std::string text;
  bool known = true;
  if (nat.address) {
    text = address(*nat.address, family, known);
    bool const brackets = family == Family::ip6 && known;
    if (brackets) text = '[' + text + ']';
    if (known && nat.last_address && *nat.last_address != *nat.address) {
      auto const last = address(*nat.last_address, family, known);
      if (!known) return std::nullopt;
      text += '-' + (brackets ? '[' + last + ']' : last);
    }
  }
  // Of a map to addresses with ports, the port is in what the map gives already.
  if (!nat.port || (!known && registers_.find(*nat.port) == nullptr)) return text;
  text += ':' + port(*nat.port, known);
  if (!known || !nat.last_port || *nat.last_port == *nat.port) return text;
  auto const last = port(*nat.last_port, known);
  if (!known) return std::nullopt;
  if (!text.ends_with(':' + last)) text += '-' + last;
  return text;
}

// ---- address translation

void RuleDecoder::act(Expression const& e, Nat const& does) {
  static constexpr std::string_view kWords[] = {"snat", "dnat", "masquerade", "redirect"};
  bool const to_interface = does.kind == Nat::Kind::masquerade || does.kind == Nat::Kind::redirect;
  auto const family = ip_family(does.family);
  if (does.address && (!family || to_interface)) return unknown(e);
  constexpr std::uint32_t kKnownFlags = 0x7FU;
  auto const text = target(does, family.value_or(Family::ip4));
  bool const nothing = !to_interface && !does.address && !does.port;
  if (!text || nothing || (does.flags & ~kKnownFlags) != 0) return unknown(e);
  std::string words(kWords[static_cast<std::size_t>(does.kind)]);
  if (does.address) words += family == Family::ip4 ? " ip" : " ip6";
  if (!text->empty()) words += " to " + *text;
  say(words + nat_flags(does.flags));
  ended_ = true;
}

void RuleDecoder::act(Expression const& e, Tproxy const& does) {
  Nat nat;
  nat.address = does.address;
  nat.port = does.port;
  auto const family = ip_family(does.family);
  if (does.address && !family) return unknown(e);
  auto const text = target(nat, family.value_or(Family::ip4));
  if (!text || text->empty()) return unknown(e);
  std::string words = "tproxy";
  if (family) words += *family == Family::ip4 ? " ip" : " ip6";
  say(words + " to " + *text);
}

// ---- the rest

void RuleDecoder::act(Expression const& e, Reject const& does) {
  std::string words;
  if (does.type == 1) {
    if (headers_.transport == l4::tcp) words = "reject with tcp reset";
  } else if (does.type == 2) {
    static constexpr std::string_view kAny[] = {"no-route", "port-unreachable", "host-unreachable",
                                                "admin-prohibited"};
    if (does.code < std::size(kAny))
      words = does.code == 1 ? "reject" : "reject with icmpx type " + std::string(kAny[does.code]);
  } else if (headers_.network == Family::ip4) {
    if (does.code <= nft::kLastRejectCode)
      words = "reject with icmp type " + std::to_string(does.code);
  } else if (headers_.network == Family::ip6) {
    if (does.code <= nft::kLastRejectCode)
      words = "reject with icmpv6 type " + std::to_string(does.code);
  }
  if (words.empty()) return unknown(e);
  say(words);
  ended_ = true;
}

void RuleDecoder::act(Expression const&, Queue const& does) {
  std::string words = "queue";
  std::string flags;
  if ((does.flags & 1U) != 0) flags = "bypass";
  if ((does.flags & 2U) != 0) flags += flags.empty() ? "fanout" : ",fanout";
  if (!flags.empty()) words += " flags " + flags;
  if (does.from) {
    auto number = operand(*does.from, std::endian::native, sizeof(std::uint16_t));
    // nft has no words for a queue by an interface's number.
    auto const word = std::string_view(number).substr(0, number.find(' '));
    if (word == "iif" || word == "oif") number = "bytecode " + quoted(number);
    words += " to " + number;
  } else {
    words += " to " + std::to_string(does.number);
    if (does.total > 1) words += '-' + std::to_string(does.number + does.total - 1);
  }
  say(words);
  ended_ = true;
}

void RuleDecoder::act(Expression const& e, PayloadWrite const& does) {
  auto const* const held = registers_.find(does.from);
  bool const in_place = held != nullptr && held->kind == Held::Kind::payload &&
                        held->base == does.base && held->offset == does.offset &&
                        held->length == does.length && held->is_changed();
  std::string words;
  auto const begin = 8 * does.offset;
  auto const end = begin + 8 * does.length;
  std::uint32_t known = 0;
  for (auto const& field : header_fields(does.base, headers_)) {
    auto const first = std::max(begin, field.bit);
    auto const last = std::min(end, field.bit + field.bits);
    if (first >= last) continue;
    known += last - first;
    bool kept = in_place;  // are its bits written back as they were?
    for (auto bit = first; bit < last && kept; ++bit) {
      auto const byte = (bit - begin) / 8;
      auto const flag = static_cast<std::uint8_t>(0x80U >> (bit % 8));
      kept = (held->mask[byte] & flag) != 0 && (held->flip[byte] & flag) == 0;
    }
    if (kept) continue;
    bool const whole = field.bit == begin && field.bit + field.bits == end;
    say_of(field.words,
           std::string(field.words) + " set " +
               (whole ? operand(does.from, std::endian::big, does.length)
                      : "bytecode " + quoted("register " + std::to_string(does.from))));
  }
  if (known != end - begin) unknown(e);
}

void RuleDecoder::act(Expression const& e, MetaSet const& does) {
  // Priority, mark, nftrace, secmark, packet type: what net/netfilter/nft_meta.c can set.
  static constexpr auto kSettable = std::to_array<std::uint32_t>({2, 3, 12, 14, 19});
  auto const field = meta_field(does.key);
  if (!field || std::ranges::find(kSettable, does.key) == kSettable.end()) return unknown(e);
  say(std::string(field->words) + " set " + operand(does.from, std::endian::native, field->bytes));
}

// A label is a bit in a mask of 128, of which nft sets one; events are a mask that the rule holds.
std::optional<std::string> RuleDecoder::ct_operand(CtSet const& does, KeyField const& field) {
  constexpr std::uint32_t kLabel = 13;
  constexpr std::uint32_t kEvents = 18;
  auto const* const held = registers_.find(does.from);
  if (held == nullptr || held->kind != Held::Kind::constant) {
    if (does.key == kEvents || does.key == kLabel) return std::nullopt;
    return operand(does.from, std::endian::native, field.bytes);
  }
  if (held->data.size() < field.bytes) return std::nullopt;
  auto const value = number_of(std::span(held->data).first(field.bytes), std::endian::native);
  if (does.key != kLabel) return hex(value);
  for (std::uint32_t bit = 0; bit < 128; ++bit)
    if (value == Bits128{1} << bit) return std::to_string(bit);
  return std::nullopt;
}

void RuleDecoder::act(Expression const& e, CtSet const& does) {
  // Mark, secmark, label, zone, event mask: what net/netfilter/nft_ct.c can set.
  static constexpr auto kSettable = std::to_array<std::uint32_t>({3, 4, 13, 17, 18});
  auto const field = ct_field(does.key, does.direction);
  if (!field || std::ranges::find(kSettable, does.key) == kSettable.end()) return unknown(e);
  auto const value = ct_operand(does, *field);
  if (!value) return unknown(e);
  say(ct_words(*field, does.direction) + " set " + *value);
}

void RuleDecoder::act(Expression const& e, ExthdrWrite const& does) {
  constexpr std::uint32_t kTcpOption = 1;
  if (does.op != kTcpOption) return unknown(e);
  if (!does.from) return say_of("tcp", "reset tcp option " + std::to_string(does.type));
  say_of("tcp", "tcp option @" + std::to_string(does.type) + ',' + std::to_string(8 * does.offset) +
                    ',' + std::to_string(8 * does.length) + " set " +
                    operand(*does.from, std::endian::big, does.length));
}

void RuleDecoder::act(Expression const& e, Object const& does) {
  auto const words = object_words(does.type);
  if (words.empty()) return unknown(e);
  say(std::string(words) + ' ' + quoted(does.name));
}

void RuleDecoder::act(Expression const& e, ObjectMap const& does) {
  auto const words = object_words(sets_.object_type(does.set));
  auto const keys = keys_at(does.from, sets_.key_length(does.set));
  auto const set = keys ? sets_.look_up(does.set, *keys, SetBook::Use::objects) : std::nullopt;
  if (!set || words.empty()) return unknown(e);
  std::string text;
  for (auto const& key : *keys) text += (text.empty() ? "" : " . ") + key.words;
  say(std::string(words) + ' ' + text + " map " + *set);
}

void RuleDecoder::act(Expression const& e, DynamicSet const& does) {
  static constexpr std::string_view kWords[] = {"add ", "update ", "delete "};
  auto const set = sets_.change(does.set);
  auto const keys = keys_at(does.key, sets_.key_length(does.set));
  if (!set || !keys || does.op >= std::size(kWords)) return undecided(e);
  std::string text;
  for (auto const& key : *keys) text += (text.empty() ? "" : " . ") + key.words;
  for (auto const& each : does.expressions) {
    if (std::holds_alternative<Harmless>(each.does)) continue;
    auto const condition = condition_words(each);
    if (!condition) return undecided(e);
    text += ' ' + *condition;
  }
  say_of(keys->front().words, std::string(kWords[does.op]) + *set + " { " + text + " }");
}

// Only what a comment asks for is known: nothing.
void RuleDecoder::act(Expression const& e, Xtables const& does) {
  if (!does.target && does.name == "comment") return;
  if (does.name.empty()) return unknown(e);
  say((does.target ? "xt target " : "xt match ") + quoted(does.name));
}

}  // namespace safeconduct::kernel
