// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/diagnostic.h"
#include "policy/vocabulary.h"
#include "report/audit_wording.h"
#include "report/audit_writers.h"
#include "report/check_wording.h"
#include "report/paper.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostNames = 6;  // of sites in a line
constexpr std::size_t kMostFaults = 20;

Ink ink_of(Readiness readiness) {
  switch (readiness) {
    case Readiness::ready:
      return Ink::good;
    case Readiness::undecided:
      return Ink::doubtful;
    case Readiness::not_ready:
    case Readiness::broken:
      break;
  }
  return Ink::bad;
}

std::string fault_text(Error const& fault) {
  auto const place = to_string(fault.at);
  return (place.empty() ? "" : place + ": ") + fault.text;
}

template <class T>
std::size_t count(std::array<std::size_t, 4> const& sites, T readiness) {
  return sites[static_cast<std::size_t>(readiness)];
}
std::size_t count(FleetColumn const& column, Mark mark) {
  return column.sites[static_cast<std::size_t>(mark)];
}

std::string sites_text(std::size_t count, Speaker const& speaker) {
  return speaker.say(count == 1 ? wording::kOneSite : wording::kSites, {std::to_string(count)});
}

// "fails at 2 sites, undecided at 1".
std::string standing(FleetColumn const& column, Speaker const& speaker) {
  std::vector<std::string> parts;
  constexpr std::pair<Mark, Translated> kWords[]{{Mark::fails, wording::kFailsAt},
                                                 {Mark::undecided, wording::kUndecidedAt},
                                                 {Mark::waived, wording::kWaivedAt}};
  for (auto const& [mark, words] : kWords)
    if (auto const sites = count(column, mark); sites > 0)
      parts.push_back(
          speaker.say(words, {parts.empty() ? sites_text(sites, speaker) : std::to_string(sites)}));
  auto text = listed(parts, kNoLimit, speaker.language());
  if (column.known > 0) text += speaker.say(wording::kKnownCount, {std::to_string(column.known)});
  return text;
}

// "2 of 7 required hold".
std::string required_text(SiteAudit const& audit, Speaker const& speaker) {
  std::size_t all = 0;
  std::size_t holding = 0;
  std::size_t waived = 0;
  std::size_t known = 0;
  for (auto const& one : audit.requirements) {
    if (one.level != name(Level::required)) continue;
    ++all;
    if (one.holds) ++holding;
    if (!one.holds && one.waived) ++waived;
    if (!one.known.empty()) ++known;
  }
  auto text = speaker.say(wording::kRequiredHold, {std::to_string(holding), std::to_string(all)});
  if (waived > 0) text = speaker.say(wording::kWithWaived, {text, std::to_string(waived)});
  if (known > 0) text = speaker.say(wording::kWithKnown, {text, std::to_string(known)});
  return text;
}

class FleetText {
 public:
  FleetText(FleetRollup const& rollup, TextStyle const& style)
      : all_(rollup),
        detail_(style.detail),
        speaker_(style.language),
        paper_(style.width, style.colour) {}

  std::string write() && {
    put_totals();
    if (detail_ == Detail::quiet) return std::move(paper_).take();
    put_missing();
    put_broken();
    put_requirements(wording::kNotEverywhere, true);
    put_requirements(wording::kRecommendedNotEverywhere, false);
    put_regions();
    put_later();
    return std::move(paper_).take();
  }

