// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/known.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/codes.h"
#include "packet/packet_set.h"
#include "report/check_wording.h"
#include "report/known_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

// Nothing said, of a protocol without ports: all.
std::vector<ValueInterval> some_or_all(PortSet const& set) {
  if (set.empty()) return {Box::all().at(Field::dport)};
  auto const values = port_values(set);
  return {values.intervals().begin(), values.intervals().end()};
}

// The boxes of one protocol, as far as they lie over this one; nullopt: they are too many.
std::optional<PacketSet> packets_of(std::vector<FlowBox> const& all, FlowBox const& over,
                                    std::uint32_t protocol) {
  constexpr std::size_t kMost = 100'000;  // a baseline may come from anywhere
  std::vector<Box> boxes;
  for (auto const& one : all) {
    bool const has = std::ranges::find(one.protocols, protocol) != one.protocols.end();
    if (one.family != over.family || !has) continue;
    auto const some_src = one.src & over.src;
    auto const some_dst = one.dst & over.dst;
    auto const sports = some_or_all(one.sport);
    auto const dports = some_or_all(one.dport);
    auto const many = [](auto const& set) { return static_cast<double>(set.intervals().size()); };
    auto const ports = static_cast<double>(sports.size()) * static_cast<double>(dports.size());
    if (many(some_src) * many(some_dst) * ports > static_cast<double>(kMost - boxes.size()))
      return std::nullopt;
    for (auto const& src : some_src.intervals())
      for (auto const& dst : some_dst.intervals())
        for (auto const& sport : sports)
          for (auto const& dport : dports) {
            auto box = Box::all();
            box.at(Field::saddr) = {src.first, src.last};
            box.at(Field::daddr) = {dst.first, dst.last};
            box.at(Field::sport) = sport;
            box.at(Field::dport) = dport;
            boxes.push_back(box);
          }
  }
  return PacketSet(std::move(boxes));
}

bool all_within(std::vector<FlowBox> const& now, std::vector<FlowBox> const& before) {
  for (auto const& box : now) {
    if (std::ranges::find(before, box) != before.end()) continue;
    for (auto const protocol : box.protocols) {
      auto const asked = packets_of({box}, box, protocol);
      auto const known = packets_of(before, box, protocol);
      if (!asked || !known || !(*asked - *known).empty()) return false;
    }
  }
  return true;
}

bool all_among(std::vector<std::string> const& now, std::vector<std::string> const& before) {
  return std::ranges::all_of(
      now, [&](std::string const& one) { return std::ranges::find(before, one) != before.end(); });
}

std::string called(KnownAlert const& known) {
  return known.requirement +
         (known.rule.empty() ? "" : " by '" + known.rule + "' of " + known.file);
}

class Marking {
 public:
  Marking(CheckResult& result, ReportContext const& context, KnownState const& state)
      : result_(result), context_(context), state_(state) {}

  void run() {
    result_.held_against.push_back(state_.by);
    auto const all = alerts(result_, context_);
    for (auto const& one : state_.alerts) known_.emplace(one.fingerprint, &one);
    std::map<Finding const*, bool> whole;
    for (auto const& alert : all) {
      if (alert.finding == nullptr || alert.waived) continue;
      auto const known = mark(alert);
      auto const [place, first] = whole.emplace(alert.finding, known);
      if (!first) place->second = place->second && known;
    }
    for (auto& finding : result_.findings) mark(finding, whole, all);
    for (auto& later : result_.upcoming) mark(later.finding, whole, all);
    note_gone(all);
    std::ranges::stable_sort(result_.notes, {}, &Note::code);
  }

