// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/classify.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/diagnostic.h"
#include "packet/field.h"
#include "policy/expectation.h"
#include "probe/http_page.h"
#include "probe/path.h"
#include "wire/debug_answer.h"
#include "wire/dns_message.h"
#include "wire/dnscrypt.h"

namespace safeconduct {
namespace {

// A router that has to look for a neighbour first answers "host unreachable" after a second or
// more (Linux: 3 s); a rule answers at once.
constexpr double kNeighbourSearch = 900;  // ms
constexpr double kOwnRefusal = 50;        // ms; a rule of this host's own answers within
constexpr std::size_t kMostTold = 8;      // certificates of a chain
constexpr std::size_t kLongestTold = 200;

std::string cut(std::string_view text) {
  auto told =
      printable(text.size() > kLongestTold ? std::string(text.substr(0, kLongestTold)) + "..."
                                           : std::string(text));
  std::ranges::replace(told, '\t', ' ');
  return told;
}

// A line of a debug answer without who asks: the service tells organisation, device and user.
std::string redacted(std::string_view text) {
  constexpr std::array<std::string_view, 9> kIds{"id",     "org",  "origin", "device",   "user",
                                                 "bundle", "flag", "host",   "appliance"};
  std::string lower(text.substr(0, kLongestTold));
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (auto const id : kIds)
    if (lower.starts_with(id))
      return cut(text.substr(0, text.find_first_of(" :="))) + " (redacted)";
  return cut(text);
}

std::string ms_text(double time) {
  auto const tenths = std::llround(time * 10);
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " ms";
}

std::string error_text(int error) {
  switch (error) {
    case ENETUNREACH:
      return "this host has no route to it";
    case EADDRNOTAVAIL:
      return "this host has no such address to send from";
    case EPERM:
    case EACCES:
      return "this host's own firewall, or a missing permission, keeps it from sending";
    case ENODEV:
      return "there is no such interface";
    case EAFNOSUPPORT:
      return "this host does not have this address family";
    case EMFILE:
    case ENFILE:
      return "too many files are open";
    default:
      return std::string("sending fails: ") + std::strerror(error);
  }
}

std::string error_cause(int error) {
  switch (error) {
    case ENETUNREACH:
      return "no-route";
    case EADDRNOTAVAIL:
      return "no-address";
    case EPERM:
    case EACCES:
      return "not-permitted";
    case ENODEV:
      return "no-interface";
    default:
      return "local";
  }
}

class Judging {
 public:
  Judging(ProbeTask const& task, Heard const& heard, Heard const* certificate, std::int64_t now)
      : task_(task), heard_(heard), certificate_(certificate), now_(now) {}

  Observation run() {
    basics();
    switch (heard_.end) {
      case Heard::End::silent:
        silent();
        break;
      case Heard::End::answered:
        answered();
        break;
      case Heard::End::reset:
        reset();
        break;
      case Heard::End::icmp:
        unreachable();
        break;
      case Heard::End::closed:
        closed();
        break;
      case Heard::End::garbled:
        garbled();
        break;
      case Heard::End::cut:
        cut_short();
        break;
      case Heard::End::local_error:
        say(Outcome::local_error, error_cause(heard_.error), error_text(heard_.error),
            Teller::this_host);
        break;
    }
    return std::move(o_);
  }

 private:
  static std::int64_t seconds(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  }

  void basics() {
    o_.requirement = task_.requirement;
    o_.family = task_.family;
    o_.protocol = task_.protocol;
    o_.src = heard_.src;
    o_.dst = task_.dst;
    o_.dport = task_.port;
    o_.question = question_text(task_);
    o_.name = task_.resolve;
    o_.count = heard_.sent;
    o_.rtt_ms = heard_.rtt_ms;
    o_.first = utc_text(seconds(heard_.first));
    o_.last = utc_text(seconds(heard_.last));
    if (heard_.connected) tell("handshake", "completed in " + ms_text(*heard_.connect_ms));
    if (heard_.whole_over_tcp)
      tell("truncated", "the answer over UDP was cut short, and asked for again over TCP");
    if (heard_.ttl) tell("ttl", "the answer came in with TTL " + std::to_string(*heard_.ttl));
  }

  void say(Outcome outcome, std::string cause, std::string detail, Teller by) {
    o_.outcome = outcome;
    o_.cause = std::move(cause);
    o_.detail = std::move(detail);
    o_.by = by;
  }
  void tell(std::string kind, std::string text) {
    o_.evidence.push_back({std::move(kind), std::move(text)});
  }