 private:
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }
  std::string sites(std::size_t count) const { return sites_text(count, speaker_); }
  std::string list(std::vector<std::string> const& items, std::size_t most = kNoLimit) const {
    return listed(items, most, speaker_.language());
  }

  void put_heading(Translated text) {
    paper_.blank();
    paper_.line(0, {{say(text), Ink::strong}});
    paper_.blank();
  }

  void put_totals() {
    auto const& header = all_.header;
    Phrase text{{sites(all_.rows.size()), Ink::strong}};
    if (header.covered.size() < header.shards) {
      auto const& shards = header.covered;
      text.push_back({say(shards.size() == 1 ? wording::kOfShard : wording::kOfShards,
                          {std::to_string(header.in_all), listed(shards, speaker_.language()),
                           std::to_string(header.shards)})});
    }
    text.push_back({say(wording::kForTheDay, {header.as_of})});
    constexpr std::pair<Readiness, Translated> kWords[]{
        {Readiness::ready, wording::kReadySites},
        {Readiness::not_ready, wording::kNotReadySites},
        {Readiness::undecided, wording::kUndecidedSites},
        {Readiness::broken, wording::kBrokenSites}};
    bool first = true;
    for (auto const& [state, words] : kWords) {
      auto const in_state = count(all_.sites, state);
      if (in_state == 0 && state != Readiness::ready) continue;
      text.push_back({first ? "" : say(wording::kComma)});
      text.push_back({say(words, {std::to_string(in_state)}), ink_of(state)});
      first = false;
    }
    text.push_back({say(wording::kFullStop)});
    if (!all_.complete())
      text.push_back(
          {say(wording::kMissingCount, {sites(all_.missing.size() + all_.unnamed)}), Ink::bad});
    if (auto const known = known_sentence(all_, speaker_.language()); !known.empty())
      text.push_back({say(wording::kAfterBlank, {known}), Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_missing() {
    if (all_.complete()) return;
    put_heading(wording::kWhatIsMissing);
    if (!all_.missing_shards.empty()) {
      auto const& shards = all_.missing_shards;
      paper_.paragraph(
          2, {{say(shards.size() == 1 ? wording::kShardOf : wording::kShardsOf,
                   {listed(shards, speaker_.language()), std::to_string(all_.header.shards)})}});
    }
    if (!all_.missing.empty()) paper_.paragraph(2, {{list(all_.missing, limit())}});
    if (all_.unnamed > 0) paper_.paragraph(2, {{say(wording::kUnnamed, {sites(all_.unnamed)})}});
  }

  void put_broken() {
    if (count(all_.sites, Readiness::broken) == 0) return;
    put_heading(wording::kNotCheckedSites);
    std::size_t shown = 0;
    for (auto const& row : all_.rows) {
      if (!row.fault) continue;
      if (detail_ != Detail::verbose && shown == kMostFaults) {
        paper_.paragraph(2, {{say(wording::kAndMoreVerbose,
                                  {std::to_string(count(all_.sites, Readiness::broken) - shown)}),
                              Ink::faint}});
        return;
      }
      ++shown;
      paper_.paragraph(2, {{row.site, Ink::strong}, {": "}}, {{fault_text(*row.fault)}});
      if (!row.fault->hint.empty())
        paper_.paragraph(4, {{say(wording::kHint), Ink::faint}}, {{row.fault->hint}});
    }
  }

  // Those that fail at most sites first.
  void put_requirements(Translated heading, bool required) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < all_.columns.size(); ++i)
      if ((all_.columns[i].level != name(Level::recommended)) == required &&
          !standing(all_.columns[i], speaker_).empty())
        order.push_back(i);
    if (order.empty()) return;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return count(all_.columns[a], Mark::fails) > count(all_.columns[b], Mark::fails);
    });
    put_heading(heading);
    for (auto const i : order) {
      auto const& column = all_.columns[i];
      Phrase text{{column.id, Ink::strong}};
      if (!column.title.empty()) text.push_back({" (" + column.title + ')'});
      text.push_back({": "});
      text.push_back(
          {standing(column, speaker_), count(column, Mark::fails) > 0 ? Ink::bad : Ink::doubtful});
      paper_.paragraph(2, text);
      if (required || detail_ == Detail::verbose)
        paper_.paragraph(4, {{list(sites_with(i), limit()), Ink::faint}});
      if (detail_ == Detail::verbose) put_rules(i);
    }
  }

  std::vector<std::string> sites_with(std::size_t column) const {
    std::vector<std::string> found;
    for (auto const wanted : {Mark::fails, Mark::undecided, Mark::waived})
      for (auto const& row : all_.rows)
        if (column < row.marks.size() && row.marks[column] == wanted) found.push_back(row.site);
    return found;
  }

  void put_rules(std::size_t column) {
    for (auto const& row : all_.rows)
      for (auto const& one : row.failures) {
        if (one.column != column) continue;
        for (auto const& rule : one.by)
          paper_.line(6, {{row.site + ": "}, {to_string(rule.at), Ink::place}, {"  " + rule.text}});
        if (one.rules > one.by.size())
          paper_.line(
              6,
              {{say(wording::kSiteMoreRules, {row.site, std::to_string(one.rules - one.by.size())}),
                Ink::faint}});
      }
  }

  void put_regions() {
    if (all_.regions.empty()) return;
    put_heading(wording::kRegionsNeeded);
    for (auto const& region : all_.regions) {
      std::size_t all = 0;
      for (auto const one : region.sites) all += one;
      auto const ready = count(region.sites, Readiness::ready);
      Phrase text{{region.id, Ink::strong},
                  {" (" + region.provider + "): "},
                  {say(wording::kReadyOf, {std::to_string(ready), sites(all)}),
                   ready == all ? Ink::good : Ink::bad}};
      if (auto const open = count(region.sites, Readiness::undecided); open > 0)
        text.push_back({say(wording::kAndUndecided, {std::to_string(open)}), Ink::doubtful});
      paper_.paragraph(2, text);
    }
  }

  void put_later() {
    std::map<std::string, std::vector<std::string>> days;
    for (auto const& row : all_.rows)
      if (!row.breaks_on.empty()) days[row.breaks_on].push_back(row.site);
    if (days.empty()) return;
    put_heading(wording::kLater);
    for (auto const& [day, names] : days)
      paper_.paragraph(2, {{day + ": ", Ink::bad}}, {{list(names, limit())}});
  }

  std::size_t limit() const { return detail_ == Detail::verbose ? kNoLimit : kMostNames; }

  FleetRollup const& all_;
  Detail detail_;
  Speaker speaker_;
  Paper paper_;
};

}  // namespace

