// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "packet/field.h"
#include "report/audit_wording.h"
#include "report/check_wording.h"
#include "report/diagnosis_wording.h"
#include "report/explain.h"
#include "report/page_wording.h"
#include "report/probe_wording.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

std::vector<std::string> short_prefixes(Family family, AddressSet const& set) {
  std::vector<std::string> words;
  for (auto const& prefix : to_prefixes(family, set))
    words.push_back(prefix.length == address_bits(family) ? to_string(prefix.address)
                                                          : to_string(prefix));
  return words;
}

std::string address_words(Family family, AddressSet const& set, std::size_t limit,
                          Speaker const& speaker) {
  AddressSet const all({0, max_address(family)});
  if (set == all) return speaker.say(wording::kAnyAddress, {name(family)});
  auto const words = short_prefixes(family, set);
  auto const rest = short_prefixes(family, all - set);
  // "Everywhere but" is a long list the one way round, and a short one the other.
  if (words.size() > 2 * rest.size())
    return speaker.say(wording::kAnyAddressBut,
                       {name(family), listed(rest, limit, speaker.language())});
  return listed(words, limit, speaker.language());
}

std::string_view reject_words(RejectWith with) {
  switch (with) {
    case RejectWith::tcp_reset:
      return "a TCP reset";
    case RejectWith::net_unreachable:
      return "ICMP 'network unreachable'";
    case RejectWith::host_unreachable:
      return "ICMP 'host unreachable'";
    case RejectWith::proto_unreachable:
      return "ICMP 'protocol unreachable'";
    case RejectWith::port_unreachable:
      return "ICMP 'port unreachable'";
    case RejectWith::net_prohibited:
      return "ICMP 'network prohibited'";
    case RejectWith::host_prohibited:
      return "ICMP 'host prohibited'";
    case RejectWith::admin_prohibited:
      return "ICMP 'administratively prohibited'";
    case RejectWith::no_route:
      return "ICMPv6 'no route'";
    case RejectWith::addr_unreachable:
      return "ICMPv6 'address unreachable'";
    case RejectWith::policy_fail:
      return "ICMPv6 'source address failed policy'";
    case RejectWith::reject_route:
      return "ICMPv6 'reject route'";
    case RejectWith::other_icmp:
      return "another ICMP error";
  }
  std::abort();  // not a RejectWith
}

std::string reject_text(RejectWith with, Speaker const& speaker) {
  if (with == RejectWith::tcp_reset) return speaker.say(wording::kTcpReset);
  return std::string(reject_words(with));
}

// The packets of the part's leg, where 'packets' are those of the request.
std::string of_leg(Leg leg, std::string_view packets, Speaker const& speaker) {
  switch (leg) {
    case Leg::request:
      return std::string(packets);
    case Leg::reply:
      return speaker.say(wording::kAnswers, {packets});
    case Leg::later_request:
      return speaker.say(wording::kFurther, {packets});
  }
  std::abort();  // not a Leg
}

constexpr std::size_t kMostWords = 4;

// The words that stand in the places of the form, which has them in their order; none: the text is
// of another form.
std::optional<std::array<std::string_view, kMostWords>> words_of(std::string_view text,
                                                                 std::string_view form) {
  std::array<std::string_view, kMostWords> words{};
  for (std::size_t place = 0;; ++place) {
    auto const open = form.find('{');
    if (!text.starts_with(form.substr(0, open))) return std::nullopt;
    if (open == std::string_view::npos) return text == form ? std::optional(words) : std::nullopt;
    text.remove_prefix(open);
    form.remove_prefix(open + 3);
    auto const next = form.substr(0, form.find('{'));
    auto const end = next.empty() ? text.size() : text.find(next);
    if (end == std::string_view::npos || place >= kMostWords) return std::nullopt;
    words.at(place) = text.substr(0, end);
    text.remove_prefix(end);
  }
}

}  // namespace

std::string listed(std::vector<std::string> const& items, std::size_t limit, Language language) {
  Speaker const speaker(language);
  auto const shown = items.size() <= limit ? items.size() : std::max<std::size_t>(limit, 1);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += speaker.say(i + 1 == items.size() ? wording::kLastComma : wording::kComma);
    text += items[i];
  }
  if (shown < items.size())
    text += speaker.say(wording::kAndMore, {std::to_string(items.size() - shown)});
  return text;
}

