// SPDX-License-Identifier: GPL-3.0-or-later
// Causes behind the whole of what was seen. Each needs something that speaks for it; what speaks
// against is said beside. Silence alone never makes a firewall.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "packet/field.h"
#include "packet/observation_words.h"
#include "verify/cause_wording.h"
#include "verify/diagnosis.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostTold = 6;

using Test = std::function<bool(ObservedRequirement const&, Seen const&)>;

Said flow_words(Observation const& o) {
  return {wording::kTargetOutcome, {target_words(o), words_of(o.outcome)}};
}

bool lost(Observation const& o) { return verdict_of(o) == Verdict::blocked; }

class Causes {
 public:
  explicit Causes(Diagnosis const& diagnosis) : diagnosis_(diagnosis) {}

  std::vector<ProbableCause> find() && {
    rules_that_stop_it();
    beyond_the_rules();
    near_device();
    interception();
    quic_rule();
    device_beyond();
    no_network();
    geo_restriction();
    other_software();
    std::ranges::stable_sort(causes_, {}, [](ProbableCause const& one) {
      constexpr std::array<std::string_view, 3> kOrder{"certain", "likely", "possible"};
      return std::ranges::find(kOrder, one.likelihood) - kOrder.begin();
    });
    return std::move(causes_);
  }

 private:
  // What passes the test, in words; each once.
  std::vector<Said> told(Test const& test) const {
    std::vector<Said> texts;
    for (auto const& requirement : diagnosis_.result.requirements)
      for (auto const& seen : requirement.seen) {
        if (!test(requirement, seen)) continue;
        auto text = flow_words(seen.observation);
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
      }
    if (texts.size() > kMostTold) {
      auto const more = texts.size() - kMostTold;
      texts.resize(kMostTold);
      texts.emplace_back(wording::kMoreCauses, std::vector<Said>{std::to_string(more)});
    }
    return texts;
  }

  bool any(Test const& test) const {
    return std::ranges::any_of(diagnosis_.result.requirements, [&](ObservedRequirement const& one) {
      return std::ranges::any_of(one.seen, [&](Seen const& seen) { return test(one, seen); });
    });
  }

  void add(std::string code, std::string likelihood, Said text, std::vector<Said> speaks_for,
           std::vector<Said> speaks_against) {
    if (speaks_for.empty()) return;
    causes_.push_back({std::move(code), std::move(likelihood), std::move(text),
                       std::move(speaks_for), std::move(speaks_against)});
  }

  static bool of_feature(ObservedRequirement const& one, std::string_view feature) {
    return one.finding.feature == feature;
  }
  static bool is_dns(ObservedRequirement const& one) {
    return of_feature(one, "dns") || of_feature(one, "dns-encrypted");
  }

  // A capture that shows the same target lost tells more than the client's own word.
  bool told_better(Seen const& seen) const {
    auto const& o = seen.observation;
    return o.reported && any([&](auto const&, Seen const& other) {
             auto const& wire = other.observation;
             return !wire.reported && lost(wire) && wire.dst == o.dst && wire.dport == o.dport &&
                    wire.protocol == o.protocol;
           });
  }

  // Is it of the time that the other is of? Of different clocks: perhaps.
  static bool may_coincide(Observation const& one, Observation const& other) {
    if (one.last.ends_with('Z') != other.last.ends_with('Z')) return true;
    return one.first <= other.last && other.first <= one.last;
  }

  void rules_that_stop_it() {
    std::vector<Said> reasons;
    for (auto const& requirement : diagnosis_.result.requirements)
      for (auto const& [observation, beside, flow] : requirement.seen) {
        if (beside.agreement != Agreement::agree || beside.verdict == Verdict::allowed) continue;
        for (auto const& rule : beside.rules) {
          Said text(wording::kRuleOfTarget,
                    {to_string(rule.at), rule.text, flow_words(observation)});
          if (reasons.size() < kMostTold && std::ranges::find(reasons, text) == reasons.end())
            reasons.push_back(std::move(text));
        }
      }
    add("rules-that-were-read", "likely", wording::kRulesStopIt, std::move(reasons), {});
  }

  void beyond_the_rules() {
    add("beyond-the-rules", "likely", wording::kBeyondTheRules,
        told([](auto const&, Seen const& seen) {
          return seen.beside.agreement == Agreement::rules_allow_wire_does_not;
        }),
        {});
  }

  void near_device() {
    auto const refused_near = [](auto const&, Seen const& seen) {
      auto const& o = seen.observation;
      return lost(o) && (o.by == Teller::this_host || o.by == Teller::before_target);
    };
    bool const here = any([](auto const&, Seen const& seen) {
      return lost(seen.observation) && seen.observation.by == Teller::this_host;
    });
    add("firewall-near-the-client", here ? "certain" : "likely", wording::kDeviceNearby,
        told(refused_near), {});
  }

