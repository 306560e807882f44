// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "base/diagnostic.h"
#include "evidence/answer_wording.h"
#include "evidence/capture_judge.h"
#include "packet/answer_wording.h"
#include "policy/expectation.h"

namespace safeconduct {
namespace {

EndingWord open(std::string cause, Said detail, int weight) {
  return {Outcome::open, std::move(cause), std::move(detail), Teller::unknown, false, weight};
}
EndingWord unproven(std::string cause, Said detail, int weight) {
  return {Outcome::unproven, std::move(cause), std::move(detail), Teller::unknown, false, weight};
}
EndingWord bad(Outcome outcome, std::string cause, Said detail, Teller by = Teller::unknown) {
  return {outcome, std::move(cause), std::move(detail), by, false, 0};
}

EndingWord dns_foreign(Told const& told) {
  if (told.cause == "dns-error-code")
    return bad(Outcome::intercepted, told.cause, {wording::kErrorOfAnother, {told.text}});
  if (told.cause == "dns-no-source-line")
    return bad(Outcome::intercepted, told.cause, wording::kNoSourceLine);
  if (told.cause == "dns-garbled")
    return bad(Outcome::intercepted, told.cause,
               told.text.empty() ? Said(wording::kNotWhatWasAsked)
                                 : Said(wording::kNotWhatWasAskedFault, {printable(told.text)}));
  return bad(Outcome::intercepted, told.cause, wording::kNoServerLine);
}

EndingWord tls_named(Told const& told, std::string const& issuer) {
  bool const foreign = !issuer.empty() && !fits_pattern(issuer, told.issuer);
  auto const by = printable(told.issuer);
  if (foreign)
    return bad(Outcome::tls_intercepted, "issuer-not-expected",
               {wording::kIssuerNotExpected, {by}});
  if (told.self_issued)
    return bad(Outcome::tls_intercepted, "issuer-not-trusted", {wording::kSelfIssued, {by}});
  if (!told.name_matches)
    return unproven("name-differs", {wording::kForAnotherName, {printable(told.certificate)}}, 5);
  if (!told.trusted) return unproven("issuer-not-trusted", {wording::kIssuedByStranger, {by}}, 6);
  return open("certificate", {wording::kNamesOwn, {by}}, 8);
}

}  // namespace

EndingWord word_for(Ending ending, Told const& told, bool plain, std::string const& issuer) {
  switch (ending) {
    case Ending::silent:
      return bad(Outcome::timeout, "silent", wording::kNothingCameBack, Teller::nobody);
    case Ending::too_soon:
      return {Outcome::not_tested,
              "capture-ends-too-soon",
              wording::kEndsTooSoon,
              Teller::nobody,
              false,
              0};
    case Ending::one_way:
      return unproven("one-sided", wording::kOneDirection, 1);
    case Ending::reset:
      return bad(Outcome::reset, "reset", wording::kRefusedByReset);
    case Ending::unreachable:
      return bad(Outcome::unreachable, told.icmp ? icmp_word(*told.icmp) : "icmp",
                 told.icmp
                     ? Said(wording::kRefusedBy, {to_string(told.icmp->by), icmp_word(*told.icmp)})
                     : Said(wording::kIcmpRefused));
    case Ending::reset_later:
      return bad(Outcome::reset, "reset-after-handshake", wording::kResetLater);
    case Ending::closed:
      return unproven("closed-after-handshake", wording::kClosedByPeer, 3);
    case Ending::tarpit:
      return bad(Outcome::tarpit, "silent-after-handshake", wording::kSilentAfterHandshake);
    case Ending::handshake:
      if (plain) return open("handshake", wording::kHandshakeCompleted, 1);
      return unproven("handshake-only", wording::kHandshakeNoMore, 2);
    case Ending::answered:
      if (plain) return open("answered", wording::kAnsweredUnlooked, 2);
      return unproven("answered", wording::kAnsweredByWhom, 3);
    case Ending::dns_verified: {
      auto word = open("verified", wording::kSignedOnThatDay, 20);
      word.verified = true;
      word.by = Teller::target;
      return word;
    }
    case Ending::dns_right:
      return open("answered", wording::kRightLines, 15);
    case Ending::dns_encrypted:
      return open("encrypted", wording::kEncryptedTakenUp, 10);
    case Ending::dns_other:
    case Ending::dns_no_certificate:
      if (plain) return open("handshake", wording::kHandshakeCompleted, 3);
      return unproven("no-certificate", wording::kNoCertificate, 4);
    case Ending::dns_failed:
      return unproven("dns-server-failure", wording::kFailureForAWhile, 4);
    case Ending::dns_cut:
      return unproven("cut-short", wording::kKeptTooLittle, 4);
    case Ending::dns_foreign:
      return dns_foreign(told);
    case Ending::dns_bad_signature:
      return bad(Outcome::intercepted, "dns-bad-signature", wording::kBadSignature);
    case Ending::dns_not_today:
      return bad(Outcome::intercepted, "dns-certificate-not-valid-today", wording::kNotOfThatDay);
    case Ending::tls_named: {
      auto word = tls_named(told, issuer);
      if (plain && word.outcome == Outcome::unproven)
        return open("handshake", wording::kHandshakeCompleted, 3);
      return word;
    }
    case Ending::tls_hidden: {
      Said const version = told.version.empty() ? Said(wording::kTls) : Said(told.version);
      if (plain) return open("handshake", wording::kHandshakeCompleted, 3);
      return unproven("certificate-not-visible",
                      told.text.empty() ? Said(wording::kCertificateEncrypted, {version})
                                        : Said(wording::kCertificateHidden, {version, told.text}),
                      7);
    }
    case Ending::tls_failed:
      return unproven("tls-handshake-failed", {wording::kTlsFailedWith, {printable(told.text)}}, 3);
    case Ending::tls_rejected:
      return bad(Outcome::tls_intercepted, "issuer-not-trusted",
                 {wording::kClientRefused, {printable(told.text), printable(told.issuer)}});
    case Ending::tls_none:
      if (plain) return open("handshake", wording::kHandshakeCompleted, 2);
      return unproven("no-tls", wording::kNoTls, 3);
    case Ending::http_fine:
      return open("http", wording::kAnswered, 6);
    case Ending::http_other:
      if (plain) return open("handshake", wording::kHandshakeCompleted, 3);
      return unproven("http-status", wording::kOtherPage, 4);
  }
  std::abort();  // not an Ending
}

}  // namespace safeconduct