 private:
  bool mark(Alert const& alert) {
    if (result_.known.contains(alert.fingerprint)) return true;  // by what came before
    auto const found = known_.find(alert.fingerprint);
    if (found == known_.end()) return false;
    auto const& before = *found->second;
    if (!all_within(alert.packets, before.packets) ||
        !all_among(alert.destinations, before.destinations)) {
      result_.notes.push_back({std::string(code::kKnownGrew),
                               {wording::kConcernsMore, {called(before), since(before)}},
                               alert.at});
      return false;
    }
    result_.known.emplace(alert.fingerprint, Known{state_.by, before.since});
    return true;
  }

  std::string since(KnownAlert const& known) const {
    return state_.by == Known::By::baseline ? "since " + known.since : "in " + known.since;
  }

  void mark(Finding& finding, std::map<Finding const*, bool> const& whole,
            std::vector<Alert> const& all) const {
    auto const found = whole.find(&finding);
    if (found == whole.end() || !found->second || finding.known) return;
    // The latest day of a baseline: since then all of it is known.
    for (auto const& alert : all) {
      if (alert.finding != &finding) continue;
      auto const& known = result_.known.at(alert.fingerprint);
      if (!finding.known || finding.known->since < known.since) finding.known = known;
    }
  }

  void note_gone(std::vector<Alert> const& all) {
    if (state_.by != Known::By::baseline) return;
    std::set<std::string_view> there;
    for (auto const& one : all) there.insert(one.fingerprint);
    for (auto const& one : state_.alerts)
      if (!there.contains(one.fingerprint))
        result_.notes.push_back({std::string(code::kBaselineGone),
                                 {wording::kNoLongerThere, {called(one), one.since}},
                                 {state_.name, 0, 0}});
  }

  CheckResult& result_;
  ReportContext const& context_;
  KnownState const& state_;
  std::map<std::string, KnownAlert const*> known_;
};

}  // namespace

std::vector<KnownAlert> known_alerts(CheckResult const& result, ReportContext const& context,
                                     std::string const& since, OfWaived waived) {
  std::vector<KnownAlert> known;
  for (auto const& one : alerts(result, context)) {
    if (one.finding == nullptr || (one.waived && waived == OfWaived::left_out)) continue;
    known.push_back({one.fingerprint,
                     since,
                     one.code,
                     one.requirement,
                     one.at.file,
                     one.rule,
                     one.packets,
                     one.destinations,
                     {}});
  }
  return known;
}

bool is_within(KnownAlert const& one, KnownAlert const& other) {
  return all_within(one.packets, other.packets) && all_among(one.destinations, other.destinations);
}

void keep_days(std::vector<KnownAlert>& now, std::vector<KnownAlert> const& before) {
  for (auto& one : now) {
    auto const same = std::ranges::find(before, one.fingerprint, &KnownAlert::fingerprint);
    if (same != before.end() && is_within(one, *same)) one.since = same->since;
  }
}

void mark_known(CheckResult& result, ReportContext const& context, KnownState const& state) {
  Marking(result, context, state).run();
}

std::string known_text(Known const& known, Language language) {
  return Speaker(language).say(
      known.by == Known::By::baseline ? wording::kKnownSince : wording::kNotOfChange,
      {known.since});
}

std::string known_tally(CheckResult const& result, Language language) {
  Speaker const speaker(language);
  std::array<std::size_t, 2> count{};
  auto const add = [&](Finding const& one) {
    if (one.known) ++count.at(static_cast<std::size_t>(one.known->by));
  };
  for (auto const& one : result.findings) add(one);
  for (auto const& one : result.upcoming) add(one.finding);
  std::vector<std::string> texts;
  for (auto const by : result.held_against) {
    auto const number = std::to_string(count.at(static_cast<std::size_t>(by)));
    texts.push_back(speaker.say(
        by == Known::By::baseline ? wording::kKnownByBaseline : wording::kKnownByRevision,
        {number}));
  }
  if (texts.empty()) return {};
  bool const none = count[0] + count[1] == 0;
  return speaker.say(none ? wording::kNoneKnown : wording::kKnownDoNotCount,
                     {listed(texts, kNoLimit, language)});
}

}  // namespace safeconduct
