// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/kernel_decode.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "packet/field.h"

namespace safeconduct::kernel {
namespace {

constexpr std::uint32_t kIpv6 = 0;  // NFT_EXTHDR_OP_*
constexpr std::uint32_t kTcpOption = 1;

std::string bytecode(std::string_view text) { return "bytecode " + quoted(text); }

struct Implied {
  std::string_view header;
  std::optional<Family> network;
  std::optional<std::uint32_t> transport;
};
constexpr Implied kImplied[] = {
    {"ip", Family::ip4, {}}, {"ip6", Family::ip6, {}},        {"tcp", {}, l4::tcp},
    {"udp", {}, l4::udp},    {"udplite", {}, l4::udplite},    {"sctp", {}, l4::sctp},
    {"dccp", {}, l4::dccp},  {"icmp", Family::ip4, l4::icmp}, {"icmpv6", Family::ip6, l4::icmp6},
};

Implied implied_by(std::string_view field) {
  auto const header = field.substr(0, field.find(' '));
  for (auto const& each : kImplied)
    if (each.header == header) return each;
  return {};
}

// The extension headers of IPv6, by their protocol number (RFC 8200, 6275, 4302).
std::string_view extension_header(std::uint32_t type) {
  switch (type) {
    case 0:
      return "hbh";
    case 43:
      return "rt";
    case 44:
      return "frag";
    case 60:
      return "dst";
    case 135:
      return "mh";
    default:
      return {};
  }
}

bool is_even(std::string_view words) { return std::ranges::count(words, '"') % 2 == 0; }

}  // namespace

RuleDecoder::RuleDecoder(SetBook& sets, std::uint32_t family, std::span<Interface const> interfaces)
    : sets_(sets), family_(family), interfaces_(interfaces) {}

// ---- what is said

void RuleDecoder::say(std::string words) { said_.push_back({std::move(words), {}, {}, {}, {}}); }

void RuleDecoder::say_of(std::string_view field, std::string words) {
  auto const implied = implied_by(field);
  said_.push_back({std::move(words), {}, {}, implied.network, implied.transport});
}

void RuleDecoder::undecided(Expression const& e) { say("undecided " + quoted(e.text)); }

void RuleDecoder::unknown(Expression const& e) {
  say("unknown " + quoted(e.text));
  ended_ = true;
}

// What the first words that are no dependency say themselves, goes, as nft does it.
std::string RuleDecoder::joined() {
  for (auto& [at, words] : unused_) said_[at].words = std::move(words);
  std::string text;
  for (std::size_t i = 0; i < said_.size(); ++i) {
    auto const& one = said_[i];
    std::size_t next = i;
    while (next < said_.size() && (said_[next].is_network || said_[next].is_transport)) ++next;
    bool const repeated = next < said_.size() && (one.is_network || one.is_transport) &&
                          (!one.is_network || one.is_network == said_[next].says_network) &&
                          (!one.is_transport || one.is_transport == said_[next].says_transport);
    if (repeated || one.words.empty()) continue;
    if (!text.empty()) text += ' ';
    text += one.words;
  }
  return text.empty() ? "continue" : text;
}

std::string RuleDecoder::words(Rule const& rule) {
  headers_ = {};
  if (family_name(family_) == "ip") headers_.network = Family::ip4;
  if (family_name(family_) == "ip6") headers_.network = Family::ip6;
  registers_ = {};
  said_.clear();
  unused_.clear();
  bound_.reset();
  ended_ = false;
  for (auto const& e : rule.expressions) {
    if (ended_) break;
    run(e);
  }
  return joined();
}

void RuleDecoder::run(Expression const& e) {
  std::visit(
      Overloaded{
          [&](Unknown const&) { unknown(e); },
          [&](Compare const& does) { compare(e, does); },
          [&](Range const& does) { compare(e, does); },
          [&](Lookup const& does) { look_up(e, does); },
          [&](Notrack const&) { say("notrack"); },
          [&](Harmless const& does) {
            say(does.prefix.empty() ? does.words : does.words + " prefix " + quoted(does.prefix));
          },
          [&](Synproxy const&) { say("synproxy"); },
          [&](Duplicate const&) { say("dup to " + quoted(e.text)); },
          [&](FlowOffload const& does) {
            auto const name = name_text(does.table);
            if (!name) return unknown(e);
            say("flow add @" + *name);
          },
          [&]<class Does>(Does const& does) {
            if constexpr (requires { load(e, does); }) {
              load(e, does);
            } else if constexpr (requires { act(e, does); }) {
              act(e, does);
            } else if (auto const condition = condition_words(e)) {
              say(*condition);
            } else {
              undecided(e);
            }
          },
      },
      e.does);
}

// ---- loads

void RuleDecoder::hold_words(Register at, std::string words) {
  Held held;
  held.words = std::move(words);
  registers_.hold(at, std::move(held));
}

void RuleDecoder::load(Expression const& e, PayloadLoad const& does) {
  if (does.length == 0) return hold_words(does.to, bytecode(e.text));
  Held held;
  held.kind = Held::Kind::payload;
  held.words = bytecode(e.text.substr(0, e.text.find(" =>")));
  held.base = does.base;
  held.offset = does.offset;
  held.length = does.length;
  registers_.hold(does.to, std::move(held));
}

void RuleDecoder::load(Expression const& e, MetaLoad const& does) {
  auto const field = meta_field(does.key);
  if (!field) return hold_words(does.to, bytecode(e.text));
  Held held;
  held.kind = Held::Kind::key;
  held.words = field->words;
  held.length = field->bytes;
  held.type = field->type;
  held.order = field->order;
  held.by_index = field->type == ValueType::ifname && field->bytes == 4;
  registers_.hold(does.to, std::move(held));
}

void RuleDecoder::load(Expression const& e, CtLoad const& does) {
  auto const field = ct_field(does.key, does.direction);
  if (!field) return hold_words(does.to, bytecode(e.text));
  Held held;
  held.kind = Held::Kind::key;
  held.words = ct_words(*field, does.direction);
  held.length = field->bytes;
  held.type = field->type;
  held.order = field->order;
  registers_.hold(does.to, std::move(held));
}

void RuleDecoder::load(Expression const& e, FibLoad const& does) {
  static constexpr std::string_view kFlags[] = {"saddr", "daddr", "mark", "iif", "oif"};
  static constexpr std::string_view kResults[] = {"", "oif", "oifname", "type"};
  constexpr std::uint32_t kPresent = 32;
  constexpr std::uint32_t kType = 3;
  bool const known = does.result != 0 && does.result <= kType && (does.flags & 3U) != 0 &&
                     does.flags < 2 * kPresent;
  bool const asks_whether_there = (does.flags & kPresent) != 0;
  // nft asks for an interface so, and has no words for "some type".
  if (!known || (asks_whether_there && does.result == kType))
    return hold_words(does.to, bytecode(e.text));
  Held held;
  held.kind = Held::Kind::key;
  held.words = "fib";
  for (std::uint32_t i = 0; i < std::size(kFlags); ++i)
    if ((does.flags & (1U << i)) != 0)
      held.words += (held.words == "fib" ? " " : " . ") + std::string(kFlags[i]);
  held.words += ' ' + std::string(kResults[does.result]);
  held.order = std::endian::native;
  held.length = does.result == 2 ? 16 : 4;
  bool const of_address = does.flags == 1 || does.flags == 2;
  held.presence = asks_whether_there;
  if (held.presence) held.length = 1;
  if (does.result == kType && of_address) held.type = ValueType::address_type;
  registers_.hold(does.to, std::move(held));
}

void RuleDecoder::load(Expression const& e, ExthdrLoad const& does) {
  Held held;
  held.kind = Held::Kind::key;
  held.presence = does.present;
  held.length = does.present ? 1 : does.length;
  auto const header = extension_header(does.type);
  if (does.op == kIpv6 && !header.empty() && does.present) {
    held.words = "exthdr " + std::string(header);
  } else if (does.op == kIpv6 && !header.empty() && header != "rt") {
    // Which of its fields does not matter: none is modelled.
    held.words = std::string(header) + " " + (does.offset == 0 ? "nexthdr" : "reserved");
  } else if (does.op == kTcpOption && does.present) {
    held.words = "tcp option " + std::to_string(does.type);
  } else if (does.op == kTcpOption) {
    held.words = "tcp option @" + std::to_string(does.type) + ',' +
                 std::to_string(8 * does.offset) + ',' + std::to_string(8 * does.length);
  } else {
    held.words = bytecode(e.text.substr(0, e.text.find(" =>")));
  }
  registers_.hold(does.to, std::move(held));
}

void RuleDecoder::load(Expression const& e, OtherLoad const& does) {
  hold_words(does.to, bytecode(e.text.substr(0, e.text.find("=>"))));
}

void RuleDecoder::load(Expression const& e, Immediate const& does) {
  if (does.data.empty()) return hold_words(does.to, bytecode(e.text));
  Held held;
  held.kind = Held::Kind::constant;
  held.length = static_cast<std::uint32_t>(does.data.size());
  held.data = does.data;
  registers_.hold(does.to, std::move(held));
}

// ---- arithmetic

void RuleDecoder::load(Expression const& e, Bitwise const& does) {
  auto const* const found = registers_.find(does.from);
  if (found == nullptr || found->kind == Held::Kind::mapped || found->length == 0 ||
      does.length != found->length)
    return hold_words(does.to, bytecode(e.text));
  Held held = *found;
  bool const whole = does.mask.size() == held.length && does.flip.size() == held.length;
  bool const swapped = held.kind == Held::Kind::payload && held.order != std::endian::big;
  if (does.op == 0 && whole && !held.presence && !swapped && held.kind != Held::Kind::constant &&
      held.kind != Held::Kind::other) {
    held.change(does.mask, does.flip);
    return registers_.hold(does.to, std::move(held));
  }
  constexpr std::uint32_t kRight = 2;
  if (does.op == kRight && held.kind == Held::Kind::payload &&
      (held.order == std::endian::native || held.length == 1)) {
    // "ip dscp" as a number: its bits alone, moved to the lowest place.
    Held plain = held;
    plain.order = std::endian::big;
    auto const parts = parts_of(plain, plain.mask, Bytes(plain.mask.size(), 0));
    auto const* const field = parts && parts->size() == 1 ? parts->front().field : nullptr;
    auto const end = 8 * (held.offset + held.length);
    if (field != nullptr && parts->front().mask == (Bits128{1} << field->bits) - 1 &&
        std::ranges::all_of(held.flip, [](std::uint8_t byte) { return byte == 0; }) &&
        end - (field->bit + field->bits) == does.shift) {
      Held made;
      made.kind = Held::Kind::key;
      made.words = field->words;
      made.type = field->type;
      made.order = std::endian::native;
      made.length = held.length;
      return registers_.hold(does.to, std::move(made));
    }
  }
  if (does.op == kRight && held.kind == Held::Kind::key && held.type == ValueType::mark &&
      held.order == std::endian::native && !held.is_changed() && does.shift < 32) {
    Held made;
    made.words = held.words + " >> " + std::to_string(does.shift);
    made.order = std::endian::native;
    made.length = held.length;
    return registers_.hold(does.to, std::move(made));
  }
  hold_words(does.to, bytecode(e.text));
}

void RuleDecoder::load(Expression const& e, Byteorder const& does) {
  auto const* const found = registers_.find(does.from);
  // nft 1.0.6 asks for the two bytes of a one-byte field: nothing is done (nft_byteorder_eval).
  if (does.length < does.size && does.from == does.to) return;
  constexpr std::uint32_t kToNetwork = 1;
  auto const from = does.op == kToNetwork ? std::endian::native : std::endian::big;
  if (found == nullptr || found->length != does.length || does.size != does.length ||
      (found->kind != Held::Kind::key && found->kind != Held::Kind::payload) ||
      (found->order != from && found->length != 1) || found->type == ValueType::ifname)
    return hold_words(does.to, bytecode(e.text));
  Held held = *found;
  held.order = does.op == kToNetwork ? std::endian::big : std::endian::native;
  if constexpr (std::endian::native == std::endian::little) {
    if (held.kind == Held::Kind::key) {
      std::ranges::reverse(held.mask);
      std::ranges::reverse(held.flip);
    }
  }
  registers_.hold(does.to, std::move(held));
}

// ---- lookups

std::optional<LookupKey> RuleDecoder::key_of(Held const& held, std::uint32_t bytes) const {
  LookupKey key;
  key.bytes = held.length == 0 ? bytes : held.length;
  key.order = held.order;
  switch (held.kind) {
    case Held::Kind::constant:
    case Held::Kind::mapped:
      return std::nullopt;
    case Held::Kind::other:
      key.words = held.words;
      return key;
    case Held::Kind::payload: {
      if (held.order != std::endian::big && held.length > 1) return std::nullopt;
      auto const* const field = field_of(held);
      if (field == nullptr) return std::nullopt;
      key.words = field->words;
      key.type = field->type;
      key.shift = 8 * (held.offset + held.length) - (field->bit + field->bits);
      key.bits = field->bits;
      return key;
    }
    case Held::Kind::key:
      break;
  }
  if (held.presence) return std::nullopt;
  key.words = held.words;
  key.type = held.type;
  key.by_index = held.by_index;
  key.bits = 8 * held.length;
  if (!held.is_changed()) return key;
  if (held.type == ValueType::ifname) return std::nullopt;
  key.is_changed = true;
  key.words += " & " + hex(number_of(held.mask, held.order));
  if (auto const flip = number_of(held.flip, held.order); flip != 0) key.words += " ^ " + hex(flip);
  return key;
}

std::optional<LookupKeys> RuleDecoder::keys_at(Register from, std::uint32_t bytes) {
  LookupKeys keys;
  for (std::uint32_t at = 0; at < bytes;) {
    auto const* const held = registers_.find(from, at);
    if (held == nullptr) return std::nullopt;
    auto key = key_of(*held, bytes - at);
    if (!key || key->bytes == 0 || key->bytes > bytes - at) return std::nullopt;
    at += (key->bytes + 3) / 4 * 4;
    keys.push_back(std::move(*key));
  }
  bool const changed = std::ranges::any_of(keys, &LookupKey::is_changed);
  if (keys.empty() || (keys.size() > 1 && changed)) return std::nullopt;
  return keys;
}

void RuleDecoder::look_up(Expression const& e, Lookup const& does) {
  auto const keys = keys_at(does.from, sets_.key_length(does.set));
  auto const what = !does.to        ? SetBook::Use::set
                    : *does.to == 0 ? SetBook::Use::verdicts
                                    : SetBook::Use::data;
  auto const set = keys ? sets_.look_up(does.set, *keys, what) : std::nullopt;
  if (!set || !is_even(*set)) {
    if (!does.to) return undecided(e);
    if (*does.to == 0) return unknown(e);
    undecided(e);
    return hold_words(*does.to, bytecode(e.text));
  }
  std::string words;
  for (auto const& key : *keys) words += (words.empty() ? "" : " . ") + key.words;
  if (!does.to) {
    say_of(keys->front().words, words + (does.inverted ? " != " : " ") + *set);
  } else if (*does.to == 0) {
    say_of(keys->front().words, words + " vmap " + *set);
  } else {
    Held held;
    held.kind = Held::Kind::mapped;
    held.words = words + " map " + *set;
    held.length = sets_.data_length(does.set);
    held.unused_at = said_.size();
    unused_.emplace(said_.size(), "undecided " + quoted(e.text));
    say("");
    registers_.hold(*does.to, std::move(held));
    return;
  }
  // A concatenation says as much of each of its fields.
  for (auto const& key : *keys) {
    auto const implied = implied_by(key.words);
    if (implied.network) said_.back().says_network = implied.network;
    if (implied.transport) said_.back().says_transport = implied.transport;
  }
}

}  // namespace safeconduct::kernel
