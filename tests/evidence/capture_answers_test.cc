// SPDX-License-Identifier: GPL-3.0-or-later
// Who answered: what a capture tells of it, and what it does not.
#include <doctest/doctest.h>

#include <fstream>

#include "evidence/capture.h"
#include "evidence/capture_sample.h"
#include "support/tmp_dir.h"

namespace safeconduct::test {
namespace {

Octets of_hex(std::string_view hex) {
  auto const digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  Octets bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4U | digit(hex[i + 1])));
  return bytes;
}

// ---- DNS

// Served by 208.67.220.220 in 2019, signed by the published key; valid until 2020-11-25.
constexpr std::string_view kCertificate =
    "444e534300010000c8e2453a489ccb2586da7f5da8ef1b750b24bf08efb0468511aba1db9a8e69a40aef1166a864"
    "53d266c5c2a9ab77f939bd319b3c82da402f9b1776992364180488b4e44b35e964b490bddabae825a24b0415a08b"
    "e19d7ddb87a33cd77edf8e2f7163373861576f6f5dddb8605dddb8605fbeebe0";
constexpr std::int64_t kIn2020 = 1'600'000'000 * kTick;
constexpr std::int64_t kIn2024 = 1'724'728'063 * kTick;

std::string certificate(bool genuine = true) {
  auto bytes = of_hex(kCertificate);
  if (!genuine) bytes[80] ^= 1U;
  return {bytes.begin(), bytes.end()};
}

struct Talk {
  std::vector<std::string> debug = {"server m84.lon", "source 192.0.2.7:57552"};
  bool ask_certificate = true;
  std::vector<std::string> certificate = {test::certificate()};
  std::int64_t start = kIn2020;
  double end = 20;
  std::uint8_t ttl = 55;  // of the answers
  std::uint8_t code = 0;  // of the first
};

Observation answered(Talk const& talk) {
  London const london;
  Film film(talk.start);
  auto const resolver = End{"208.67.222.222", 53};
  film.at(0, udp_packet({kClient, 5000}, resolver, dns_query(1, kDebug, 16)));
  if (!talk.debug.empty()) {
    auto answer = dns_txt_answer(1, kDebug, talk.debug);
    answer[3] |= talk.code;
    film.at(0.02, udp_packet(resolver, {kClient, 5000}, answer, talk.ttl));
  }
  if (talk.ask_certificate) {
    film.at(1, udp_packet({kClient, 5001}, resolver, dns_query(2, kProvider, 16)));
    if (!talk.certificate.empty())
      film.at(1.02, udp_packet(resolver, {kClient, 5001},
                               dns_txt_answer(2, kProvider, talk.certificate), talk.ttl));
  }
  film.at(talk.end, udp_packet({kClient, 5002}, {"10.20.0.1", 53}, dns_query(2, "a.example", 1)));
  auto const seen = about(account_of(film, london), "dns-53-udp");
  REQUIRE(seen.size() == 1);
  return seen.front();
}

// ---- TLS

// For sync.hydra.opendns.com, issued by the authority below. Made for this test; both are valid
// from November 2026 on, for a hundred years.
constexpr std::string_view kInspected =
    "308201c130820167a00302010202142db03c031b02e651b13c4fa496e24f4bfb954449300a06082a8648ce3d"
    "040302303731153013060355040a0c0c4578616d706c6520436f7270311e301c06035504030c154578616d70"
    "6c6520496e7370656374696f6e2043413020170d3236313132363036313032335a180f323132363131303230"
    "36313032335a3021311f301d06035504030c1673796e632e68796472612e6f70656e646e732e636f6d305930"
    "1306072a8648ce3d020106082a8648ce3d03010703420004093db4c2030e98a447bfab956daec245d712c6fb"
    "5149fe8f314b4941450d4c1405599d856bcab7dd9f5c65f7565d886d8348d980b8f492a10cbc7347be7d0602"
    "a365306330210603551d11041a3018821673796e632e68796472612e6f70656e646e732e636f6d301d060355"
    "1d0e041604145a27145b0140bc28b7f478a7acf3a0a871d44b28301f0603551d2304183016801475910c0f16"
    "dc8dba3860a1380be50c052c562337300a06082a8648ce3d0403020348003045022100d85a1c34ecc3feeff4"
    "2dbfa2cfd934290f13da0321680c49ed477925482c7d5c02204f1b149b75c58d22efc43ac822df02ba7047cf"
    "38dcd48eb1447508d1b724f8fd";
