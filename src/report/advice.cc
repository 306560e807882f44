// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/advice.h"

#include <algorithm>
#include <optional>

#include "packet/field.h"
#include "report/check_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostAdvised = 4;
constexpr std::size_t kMostInRule = 8;  // prefixes or ports within one rule

// Which syntax the rule is written in; of a vendor's policy, what stands in its columns.
enum class Syntax : std::uint8_t { nft, iptables, columns };

Syntax syntax_of(RuleRef const& rule) {
  if (rule.vendor) return Syntax::columns;
  return rule.iptables ? Syntax::iptables : Syntax::nft;
}

std::string braced(std::vector<std::string> const& items) {
  if (items.size() == 1) return items.front();
  std::string text = "{ ";
  for (std::size_t i = 0; i < items.size(); ++i) text += (i > 0 ? ", " : "") + items[i];
  return text + " }";
}

std::string comma_joined(std::vector<std::string> const& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) text += (i > 0 ? "," : "") + items[i];
  return text;
}

std::vector<std::string> bare_prefixes(Family family, AddressSet const& set) {
  std::vector<std::string> texts;
  for (auto const& prefix : to_prefixes(family, set))
    texts.push_back(prefix.length == address_bits(family) ? to_string(prefix.address)
                                                          : to_string(prefix));
  return texts;
}

bool everything(Family family, AddressSet const& set) {
  return set == AddressSet({0, max_address(family)});
}

bool describable(FlowBox const& box) {
  return box.protocols.size() <= 2 && std::ranges::all_of(box.protocols, has_ports) &&
         every_port(box.sport) && !box.dport.empty() &&
         box.dport.intervals().size() <= kMostInRule &&
         to_prefixes(box.family, box.src, kMostInRule) &&
         to_prefixes(box.family, box.dst, kMostInRule);
}

std::string nft_rule(FlowBox const& box) {
  std::string const ip = box.family == Family::ip4 ? "ip" : "ip6";
  std::string text;
  if (!everything(box.family, box.src))
    text += ip + " saddr " + braced(bare_prefixes(box.family, box.src)) + ' ';
  if (!everything(box.family, box.dst))
    text += ip + " daddr " + braced(bare_prefixes(box.family, box.dst)) + ' ';
  if (box.protocols.size() == 1) {
    text += l4proto_name(box.protocols.front()) + " dport ";
  } else {
    std::vector<std::string> names;
    for (auto const one : box.protocols) names.push_back(l4proto_name(one));
    text += "meta l4proto " + braced(names) + " th dport ";
  }
  return text + braced(port_texts(box.dport)) + " accept";
}

void add_iptables_rules(std::vector<std::string>& rules, FlowBox const& box,
                        std::string const& chain) {
  std::string addresses;
  if (!everything(box.family, box.src))
    addresses += " -s " + comma_joined(bare_prefixes(box.family, box.src));
  if (!everything(box.family, box.dst))
    addresses += " -d " + comma_joined(bare_prefixes(box.family, box.dst));
  auto ports = port_texts(box.dport);
  for (auto& one : ports) std::ranges::replace(one, '-', ':');
  for (auto const protocol : box.protocols) {
    rules.push_back("-A " + chain + addresses + " -p " + l4proto_name(protocol) +
                    (ports.size() == 1 ? " --dport " + ports.front()
                                       : " -m multiport --dports " + comma_joined(ports)) +
                    " -j ACCEPT");
  }
}

std::string columns_rule(FlowBox const& box) {
  auto const side = [&](AddressSet const& set) {
    return everything(box.family, set) ? "any" : comma_joined(bare_prefixes(box.family, set));
  };
  std::vector<std::string> services;
  for (auto const protocol : box.protocols)
    for (auto const& ports : port_texts(box.dport))
      services.push_back(l4proto_name(protocol) + '/' + ports);
  return "source " + side(box.src) + "; destination " + side(box.dst) + "; service " +
         comma_joined(services) + "; action allow";
}

// Rules that accept the boxes; none where they would not be short, or not exact.
std::vector<std::string> accepting(Decided const& decided) {
  if (decided.like->leg != Leg::request || decided.like->verdict != Verdict::blocked) return {};
  // Behind a translation the rule would have to name other addresses or ports.
  if (decided.like->after_translation) return {};
  if (!std::ranges::all_of(decided.boxes, describable)) return {};
  std::vector<std::string> rules;
  for (auto const& box : decided.boxes) {
    switch (syntax_of(decided.like->rule)) {
      case Syntax::nft:
        rules.push_back(nft_rule(box));
        break;
      case Syntax::iptables:
        add_iptables_rules(rules, box, decided.like->rule->chain);
        break;
      case Syntax::columns:
        rules.push_back(columns_rule(box));
        break;
    }
  }
  if (rules.size() > kMostAdvised) rules.clear();
  return rules;
}

std::string before_rule(Part const& part, Speaker const& speaker) {
  RuleRef const& rule = part.rule;
  if (rule.vendor && rule.policy) return speaker.say(wording::kBeforePolicyEnd);
  if (part.passes_by_end) return speaker.say(wording::kAtChainStart, {rule.chain});
  if (rule.policy) return speaker.say(wording::kBeforeChainEnd, {rule.chain});
  if (rule.at.line == 0 || rule.translated) return speaker.say(wording::kBeforeRule);
  return speaker.say(wording::kBeforeLine, {std::to_string(rule.at.line)});
}

Advice advice_for_reply(Part const& part, Speaker const& speaker) {
  RuleRef const& rule = part.rule;
  auto const where = before_rule(part, speaker);
  bool const stateful = syntax_of(rule) != Syntax::columns;
  if (stateful && part.before_tracking) return {speaker.say(wording::kBeforeTracking, {where}), {}};
  if (stateful && part.witness_state != CtState::established)
    return {speaker.say(wording::kNotTracked, {where}), {}};
  // A stateful firewall lets answers pass by itself: here something else is amiss.
  if (!stateful) return {speaker.say(wording::kLetAnswers, {where}), {}};
  Advice advice{speaker.say(wording::kLetAnswersBy, {where}), {}};
  if (syntax_of(rule) == Syntax::nft) {
    advice.rules.emplace_back("ct state established,related accept");
  } else {
    advice.rules.push_back("-A " + rule.chain +
                           " -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
  }
  return advice;
}

}  // namespace

std::optional<Advice> advice_for(Decided const& decided, Language language) {
  Speaker const speaker(language);
  auto const verdict = decided.like->verdict;
  if (verdict == Verdict::undecided) return std::nullopt;
  if (decided.expect_deny && decided.like->rule->nothing)
    return Advice{speaker.say(wording::kStopSomewhere), {}};
  if (decided.expect_deny)
    return Advice{speaker.say(wording::kStopThem, {before_rule(*decided.like, speaker)}), {}};
  if (verdict == Verdict::allowed) return std::nullopt;
  switch (decided.like->leg) {
    case Leg::reply:
    case Leg::later_request:
      return advice_for_reply(*decided.like, speaker);
    case Leg::request:
      break;
  }
  auto const where = before_rule(*decided.like, speaker);
  if (verdict == Verdict::intercepted) return Advice{speaker.say(wording::kExempt, {where}), {}};
  auto rules = accepting(decided);
  if (rules.empty()) return Advice{speaker.say(wording::kLetPass, {where}), {}};
  return Advice{speaker.say(wording::kLetPassBy, {where}), std::move(rules)};
}

}  // namespace safeconduct