std::string text_site_audit(SiteAudit const& audit, TextStyle const& style) {
  Paper paper(style.width, style.colour);
  Speaker const speaker(style.language);
  auto const language = style.language;
  auto const ink = ink_of(readiness(audit));
  if (audit.fault) {
    paper.line(0, {{audit.site, Ink::strong},
                   {": "},
                   {speaker.say(wording::kCouldNotBeChecked), ink},
                   {": " + fault_text(*audit.fault)}});
    return std::move(paper).take();
  }
  Phrase text{{audit.site, Ink::strong},
              {": "},
              {verdict_word(audit.verdict, language), ink},
              {speaker.say(wording::kThenRequired, {required_text(audit, speaker)})}};
  auto const add_state = [&](Translated words, std::string const& state) {
    if (!state.empty()) text.push_back({speaker.say(words, {client_state_text(state, language)})});
  };
  add_state(wording::kThenDns, audit.status.dns_text);
  add_state(wording::kThenWeb, audit.status.web_text);
  if (audit.status.fail_open.value_or(false))
    text.push_back({speaker.say(wording::kThenFailsOpen), Ink::bad});
  text.push_back({speaker.say(wording::kFullStop)});
  for (auto const& [day, one] : audit.upcoming)
    if (one.level == name(Level::required) && !one.waived) {
      text.push_back({speaker.say(wording::kBreaksOnDay, {day}), Ink::bad});
      break;
    }
  paper.line(0, text);
  return std::move(paper).take();
}

std::string text_fleet(FleetRollup const& rollup, TextStyle const& style) {
  return FleetText(rollup, style).write();
}

}  // namespace safeconduct