// The same, signed by itself.
constexpr std::string_view kSelfSigned =
    "3082013e3081e5021419eecaa20766e2e8a2cc4f8ab41c59515f3732eb300a06082a8648ce3d040302302131"
    "1f301d06035504030c1673796e632e68796472612e6f70656e646e732e636f6d3020170d3236313132363036"
    "313032345a180f32313236313130323036313032345a3021311f301d06035504030c1673796e632e68796472"
    "612e6f70656e646e732e636f6d3059301306072a8648ce3d020106082a8648ce3d03010703420004093db4c2"
    "030e98a447bfab956daec245d712c6fb5149fe8f314b4941450d4c1405599d856bcab7dd9f5c65f7565d886d"
    "8348d980b8f492a10cbc7347be7d0602300a06082a8648ce3d040302034800304502210081e93a7c1f6c3fcc"
    "f85d0f5284e81353dad408f0a0a1be6e9ca4bedf9cc929d102203ba9876405926debdb36fe295ac3f7d15a3e"
    "543139107481e33dcd4c643d0de9";
constexpr std::string_view kAuthority =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBxDCCAWugAwIBAgIUbhC4H5uUS6l0wRvKZezo9B+nN4wwCgYIKoZIzj0EAwIw\n"
    "NzEVMBMGA1UECgwMRXhhbXBsZSBDb3JwMR4wHAYDVQQDDBVFeGFtcGxlIEluc3Bl\n"
    "Y3Rpb24gQ0EwIBcNMjYxMTI2MDYxMDIzWhgPMjEyNjExMDIwNjEwMjNaMDcxFTAT\n"
    "BgNVBAoMDEV4YW1wbGUgQ29ycDEeMBwGA1UEAwwVRXhhbXBsZSBJbnNwZWN0aW9u\n"
    "IENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETwcFuMevTNi+f/BJ0yKvluEW\n"
    "bGdhmx6cpAluvfCzCgSvE02XQ8J93xUjYm0iZXrKu0h6hGH/0TZg3LMEyInu96NT\n"
    "MFEwHQYDVR0OBBYEFHWRDA8W3I26OGChOAvlDAUsViM3MB8GA1UdIwQYMBaAFHWR\n"
    "DA8W3I26OGChOAvlDAUsViM3MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID\n"
    "RwAwRAIgZb7oh7n0wBEpY5LztAleCJXHLsT4S9b5eFKijyMyoKQCIDocvMsLgMLS\n"
    "hFsJGsEnVbXbAdgvlSQYhez7t1voacWJ\n"
    "-----END CERTIFICATE-----\n";
constexpr std::int64_t kIn2027 = 1'800'000'000 * kTick;

void put(Octets& bytes, Octets const& more) { bytes.insert(bytes.end(), more.begin(), more.end()); }
void put(Octets& bytes, std::size_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;)
    bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i) & 0xFFU));
}

Octets record(std::uint8_t type, Octets const& body) {
  Octets bytes{type, 3, 3};
  put(bytes, body.size(), 2);
  put(bytes, body);
  return bytes;
}
Octets message(std::uint8_t type, Octets const& body) {
  Octets bytes{type};
  put(bytes, body.size(), 3);
  put(bytes, body);
  return bytes;
}

Octets client_hello(std::string_view name) {
  Octets body{3, 3};
  put(body, Octets(32));
  body.push_back(0);
  put(body, {0, 2, 0x13, 0x01, 1, 0});
  Octets extension;
  put(extension, name.size() + 3, 2);
  extension.push_back(0);
  put(extension, name.size(), 2);
  put(extension, octets(name));
  put(body, extension.size() + 4, 2);
  put(body, {0, 0});
  put(body, extension.size(), 2);
  put(body, extension);
  return record(22, message(1, body));
}

Octets server_hello(bool newest) {
  Octets body{3, 3};
  put(body, Octets(32));
  body.push_back(0);
  put(body, {0x13, 0x01, 0});
  Octets const versions{0, 43, 0, 2, 3, 4};
  put(body, newest ? versions.size() : 0, 2);
  if (newest) put(body, versions);
  return record(22, message(2, body));
}