  void interception() {
    add("interception", "likely", wording::kSomebodyElseAnswers,
        told([](auto const&, Seen const& seen) {
          return verdict_of(seen.observation) == Verdict::intercepted;
        }),
        {});
    // Answered on the wire, and yet not taken.
    auto const rejected_though_answered = [this](auto const&, Seen const& seen) {
      auto const& o = seen.observation;
      if (!o.reported || !lost(o)) return false;
      return any([&](auto const&, Seen const& other) {
        auto const& wire = other.observation;
        return !wire.reported && wire.outcome == Outcome::open && wire.dst == o.dst &&
               wire.dport == o.dport && wire.protocol == o.protocol && may_coincide(o, wire);
      });
    };
    add("answers-not-taken", "possible", wording::kAnswersNotTaken, told(rejected_though_answered),
        {wording::kMomentsMayDiffer});
  }

  void quic_rule() {
    auto const encrypted = [](ObservedRequirement const& one, Seen const& seen) {
      return of_feature(one, "dns-encrypted") && seen.observation.protocol == l4::udp &&
             lost(seen.observation);
    };
    bool const plain_open = any([](ObservedRequirement const& one, Seen const& seen) {
      return of_feature(one, "dns") && seen.observation.outcome == Outcome::open;
    });
    bool const plain_lost = any([](ObservedRequirement const& one, Seen const& seen) {
      return of_feature(one, "dns") && seen.observation.protocol == l4::udp &&
             lost(seen.observation);
    });
    bool const encrypted_open = any([](ObservedRequirement const& one, Seen const& seen) {
      return of_feature(one, "dns-encrypted") && seen.observation.outcome == Outcome::open;
    });
    if (!plain_open || plain_lost || encrypted_open) return;
    add("quic-block", "likely", wording::kRuleAgainstQuic, told(encrypted), {});
  }

  void no_network() {
    bool const something = any([](auto const&, Seen const& seen) {
      auto const& o = seen.observation;
      return o.outcome == Outcome::open || o.by == Teller::target ||
             verdict_of(o) == Verdict::intercepted;
    });
    if (something) return;
    auto reasons = told([](ObservedRequirement const& one, Seen const& seen) {
      return is_dns(one) && lost(seen.observation);
    });
    bool const web_lost = any([](ObservedRequirement const& one, Seen const& seen) {
      return !is_dns(one) && lost(seen.observation);
    });
    if (!web_lost) return;
    std::vector<Said> against;
    if (diagnosis_.result.status.fail_open == true)
      against.emplace_back(wording::kFailOpenNeedsNetwork);
    add("no-network", "possible", wording::kNoInternet, std::move(reasons), std::move(against));
  }

  void device_beyond() {
    bool const works = any([](auto const&, Seen const& seen) {
      return seen.observation.outcome == Outcome::open && !seen.observation.reported;
    });
    std::vector<Said> const against{wording::kSilenceIsVague};
    add("firewall-on-the-way", works ? "likely" : "possible",
        works ? wording::kFirewallDrops : wording::kFirewallMayDrop,
        told([this](auto const&, Seen const& seen) {
          return seen.observation.outcome == Outcome::timeout && !told_better(seen);
        }),
        against);
  }

  void geo_restriction() {
    bool const dns_fine = any([](ObservedRequirement const& one, Seen const& seen) {
      return is_dns(one) && seen.observation.outcome == Outcome::open;
    });
    bool const dns_lost = any([](ObservedRequirement const& one, Seen const& seen) {
      return is_dns(one) && lost(seen.observation);
    });
    std::vector<Said> against;
    if (dns_lost && !dns_fine) against.emplace_back(wording::kDnsFailsToo);
    add("geo-restriction", "possible", wording::kSanctions,
        told([this](ObservedRequirement const& one, Seen const& seen) {
          return of_feature(one, "swg") && seen.observation.outcome == Outcome::timeout &&
                 !told_better(seen);
        }),
        std::move(against));
  }

  void other_software() {
    std::vector<Said> backed_off;
    for (auto const& one : diagnosis_.timeline)
      if (one.state == "DisabledDueToVPN")
        for (auto const& line : one.evidence) backed_off.push_back(line.file + ": " + line.text);
    add("vpn", "possible", wording::kVpnTakesOver, std::move(backed_off),
        {wording::kVpnOrTrustedNetwork});
    add("proxy", "possible", wording::kProxyEnds, told([](auto const&, Seen const& seen) {
          return seen.observation.outcome == Outcome::tls_intercepted ||
                 seen.observation.outcome == Outcome::tarpit;
        }),
        {});
  }

  Diagnosis const& diagnosis_;
  std::vector<ProbableCause> causes_;
};

}  // namespace

std::vector<ProbableCause> diagnosed_causes(Diagnosis const& diagnosis) {
  return Causes(diagnosis).find();
}

}  // namespace safeconduct
