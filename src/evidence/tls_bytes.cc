// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/tls_bytes.h"
#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace safeconduct {
namespace {

constexpr std::size_t kMostCertificates = 8;
constexpr std::size_t kLongestName = 253;

constexpr std::uint8_t kChangeCipher = 20;
constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kData = 23;
constexpr std::uint8_t kClientHello = 1;
constexpr std::uint8_t kServerHello = 2;
constexpr std::uint8_t kCertificate = 11;
constexpr std::uint32_t kServerNameExtension = 0;
constexpr std::uint32_t kVersionsExtension = 43;

// Reads front to back; what is not there is zero, and 'short_of' says so.
struct Reader {
  ByteView rest;
  bool short_of = false;

  std::uint32_t number(std::size_t size) {
    auto const bytes = take(size);
    std::uint32_t value = 0;
    for (auto const byte : bytes) value = value << 8U | byte;
    return value;
  }
  ByteView take(std::size_t size) {
    if (size > rest.size()) {
      short_of = true;
      rest = {};
      return {};
    }
    auto const taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
  }
  // A field that says its own length first.
  ByteView field(std::size_t size_of_length) { return take(number(size_of_length)); }
};

bool begins_record(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] >= kChangeCipher && bytes[0] <= kData && bytes[1] == 3 &&
         bytes[2] <= 4;
}

// What the records hold before anything is encrypted: handshake messages, joined; an alert.
struct Plain {
  std::vector<std::uint8_t> messages;
  std::optional<std::uint8_t> alert;
  bool ciphered = false;  // what follows is encrypted
};

Plain plain_of(ByteView bytes) {
  Plain plain;
  while (bytes.size() >= 5 && begins_record(bytes)) {
    auto const type = bytes[0];
    std::size_t const length = std::size_t{bytes[3]} << 8U | bytes[4];
    auto const body = bytes.subspan(5, std::min(length, bytes.size() - 5));
    if (type == kChangeCipher || type == kData) {
      plain.ciphered = true;
      return plain;
    }
    if (type == kAlert) {
      if (body.size() == 2) plain.alert = body[1];
      return plain;
    }
    plain.messages.insert(plain.messages.end(), body.begin(), body.end());
    if (body.size() < length) return plain;
    bytes = bytes.subspan(5 + length);
  }
  return plain;
}

std::string host_name(ByteView bytes) {
  std::string text;
  for (auto const byte : bytes) {
    char const c = static_cast<char>(byte);
    bool const fit = is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    if (!fit) return {};
    text += lower(c);
  }
  return text;
}

std::string server_name(ByteView extensions) {
  Reader all{extensions};
  while (!all.rest.empty()) {
    auto const type = all.number(2);
    auto const body = all.field(2);
    if (type != kServerNameExtension) continue;
    Reader names{body};
    names.number(2);
    names.number(1);  // host_name
    auto const name = names.field(2);
    return name.size() <= kLongestName ? host_name(name) : std::string{};
  }
  return {};
}

std::string version_text(std::uint32_t version) {
  switch (version) {
    case 0x0300:
      return "SSL 3.0";
    case 0x0301:
      return "TLS 1.0";
    case 0x0302:
      return "TLS 1.1";
    case 0x0303:
      return "TLS 1.2";
    case 0x0304:
      return "TLS 1.3";
    default:
      return "TLS of an unknown version";
  }
}

std::uint32_t version_of_hello(ByteView body) {
  Reader hello{body};
  auto version = hello.number(2);
  hello.take(32);  // random
  hello.field(1);  // session id
  hello.take(3);   // cipher suite, compression
  Reader extensions{hello.field(2)};
  while (!extensions.rest.empty()) {
    auto const type = extensions.number(2);
    Reader inner{extensions.field(2)};
    if (type == kVersionsExtension) version = inner.number(2);
  }
  return version;
}

void read_chain(TlsServerSide& side, ByteView body) {
  Reader all{body};
  Reader list{all.field(3)};
  while (!list.rest.empty() && side.chain.size() < kMostCertificates) {
    auto const one = list.field(3);
    if (list.short_of) return;
    side.chain.emplace_back(one.begin(), one.end());
  }
}

}  // namespace

TlsClientSide tls_client_side(ByteView bytes) {
  TlsClientSide side;
  if (bytes.size() < 6 || bytes[0] != kHandshake || bytes[1] != 3 || bytes[5] != kClientHello)
    return side;
  side.hello = true;
  auto const plain = plain_of(bytes);
  side.alert = plain.alert;
  Reader messages{plain.messages};
  messages.number(1);
  auto const length = messages.number(3);
  side.complete = length <= messages.rest.size();
  Reader hello{messages.rest.first(std::min<std::size_t>(length, messages.rest.size()))};
  hello.take(34);  // version, random
  hello.field(1);  // session id
  hello.field(2);  // cipher suites
  hello.field(1);  // compression
  auto const size = hello.number(2);
  side.server_name = server_name(hello.rest.first(std::min<std::size_t>(size, hello.rest.size())));
  return side;
}

TlsServerSide tls_server_side(ByteView bytes) {
  using What = TlsServerSide::What;
  TlsServerSide side;
  if (bytes.size() < 3) return side;
  if (!begins_record(bytes)) {
    side.what = What::no_tls;
    return side;
  }
  auto const plain = plain_of(bytes);
  Reader messages{plain.messages};
  bool hello = false;
  while (messages.rest.size() >= 4) {
    auto const type = messages.number(1);
    auto const body = messages.field(3);
    if (messages.short_of) break;
    if (type == kServerHello) {
      hello = true;
      auto const version = version_of_hello(body);
      side.version = version_text(version);
      side.what = version == 0x0304 ? What::hidden : What::hello;
      if (version == 0x0304) return side;
    } else if (type == kCertificate) {
      read_chain(side, body);
      if (!side.chain.empty()) side.what = What::certificates;
      return side;
    }
  }
  if (plain.alert) {
    side.what = What::alert;
    side.alert = *plain.alert;
  } else if (hello && plain.ciphered) {
    side.what = What::resumed;
  }
  return side;
}

std::string alert_text(std::uint8_t alert) {
  struct Named {
    std::uint8_t number;
    std::string_view name;
  };
  // RFC 8446, 6; RFC 6066, 9.
  constexpr Named kNamed[] = {
      {0, "close-notify"},
      {10, "unexpected-message"},
      {20, "bad-record-mac"},
      {40, "handshake-failure"},
      {42, "bad-certificate"},
      {43, "unsupported-certificate"},
      {44, "certificate-revoked"},
      {45, "certificate-expired"},
      {46, "certificate-unknown"},
      {47, "illegal-parameter"},
      {48, "unknown-ca"},
      {49, "access-denied"},
      {50, "decode-error"},
      {51, "decrypt-error"},
      {70, "protocol-version"},
      {71, "insufficient-security"},
      {80, "internal-error"},
      {86, "inappropriate-fallback"},
      {90, "user-canceled"},
      {109, "missing-extension"},
      {112, "unrecognized-name"},
      {113, "bad-certificate-status"},
      {116, "certificate-required"},
      {120, "no-application-protocol"},
  };
  for (auto const& one : kNamed)
    if (one.number == alert) return std::string(one.name) + " (" + std::to_string(alert) + ')';
  return "alert " + std::to_string(alert);
}

bool distrusts(std::uint8_t alert) { return alert == 42 || alert == 46 || alert == 48; }

}  // namespace safeconduct
