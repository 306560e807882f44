// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/classify.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/diagnostic.h"
#include "base/text.h"
#include "packet/answer_wording.h"
#include "packet/field.h"
#include "packet/observation_words.h"
#include "policy/expectation.h"
#include "probe/answer_wording.h"
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
  auto const told = lower(text.substr(0, kLongestTold));
  for (auto const id : kIds)
    if (told.starts_with(id)) return cut(text.substr(0, text.find_first_of(" :="))) + " (redacted)";
  return cut(text);
}

Said error_words(int error) {
  switch (error) {
    case ENETUNREACH:
      return wording::kNoRouteToIt;
    case EADDRNOTAVAIL:
      return wording::kNoSuchSource;
    case EPERM:
    case EACCES:
      return wording::kNotPermitted;
    case ENODEV:
      return wording::kNoSuchInterface;
    case EAFNOSUPPORT:
      return wording::kNoSuchFamily;
    case EMFILE:
    case ENFILE:
      return wording::kTooManyFiles;
    case ELIBACC:
      return wording::kTlsNotInstalled;
    default:
      return {wording::kSendingFails, {std::strerror(error)}};
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
        say(Outcome::local_error, error_cause(heard_.error), error_words(heard_.error),
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
    if (heard_.connected)
      tell("handshake", {wording::kCompletedIn, {milliseconds_text(*heard_.connect_ms)}});
    if (heard_.whole_over_tcp) tell("truncated", wording::kAskedOverTcp);
    if (heard_.ttl) tell("ttl", {wording::kCameWithTtl, {std::to_string(*heard_.ttl)}});
  }

  void say(Outcome outcome, std::string cause, Said detail, Teller by) {
    o_.outcome = outcome;
    o_.cause = std::move(cause);
    o_.detail = std::move(detail);
    o_.by = by;
  }
  void tell(std::string kind, Said text) {
    o_.evidence.push_back({std::move(kind), std::move(text)});
  }

  void silent() {
    if (!heard_.connected) {
      return say(Outcome::timeout, "silent", wording::kNothingCameBack, Teller::nobody);
    }
    if (task_.dns.optional) return handshake_only(wording::kBehindSilent);
    tls_evidence();
    say(Outcome::tarpit, "silent-after-handshake", wording::kSilentAfterHandshake, Teller::unknown);
  }

  void handshake_only(Translated why) {
    tell("handshake-only", {wording::kHandshakeSuffices, {why}});
    say(Outcome::open, "handshake", wording::kHandshakeCompleted, Teller::unknown);
  }

  void reset() {
    if (heard_.connected) {
      if (task_.dns.optional) return handshake_only(wording::kBehindReset);
      tls_evidence();
      return say(Outcome::reset, "reset-after-handshake", wording::kResetAfterAsking,
                 Teller::unknown);
    }
    say(Outcome::reset, "reset", wording::kRefusedByReset, Teller::unknown);
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
    tell("icmp",
         {wording::kIcmpFrom,
          {std::to_string(icmp.type), std::to_string(icmp.code), word, to_string(icmp.by)}});
    if (own && !at_target && host && heard_.rtt_ms.value_or(0) > kOwnRefusal)
      return say(Outcome::local_error, "no-neighbour", wording::kNeighbourSilent,
                 Teller::this_host);
    if (own && !at_target)
      return say(Outcome::local_error, "own-rules", {wording::kOwnRulesRefuse, {word}},
                 Teller::this_host);
    if (at_target)
      return say(Outcome::unreachable, word == "port-unreachable" ? "closed-at-target" : word,
                 wording::kTargetSaysClosed, Teller::target);
    if (host && heard_.rtt_ms && *heard_.rtt_ms > kNeighbourSearch)
      return say(Outcome::unreachable, "upstream-host-unreachable",
                 {wording::kNoNextHop, {to_string(icmp.by), milliseconds_text(*heard_.rtt_ms)}},
                 Teller::before_target);
    say(Outcome::unreachable, word, {wording::kRefusedBy, {to_string(icmp.by), word}},
        Teller::before_target);
  }

  void closed() {
    tls_evidence();
    if (task_.dns.optional) return handshake_only(wording::kBehindClosed);
    if (task_.kind == ProbeKind::dns_txt)
      return say(Outcome::tarpit, "closed-after-handshake", wording::kClosedUnanswered,
                 Teller::unknown);
    say(Outcome::unproven, "closed-after-handshake", wording::kClosedByPeer, Teller::unknown);
  }

  void garbled() {
    if (task_.dns.optional) return handshake_only(wording::kBehindNoDns);
    if (heard_.tls || is_tls()) return no_tls();
    say(Outcome::intercepted, "dns-garbled",
        {wording::kNotWhatWasAskedFault, {printable(heard_.fault)}}, Teller::unknown);
  }

  void cut_short() {
    if (task_.dns.optional) return handshake_only(wording::kBehindHalf);
    say(Outcome::unproven, "dns-cut-short", wording::kHalfAnAnswer, Teller::unknown);
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
      return say(Outcome::unproven, "no-tls", wording::kNoTlsButHttp, Teller::unknown);
    }
    Said text(wording::kTlsFailed);
    if (heard_.tls && !heard_.tls->fault.empty())
      text = {wording::kBecauseOf, {text, printable(heard_.tls->fault)}};
    say(Outcome::unproven, "no-tls", text, Teller::unknown);
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
        return say(Outcome::open, "handshake", wording::kWhoWasNotAsked, Teller::unknown);
    }
  }

  // Portals answer every page, and with success: only what the page must say tells it.
  void judge_http() {
    auto const page = read_http(std::string(heard_.answer.begin(), heard_.answer.end()));
    tell("first-bytes", cut(page.first));
    if (!page.first.starts_with("HTTP/"))
      return say(Outcome::intercepted, "no-http", wording::kNoHttp, Teller::unknown);
    if (!page.location.empty()) tell("location", cut(page.location));
    if (page.status / 100 != 2)
      return say(Outcome::unproven, "http-status", wording::kOtherPage, Teller::unknown);
    if (task_.http_body.empty())
      return say(Outcome::unproven, "http-body-unknown", wording::kPageUnknown, Teller::unknown);
    if (!page.says(task_.http_body))
      return say(Outcome::intercepted, "http-other-page", wording::kAnotherPage, Teller::unknown);
    say(Outcome::open, "http", wording::kRightPage, Teller::unknown);
  }

  // ---- DNS

  void judge_dns() {
    auto const message = decode_message(heard_.answer);
    if (!message) return garbled();
    if (message->truncated) return cut_short();
    auto const debug = read_debug_answer(texts_in(*message));
    if (!debug.server.empty()) tell("server", debug.server);
    if (!debug.source.empty()) tell("source", {wording::kSeenAs, {debug.source}});
    bool const named = !task_.dns.server_line || !debug.server.empty();
    if (message->code != 0 || !named) return not_the_service(*message);
    if (task_.dns.source_line && debug.source.empty())
      return say(Outcome::intercepted, "dns-no-source-line", wording::kNoSourceLine,
                 Teller::unknown);
    judge_certificate();
  }

  void not_the_service(DnsMessage const& message) {
    tell("rcode", std::to_string(message.code));
    for (auto const& text : texts_in(message)) tell("txt", redacted(text));
    if (task_.dns.optional) return handshake_only(wording::kBehindOther);
    bool const code = message.code != 0;
    if (message.code == std::to_underlying(DnsCode::server_failure))
      return say(Outcome::unproven, "dns-server-failure", wording::kServerFailure, Teller::unknown);
    say(Outcome::intercepted, code ? "dns-error-code" : "dns-no-server-line",
        code
            ? Said(wording::kErrorOfAnother, {Said(wording::kCode, {std::to_string(message.code)})})
            : Said(wording::kNoServerLine),
        Teller::unknown);
  }

  // Anybody can write the lines of the answer; and without a certificate no client encrypts.
  void no_certificate() {
    if (task_.dns.optional) return handshake_only(wording::kBehindNoCertificate);
    say(Outcome::unproven, "no-certificate", wording::kNoCertificate, Teller::unknown);
  }

  void judge_certificate() {
    if (!task_.dns.public_key || certificate_ == nullptr)
      return say(Outcome::open, "answered", wording::kAnswered, Teller::unknown);
    if (certificate_->end != Heard::End::answered) {
      tell("certificate", wording::kCertificateUnanswered);
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
        return say(Outcome::open, "verified", wording::kSignedToday, Teller::target);
      case DnscryptFault::absent:
        return no_certificate();
      case DnscryptFault::bad_signature:
        return say(Outcome::intercepted, "dns-bad-signature", wording::kBadSignature,
                   Teller::unknown);
      case DnscryptFault::expired:
      case DnscryptFault::not_yet:
        return say(Outcome::intercepted, "dns-certificate-not-valid-today", wording::kNotOfToday,
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
           {wording::kIssuedUntil, {cut(one.subject), cut(one.issuer), one.not_after}});
    }
    if (tls.chain.empty()) return;
    tell("issuer", cut(tls.chain.front().issuer));
    tell("key-sha256", tls.chain.front().key_hash);
    tell("trusted",
         tls.trusted ? Said(wording::kYes) : Said(wording::kNoBecause, {cut(tls.fault)}));
    tell("name-matches", tls.name_matches ? wording::kYes : wording::kNo);
  }

  void judge_chain() {
    auto const& tls = *heard_.tls;
    if (tls.chain.empty()) return no_tls();
    auto const& issuer = tls.chain.front().issuer;
    bool const foreign = !task_.issuer.empty() && !fits_pattern(task_.issuer, issuer);
    if (!tls.trusted || foreign)
      return say(Outcome::tls_intercepted, foreign ? "issuer-not-expected" : "issuer-not-trusted",
                 foreign ? Said(wording::kIssuerNotExpected, {cut(issuer)})
                         : Said(wording::kIssuerNotTrusted, {cut(issuer), printable(tls.fault)}),
                 Teller::unknown);
    if (!tls.name_matches)
      return say(Outcome::unproven, "name-differs",
                 {wording::kNameDiffers, {cut(tls.chain.front().subject)}}, Teller::unknown);
    // Whoever saw the service's chain can send it; only the handshake's end proves its key.
    if (!tls.completed)
      return say(Outcome::unproven, "tls-handshake-failed",
                 tls.fault.empty()
                     ? Said(wording::kHandshakeUnfinished)
                     : Said(wording::kHandshakeUnfinishedFault, {printable(tls.fault)}),
                 Teller::unknown);
    if (!tls.added_by.empty())
      return say(Outcome::tls_intercepted, "issuer-added-here",
                 {wording::kAuthorityAdded, {cut(issuer), printable(tls.added_by)}},
                 Teller::unknown);
    if (task_.issuer.empty()) {
      tell("issuer-expected", wording::kNoIssuerExpected);
      return say(Outcome::open, "trusted-here", {wording::kTrustedHere, {cut(issuer)}},
                 Teller::unknown);
    }
    o_.verified = true;
    say(Outcome::open, "verified", {wording::kIssuerAsExpected, {cut(issuer)}}, Teller::target);
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