Octets certificates(std::vector<Octets> const& chain) {
  Octets list;
  for (auto const& one : chain) {
    put(list, one.size(), 3);
    put(list, one);
  }
  Octets body;
  put(body, list.size(), 3);
  put(body, list);
  return record(22, message(11, body));
}

// A connection to a server of the sync service, with what each side says; in pieces of 200 bytes,
// of which the server's second comes before its first.
struct Session {
  Octets client = client_hello("sync.hydra.opendns.com");
  Octets server;
  Octets client_then;
  bool syn = true;
  std::string trust = {};
};

Observation spoken(Session const& session) {
  London const london;
  Film film(kIn2027);
  End const here{kClient, 5001};
  End const there{"146.112.63.3", 443};
  if (session.syn) {
    film.at(0, tcp_packet(here, there, {}));
    film.at(0.02, tcp_packet(there, here, {kSynAck, 5000, 1001, 1}, {}, 55));
  }
  film.at(0.03, tcp_packet(here, there, {kPush, 1001, 5001, 1}, session.client));
  constexpr std::size_t kPiece = 200;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < session.server.size(); at += kPiece) places.push_back(at);
  if (places.size() > 1) std::swap(places[0], places[1]);
  double time = 0.05;
  for (auto const at : places) {
    auto const end = std::min(at + kPiece, session.server.size());
    Octets const piece(session.server.begin() + static_cast<std::ptrdiff_t>(at),
                       session.server.begin() + static_cast<std::ptrdiff_t>(end));
    film.at(time += 0.001,
            tcp_packet(there, here, {kPush, static_cast<std::uint32_t>(5001 + at), 1001, 1}, piece,
                       55));
  }
  auto const next = static_cast<std::uint32_t>(1001 + session.client.size());
  if (!session.client_then.empty())
    film.at(0.2, tcp_packet(here, there, {kPush, next, 5001, 1}, session.client_then));
  film.at(60, udp_packet({kClient, 5002}, {"10.20.0.1", 53}, dns_query(2, "a.example", 1)));
  CaptureOptions options;
  options.trust = session.trust.empty() ? "/nonexistent" : session.trust;
  auto const account =
      read_capture(source_of(pcap(film.shots())), "client.pcap", london.wishes, options).value();
  auto const seen = about(account, "sync-443");
  REQUIRE(seen.size() == 1);
  return seen.front();
}

Octets joined(std::vector<Octets> const& parts) {
  Octets all;
  for (auto const& part : parts) put(all, part);
  return all;
}

}  // namespace

TEST_CASE("capture_answers: the signed certificate of that day is proof, and no line alone is") {
  auto o = answered({});
  CHECK(o.outcome == Outcome::open);
  CHECK(o.cause == "verified");
  CHECK(o.verified);
  CHECK(evidence(o, "server") == "m84.lon");
  CHECK(evidence(o, "certificate").starts_with("valid, serial 1574811744"));

  Talk lines;
  lines.ask_certificate = false;
  o = answered(lines);
  CHECK(o.outcome == Outcome::open);
  CHECK(o.cause == "answered");
  CHECK_FALSE(o.verified);
}

TEST_CASE("capture_answers: the right answer from a neighbour may be a relay's") {
  Talk talk;
  talk.ttl = 64;
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "short-path");
  CHECK_FALSE(o.verified);
}

TEST_CASE("capture_answers: a server failure does not tell who answers") {
  Talk talk;
  talk.code = 2;
  talk.ask_certificate = false;
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "dns-server-failure");
}

TEST_CASE("capture_answers: a certificate that was asked for and did not come leaves no proof") {
  Talk talk;
  talk.certificate.clear();
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "no-certificate");
  CHECK_FALSE(o.verified);
}

TEST_CASE("capture_answers: a certificate that the published key did not sign is an interception") {
  Talk talk;
  talk.certificate = {certificate(false)};
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::intercepted);
  CHECK(o.cause == "dns-bad-signature");
}

TEST_CASE("capture_answers: a certificate is judged at the time of the capture, not of today") {
  Talk talk;
  talk.start = kIn2024;
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::intercepted);
  CHECK(o.cause == "dns-certificate-not-valid-today");
  CHECK_FALSE(o.verified);
}

