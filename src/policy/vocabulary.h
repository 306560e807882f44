// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The closed vocabularies of the YAML files, with the words that the files use.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace safeconduct {

// What of the service a requirement, or a range of addresses, belongs to.
enum class Feature : std::uint8_t {
  dns,            // plain DNS to the resolvers
  dns_encrypted,  // DNS to the resolvers on port 443
  swg,            // the secure web gateway, as the roaming agent uses it
  pac,            // the same, as a browser uses it through a PAC file
  sync,           // configuration and registration of the client
  update,         // new versions of the client
  pki,            // revocation lists and OCSP
  ipsec,          // site-to-site tunnels
  ztna,           // zero trust access
  vpn,            // remote access VPN
  blockpage,      // the pages that a blocked client is shown
  ncsi,           // the operating system's own test of "is there internet"
  va,             // virtual appliance, the DNS forwarder on site
  ad_connector,   // Active Directory connector
};
std::string_view name(Feature feature);  // as the files write it: "dns-encrypted"
std::span<std::string_view const> feature_names();
std::optional<Feature> parse_feature(std::string_view text);

enum class Level : std::uint8_t {
  required,     // the service fails or degrades without it
  recommended,  // something smaller suffers, or the need is not certain
  conditional,  // required where the site lists its feature, else of no concern
};
std::string_view name(Level level);
std::span<std::string_view const> level_names();
std::optional<Level> parse_level(std::string_view text);

enum class Expect : std::uint8_t { allow, deny };
std::string_view name(Expect expect);
std::span<std::string_view const> expect_names();
std::optional<Expect> parse_expect(std::string_view text);

// How sure a fact is, best first.
enum class Confidence : std::uint8_t {
  first_party,  // read in a page of the vendor's (or of another named vendor's)
  seed,         // shown in the tech note that this project started from
  third_party,  // read in public code or documents of others
  inferred,     // concluded from such facts
  memory,       // not verified
};
std::string_view name(Confidence confidence);  // "first-party"
std::span<std::string_view const> confidence_names();
std::optional<Confidence> parse_confidence(std::string_view text);
// Good enough to require something on its word: the vendor's page, or the tech note.
bool is_verified(Confidence confidence);

// What the devices on the way must not do, though they let the packets through.
enum class Constraint : std::uint8_t {
  no_redirect,        // no dnat, redirect or transparent proxy
  no_tls_decryption,  // no TLS interception
  no_dns_inspection,  // no DNS protocol checks: encrypted queries fail them
  no_quic_block,      // no blanket "udp 443 is QUIC" drop
};
std::string_view name(Constraint constraint);  // "no-redirect"
std::span<std::string_view const> constraint_names();
std::optional<Constraint> parse_constraint(std::string_view text);

// What 'probe' sends to see whether a requirement holds.
enum class ProbeKind : std::uint8_t {
  dns_txt,           // a TXT query, on the requirement's own ports
  dnscrypt_cert,     // the DNSCrypt certificate, a TXT query too
  tcp,               // a TCP handshake
  tls,               // a TLS handshake; 'name' is the server name
  resolve_then_tcp,  // resolve 'name', then a TCP handshake with each answer
  resolve_then_tls,  // resolve 'name', then a TLS handshake with each answer
  http_get,          // GET of 'name' and 'path', port 80
  ike_sa_init,       // the first message of IKEv2
};
std::string_view name(ProbeKind kind);  // "dns-txt"
std::span<std::string_view const> probe_kind_names();
std::optional<ProbeKind> parse_probe_kind(std::string_view text);

// The transport protocols that a requirement can name, by IANA number: tcp, udp, sctp, esp, ah,
// gre.
std::span<std::string_view const> protocol_names();
std::optional<std::uint32_t> parse_protocol(std::string_view text);

// The states of a client that losing a requirement leads to, in the vendor's own words:
// "dns.Open", "dns.Transparent", "swg.CloudServiceUnavailable", ...
std::span<std::string_view const> client_states();

}  // namespace safeconduct
