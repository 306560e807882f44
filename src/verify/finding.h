// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a check comes to: values, computed once by verify(), only printed by report/.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/shared.h"
#include "engine/journey.h"
#include "net/address.h"
#include "packet/packet.h"
#include "policy/date.h"
#include "rules/ruleset.h"

namespace safeconduct {

enum class Verdict : std::uint8_t { allowed, blocked, partial, intercepted, undecided };
inline constexpr std::array kVerdicts{Verdict::allowed, Verdict::blocked, Verdict::partial,
                                      Verdict::intercepted, Verdict::undecided};
std::string_view name(Verdict verdict);

using PortSet = IntervalSet<std::uint32_t>;
// The same ports as values of a packet's field, and back.
ValueSet port_values(PortSet const& ports);
PortSet ports_of(ValueSet const& values);

// A rule (or a chain's policy) as a report names it.
struct RuleRef {
  std::string device;
  Location at;
  std::string table;  // "inet filter"
  std::string chain;
  std::string text;       // the rule's own words; of a policy: the words that set it
  bool policy = false;    // the chain's policy decided, 'at' is where the policy is written
  std::string line_text;  // the whole line that 'at' points into, for quoting; may be empty
  // 'text' and 'line_text' are nft text that the file says as JSON: 'at' is no column of them.
  bool translated = false;
  // How the device's own tools call the rule, where the export says it.
  std::string number = {};  // NOLINT(readability-redundant-member-init)
  std::string name = {};    // NOLINT(readability-redundant-member-init)
  // How nft calls it ('nft delete rule ... handle 12'), where the export says it: 'nft -a', JSON.
  std::optional<std::uint64_t> handle = {};  // NOLINT(readability-redundant-member-init)
  bool vendor = false;                       // a row of a vendor's policy
  bool iptables = false;                     // of iptables-save
  bool nothing = false;  // no rule or policy at all: no chain sees such packets, so they pass

