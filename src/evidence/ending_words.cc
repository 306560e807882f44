// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "base/diagnostic.h"
#include "evidence/capture_judge.h"
#include "policy/expectation.h"

namespace safeconduct {
namespace {

EndingWord open(std::string cause, std::string detail, int weight) {
  return {Outcome::open, std::move(cause), std::move(detail), Teller::unknown, false, weight};
}
EndingWord unproven(std::string cause, std::string detail, int weight) {
  return {Outcome::unproven, std::move(cause), std::move(detail), Teller::unknown, false, weight};
}
EndingWord bad(Outcome outcome, std::string cause, std::string detail,
               Teller by = Teller::unknown) {
  return {outcome, std::move(cause), std::move(detail), by, false, 0};
}

EndingWord dns_foreign(Told const& told) {
  if (told.cause == "dns-error-code")
    return bad(Outcome::intercepted, told.cause,
               "the answer is an error (" + told.text +
                   "), which the service's resolvers do not give: another resolver answers");
  if (told.cause == "dns-no-source-line")
    return bad(Outcome::intercepted, told.cause,
               "the answer lacks the address that the service saw: another resolver answers");
  if (told.cause == "dns-garbled")
    return bad(Outcome::intercepted, told.cause,
               "somebody answered, and not what was asked" +
                   (told.text.empty() ? std::string() : ": " + printable(told.text)));
  return bad(Outcome::intercepted, told.cause,
             "the answer has no 'server' line: another resolver answers");
}

EndingWord tls_named(Told const& told, std::string const& issuer) {
  bool const foreign = !issuer.empty() && !fits_pattern(issuer, told.issuer);
  auto const by = printable(told.issuer);
  if (foreign)
    return bad(Outcome::tls_intercepted, "issuer-not-expected",
               "the certificate is issued by " + by + ", which the policy does not expect");
  if (told.self_issued)
    return bad(Outcome::tls_intercepted, "issuer-not-trusted",
               "the certificate is issued by itself (" + by + "), not by an authority");
  if (!told.name_matches)
    return unproven("name-differs",
                    "the certificate is for another name (" + printable(told.certificate) + ")", 5);
  if (!told.trusted)
    return unproven("issuer-not-trusted",
                    "the certificate is issued by " + by +
                        ", which is not trusted here: a device that decrypts, or an authority that "
                        "this host does not know",
                    6);
  return open("certificate", "the certificate is the name's own, issued by " + by, 8);
}

}  // namespace

EndingWord word_for(Ending ending, Told const& told, bool plain, std::string const& issuer) {
  switch (ending) {
    case Ending::silent:
      return bad(Outcome::timeout, "silent",
                 "nothing came back; that alone does not say who drops it", Teller::nobody);
    case Ending::too_soon:
      return {Outcome::not_tested,
              "capture-ends-too-soon",
              "it was asked, and the capture ends before an answer had time to come",
              Teller::nobody,
              false,
              0};
    case Ending::one_way:
      return unproven("one-sided",
                      "the client went on as if it was answered, and the answers are not in the "
                      "capture: it shows one direction",
                      1);
    case Ending::reset:
      return bad(Outcome::reset, "reset",
                 "refused with a TCP reset, by the target or by a device in its name");
    case Ending::unreachable:
      return bad(Outcome::unreachable, told.icmp ? icmp_word(*told.icmp) : "icmp",
                 told.icmp
                     ? "refused by " + to_string(told.icmp->by) + " (" + icmp_word(*told.icmp) + ")"
                     : "refused with an ICMP error");
    case Ending::reset_later:
      return bad(Outcome::reset, "reset-after-handshake",
                 "the connection was reset after the handshake: a device that reads along, or the "
                 "server");
    case Ending::closed:
      return unproven(
          "closed-after-handshake",
          "the handshake was completed, then the peer closed the connection: it passes, "
          "and who answers is not known",
          3);
    case Ending::tarpit:
      return bad(Outcome::tarpit, "silent-after-handshake",
                 "the handshake was completed, and what was asked then was never answered");
    case Ending::handshake:
      if (plain) return open("handshake", "the handshake was completed", 1);
      return unproven("handshake-only",
                      "the handshake was completed, and no more is in the capture: it passes, and "
                      "who answers is not known",
                      2);
    case Ending::answered:
      if (plain) return open("answered", "answered; who answers was not looked into", 2);
      return unproven("answered",
                      "answered, in a way that does not tell who answers: it passes, and more is "
                      "not known",
                      3);
    case Ending::dns_verified: {
      auto word = open("verified",
                       "answered, with a certificate of the capture's day that the published key "
                       "signed",
                       20);
      word.verified = true;
      word.by = Teller::target;
      return word;
    }
    case Ending::dns_right:
      return open("answered", "answered with the lines of the service's resolvers", 15);
    case Ending::dns_encrypted:
      return open("encrypted", "answered in DNSCrypt, which the client took up", 10);
    case Ending::dns_other:
    case Ending::dns_no_certificate:
      if (plain) return open("handshake", "the handshake was completed", 3);
      return unproven("no-certificate",
                      "answered, without the proof of a DNSCrypt certificate: who answers is not "
                      "known",
                      4);
    case Ending::dns_failed:
      return unproven("dns-server-failure",
                      "the answer is a server failure, which any resolver may give for a while", 4);
    case Ending::dns_cut:
      return unproven("cut-short",
                      "answered; the capture kept too little of the answer to tell who answers", 4);
    case Ending::dns_foreign:
      return dns_foreign(told);
    case Ending::dns_bad_signature:
      return bad(Outcome::intercepted, "dns-bad-signature",
                 "the DNSCrypt certificate is not signed by the published key: somebody else "
                 "answers");
    case Ending::dns_not_today:
      return bad(
          Outcome::intercepted, "dns-certificate-not-valid-today",
          "the DNSCrypt certificate is the service's, but not of the capture's day: somebody "
          "replays an old one, or the clock of the capture is wrong");
    case Ending::tls_named: {
      auto word = tls_named(told, issuer);
      if (plain && word.outcome == Outcome::unproven)
        return open("handshake", "the handshake was completed", 3);
      return word;
    }
    case Ending::tls_hidden:
      if (plain) return open("handshake", "the handshake was completed", 3);
      return unproven(
          "certificate-not-visible",
          "answered in " + (told.version.empty() ? "TLS" : told.version) +
              (told.text.empty() ? ", where the certificate is encrypted" : ": " + told.text) +
              "; it passes, and whether a device decrypts cannot be seen",
          7);
    case Ending::tls_failed:
      return unproven(
          "tls-handshake-failed",
          "the TCP handshake was completed, the TLS handshake failed: " + printable(told.text), 3);
    case Ending::tls_rejected:
      return bad(Outcome::tls_intercepted, "issuer-not-trusted",
                 "the client refused the certificate (" + printable(told.text) + "), issued by " +
                     printable(told.issuer));
    case Ending::tls_none:
      if (plain) return open("handshake", "the handshake was completed", 2);
      return unproven(
          "no-tls",
          "the handshake was completed, but what answers does not speak TLS: it passes, "
          "and who answers is not known",
          3);
    case Ending::http_fine:
      return open("http", "answered", 6);
    case Ending::http_other:
      if (plain) return open("handshake", "the handshake was completed", 3);
      return unproven(
          "http-status",
          "answered, but not with what was asked for: a captive portal or a proxy may be "
          "on the way",
          4);
  }
  std::abort();  // not an Ending
}

}  // namespace safeconduct
