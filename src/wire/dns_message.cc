// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/dns_message.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kHeader = 12;         // bytes
constexpr std::size_t kLongestLabel = 63;   // RFC 1035, 2.3.4
constexpr std::size_t kLongestName = 253;   // in text, without the last dot
constexpr std::size_t kMostRecords = 1024;  // of an answer; 64 KiB hold no more that are of use
constexpr std::uint16_t kInternet = 1;      // class IN
constexpr std::uint16_t kOpt = 41;          // RFC 6891
constexpr std::uint16_t kUdpRoom = 1232;    // bytes: passes every path without fragments
constexpr std::size_t kLongestChain = 16;

void put16(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

bool put_name(std::vector<std::uint8_t>& bytes, std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > kLongestName) return false;
  while (true) {
    auto const dot = std::min(name.find('.'), name.size());
    auto const label = name.substr(0, dot);
    if (label.empty() || label.size() > kLongestLabel) return false;
    bytes.push_back(static_cast<std::uint8_t>(label.size()));
    bytes.insert(bytes.end(), label.begin(), label.end());
    if (dot == name.size()) break;
    name.remove_prefix(dot + 1);
  }
  bytes.push_back(0);
  return true;
}

// What a label has beside letters, digits, '-' and '_' is written \DDD: a name stays one word, and
// harmless to print.
void put_label(std::string& text, std::span<std::uint8_t const> label) {
  if (!text.empty()) text += '.';
  for (auto const byte : label) {
    char const c = lower(static_cast<char>(byte));
    bool const plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain) {
      text += c;
      continue;
    }
    text += '\\';
    for (unsigned const digit : {byte / 100U, byte / 10U % 10U, byte % 10U})
      text += static_cast<char>('0' + digit);
  }
}

class Decoder {
 public:
  explicit Decoder(std::span<std::uint8_t const> bytes) : bytes_(bytes) {}

  std::expected<DnsMessage, DnsFault> run() {
    if (bytes_.size() < kHeader) return std::unexpected("shorter than a header");
    message_.id = u16();
    auto const flags = u16();
    message_.response = (flags & 0x8000U) != 0;
    message_.truncated = (flags & 0x0200U) != 0;
    message_.code = static_cast<std::uint8_t>(flags & 0x000FU);
    std::size_t const questions = u16();
    std::size_t const answers = u16();
    at_ += 4;  // authority and additional records are not read
    if (questions > kMostRecords || answers > kMostRecords)
      return std::unexpected("more records than fit");
    for (std::size_t i = 0; i < questions && fault_.empty(); ++i) question();
    for (std::size_t i = 0; i < answers && fault_.empty(); ++i) record();
    // Of an answer that says so itself, what is whole is kept (RFC 2181, 9).
    if (!fault_.empty() && !(message_.truncated && message_.questions.size() == questions))
      return std::unexpected(fault_);
    return std::move(message_);
  }

 private:
  bool has(std::size_t count) {
    if (bytes_.size() - at_ >= count) return true;
    fail("cut short");
    return false;
  }
  void fail(char const* fault) {
    if (fault_.empty()) fault_ = fault;
    at_ = bytes_.size();
  }
  std::uint16_t u16() {
    if (!has(2)) return 0;
    at_ += 2;
    return static_cast<std::uint16_t>(bytes_[at_ - 2] << 8U | bytes_[at_ - 1]);
  }
  std::uint32_t u32() {
    std::uint32_t const high = u16();
    return high << 16U | u16();
  }

  // Pointers lead back only, each further than the last, so that they come to an end.
  std::string domain() {
    std::string text;
    std::size_t at = at_;
    std::size_t barrier = at_;
    bool jumped = false;
    while (true) {
      if (at >= bytes_.size()) return fail("a name is cut short"), text;
      std::size_t const length = bytes_[at];
      if (length == 0) {
        if (!jumped) at_ = at + 1;
        return text;
      }
      if ((length & 0xC0U) == 0xC0U) {
        if (at + 1 >= bytes_.size()) return fail("a name is cut short"), text;
        std::size_t const to = (length & 0x3FU) << 8U | bytes_[at + 1];
        if (to >= barrier) return fail("a name points forward"), text;
        if (!jumped) at_ = at + 2;
        jumped = true;
        barrier = to;
        at = to;
        continue;
      }
      if (length > kLongestLabel) return fail("a label of an unknown kind"), text;
      if (at + 1 + length > bytes_.size()) return fail("a name is cut short"), text;
      put_label(text, bytes_.subspan(at + 1, length));
      if (text.size() > kLongestName * 4) return fail("a name is too long"), text;
      at += 1 + length;
    }
  }

  void question() {
    DnsQuestion one;
    one.name = domain();
    one.type = u16();
    u16();  // class
    message_.questions.push_back(std::move(one));
  }

  void record() {
    DnsRecord one;
    one.name = domain();
    one.type = u16();
    auto const kind = u16();
    one.ttl = u32();
    std::size_t const length = u16();
    if (!fault_.empty() || !has(length)) return;
    auto const end = at_ + length;
    if (kind == kInternet) data(one, end);
    if (!fault_.empty()) return;
    at_ = end;
    message_.answers.push_back(std::move(one));
  }

