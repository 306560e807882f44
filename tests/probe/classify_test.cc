// SPDX-License-Identifier: GPL-3.0-or-later
// What is made of what was heard; that it is heard so is tests/netns/probe_matrix.py's concern.
#include "probe/classify.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>

#include "packet/field.h"
#include "wire/dns_message.h"

namespace safeconduct::test {
namespace {

Address address(std::string_view text) { return *parse_address(text); }

ProbeTask dns_task() {
  ProbeTask task;
  task.requirement = "dns";
  task.kind = ProbeKind::dns_txt;
  task.protocol = l4::udp;
  task.dst = address("208.67.222.222");
  task.port = 53;
  task.name = "debug.opendns.com";
  task.dns.server_line = true;
  return task;
}

ProbeTask tcp_task(ProbeKind kind = ProbeKind::tcp) {
  ProbeTask task;
  task.requirement = "web";
  task.kind = kind;
  task.protocol = l4::tcp;
  task.dst = address("18.135.112.200");
  task.port = 443;
  task.name = "gw.example";
  return task;
}

Heard heard(Heard::End end) {
  Heard one;
  one.end = end;
  one.sent = 1;
  return one;
}

Heard icmp(std::uint8_t type, std::uint8_t code, std::string_view by, double ms = 0.3) {
  auto one = heard(Heard::End::icmp);
  one.icmp = IcmpHeard{type, code, address(by)};
  one.rtt_ms = ms;
  return one;
}

// A TXT answer with these strings.
std::vector<std::uint8_t> txt_answer(std::vector<std::string> const& strings,
                                     std::uint8_t code = 0) {
  auto bytes = *encode_query(7, {"debug.opendns.com", 16}, false);
  bytes[2] = 0x81;
  bytes[3] = static_cast<std::uint8_t>(0x80 | code);
  bytes[7] = 1;
  std::size_t size = 0;
  for (auto const& text : strings) size += 1 + text.size();
  for (std::size_t const byte :
       {std::size_t{0xC0}, std::size_t{12}, std::size_t{0}, std::size_t{16}, std::size_t{0},
        std::size_t{1}, std::size_t{0}, std::size_t{0}, std::size_t{0}, std::size_t{0}, size >> 8U,
        size & 0xFFU})
    bytes.push_back(static_cast<std::uint8_t>(byte));
  for (auto const& text : strings) {
    bytes.push_back(static_cast<std::uint8_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
  }
  return bytes;
}

Heard answered(std::vector<std::uint8_t> bytes) {
  auto one = heard(Heard::End::answered);
  one.answer = std::move(bytes);
  one.rtt_ms = 1.5;
  return one;
}

std::string said(Observation const& o) {
  return std::string(name(o.outcome)) + ' ' + o.cause + " by " + std::string(name(o.by));
}
std::string said(ProbeTask const& task, Heard const& one) {
  return said(classify(task, one, nullptr, 0));
}

Hop hop(unsigned ttl, Hop::What what, std::string_view by = "") {
  Hop one;
  one.ttl = ttl;
  one.what = what;
  if (!by.empty()) one.by = address(by);
  return one;
}

Observation verified_answer() {
  auto o = classify(dns_task(), answered(txt_answer({"server m84.lon"})), nullptr, 0);
  o.verified = true;  // as with a certificate
  o.cause = "verified";
  o.by = Teller::target;
  return o;
}

using What = Hop::What;
std::vector<Hop> const kWholeWay{hop(1, What::expired, "10.0.0.1"),
                                 hop(2, What::expired, "10.9.0.1"),
                                 hop(3, What::unreachable, "18.135.112.200")};

}  // namespace

TEST_CASE("classify: silence is a timeout, of nobody's doing that is known") {
  CHECK(said(dns_task(), heard(Heard::End::silent)) == "timeout silent by nobody");
  CHECK(classify(dns_task(), heard(Heard::End::silent), nullptr, 0).detail ==
        "nothing came back; that alone does not say who drops it");
}

TEST_CASE("classify: silence behind a handshake is a tarpit, not a timeout") {
  auto one = heard(Heard::End::silent);
  one.connected = true;
  one.connect_ms = 0.2;
  CHECK(said(tcp_task(ProbeKind::tls), one) == "tarpit silent-after-handshake by unknown");
}

TEST_CASE("classify: each ICMP error has its word and its sender") {
  struct Case {
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::string_view by;
    std::string_view said;
  };
  for (auto const& one :
       std::vector<Case>{{3, 13, "10.0.0.1", "unreachable admin-prohibited by before-target"},
                         {3, 1, "10.0.0.1", "unreachable host-unreachable by before-target"},
                         {3, 0, "10.0.0.1", "unreachable net-unreachable by before-target"},
                         {3, 3, "10.0.0.1", "unreachable port-unreachable by before-target"},
                         {3, 3, "208.67.222.222", "unreachable closed-at-target by target"},
                         {3, 10, "208.67.222.222", "unreachable host-prohibited by target"},
                         {11, 0, "10.0.0.1", "unreachable time-exceeded by before-target"},
                         {3, 99, "10.0.0.1", "unreachable icmp-3-99 by before-target"},
                         {1, 1, "fd00::1", "unreachable admin-prohibited by before-target"},
                         {1, 3, "fd00::1", "unreachable address-unreachable by before-target"},
                         {1, 6, "fd00::1", "unreachable reject-route by before-target"},
                         {3, 0, "fd00::1", "unreachable time-exceeded by before-target"}}) {
    CAPTURE(one.by);
    CHECK(said(dns_task(), icmp(one.type, one.code, one.by)) == one.said);
  }
}

TEST_CASE("classify: a router that searches for seconds before it answers has lost its neighbour") {
  CHECK(said(tcp_task(), icmp(3, 1, "10.9.0.1", 3070)) ==
        "unreachable upstream-host-unreachable by before-target");
  CHECK(said(tcp_task(), icmp(3, 13, "10.9.0.1", 3070)) ==
        "unreachable admin-prohibited by before-target");
}

TEST_CASE("classify: an ICMP error of this host itself is a local one") {
  auto one = icmp(3, 1, "10.0.0.5", 3070);
  one.src = address("10.0.0.5");
  CHECK(said(tcp_task(), one) == "local-error no-neighbour by this-host");
}

TEST_CASE("classify: an ICMP error by a rule of this host's own is not blamed on a router") {
  auto by_another_address = icmp(3, 13, "10.0.0.6");
  by_another_address.src = address("10.0.0.5");
  CHECK(said(tcp_task(), by_another_address) == "unreachable admin-prohibited by before-target");
  by_another_address.own_icmp = true;
  CHECK(said(tcp_task(), by_another_address) == "local-error own-rules by this-host");
  auto at_once = icmp(3, 1, "10.0.0.5");
  at_once.src = address("10.0.0.5");
  CHECK(said(tcp_task(), at_once) == "local-error own-rules by this-host");
}

TEST_CASE(
    "classify: half an answer and a server failure prove no interception, and are asked again") {
  auto const half = classify(dns_task(), heard(Heard::End::cut), nullptr, 0);
  CHECK(said(half) == "unproven dns-cut-short by unknown");
  CHECK(may_pass(half));
  auto truncated = txt_answer({"server m84.lon"});
  truncated[2] |= 0x02U;  // TC
  CHECK(said(dns_task(), answered(truncated)) == "unproven dns-cut-short by unknown");
  auto const failure = classify(dns_task(), answered(txt_answer({}, 2)), nullptr, 0);
  CHECK(said(failure) == "unproven dns-server-failure by unknown");
  CHECK(may_pass(failure));
}

TEST_CASE("classify: what may be transient is asked again, what was said plainly is not") {
  auto const again = [](ProbeTask const& task, Heard const& one) {
    return may_pass(classify(task, one, nullptr, 0));
  };
  auto tarpit = heard(Heard::End::silent);
  tarpit.connected = true;
  tarpit.connect_ms = 0.2;
  CHECK(again(dns_task(), heard(Heard::End::silent)));
  CHECK(again(dns_task(), icmp(3, 13, "10.0.0.1")));
  CHECK(again(tcp_task(ProbeKind::tls), tarpit));
  CHECK_FALSE(again(tcp_task(), heard(Heard::End::reset)));
  CHECK_FALSE(again(dns_task(), answered(txt_answer({"hello"}))));
}

TEST_CASE("classify: a record of another owner's does not count as the answer") {
  auto bytes = txt_answer({"hello"});
  // One more record, of 'x.' and not of the name that was asked for.
  bytes[7] = 2;
  for (char const c : std::string("\1x\0\0\x10\0\1\0\0\0\0\0\x0f\x0eserver m84.lon", 29))
    bytes.push_back(static_cast<std::uint8_t>(c));
  CHECK(said(dns_task(), answered(bytes)) == "intercepted dns-no-server-line by unknown");
}

TEST_CASE(
    "classify: a captive portal's page is not the one that was asked for, with status 200, too") {
  auto task = tcp_task(ProbeKind::http_get);
  task.http_body = "Microsoft Connect Test";
  auto const page = [](std::string const& text) {
    return answered(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  std::string const head = "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n";
  CHECK(said(task, page(head + "Microsoft Connect Test")) == "open http by unknown");
  CHECK(said(task, page(head + "16\r\nMicrosoft Connect Test\r\n0\r\n\r\n")) ==
        "open http by unknown");
  CHECK(said(task, page(head + "<html>Please log in</html>")) ==
        "intercepted http-other-page by unknown");
  CHECK(
      said(task, page(head + "<p>Not the Microsoft Connect Test, but our Wi-Fi's own page</p>")) ==
      "intercepted http-other-page by unknown");
  CHECK(said(task, page("HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n")) ==
        "unproven http-status by unknown");
  CHECK(said(task, page("SSH-2.0-x")) == "intercepted no-http by unknown");
  task.http_body.clear();
  CHECK(said(task, page(head + "anything")) == "unproven http-body-unknown by unknown");
}

TEST_CASE("classify: errors of this host are told apart") {
  auto const local = [](int error) {
    auto one = heard(Heard::End::local_error);
    one.error = error;
    return said(tcp_task(), one);
  };
  CHECK(local(ENETUNREACH) == "local-error no-route by this-host");
  CHECK(local(EADDRNOTAVAIL) == "local-error no-address by this-host");
  CHECK(local(EPERM) == "local-error not-permitted by this-host");
  CHECK(local(ENODEV) == "local-error no-interface by this-host");
  CHECK(local(ELIBACC) == "local-error local by this-host");
  CHECK(local(EMFILE) == "local-error local by this-host");
}

TEST_CASE("classify: an answer counts only with the service's own lines") {
  CHECK(said(dns_task(), answered(txt_answer({"server m84.lon"}))) == "open answered by unknown");
  CHECK(said(dns_task(), answered(txt_answer({"I am not an OpenDNS resolver."}))) ==
        "intercepted dns-no-server-line by unknown");
  CHECK(said(dns_task(), answered(txt_answer({}, 3))) == "intercepted dns-error-code by unknown");
  CHECK(said(dns_task(), answered(txt_answer({"server m84.lon"}, 5))) ==
        "intercepted dns-error-code by unknown");
  auto both = dns_task();
  both.dns.source_line = true;
  CHECK(said(both, answered(txt_answer({"server m84.lon"}))) ==
        "intercepted dns-no-source-line by unknown");
}

TEST_CASE("classify: an answer is verified by a certificate of the published key alone") {
  auto task = dns_task();
  task.dns.public_key.emplace();
  auto const main = answered(txt_answer({"server m84.lon"}));
  auto const without = answered(txt_answer({"nothing of the kind"}));
  auto const judged = classify(task, main, &without, 0);
  CHECK(said(judged) == "unproven no-certificate by unknown");
  CHECK_FALSE(judged.verified);
  auto const silent = heard(Heard::End::silent);
  CHECK(said(classify(task, main, &silent, 0)) == "unproven no-certificate by unknown");
  auto const forged = answered(txt_answer({"DNSC" + std::string(120, '\1')}));
  CHECK(said(classify(task, main, &forged, 0)) == "intercepted dns-bad-signature by unknown");
}

TEST_CASE("classify: where a handshake is enough, what comes behind it does no harm") {
  auto task = tcp_task(ProbeKind::dns_txt);
  task.dns.server_line = true;
  task.dns.optional = true;
  for (auto const end :
       {Heard::End::silent, Heard::End::reset, Heard::End::closed, Heard::End::garbled}) {
    auto one = heard(end);
    one.connected = true;
    one.connect_ms = 0.2;
    CHECK(said(task, one) == "open handshake by unknown");
  }
  // But no handshake is none.
  CHECK(said(task, heard(Heard::End::silent)) == "timeout silent by nobody");
  CHECK(said(task, heard(Heard::End::reset)) == "reset reset by unknown");
}

TEST_CASE("classify: a certificate counts by its authority, then by its name") {
  auto const tls = [](bool trusted, bool matches) {
    auto one = heard(Heard::End::answered);
    one.tls = TlsHeard{true,
                       true,
                       "TLSv1.3",
                       {{"CN=gw.example", "CN=Some CA", "2027-01-01", "ab"}},
                       trusted,
                       matches,
                       trusted ? "" : "unable to get local issuer certificate"};
    return one;
  };
  auto const task = tcp_task(ProbeKind::tls);
  // The host's own trust says nothing of who certifies the service.
  CHECK(said(task, tls(true, true)) == "open trusted-here by unknown");
  CHECK_FALSE(classify(task, tls(true, true), nullptr, 0).verified);
  CHECK(said(task, tls(true, false)) == "unproven name-differs by unknown");
  CHECK(said(task, tls(false, true)) == "tls-intercepted issuer-not-trusted by unknown");
  CHECK(classify(task, tls(false, true), nullptr, 0).detail ==
        "the certificate is issued by CN=Some CA, which is not trusted here: unable to get local "
        "issuer certificate");
  auto pinned = task;
  pinned.issuer = "CN=Other*";
  CHECK(said(pinned, tls(true, true)) == "tls-intercepted issuer-not-expected by unknown");
  pinned.issuer = "*Some*";
  CHECK(said(pinned, tls(true, true)) == "open verified by target");
  // Whoever inspects TLS can call its authority as it likes, and has to add it on each host.
  auto inspected = tls(true, true);
  inspected.tls->added_by = "/usr/local/share/ca-certificates/proxy.crt";
  CHECK(said(task, inspected) == "tls-intercepted issuer-added-here by unknown");
  CHECK(said(pinned, inspected) == "tls-intercepted issuer-added-here by unknown");
}

TEST_CASE("classify: a chain that anybody can replay proves nothing without the handshake's end") {
  auto one = heard(Heard::End::garbled);
  one.tls.emplace();
  one.tls->any_bytes = true;
  one.tls->chain = {{"CN=gw.example", "CN=Some CA", "2027-01-01", "ab"}};
  one.tls->trusted = true;
  one.tls->name_matches = true;
  one.tls->fault = "bad signature";
  auto const judged = classify(tcp_task(ProbeKind::tls), one, nullptr, 0);
  CHECK(said(judged) == "unproven tls-handshake-failed by unknown");
  CHECK_FALSE(judged.verified);
}

TEST_CASE("classify: whatever is heard is said in Japanese, too, but for what is quoted") {
  std::vector<Observation> all;
  auto connected = heard(Heard::End::silent);
  connected.connected = true;
  connected.connect_ms = 2;
  auto optional = dns_task();
  optional.dns.optional = true;
  auto page = tcp_task(ProbeKind::http_get);
  page.http_body = "success";
  std::string const portal = "HTTP/1.1 200 OK\r\n\r\nlogin";
  for (auto const& task : {dns_task(), optional, tcp_task(), tcp_task(ProbeKind::tls), page})
    for (auto end = Heard::End::silent; end <= Heard::End::local_error;
         end = static_cast<Heard::End>(static_cast<int>(end) + 1)) {
      auto one = end == Heard::End::icmp ? icmp(3, 13, "10.0.0.1") : heard(end);
      if (task.kind == ProbeKind::tls) one.tls.emplace().fault = "alert";
      all.push_back(classify(task, one, nullptr, 0));
      one.connected = true;
      one.connect_ms = 2;
      one.answer.assign(portal.begin(), portal.end());
      all.push_back(classify(task, one, nullptr, 0));
    }
  for (auto const& strings : {std::vector<std::string>{"server m84.lon"}, {"hello"}})
    for (std::uint8_t const code : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{3}})
      all.push_back(classify(dns_task(), answered(txt_answer(strings, code)), nullptr, 0));
  auto timed_out = classify(dns_task(), heard(Heard::End::silent), nullptr, 0);
  judge_path(timed_out, {hop(1, What::expired, "10.0.0.1")}, kWholeWay);
  all.push_back(timed_out);
  constexpr std::string_view kQuoted[]{"server",      "txt",  "rcode",
                                       "first-bytes", "path", "path-control"};
  for (auto const& o : all) {
    CAPTURE(o.cause);
    CAPTURE(o.detail.english());
    CHECK(o.detail.translated());
    for (auto const& one : o.evidence) {
      CAPTURE(one.kind);
      CHECK((one.text.translated() || std::ranges::find(kQuoted, one.kind) != std::end(kQuoted)));
    }
  }
}

TEST_CASE("classify: who asks is in no report, whatever the answer is") {
  auto const judged = classify(
      dns_task(),
      answered(txt_answer({"orgid 424242", "device 0100ABCD", "User Id 77aa", "hello"}, 2)),
      nullptr, 0);
  std::string all = judged.detail.english();
  for (auto const& one : judged.evidence) all += one.kind + ' ' + one.text.english() + '\n';
  CHECK(all.contains("txt orgid (redacted)\n"));
  CHECK(all.contains("txt hello\n"));
  for (auto const* id : {"424242", "0100ABCD", "77aa"}) CHECK_FALSE(all.contains(id));
}

TEST_CASE("classify: what a peer sends is printable in the evidence, and cut") {
  auto one = heard(Heard::End::garbled);
  one.connected = true;
  one.connect_ms = 0.2;
  one.tls = TlsHeard{};
  std::string const text = "HTTP/1.1 200 \x1b[2J" + std::string(300, 'x');
  one.answer.assign(text.begin(), text.end());
  auto const judged = classify(tcp_task(ProbeKind::tls), one, nullptr, 0);
  CHECK(said(judged) == "unproven no-tls by unknown");
  for (auto const& evidence : judged.evidence) {
    CHECK_FALSE(evidence.text.english().contains('\x1b'));
    CHECK(evidence.text.english().size() < 220);
  }
}

TEST_CASE("path: a reset where the way goes on comes from a device on it") {
  auto o = classify(tcp_task(), heard(Heard::End::reset), nullptr, 0);
  REQUIRE(path_matters(o));
  judge_path(o, {hop(1, What::expired, "10.0.0.1"), hop(2, What::reset)}, kWholeWay);
  CHECK(said(o) == "reset reset-before-target by before-target");
  CHECK(o.detail.ends_with("hop 1 (10.0.0.1) or hop 2 (10.9.0.1)"));
}

TEST_CASE("path: a reset at the end of the way comes from the target") {
  auto o = classify(tcp_task(), heard(Heard::End::reset), nullptr, 0);
  judge_path(
      o,
      {hop(1, What::expired, "10.0.0.1"), hop(2, What::expired, "10.9.0.1"), hop(3, What::reset)},
      kWholeWay);
  CHECK(said(o) == "reset closed-at-target by target");
}

TEST_CASE("path: without a way to compare with, a reset is nobody's in particular") {
  auto o = classify(tcp_task(), heard(Heard::End::reset), nullptr, 0);
  judge_path(o, {hop(1, What::expired, "10.0.0.1"), hop(2, What::reset)}, {});
  CHECK(said(o) == "reset reset by unknown");
  judge_path(o, {hop(1, What::expired, "10.0.0.1"), hop(2, What::reset)},
             {hop(1, What::expired, "10.0.0.1"), hop(2, What::silent)});
  CHECK(said(o) == "reset reset by unknown");
}

TEST_CASE("path: an answer from nearer than the target is somebody else's") {
  auto o = classify(dns_task(), answered(txt_answer({"server m84.lon"})), nullptr, 0);
  REQUIRE_FALSE(judge_reach(o, kWholeWay, hop(2, What::answered)));
  judge_path(o, {hop(1, What::answered)}, kWholeWay);
  CHECK(said(o) == "intercepted dns-short-path by before-target");
  CHECK(o.detail.ends_with("hop 1 (10.0.0.1)"));
}

TEST_CASE("path: a relay that shows the genuine certificate is told by its nearness") {
  auto o = verified_answer();
  REQUIRE_FALSE(judge_reach(o, kWholeWay, hop(2, What::answered)));
  judge_path(o, {hop(1, What::expired, "10.0.0.1"), hop(2, What::answered)}, kWholeWay);
  CHECK(said(o) == "intercepted dns-short-path by before-target");
  CHECK_FALSE(o.verified);
}

TEST_CASE("path: where the way is not known, a relay is not excluded, and nothing is verified") {
  auto o = verified_answer();
  REQUIRE_FALSE(judge_reach(o, {hop(1, What::silent)}, {}));
  judge_path(o, {hop(1, What::answered)}, {hop(1, What::silent)});
  CHECK(said(o) == "open relay-not-excluded by target");
  CHECK_FALSE(o.verified);
  auto unseen = verified_answer();
  judge_without_path(unseen, "not looked at");
  CHECK(said(unseen) == "open relay-not-excluded by target");
}

TEST_CASE("path: nobody answers as far as the way is known, so that the proof stands") {
  for (auto const what : {What::expired, What::silent}) {
    auto o = verified_answer();
    CHECK(judge_reach(o, kWholeWay, hop(2, what, what == What::expired ? "10.9.0.1" : "")));
    CHECK(o.verified);
    CHECK(o.evidence.back().kind == "path");
    CHECK(o.evidence.back().text == "nobody answers within 2 hops, as far as the way is known");
  }
  // On the same link there is nobody between.
  auto o = verified_answer();
  CHECK(judge_reach(o, {hop(1, What::unreachable, "208.67.222.222")}, {}));
}

TEST_CASE("path: one hop less on a long way may be another way, and is no interception") {
  std::vector<Hop> control;
  std::vector<Hop> own;
  for (unsigned ttl = 1; ttl <= 9; ++ttl) control.push_back(hop(ttl, What::expired, "10.0.0.1"));
  for (unsigned ttl = 1; ttl <= 8; ++ttl) own.push_back(hop(ttl, What::expired, "10.0.0.1"));
  own.push_back(hop(9, What::answered));
  auto o = verified_answer();
  judge_path(o, own, control);
  CHECK(said(o) == "open verified by target");
  CHECK_FALSE(o.verified);
  own.resize(7);
  own.push_back(hop(8, What::answered));
  auto nearer = verified_answer();
  judge_path(nearer, own, control);
  CHECK(said(nearer) == "intercepted dns-short-path by before-target");
}

TEST_CASE("path: a router that is heard in the target's name betrays a translation before it") {
  std::vector<Hop> const own{hop(1, What::expired, "10.0.0.1"),
                             hop(2, What::expired, "208.67.222.222"), hop(3, What::answered)};
  auto const whole =
      std::vector<Hop>{hop(1, What::expired, "10.0.0.1"), hop(2, What::expired, "10.9.0.1"),
                       hop(3, What::unreachable, "208.67.222.222")};
  auto o = verified_answer();
  REQUIRE_FALSE(judge_reach(o, whole, hop(2, What::expired, "208.67.222.222")));
  judge_path(o, own, whole);
  CHECK(said(o) == "intercepted dns-translated by before-target");
  CHECK_FALSE(o.verified);
  // Where all packets meet it, it may be the service's own balancer.
  auto all = verified_answer();
  judge_path(all, own, own);
  CHECK(said(all) == "open verified by target");
  CHECK_FALSE(all.verified);
}

TEST_CASE("path: a reset by this host's own rules is not blamed on the first hop") {
  auto o = classify(tcp_task(), heard(Heard::End::reset), nullptr, 0);
  judge_own_reset(o);
  CHECK(said(o) == "local-error own-rules by this-host");
}

TEST_CASE("path: an answer from the end of the way stays what it was") {
  auto o = classify(dns_task(), answered(txt_answer({"server m84.lon"})), nullptr, 0);
  judge_path(o,
             {hop(1, What::expired, "10.0.0.1"), hop(2, What::expired, "10.9.0.1"),
              hop(3, What::answered)},
             kWholeWay);
  CHECK(said(o) == "open answered by unknown");
}

TEST_CASE("path: of silence, the last that speaks is named") {
  auto o = classify(tcp_task(), heard(Heard::End::silent), nullptr, 0);
  judge_path(o, {hop(1, What::expired, "10.0.0.1"), hop(2, What::silent)}, kWholeWay);
  CHECK(said(o) == "timeout silent-drop by nobody");
  CHECK(
      o.detail ==
      "hop 1 (10.0.0.1) is the last that speaks: it drops these packets, or what stands behind it "
      "does");
}

TEST_CASE("silence: other ports of the target, and the port of others, are its controls") {
  auto silent = classify(dns_task(), heard(Heard::End::silent), nullptr, 0);
  auto other_port = dns_task();
  other_port.port = 443;
  auto const open = classify(other_port, answered(txt_answer({"server m84.lon"})), nullptr, 0);
  auto neighbour = dns_task();
  neighbour.dst = address("208.67.220.220");
  auto const also_silent = classify(neighbour, heard(Heard::End::silent), nullptr, 0);
  std::vector<Observation> all{silent, open, also_silent};
  judge_silence(all);
  CHECK(said(all[0]) == "timeout silent-drop by nobody");
  CHECK(said(all[2]) == "timeout silent by nobody");
  auto const has = [](Observation const& o, std::string_view text) {
    return std::ranges::any_of(o.evidence, [&](Evidence const& one) { return one.text == text; });
  };
  CHECK(has(all[0], "the target answers on udp 443"));
  CHECK(has(all[0], "no other target answers on this port either"));
  CHECK_FALSE(has(all[2], "the target answers on udp 443"));
}

}  // namespace safeconduct::test
