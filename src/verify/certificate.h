// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A certificate: what a check has found, in a form that somebody else can check again, packet by
// packet, without trusting the analysis that found it. report/ writes and reads it as JSON.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verify/corners.h"
#include "verify/finding.h"
#include "verify/verify.h"

namespace safeconduct {

// A file that the check rests on.
struct CertifiedInput {
  std::string role;  // "rules", "included" (by rules), "policy", "ranges", "site"
  std::string name;  // as the operator named it; of the data folder: "policies/..."
  std::string sha256;
  std::uint64_t bytes = 0;
  bool operator==(CertifiedInput const&) const = default;
};

// What was asked, in the words of the command line.
struct CertifiedQuestion {
  std::vector<std::string> rules;
  std::string site;
  std::vector<std::string> also;
  std::vector<std::string> policies;
  std::string provider;
  std::vector<std::string> regions;
  std::vector<std::string> clients;
  std::string in;
  std::string out;
  std::vector<std::string> masquerade_as;
  bool symmetric_routes = false;
  bool plain_interfaces = false;
  bool known_neighbours = false;
  bool full_listing = false;
  std::string hook;
  std::string as_of;
  std::string input_format;
  std::string dialect;
  bool operator==(CertifiedQuestion const&) const = default;
};

struct CertifiedPart {
  // Its 'origin' says which device, segments and ICMP types; its rule is without the line's text.
  Part part;
  // What packets of its leg meet, in order: "hook forward", "inet filter/forward", ...
  std::vector<std::string> steps;
  // Rules that the first witness meets on its way and does not end at, and that some packet of the
  // flow may match: what had to be excluded.
  std::vector<RuleRef> before;
  std::size_t before_left_out = 0;   // further ones, not listed
  std::vector<FlowPoint> witnesses;  // the client's requests, as they leave it
};

struct CertifiedFlow {
  FlowResult flow;  // without its parts
  std::vector<CertifiedPart> parts;
};

struct CertifiedRequirement {
  Finding finding;  // without its flows
  std::vector<CertifiedFlow> flows;
};

struct Certificate {
  std::string version;  // of this program
  CertifiedQuestion question;
  std::vector<CertifiedInput> inputs;
  std::string site;
  Verdict verdict = Verdict::undecided;
  std::vector<CertifiedRequirement> requirements;
};

// The result, with what it takes to check it again. Inputs, question and version are the caller's.
Certificate certify(CheckInput const& input, CheckResult const& result);

struct CertificateFault {
  std::string where;  // "plain, flow 1, part 2"; empty: the whole
  std::string what;
};

struct CertificateCheck {
  std::vector<CertificateFault> faults;  // none: valid
  std::size_t requirements = 0;
  std::size_t flows = 0;
  std::size_t parts = 0;
  std::size_t packets = 0;    // requests of clients, each walked with its whole conversation
  std::size_t walks = 0;      // of single packets
  std::size_t thinned = 0;    // parts of which not every corner was walked
  std::size_t unclaimed = 0;  // flows and parts about which nothing is claimed
  std::uint64_t seed = 0;
  // What the operator said of devices (rules/device_facts.h), on which all of it rests.
  std::vector<std::string> taken;
};

// Holds the certificate against the rules again with the one-packet evaluator alone: 'input' is
// what its question leads to, read anew.
CertificateCheck check_certificate(Certificate const& certificate, CheckInput const& input,
                                   std::uint64_t seed);

}  // namespace safeconduct