  void silent() {
    if (!heard_.connected) {
      return say(Outcome::timeout, "silent",
                 "nothing came back; that alone does not say who drops it", Teller::nobody);
    }
    if (task_.dns.optional) return handshake_only("what was asked behind it was not answered");
    tls_evidence();
    say(Outcome::tarpit, "silent-after-handshake",
        "the handshake was completed, and what was asked then was never answered", Teller::unknown);
  }

  void handshake_only(std::string const& why) {
    tell("handshake-only", why + "; the handshake is all that is required");
    say(Outcome::open, "handshake", "the handshake was completed", Teller::unknown);
  }

  void reset() {
    if (heard_.connected) {
      if (task_.dns.optional) return handshake_only("what was asked behind it was reset");
      tls_evidence();
      return say(Outcome::reset, "reset-after-handshake",
                 "the connection was reset after the handshake, once something was asked: a device "
                 "that reads along, or the server",
                 Teller::unknown);
    }
    say(Outcome::reset, "reset",
        "refused with a TCP reset, by the target or by a device in its name", Teller::unknown);
  }

  void unreachable() {
    auto const& icmp = *heard_.icmp;
    auto const word = icmp_word(icmp);
    o_.offender = icmp.by;
    o_.icmp_type = icmp.type;
    o_.icmp_code = icmp.code;
    bool const own = heard_.own_icmp || (heard_.src && icmp.by == *heard_.src);
    bool const host = word == "host-unreachable" || word == "address-unreachable";
    bool const at_target = task_.dst && icmp.by == *task_.dst;
    tell("icmp", "type " + std::to_string(icmp.type) + " code " + std::to_string(icmp.code) + " (" +
                     word + ") from " + to_string(icmp.by));
    if (own && !at_target && host && heard_.rtt_ms.value_or(0) > kOwnRefusal)
      return say(Outcome::local_error, "no-neighbour",
                 "the next hop, or the target on the same link, does not answer",
                 Teller::this_host);
    if (own && !at_target)
      return say(Outcome::local_error, "own-rules",
                 "this host's own rules refuse to send it (" + word + ")", Teller::this_host);
    if (at_target)
      return say(Outcome::unreachable, word == "port-unreachable" ? "closed-at-target" : word,
                 "the target itself says that nothing listens there, or a device in its name",
                 Teller::target);
    if (host && heard_.rtt_ms && *heard_.rtt_ms > kNeighbourSearch)
      return say(Outcome::unreachable, "upstream-host-unreachable",
                 to_string(icmp.by) + " looked for the next hop for " + ms_text(*heard_.rtt_ms) +
                     " and did not find it: broken beyond it, and no rule",
                 Teller::before_target);
    say(Outcome::unreachable, word, "refused by " + to_string(icmp.by) + " (" + word + ")",
        Teller::before_target);
  }

  void closed() {
    tls_evidence();
    if (task_.dns.optional) return handshake_only("the peer closed the connection");
    if (task_.kind == ProbeKind::dns_txt)
      return say(Outcome::tarpit, "closed-after-handshake",
                 "the connection was closed without an answer", Teller::unknown);
    say(Outcome::unproven, "closed-after-handshake",
        "the handshake was completed, then the peer closed the connection: it passes, and who "
        "answers is not known",
        Teller::unknown);
  }

  void garbled() {
    if (task_.dns.optional) return handshake_only("what came behind it was no DNS");
    if (heard_.tls || is_tls()) return no_tls();
    say(Outcome::intercepted, "dns-garbled",
        "somebody answered, and not what was asked: " + printable(heard_.fault), Teller::unknown);
  }

  void cut_short() {
    if (task_.dns.optional) return handshake_only("half an answer came behind it");
    say(Outcome::unproven, "dns-cut-short",
        "half an answer came: somebody answers, and who it is is not known", Teller::unknown);
  }

  bool is_tls() const {
    return task_.kind == ProbeKind::tls || task_.kind == ProbeKind::resolve_then_tls;
  }