  void data(DnsRecord& one, std::size_t end) {
    auto const length = end - at_;
    if (one.type == std::to_underlying(DnsType::a)) {
      if (length != 4) return fail("an A record is not 4 bytes long");
      one.address = Address{Family::ip4, bits(4)};
    } else if (one.type == std::to_underlying(DnsType::aaaa)) {
      if (length != 16) return fail("an AAAA record is not 16 bytes long");
      one.address = Address{Family::ip6, bits(16)};
    } else if (one.type == std::to_underlying(DnsType::cname)) {
      one.target = domain();
      if (fault_.empty() && at_ != end) fail("a CNAME record is not as long as its name");
    } else if (one.type == std::to_underlying(DnsType::txt)) {
      while (at_ < end) {
        std::size_t const count = bytes_[at_++];
        if (count > end - at_) return fail("a string is longer than its TXT record");
        one.strings.emplace_back(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
                                 bytes_.begin() + static_cast<std::ptrdiff_t>(at_ + count));
        at_ += count;
      }
    }
  }

  Bits128 bits(std::size_t count) {
    Bits128 value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8U | Bits128{bytes_[at_ + i]};
    at_ += count;
    return value;
  }

  std::span<std::uint8_t const> bytes_;
  std::size_t at_ = 0;
  DnsMessage message_;
  DnsFault fault_;
};

std::string as_compared(std::string_view name) {
  return lower(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
}

// From the name that was asked for to its last alias.
std::vector<DnsRecord const*> aliases_of(DnsMessage const& message) {
  std::vector<DnsRecord const*> aliases;
  auto wanted = message.questions[0].name;
  for (std::size_t step = 0; step < kLongestChain; ++step) {
    auto const alias = std::ranges::find_if(message.answers, [&](DnsRecord const& record) {
      return record.name == wanted && !record.target.empty();
    });
    if (alias == message.answers.end()) break;
    wanted = alias->target;
    aliases.push_back(&*alias);
  }
  return aliases;
}

}  // namespace

std::string_view name(DnsType type) {
  switch (type) {
    case DnsType::a:
      return "A";
    case DnsType::cname:
      return "CNAME";
    case DnsType::txt:
      return "TXT";
    case DnsType::aaaa:
      return "AAAA";
  }
  return "?";
}

std::optional<std::vector<std::uint8_t>> encode_query(std::uint16_t id, DnsQuestion const& question,
                                                      bool extended) {
  std::vector<std::uint8_t> bytes;
  put16(bytes, id);
  put16(bytes, 0x0100);  // recursion desired
  put16(bytes, 1);       // one question
  put16(bytes, 0);
  put16(bytes, 0);
  put16(bytes, extended ? 1 : 0);  // OPT
  if (!put_name(bytes, question.name)) return std::nullopt;
  put16(bytes, question.type);
  put16(bytes, kInternet);
  if (!extended) return bytes;
  bytes.push_back(0);  // OPT is at the root
  put16(bytes, kOpt);
  put16(bytes, kUdpRoom);
  put16(bytes, 0);
  put16(bytes, 0);
  put16(bytes, 0);  // no options
  return bytes;
}

std::expected<DnsMessage, DnsFault> decode_message(std::span<std::uint8_t const> bytes) {
  return Decoder(bytes).run();
}

bool answers(DnsMessage const& message, std::uint16_t id, DnsQuestion const& question) {
  return message.response && message.id == id && message.questions.size() == 1 &&
         message.questions[0].type == question.type &&
         message.questions[0].name == as_compared(question.name);
}

DnsAddresses addresses_in(DnsMessage const& message) {
  DnsAddresses result;
  if (message.questions.empty()) return result;
  std::optional<std::uint32_t> ttl;
  auto const see = [&](DnsRecord const& record) {
    ttl = std::min(ttl.value_or(record.ttl), record.ttl);
  };
  for (auto const* alias : aliases_of(message)) {
    see(*alias);
    result.chain.push_back(alias->target);
  }
  auto const wanted = result.chain.empty() ? message.questions[0].name : result.chain.back();
  for (auto const& record : message.answers) {
    if (record.name != wanted || !record.address) continue;
    see(record);
    result.addresses.push_back(*record.address);
  }
  std::ranges::sort(result.addresses);
  auto const repeated = std::ranges::unique(result.addresses);
  result.addresses.erase(repeated.begin(), repeated.end());
  result.ttl = ttl.value_or(0);
  return result;
}

std::vector<std::string> texts_in(DnsMessage const& message) {
  std::vector<std::string> texts;
  if (message.questions.empty()) return texts;
  auto const aliases = aliases_of(message);
  auto const& wanted = aliases.empty() ? message.questions[0].name : aliases.back()->target;
  for (auto const& record : message.answers)
    if (record.name == wanted)
      texts.insert(texts.end(), record.strings.begin(), record.strings.end());
  return texts;
}

}  // namespace safeconduct
