// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire/dnscrypt.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace safeconduct::test {
namespace {

std::vector<std::uint8_t> bytes_of_hex(std::string_view hex) {
  auto const digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4U | digit(hex[i + 1])));
  return bytes;
}

// Served by 208.67.220.220 in 2019; a public test vector.
std::vector<std::uint8_t> certificate_of_2019() {
  return bytes_of_hex(
      "444e534300010000c8e2453a489ccb2586da7f5da8ef1b750b24bf08efb0468511aba1db9a8e69a40aef1166a864"
      "53d266c5c2a9ab77f939bd319b3c82da402f9b1776992364180488b4e44b35e964b490bddabae825a24b0415a08b"
      "e19d7ddb87a33cd77edf8e2f7163373861576f6f5dddb8605dddb8605fbeebe0");
}

ProviderKey published_key() {
  ProviderKey key{};
  auto const bytes =
      bytes_of_hex("b7351140206f225d3e2bd822d7fd691ea1c33cc8d6668d0cbe04bfabca43fb79");
  std::ranges::copy(bytes, key.begin());
  return key;
}

std::string text_of(std::vector<std::uint8_t> const& bytes) { return {bytes.begin(), bytes.end()}; }

constexpr std::int64_t kIn2020 = 1585699200;  // 2020-04-01
constexpr std::int64_t kIn2026 = 1795656000;  // 2026-11-26

DnscryptFault fault_of(std::vector<std::string> const& strings, std::int64_t now) {
  return judge_certificates(strings, published_key(), now).fault;
}

}  // namespace

TEST_CASE("dnscrypt: the service's certificate of 2019 is read field by field") {
  auto const certificate = read_certificate(certificate_of_2019());
  REQUIRE(certificate);
  CHECK(certificate->construction == 1);
  CHECK(certificate->minor == 0);
  CHECK(certificate->serial == 1574811744);
  CHECK(to_string(*certificate) ==
        "serial 1574811744, valid from 2019-11-26T23:42:24Z to 2020-11-25T23:42:24Z");
}

TEST_CASE("dnscrypt: the certificate of 2019 verifies against the published key at its date") {
  auto const bytes = certificate_of_2019();
  CHECK(is_signed_by(bytes, published_key()));
  CHECK(fault_of({text_of(bytes)}, kIn2020) == DnscryptFault::none);
}

TEST_CASE("dnscrypt: the certificate of 2019 is refused today, and before its date") {
  auto const text = text_of(certificate_of_2019());
  CHECK(fault_of({text}, kIn2026) == DnscryptFault::expired);
  CHECK(fault_of({text}, 1574811743) == DnscryptFault::not_yet);
  CHECK(fault_of({text}, 1574811744) == DnscryptFault::none);
  CHECK(fault_of({text}, 1606347744) == DnscryptFault::none);
  CHECK(fault_of({text}, 1606347745) == DnscryptFault::expired);
}

TEST_CASE("dnscrypt: one changed bit, in the signature or behind it, and it is nobody's") {
  for (std::size_t const at : {std::size_t{8}, std::size_t{72}, std::size_t{123}}) {
    CAPTURE(at);
    auto bytes = certificate_of_2019();
    bytes[at] ^= 1U;
    CHECK_FALSE(is_signed_by(bytes, published_key()));
    CHECK(fault_of({text_of(bytes)}, kIn2020) == DnscryptFault::bad_signature);
  }
}

TEST_CASE("dnscrypt: another provider's key does not fit") {
  auto key = published_key();
  key[0] ^= 1U;
  CHECK_FALSE(is_signed_by(certificate_of_2019(), key));
}

TEST_CASE("dnscrypt: strings that are no certificates are none") {
  CHECK(fault_of({}, kIn2020) == DnscryptFault::absent);
  CHECK(fault_of({"", "server m84.lon", std::string(124, 'x')}, kIn2020) == DnscryptFault::absent);
  auto const whole = text_of(certificate_of_2019());
  CHECK(fault_of({whole.substr(0, 123)}, kIn2020) == DnscryptFault::absent);
  CHECK(fault_of({whole + 'x'}, kIn2020) == DnscryptFault::absent);
}

TEST_CASE("dnscrypt: a valid certificate counts, whatever else stands beside it") {
  auto const whole = text_of(certificate_of_2019());
  auto forged = whole;
  forged[20] = static_cast<char>(forged[20] ^ 1);
  CHECK(fault_of({forged, whole, "DNSC"}, kIn2020) == DnscryptFault::none);
}

}  // namespace safeconduct::test