  // The peer speaks, but the handshake failed.
  void no_tls() {
    tls_evidence();
    if (heard_.tls && !heard_.tls->chain.empty()) return judge_chain();
    std::string const start(heard_.answer.begin(), heard_.answer.end());
    if (start.starts_with("HTTP/")) {
      tell("first-bytes", cut(start.substr(0, start.find('\r'))));
      return say(Outcome::unproven, "no-tls",
                 "the handshake was completed, but what answers speaks HTTP, not TLS: it passes, "
                 "and who answers is not known",
                 Teller::unknown);
    }
    say(Outcome::unproven, "no-tls",
        "the TCP handshake was completed, the TLS handshake failed" +
            (heard_.tls && !heard_.tls->fault.empty() ? ": " + printable(heard_.tls->fault) : ""),
        Teller::unknown);
  }

  void answered() {
    switch (task_.kind) {
      case ProbeKind::dns_txt:
      case ProbeKind::dnscrypt_cert:
        return judge_dns();
      case ProbeKind::tls:
      case ProbeKind::resolve_then_tls:
        tls_evidence();
        return judge_chain();
      case ProbeKind::http_get:
        return judge_http();
      case ProbeKind::tcp:
      case ProbeKind::resolve_then_tcp:
      case ProbeKind::ike_sa_init:
        return say(Outcome::open, "handshake",
                   "the handshake was completed; who answers was not asked", Teller::unknown);
    }
  }

  // Portals answer every page, and with success: only what the page must say tells it.
  void judge_http() {
    auto const page = read_http(std::string(heard_.answer.begin(), heard_.answer.end()));
    tell("first-bytes", cut(page.first));
    if (!page.first.starts_with("HTTP/"))
      return say(Outcome::intercepted, "no-http", "what answers does not speak HTTP",
                 Teller::unknown);
    if (!page.location.empty()) tell("location", cut(page.location));
    if (page.status / 100 != 2)
      return say(Outcome::unproven, "http-status",
                 "answered, but not with what was asked for: a captive portal or a proxy may be on "
                 "the way",
                 Teller::unknown);
    if (task_.http_body.empty())
      return say(Outcome::unproven, "http-body-unknown",
                 "a page came, and the policy does not say what it must read: a captive portal "
                 "answers the same way",
                 Teller::unknown);
    if (!page.says(task_.http_body))
      return say(Outcome::intercepted, "http-other-page",
                 "a page came, and not the one that was asked for: a captive portal or a proxy "
                 "answers",
                 Teller::unknown);
    say(Outcome::open, "http", "the page that was asked for came", Teller::unknown);
  }

  // ---- DNS

  void judge_dns() {
    auto const message = decode_message(heard_.answer);
    if (!message) return garbled();
    if (message->truncated) return cut_short();
    auto const debug = read_debug_answer(texts_in(*message));
    if (!debug.server.empty()) tell("server", debug.server);
    if (!debug.source.empty()) tell("source", "the service sees us as " + debug.source);
    bool const named = !task_.dns.server_line || !debug.server.empty();
    if (message->code != 0 || !named) return not_the_service(*message);
    if (task_.dns.source_line && debug.source.empty())
      return say(Outcome::intercepted, "dns-no-source-line",
                 "the answer lacks the address that the service saw: another resolver answers",
                 Teller::unknown);
    judge_certificate();
  }

  void not_the_service(DnsMessage const& message) {
    tell("rcode", std::to_string(message.code));
    for (auto const& text : texts_in(message)) tell("txt", redacted(text));
    if (task_.dns.optional)
      return handshake_only("the answer behind it is not that of the service's resolvers");
    bool const code = message.code != 0;
    if (message.code == std::to_underlying(DnsCode::server_failure))
      return say(Outcome::unproven, "dns-server-failure",
                 "the answer is a server failure: a resolver that has no way on itself, or the "
                 "service in trouble",
                 Teller::unknown);
    say(Outcome::intercepted, code ? "dns-error-code" : "dns-no-server-line",
        code ? "the answer is an error (code " + std::to_string(message.code) +
                   "), which the service's resolvers do not give: another resolver answers"
             : "the answer has no 'server' line: another resolver answers",
        Teller::unknown);
  }

  // Anybody can write the lines of the answer; and without a certificate no client encrypts.
  void no_certificate() {
    if (task_.dns.optional) return handshake_only("no certificate came behind it");
    say(Outcome::unproven, "no-certificate",
        "answered, without the proof of a DNSCrypt certificate: who answers is not known",
        Teller::unknown);
  }

