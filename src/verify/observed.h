// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was seen on the wire, in the words of a check: verdicts of requirements and the client's
// status; and the same laid beside what the rules say.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "packet/observation.h"
#include "policy/wanted.h"
#include "verify/finding.h"

namespace safeconduct {

// How an observation stands to the rules that were read.
enum class Agreement : std::uint8_t {
  not_asked,  // no rules, or none that speak of such packets
  agree,
  rules_allow_wire_does_not,  // a device beyond, or the export is stale
  rules_block_wire_passes,    // the export is not what runs, or the probe went another way
  other_failure,              // both say it is lost, and not in the same way
  undecided,                  // one of the two does not tell
};
std::string_view name(Agreement agreement);  // "rules-allow-wire-does-not"

struct Beside {
  Agreement agreement = Agreement::not_asked;
  Verdict verdict = Verdict::undecided;  // of the rules, of such packets
  std::string expected;                  // what the rules make of it on the wire: "timeout", ...
  std::vector<RuleRef> rules;            // that decide
  Said reason;                           // one sentence: what may explain the difference
};

struct Seen {
  Observation observation;
  Beside beside;
  std::optional<std::size_t> flow = {};  // of the finding; nullopt: it says nothing of the firewall
};

struct ObservedRequirement {
  Finding finding;  // its flows are those that were probed, or were to be
  std::vector<Seen> seen;
};

// What may be behind the failures, one of each kind.
struct ProbableCause {
  std::string code;        // the observations' 'cause'
  std::string likelihood;  // "certain", "likely", "possible"
  Said text;
  std::vector<Said> speaks_for;
  std::vector<Said> speaks_against;
  bool operator==(ProbableCause const&) const = default;
};

struct ObservedResult {
  std::string site;
  Verdict verdict = Verdict::undecided;
  ClientStatus status;
  CheckSummary summary;
  std::vector<ObservedRequirement> requirements;  // in the policies' order
  std::vector<ProbableCause> causes;              // most certain first
  Notes notes;
  bool interrupted = false;
  bool beside_rules = false;
};

// What a client sees of such packets, in the words of outcomes: "open", "timeout", "reset", ...;
// "unknown" where the rules do not decide.
std::string expected_outcome(Part const& part);

// What a single observation says of its flow.
Verdict verdict_of(Observation const& observation);

// Requirements without an observation are left out. 'probed': the families of which all that is
// wanted was to be asked; what was not asked of them leaves a requirement that is otherwise allowed
// undecided, with a note. None: evidence, which shows what happened to be sent.
ObservedResult observed(Wanted const& wanted, std::vector<Observation> observations,
                        std::span<Family const> probed = {});

std::vector<ProbableCause> probable_causes(std::vector<ObservedRequirement> const& requirements);

// Lays each observation beside the findings of a check of the same requirements.
void lay_beside(ObservedResult& result, CheckResult const& check);

// Is there a requirement at or above this level that does not hold on the wire?
bool failed(ObservedResult const& result, std::string_view fail_on);

}  // namespace safeconduct
