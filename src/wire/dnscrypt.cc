// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/dnscrypt.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>

#include "base/libcrypto.h"

namespace safeconduct {
namespace {

constexpr std::size_t kSize = 124;   // bytes
constexpr std::size_t kSigned = 72;  // the signature covers what stands from here on
constexpr std::string_view kMagic = "DNSC";

std::uint32_t number(std::span<std::uint8_t const> bytes) {
  std::uint32_t value = 0;
  for (auto const byte : bytes) value = value << 8U | byte;
  return value;
}

std::span<std::uint8_t const> bytes_of(std::string const& text) {
  return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

DnscryptFault fault_at(DnscryptCertificate const& certificate, std::int64_t now) {
  if (now < certificate.from) return DnscryptFault::not_yet;
  return now > certificate.until ? DnscryptFault::expired : DnscryptFault::none;
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

std::optional<DnscryptCertificate> read_certificate(std::span<std::uint8_t const> bytes) {
  if (bytes.size() != kSize || !std::ranges::equal(bytes.first(4), kMagic, {}, {}, [](char c) {
        return static_cast<std::uint8_t>(c);
      }))
    return std::nullopt;
  DnscryptCertificate certificate;
  certificate.construction = static_cast<std::uint16_t>(number(bytes.subspan(4, 2)));
  certificate.minor = static_cast<std::uint16_t>(number(bytes.subspan(6, 2)));
  std::ranges::copy(bytes.subspan(8, 64), certificate.signature.begin());
  std::ranges::copy(bytes.subspan(72, 32), certificate.resolver_key.begin());
  std::ranges::copy(bytes.subspan(104, 8), certificate.client_magic.begin());
  certificate.serial = number(bytes.subspan(112, 4));
  certificate.from = number(bytes.subspan(116, 4));
  certificate.until = number(bytes.subspan(120, 4));
  return certificate;
}

bool is_signed_by(std::span<std::uint8_t const> bytes, ProviderKey const& key) {
  if (bytes.size() != kSize) return false;
  auto const& lib = libcrypto();
  std::unique_ptr<EVP_PKEY, Freed<&Libcrypto::EVP_PKEY_free>> const public_key(
      lib.EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  std::unique_ptr<EVP_MD_CTX, Freed<&Libcrypto::EVP_MD_CTX_free>> const context(
      lib.EVP_MD_CTX_new());
  if (!public_key || !context) return false;
  if (lib.EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) != 1)
    return false;
  auto const covered = bytes.subspan(kSigned);
  return lib.EVP_DigestVerify(context.get(), bytes.data() + 8, 64, covered.data(),
                              covered.size()) == 1;
}

std::string_view name(DnscryptFault fault) {
  switch (fault) {
    case DnscryptFault::none:
      return "valid";
    case DnscryptFault::absent:
      return "absent";
    case DnscryptFault::bad_signature:
      return "bad-signature";
    case DnscryptFault::not_yet:
      return "not-yet-valid";
    case DnscryptFault::expired:
      return "expired";
  }
  std::abort();  // not a DnscryptFault
}

DnscryptJudgement judge_certificates(std::span<std::string const> strings, ProviderKey const& key,
                                     std::int64_t now) {
  // How far a certificate comes, furthest last.
  auto const rank = [](DnscryptFault fault) {
    constexpr std::array order{DnscryptFault::absent, DnscryptFault::bad_signature,
                               DnscryptFault::expired, DnscryptFault::not_yet, DnscryptFault::none};
    return std::ranges::find(order, fault) - order.begin();
  };
  DnscryptJudgement best;
  for (auto const& text : strings) {
    auto const certificate = read_certificate(bytes_of(text));
    if (!certificate) continue;
    auto const fault = is_signed_by(bytes_of(text), key) ? fault_at(*certificate, now)
                                                         : DnscryptFault::bad_signature;
    bool const further = rank(fault) > rank(best.fault);
    bool const newer = fault == best.fault && best.best && certificate->serial > best.best->serial;
    if (further || newer) best = {fault, *certificate};
  }
  return best;
}

std::string to_string(DnscryptCertificate const& certificate) {
  return "serial " + std::to_string(certificate.serial) + ", valid from " +
         utc_text(certificate.from) + " to " + utc_text(certificate.until);
}

std::string utc_text(std::int64_t seconds) {
  using namespace std::chrono;
  sys_seconds const time{std::chrono::seconds(seconds)};
  auto const midnight = floor<days>(time);
  year_month_day const day(midnight);
  hh_mm_ss const clock(time - midnight);
  return std::to_string(static_cast<int>(day.year())) + '-' +
         two(static_cast<unsigned>(day.month())) + '-' + two(static_cast<unsigned>(day.day())) +
         'T' + two(static_cast<unsigned>(clock.hours().count())) + ':' +
         two(static_cast<unsigned>(clock.minutes().count())) + ':' +
         two(static_cast<unsigned>(clock.seconds().count())) + 'Z';
}

}  // namespace safeconduct