  void judge_certificate() {
    if (!task_.dns.public_key || certificate_ == nullptr)
      return say(Outcome::open, "answered", "answered", Teller::unknown);
    if (certificate_->end != Heard::End::answered) {
      tell("certificate", "the question for it was not answered");
      return no_certificate();
    }
    auto const message = decode_message(certificate_->answer);
    auto const strings = message ? texts_in(*message) : std::vector<std::string>{};
    auto const judged = judge_certificates(strings, *task_.dns.public_key, now_);
    tell("certificate", std::string(name(judged.fault)) +
                            (judged.best ? ", " + to_string(*judged.best) : std::string()));
    switch (judged.fault) {
      case DnscryptFault::none:
        o_.verified = true;
        return say(Outcome::open, "verified",
                   "answered, with a certificate of today that the published key signed",
                   Teller::target);
      case DnscryptFault::absent:
        return no_certificate();
      case DnscryptFault::bad_signature:
        return say(Outcome::intercepted, "dns-bad-signature",
                   "the DNSCrypt certificate is not signed by the published key: somebody else "
                   "answers",
                   Teller::unknown);
      case DnscryptFault::expired:
      case DnscryptFault::not_yet:
        return say(Outcome::intercepted, "dns-certificate-not-valid-today",
                   "the DNSCrypt certificate is the service's, but not of today: somebody replays "
                   "an old one, or the clock of this host is wrong",
                   Teller::unknown);
    }
  }

  // ---- TLS

  void tls_evidence() {
    if (!heard_.tls) return;
    auto const& tls = *heard_.tls;
    if (!tls.version.empty()) tell("tls", tls.version);
    for (std::size_t i = 0; i < std::min(tls.chain.size(), kMostTold); ++i) {
      auto const& one = tls.chain[i];
      tell(i == 0 ? "certificate" : "chain",
           cut(one.subject) + ", issued by " + cut(one.issuer) + ", until " + one.not_after);
    }
    if (tls.chain.empty()) return;
    tell("issuer", cut(tls.chain.front().issuer));
    tell("key-sha256", tls.chain.front().key_hash);
    tell("trusted", tls.trusted ? "yes" : "no: " + cut(tls.fault));
    tell("name-matches", tls.name_matches ? "yes" : "no");
  }

  void judge_chain() {
    auto const& tls = *heard_.tls;
    if (tls.chain.empty()) return no_tls();
    auto const& issuer = tls.chain.front().issuer;
    bool const foreign = !task_.issuer.empty() && !fits_pattern(task_.issuer, issuer);
    if (!tls.trusted || foreign)
      return say(Outcome::tls_intercepted, foreign ? "issuer-not-expected" : "issuer-not-trusted",
                 "the certificate is issued by " + cut(issuer) +
                     (foreign ? ", which the policy does not expect"
                              : ", which is not trusted here: " + printable(tls.fault)),
                 Teller::unknown);
    if (!tls.name_matches)
      return say(Outcome::unproven, "name-differs",
                 "the certificate is trusted, and is for another name (" +
                     cut(tls.chain.front().subject) + ")",
                 Teller::unknown);
    // Whoever saw the service's chain can send it; only the handshake's end proves its key.
    if (!tls.completed)
      return say(Outcome::unproven, "tls-handshake-failed",
                 "the certificate is the name's own, and the handshake came to no end" +
                     (tls.fault.empty() ? std::string() : ": " + printable(tls.fault)) +
                     ": whoever answers may have it from elsewhere",
                 Teller::unknown);
    if (!tls.added_by.empty())
      return say(Outcome::tls_intercepted, "issuer-added-here",
                 "the certificate is issued by " + cut(issuer) +
                     ", whose authority was added on this host (" + printable(tls.added_by) +
                     "): no service on the internet is certified by it",
                 Teller::unknown);
    if (task_.issuer.empty()) {
      tell("issuer-expected",
           "none: the policy does not say who certifies the service, so that "
           "the authority is one that this host trusts, and no more");
      return say(Outcome::open, "trusted-here",
                 "the certificate is for the name, issued by " + cut(issuer) +
                     ", which this host trusts; whether it is the service's cannot be told",
                 Teller::unknown);
    }
    o_.verified = true;
    say(Outcome::open, "verified",
        "the certificate is the name's own, issued by " + cut(issuer) + ", as the policy expects",
        Teller::target);
  }

  ProbeTask const& task_;
  Heard const& heard_;
  Heard const* certificate_;
  std::int64_t now_;
  Observation o_;
};

}  // namespace

Observation classify(ProbeTask const& task, Heard const& heard, Heard const* certificate,
                     std::int64_t now) {
  return Judging(task, heard, certificate, now).run();
}

}  // namespace safeconduct