std::string listed(std::vector<std::uint32_t> const& numbers, Language language) {
  std::vector<std::string> texts(numbers.size());
  std::ranges::transform(numbers, texts.begin(), [](std::uint32_t n) { return std::to_string(n); });
  return listed(texts, kNoLimit, language);
}

std::vector<std::string> prefix_texts(Family family, AddressSet const& set) {
  std::vector<std::string> texts;
  for (auto const& prefix : to_prefixes(family, set)) texts.push_back(to_string(prefix));
  return texts;
}

std::vector<std::string> port_texts(PortSet const& set) {
  std::vector<std::string> texts;
  for (auto const& one : set.intervals()) {
    auto text = std::to_string(one.first);
    if (one.last != one.first) text += '-' + std::to_string(one.last);
    texts.push_back(std::move(text));
  }
  return texts;
}

bool every_port(PortSet const& set) { return set == PortSet({0, 65535}); }

std::string packets_text(FlowBox const& box, std::size_t limit, Language language) {
  Speaker const speaker(language);
  std::vector<std::string> protocols;
  bool ports = true;
  for (auto const one : box.protocols) {
    protocols.push_back(l4proto_name(one));
    ports = ports && has_ports(one);
  }
  auto text = listed(protocols, kNoLimit, language) + ' ' +
              address_words(box.family, box.src, limit, speaker);
  if (ports && !box.sport.empty() && !every_port(box.sport))
    text += speaker.say(wording::kFromPort, {listed(port_texts(box.sport), limit, language)});
  text += " > " + address_words(box.family, box.dst, limit, speaker);
  if (ports && !box.dport.empty() && !every_port(box.dport))
    text += speaker.say(wording::kPort, {listed(port_texts(box.dport), limit, language)});
  return text;
}

std::string verdict_word(Verdict verdict, Language language) {
  Speaker const speaker(language);
  switch (verdict) {
    case Verdict::allowed:
      return speaker.say(wording::kAllowed);
    case Verdict::blocked:
      return speaker.say(wording::kBlocked);
    case Verdict::partial:
      return speaker.say(wording::kPartial);
    case Verdict::intercepted:
      return speaker.say(wording::kIntercepted);
    case Verdict::undecided:
      return speaker.say(wording::kUndecided);
  }
  std::abort();  // not a Verdict
}

std::string verdict_of_site(CheckResult const& result, Language language) {
  auto const fails = [](Finding const& one) {
    return one.level == name(Level::required) && !one.holds && !one.waived;
  };
  bool const others = std::ranges::any_of(
      result.findings, [&](Finding const& one) { return fails(one) && !one.expect_deny; });
  bool const open = result.verdict == Verdict::partial && !others;
  return open ? Speaker(language).say(wording::kPassesWhatMustNot)
              : verdict_word(result.verdict, language);
}

std::string verdict_text(Finding const& finding, Language language) {
  if (finding.expect_deny && finding.holds) return Speaker(language).say(wording::kStoppedAsAsked);
  return verdict_text(finding.verdict, finding.expect_deny, language);
}

std::string verdict_text(Verdict verdict, bool expect_deny, Language language) {
  if (!expect_deny || verdict == Verdict::undecided) return verdict_word(verdict, language);
  Speaker const speaker(language);
  if (verdict == Verdict::allowed) return speaker.say(wording::kPassesAndMustNot);
  return speaker.say(verdict == Verdict::intercepted ? wording::kLedOnAndMustNot
                                                     : wording::kPassesInPart);
}

std::string known_sentence(FleetRollup const& rollup, Language language) {
  if (rollup.header.baseline.empty()) return {};
  Speaker const speaker(language);
  auto const all = known_by_baseline(rollup);
  auto text = speaker.say(all.known > 0 ? wording::kKnownSome : wording::kKnownNone,
                          {std::to_string(all.known)});
  if (all.gone > 0)
    text += speaker.say(all.gone == 1 ? wording::kOneGone : wording::kManyGone,
                        {std::to_string(all.gone)});
  if (all.grew > 0)
    text += speaker.say(all.grew == 1 ? wording::kOneGrew : wording::kManyGrew,
                        {std::to_string(all.grew)});
  return text;
}

