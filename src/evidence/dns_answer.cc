// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/dns_answer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/debug_answer.h"
#include "wire/dns_message.h"
#include "wire/dnscrypt.h"

namespace safeconduct {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::int64_t kBillion = 1'000'000'000;
// Before this the capture's clock was never set (2010; the vendor has signed since 2011).
constexpr std::int64_t kClockSet = 1'262'304'000;
// DNSCRYPT-V2-PROTOCOL: how a resolver's encrypted answer begins.
constexpr std::array<std::uint8_t, 8> kResolverMagic{'r', '6', 'f', 'n', 'v', 'W', 'j', '8'};

Asked kind_of(std::string_view name, std::uint16_t type, CaptureTarget const& target) {
  if (type != static_cast<std::uint16_t>(DnsType::txt)) return Asked::other;
  if (!target.question.empty() && name == target.question) return Asked::probe;
  bool const certificate = !target.expected.provider.empty() && name == target.expected.provider;
  return certificate ? Asked::certificate : Asked::other;
}

DnsJudged foreign(std::string cause, std::string text) {
  DnsJudged judged{Ending::dns_foreign, {}};
  judged.told.cause = std::move(cause);
  judged.told.text = std::move(text);
  return judged;
}

DnsJudged judge_probe(DnsMessage const& message, DnsExpectation const& expected) {
  auto const debug = read_debug_answer(texts_in(message));
  if (message.code == static_cast<std::uint8_t>(DnsCode::server_failure)) {
    DnsJudged judged{Ending::dns_failed, {}};
    judged.told.text = "code 2";
    return judged;
  }
  if (message.code != 0) return foreign("dns-error-code", "code " + std::to_string(message.code));
  if (expected.server_line && debug.server.empty()) return foreign("dns-no-server-line", "");
  if (expected.source_line && debug.source.empty()) return foreign("dns-no-source-line", "");
  DnsJudged judged{Ending::dns_right, {}};
  judged.told.server = debug.server;
  judged.told.source = debug.source;
  return judged;
}

DnsJudged judge_certificate(DnsMessage const& message, DnsExpectation const& expected,
                            CaptureTime time) {
  if (!expected.public_key) return {Ending::dns_other, {}};
  auto const strings = texts_in(message);
  auto const found = judge_certificates(strings, *expected.public_key, time / kBillion);
  DnsJudged judged;
  switch (found.fault) {
    case DnscryptFault::none:
      judged.ending = Ending::dns_verified;
      break;
    case DnscryptFault::absent:
      judged.ending = Ending::dns_no_certificate;
      break;
    case DnscryptFault::bad_signature:
      judged.ending = Ending::dns_bad_signature;
      break;
    case DnscryptFault::expired:
    case DnscryptFault::not_yet:
      judged.ending =
          time / kBillion < kClockSet ? Ending::dns_no_certificate : Ending::dns_not_today;
      break;
  }
  judged.told.certificate = std::string(name(found.fault));
  if (found.best) judged.told.certificate += ", " + to_string(*found.best);
  return judged;
}

}  // namespace

PlainQuestion plain_question(ByteView data, std::span<char, 256> buffer) {
  if (data.size() < kHeader + 5 || data[4] != 0 || data[5] != 1) return {};
  if ((data[2] & 0x78U) != 0) return {};  // not a standard query
  std::size_t at = kHeader;
  std::size_t length = 0;
  while (true) {
    if (at >= data.size()) return {};
    std::size_t const label = data[at++];
    if (label == 0) break;
    if (label > 63 || at + label > data.size() || length + label + 1 > 254) return {};
    if (length != 0) buffer[length++] = '.';
    for (std::size_t i = 0; i < label; ++i) {
      char const c = static_cast<char>(data[at + i]);
      if (c <= ' ' || c > '~' || c == '.' || c == '\\') return {};
      buffer[length++] = lower(c);
    }
    at += label;
  }
  if (at + 4 > data.size() || data[at + 2] != 0 || data[at + 3] != 1) return {};  // class IN
  PlainQuestion question;
  question.name = {buffer.data(), length};
  question.type = static_cast<std::uint16_t>(data[at] << 8U | data[at + 1]);
  question.id = static_cast<std::uint16_t>(data[0] << 8U | data[1]);
  question.response = (data[2] & 0x80U) != 0;
  question.code = data[3] & 0x0FU;
  return question;
}

DnsAsked dns_asked(ByteView data, CaptureTarget const& target) {
  std::array<char, 256> buffer{};
  auto const question = plain_question(data, buffer);
  if (question.name.empty()) return {};
  DnsAsked asked;
  asked.what = kind_of(question.name, question.type, target);
  asked.response = question.response;
  asked.id = question.id;
  if (asked.what != Asked::other) asked.name = question.name;
  return asked;
}

DnsJudged judge_dns_answer(ByteView data, bool short_of, CaptureTarget const& target,
                           CaptureTime time) {
  bool const encrypted = data.size() >= kResolverMagic.size() &&
                         std::ranges::equal(data.first(kResolverMagic.size()), kResolverMagic);
  if (encrypted) return {Ending::dns_encrypted, {}};
  auto const asked = dns_asked(data, target);
  if (asked.what == Asked::opaque) return {Ending::answered, {}};
  if (asked.what == Asked::other) return {Ending::dns_other, {}};
  auto const message = decode_message(data);
  if (!message)
    return short_of ? DnsJudged{Ending::dns_cut, {}} : foreign("dns-garbled", message.error());
  if (message->truncated) return {Ending::dns_other, {}};  // to be asked again over TCP
  return asked.what == Asked::probe ? judge_probe(*message, target.expected)
                                    : judge_certificate(*message, target.expected, time);
}

}  // namespace safeconduct