TEST_CASE("capture_answers: an answer without a server line is another resolver's") {
  Talk talk;
  talk.debug = {"I am not an OpenDNS resolver."};
  talk.ask_certificate = false;
  auto const o = answered(talk);
  CHECK(o.outcome == Outcome::intercepted);
  CHECK(o.cause == "dns-no-server-line");
  CHECK(o.rtt_ms.value() == doctest::Approx(20));
}

TEST_CASE("capture_answers: DNS over TCP is read the same way") {
  London const london;
  Film film(kIn2020);
  End const here{kClient, 5001};
  End const there{"208.67.222.222", 53};
  auto const over_tcp = [](Octets const& dns) {
    Octets bytes;
    put(bytes, dns.size(), 2);
    put(bytes, dns);
    return bytes;
  };
  film.at(0, tcp_packet(here, there, {}));
  film.at(0.02, tcp_packet(there, here, {kSynAck, 5000, 1001, 1}));
  film.at(0.03,
          tcp_packet(here, there, {kPush, 1001, 5001, 1}, over_tcp(dns_query(1, kProvider, 16))));
  film.at(0.05, tcp_packet(there, here, {kPush, 5001, 1001, 1},
                           over_tcp(dns_txt_answer(1, kProvider, {certificate()}))));
  auto const seen = about(account_of(film, london), "dns-53-tcp");
  REQUIRE(seen.size() == 1);
  CHECK(seen.front().cause == "verified");
  CHECK(seen.front().verified);
}

TEST_CASE("capture_answers: a certificate of an authority that is not known here proves nothing") {
  Session session;
  session.server = joined({server_hello(false), certificates({of_hex(kInspected)})});
  session.client_then = record(22, Octets(40));
  auto o = spoken(session);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "issuer-not-trusted");
  CHECK(evidence(o, "issuer") == "CN=Example Inspection CA,O=Example Corp");
  CHECK(evidence(o, "name-matches") == "yes");
  CHECK(o.question == "TLS sync.hydra.opendns.com");

  // Where this host knows the authority, it is the name's own.
  TmpDir const folder;
  session.trust = (folder.path() / "ca.pem").string();
  std::ofstream(session.trust) << kAuthority;
  o = spoken(session);
  CHECK(o.outcome == Outcome::open);
  CHECK(o.cause == "certificate");
  CHECK_FALSE(o.verified);
}

TEST_CASE(
    "capture_answers: a certificate that signs itself, or that the client refuses, is foreign") {
  Session session;
  session.server = joined({server_hello(false), certificates({of_hex(kSelfSigned)})});
  auto o = spoken(session);
  CHECK(o.outcome == Outcome::tls_intercepted);
  CHECK(o.cause == "issuer-not-trusted");

  session.server = joined({server_hello(false), certificates({of_hex(kInspected)})});
  session.client_then = record(21, {2, 48});
  o = spoken(session);
  CHECK(o.outcome == Outcome::tls_intercepted);
  CHECK(o.detail ==
        "the client refused the certificate (unknown-ca (48)), issued by CN=Example Inspection "
        "CA,O=Example Corp");
}

TEST_CASE("capture_answers: in TLS 1.3 the certificate is hidden, so nothing is proven") {
  Session session;
  session.server = joined({server_hello(true), record(23, Octets(900))});
  auto const o = spoken(session);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "certificate-not-visible");
  CHECK_FALSE(o.verified);
}

TEST_CASE("capture_answers: a session that began before the capture is read from its hello on") {
  Session session;
  session.syn = false;
  session.server = joined({server_hello(false), certificates({of_hex(kSelfSigned)})});
  CHECK(spoken(session).outcome == Outcome::tls_intercepted);
}

TEST_CASE(
    "capture_answers: a hello of an older session, and nothing of the other side, is no silence") {
  Session session;
  session.syn = false;
  auto const o = spoken(session);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "one-sided");
}

TEST_CASE("capture_answers: an alert, other words than TLS, silence after the hello") {
  Session session;
  session.server = record(21, {2, 40});
  auto o = spoken(session);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "tls-handshake-failed");
  CHECK(o.detail.ends_with("handshake-failure (40)"));

  session.server = octets("HTTP/1.1 403 Forbidden\r\n");
  o = spoken(session);
  CHECK(o.outcome == Outcome::unproven);
  CHECK(o.cause == "no-tls");

  session.server.clear();
  o = spoken(session);
  CHECK(o.outcome == Outcome::tarpit);
  CHECK(o.cause == "silent-after-handshake");
}

}  // namespace safeconduct::test