  auto operator<=>(RuleRef const&) const = default;
};

// How packets that do not pass are lost, which is what the client sees.
struct How {
  enum class Kind : std::uint8_t { passes, drop, reject } kind = Kind::passes;
  RejectWith with = RejectWith::port_unreachable;  // of a reject
  auto operator<=>(How const&) const = default;
};
std::string_view name(How::Kind kind);   // "drop", "reject"; "" for passes
std::string_view name(RejectWith with);  // "tcp-reset", "icmp-port-unreachable", ...

// Where a part comes from, for those who ask further about it.
struct PartOrigin {
  std::size_t device = 0;  // of the path
  Decider decider;         // in that device's rules; of an undecided part: kNoChain
  // The source as it arrives at the device.
  Symbol source = Symbol::asked(Field::saddr);
  Symbol source_port = Symbol::asked(Field::sport);
  std::uint32_t tcp_flags = 0;  // of the segments that the leg is about
  ValueSet icmp_type;
  ValueSet icmp_code;
};

// What stops a part next, once the rules named before are mended.
struct NextStop {
  RuleRef rule;
  Verdict verdict = Verdict::blocked;  // blocked, intercepted; the last may be undecided
  How how;
  Leg leg = Leg::request;
  auto operator<=>(NextStop const&) const = default;
};

// A piece of a flow that one rule decides in one way. The four sets are a product: every
// combination belongs to it.
struct Part {
  Verdict verdict = Verdict::allowed;  // never partial
  How how;
  Leg leg = Leg::request;
  // In the terms of the request (the client's addresses and ports), also on the reply leg.
  AddressSet src;
  AddressSet dst;
  PortSet sport;
  PortSet dport;
  Shared<RuleRef> rule;  // decides; of an undecided part: the first that we cannot tell
  // Undecided: what else may decide it. Lost for sure: what may stop it before 'rule' does.
  std::vector<RuleRef> also;
  Shared<std::vector<std::string>> way;   // "inet filter/forward", "inet filter/lan-out", ...
  std::vector<std::string> undecided_by;  // the words that we cannot decide: "limit rate 5/second"
  std::string rewritten;                  // intercepted: to where: "redirect to port 3128"
  std::optional<Packet>
      witness;  // one packet of it, as it arrives (a reply's as the reply arrives)
  // The witness for 'trace': which hook, interfaces and connection state it needs beside the
  // packet.
  std::string witness_in;
  std::string witness_out;
  CtState witness_state = CtState::new_;
  // Where 'rule' stands: before connection tracking looks at packets, so that no state is known;
  // behind a translation, here or at a device before, so that the rule sees other addresses or
  // ports than 'src' and its like.
  bool before_tracking = false;
  bool after_translation = false;
  // It is a chain's policy, and packets come to it by a 'return' or 'goto' of the chain: what
  // stands at the chain's end, they may not meet.
  bool passes_by_end = false;
  // Of a part that is lost, see peel.h: what else would stop it down the way; and whether all of it
  // passes with 'rule' and these mended. nullopt: not looked at.
  std::vector<NextStop> next;
  std::optional<bool> mended;
  PartOrigin origin;
};

// Why a flow is undecided.
enum class Doubt : std::uint8_t {
  none,
  rules,         // its parts are
  budget,        // it falls into too many pieces
  unresolved,    // no address is known of where it goes
  other_family,  // none of a family that the clients have
  not_given,     // no rules of its family
};

// A required flow: clients to one destination prefix, one protocol, one port (range).
struct FlowResult {
  Family family = Family::ip4;
  std::uint32_t protocol = 0;
  AddressSet src;
  AddressSet dst;
  PortSet dport;
  std::string destination_name;  // "sync.hydra.opendns.com", where only a name is known: no 'dst'
  std::string region;            // of an ingress destination
  std::string path;              // its name, where the site has several
  Verdict verdict = Verdict::undecided;
  How how;  // of a blocked flow, if all its parts agree
  Doubt doubt = Doubt::none;
  std::string reason;  // the doubt in words: "rules", "budget", "needs resolution: ..."
  std::vector<Part> parts;
  bool sieve_left = false;  // see CheckResult
};

// A waiver as it covers a finding.
struct AppliedWaiver {
  std::string reason;
  std::string owner;  // may be empty
  Date expires;       // the last day that it holds
  Location at;
  bool operator==(AppliedWaiver const&) const = default;
};

// What was there before: in a baseline that was written on a day, or in a revision of the files.
struct Known {
  enum class By : std::uint8_t { baseline, revision } by = By::baseline;
  std::string since;  // the day, or the revision's name
  bool operator==(Known const&) const = default;
};
std::string_view name(Known::By by);  // "baseline", "revision"

struct Finding {
  std::string requirement;  // its id
  std::string title;
  std::string feature;       // "dns", "swg", ...
  std::string level;         // "required", "recommended", "conditional"
  bool expect_deny = false;  // the flows must not pass: 'verdict' still says what happens to them
  std::string any_of;        // its group, or empty
  std::vector<std::string> breaks;
  std::string impact;  // what the user sees when it fails, in plain words
  std::string policy;  // the policy's id
  Location at;         // where the requirement is written
  Verdict verdict = Verdict::undecided;
  bool holds = false;  // as expected: allowed (or, for expect deny, blocked), all of it
  std::optional<std::string> waived;   // the waiver's reason; of several, all
  std::vector<AppliedWaiver> waivers;  // those, each by itself
  std::optional<Known> known;          // all of what does not hold was there before
  std::string code;                    // of the catalogue; "" where it holds
  std::vector<FlowResult> flows;
};

// A requirement that the rules do not meet from a later day on, when ranges take effect. Its flows
// are those to such ranges alone; it is no part of the verdict of the day asked about.
struct Upcoming {
  Date effective;
  Finding finding;
};

// The states of the client's DNS, worst last, and of its web. name(): the vendor's words, "Open",
// "CloudServiceUnavailable", ...
enum class DnsState : std::uint8_t { encrypted, transparent, unknown, open };
enum class WebState : std::uint8_t { is_protected, unavailable, unknown };
inline constexpr std::array kDnsStates{DnsState::encrypted, DnsState::transparent, DnsState::open,
                                       DnsState::unknown};
inline constexpr std::array kWebStates{WebState::is_protected, WebState::unavailable,
                                       WebState::unknown};
std::string_view name(DnsState state);
std::string_view name(WebState state);

// What the client will show; unknown where the rules do not tell.
struct ClientStatus {
  DnsState dns = DnsState::unknown;
  std::string dns_text;      // "Protected and encrypted", "Unprotected for some clients", ...
  bool dns_of_some = false;  // not all clients show what 'dns' says
  WebState web = WebState::unknown;
  std::string web_text;           // "Protected", "Cloud Service Unavailable", ...
  std::optional<bool> fail_open;  // nullopt: cannot be told
  // Where the clients have both families, and they differ.
  std::vector<std::pair<Family, DnsState>> dns_by_family;
};

struct CheckSummary {  // requirements, by verdict
  std::size_t allowed = 0;
  std::size_t blocked = 0;
  std::size_t partial = 0;
  std::size_t intercepted = 0;
  std::size_t undecided = 0;
  std::size_t waived = 0;
};

struct CheckResult {
  std::string site;                      // its name, or the rule-set file where there is no site
  Verdict verdict = Verdict::undecided;  // over all required ones
  ClientStatus status;
  CheckSummary summary;
  std::vector<Finding> findings;   // in the policies' order
  std::vector<Upcoming> upcoming;  // by day, then in the policies' order
  Notes notes;
  // What was read: "gateway.nft: 214 rules in 12 chains, all of them understood".
  std::vector<std::string> inputs;
  std::vector<std::string> regions;
  // By what it was held against: what of it was there before, by fingerprint (report/alert.h).
  std::vector<Known::By> held_against;
  std::map<std::string, Known> known;
  // Rules mattered that were left out while reading (sieve_for): void, read all of them.
  bool sieve_left = false;
  // The same, but only status.fail_open hangs on it: see direct_web().
  bool web_left = false;
};

}  // namespace safeconduct