std::string decision_text(Part const& part, std::string_view packets, Language language) {
  Speaker const speaker(language);
  auto const them = of_leg(part.leg, packets, speaker);
  switch (part.verdict) {
    case Verdict::allowed:
      return speaker.say(wording::kLetsPass, {them});
    case Verdict::undecided:
      return speaker.say(wording::kMayStop, {them});
    case Verdict::intercepted:
      return part.rewritten.empty() ? speaker.say(wording::kDiverts, {them})
                                    : speaker.say(wording::kDivertsTo, {them, part.rewritten});
    case Verdict::blocked:
    case Verdict::partial:
      break;
  }
  if (part.how.kind == How::Kind::reject)
    return speaker.say(wording::kRefuses, {them, reject_text(part.how.with, speaker)});
  return speaker.say(wording::kDrops, {them});
}

std::string decision_heading(Part const& part, Language language) {
  auto text = decision_text(part, Speaker(language).say(wording::kBelow), language);
  text.erase(text.find_last_not_of(" ,") + 1);
  return text;
}

std::string stop_text(NextStop const& stop, Language language) {
  Speaker const speaker(language);
  Part like;
  like.verdict = stop.verdict;
  like.how = stop.how;
  like.leg = stop.leg;
  auto const them = speaker.say(wording::kThem);
  if (stop.how.kind != How::Kind::reject) return decision_text(like, them, language);
  return speaker.say(wording::kRefusesThem,
                     {of_leg(stop.leg, them, speaker), reject_text(stop.how.with, speaker)});
}

std::string place_text(RuleRef const& rule, Language language) {
  auto const place = to_string(rule.at);
  if (!place.empty()) return place;
  return rule.device.empty() ? Speaker(language).say(wording::kNoPlace) : rule.device;
}

std::string waived_words(Finding const& finding, Language language) {
  if (language == Language::english || finding.waivers.empty()) return waived_text(finding);
  Speaker const speaker(language);
  std::string text;
  for (auto const& one : finding.waivers) {
    auto const owner = one.owner.empty() ? "" : speaker.say(wording::kOwner, {one.owner});
    text += (text.empty() ? "" : "; ") +
            speaker.say(wording::kWaivedUntil, {one.reason, owner, to_string(one.expires)});
  }
  return text;
}

std::string reason_text(std::string const& reason, Language language) {
  if (language == Language::english) return reason;
  // The longer forms first: the last place of a form takes all that is left.
  for (auto const& known : {wording::kAddressUnknown, wording::kOverBudget, wording::kOutOfReach,
                            wording::kNoFamilyRules, wording::kNoRangeNamed, wording::kNoRange,
                            wording::kNoRangeOfSiteNamed, wording::kNoRangeOfSite})
    if (auto const words = words_of(reason, known.english()))
      return Speaker(language).say(known, {(*words)[0], (*words)[1], (*words)[2], (*words)[3]});
  return reason;
}

std::string level_text(std::string_view level, Language language) {
  for (auto const& known :
       {wording::kLevelRequired, wording::kLevelRecommended, wording::kLevelConditional})
    if (level == known.english()) return Speaker(language).say(known);
  return std::string(level);
}

std::string note_text(Note const& note, Language language) {
  if (language == Language::english || note.message.translated()) return note.message.in(language);
  auto const* const page = find_explanation(note.code);
  if (page == nullptr) return note.message.english();
  return std::string(page->title.in(language)) + ": " + note.message.english();
}

std::string client_state_text(std::string_view text, Language language) {
  Speaker const speaker(language);
  for (auto const& own :
       {wording::kNotAsked, wording::kCannotBeTold, wording::kCannotBeToldBySight})
    if (text == own.english()) return speaker.say(own);
  for (auto const& part : {wording::kForSomeClients, wording::kForAWhile}) {
    auto const some = part.english().substr(std::string_view("{0}").size());
    if (text.ends_with(some)) return speaker.say(part, {text.substr(0, text.size() - some.size())});
  }
  return std::string(text);
}

}  // namespace safeconduct
