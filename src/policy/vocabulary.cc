// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/vocabulary.h"

#include <algorithm>
#include <array>
#include <utility>

#include "packet/field.h"

namespace safeconduct {
namespace {

using namespace std::string_view_literals;

// The words of each vocabulary, in the order of its enumerators.
constexpr std::array kFeatures{
    "dns"sv,   "dns-encrypted"sv, "swg"sv, "pac"sv,       "sync"sv, "update"sv, "pki"sv,
    "ipsec"sv, "ztna"sv,          "vpn"sv, "blockpage"sv, "ncsi"sv, "va"sv,     "ad-connector"sv};
static_assert(kFeatures.size() == std::to_underlying(Feature::ad_connector) + 1);

constexpr std::array kLevels{"required"sv, "recommended"sv, "conditional"sv};
static_assert(kLevels.size() == std::to_underlying(Level::conditional) + 1);

constexpr std::array kExpects{"allow"sv, "deny"sv};
static_assert(kExpects.size() == std::to_underlying(Expect::deny) + 1);

constexpr std::array kConfidences{"first-party"sv, "seed"sv, "third-party"sv, "inferred"sv,
                                  "memory"sv};
static_assert(kConfidences.size() == std::to_underlying(Confidence::memory) + 1);

constexpr std::array kConstraints{"no-redirect"sv, "no-tls-decryption"sv, "no-dns-inspection"sv,
                                  "no-quic-block"sv};
static_assert(kConstraints.size() == std::to_underlying(Constraint::no_quic_block) + 1);

constexpr std::array kProbeKinds{"dns-txt"sv,  "dnscrypt-cert"sv,    "tcp"sv,
                                 "tls"sv,      "resolve-then-tcp"sv, "resolve-then-tls"sv,
                                 "http-get"sv, "ike-sa-init"sv};
static_assert(kProbeKinds.size() == std::to_underlying(ProbeKind::ike_sa_init) + 1);

constexpr std::array kProtocols{"tcp"sv, "udp"sv, "sctp"sv, "esp"sv, "ah"sv, "gre"sv};
constexpr std::array kProtocolNumbers{l4::tcp, l4::udp, l4::sctp, 50U, 51U, 47U};
static_assert(kProtocols.size() == kProtocolNumbers.size());

// The enumerations of the vendor's roaming-computers API, which also names the states.
constexpr std::array kClientStates{"dns.Off"sv,
                                   "dns.Open"sv,
                                   "dns.Transparent"sv,
                                   "dns.Encrypted"sv,
                                   "dns.VA"sv,
                                   "dns.Network"sv,
                                   "dns.Disabled"sv,
                                   "dns.Uninstalled"sv,
                                   "dns.TrustedCustomerNetwork"sv,
                                   "dns.CiscoTrustedNetwork"sv,
                                   "dns.DisabledDueToACVpnFullTunnel"sv,
                                   "swg.NA"sv,
                                   "swg.Protected"sv,
                                   "swg.Unprotected"sv,
                                   "swg.Disabled"sv,
                                   "swg.DisabledDueToVPN"sv,
                                   "swg.DisabledDueToTrustedNetwork"sv,
                                   "swg.ConfigError"sv,
                                   "swg.CloudServiceUnavailable"sv};

template <class Enum>
std::optional<Enum> parse(std::span<std::string_view const> words, std::string_view text) {
  auto const found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view name(Feature feature) { return kFeatures[std::to_underlying(feature)]; }
std::span<std::string_view const> feature_names() { return kFeatures; }
std::optional<Feature> parse_feature(std::string_view text) {
  return parse<Feature>(kFeatures, text);
}

std::string_view name(Level level) { return kLevels[std::to_underlying(level)]; }
std::span<std::string_view const> level_names() { return kLevels; }
std::optional<Level> parse_level(std::string_view text) { return parse<Level>(kLevels, text); }

std::string_view name(Expect expect) { return kExpects[std::to_underlying(expect)]; }
std::span<std::string_view const> expect_names() { return kExpects; }
std::optional<Expect> parse_expect(std::string_view text) { return parse<Expect>(kExpects, text); }

std::string_view name(Confidence confidence) {
  return kConfidences[std::to_underlying(confidence)];
}
std::span<std::string_view const> confidence_names() { return kConfidences; }
std::optional<Confidence> parse_confidence(std::string_view text) {
  return parse<Confidence>(kConfidences, text);
}

bool is_verified(Confidence confidence) {
  return confidence == Confidence::first_party || confidence == Confidence::seed;
}

std::string_view name(Constraint constraint) {
  return kConstraints[std::to_underlying(constraint)];
}
std::span<std::string_view const> constraint_names() { return kConstraints; }
std::optional<Constraint> parse_constraint(std::string_view text) {
  return parse<Constraint>(kConstraints, text);
}

std::string_view name(ProbeKind kind) { return kProbeKinds[std::to_underlying(kind)]; }
std::span<std::string_view const> probe_kind_names() { return kProbeKinds; }
std::optional<ProbeKind> parse_probe_kind(std::string_view text) {
  return parse<ProbeKind>(kProbeKinds, text);
}

std::span<std::string_view const> protocol_names() { return kProtocols; }
std::optional<std::uint32_t> parse_protocol(std::string_view text) {
  auto const found = std::ranges::find(kProtocols, text);
  if (found == kProtocols.end()) return std::nullopt;
  return kProtocolNumbers[static_cast<std::size_t>(found - kProtocols.begin())];
}

std::span<std::string_view const> client_states() { return kClientStates; }

}  // namespace safeconduct
