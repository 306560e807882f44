// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "base/diagnostic.h"
#include "policy/vocabulary.h"
#include "report/audit_writers.h"
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

std::string sites_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " site" : " sites");
}

// "fails at 2 sites, undecided at 1".
std::string standing(FleetColumn const& column) {
  std::vector<std::string> parts;
  constexpr std::pair<Mark, std::string_view> kWords[]{
      {Mark::fails, "fails at "}, {Mark::undecided, "undecided at "}, {Mark::waived, "waived at "}};
  for (auto const& [mark, words] : kWords)
    if (auto const sites = count(column, mark); sites > 0)
      parts.push_back(std::string(words) +
                      (parts.empty() ? sites_text(sites) : std::to_string(sites)));
  return listed(parts) + (column.known > 0 ? " (" + std::to_string(column.known) + " known)" : "");
}

// "2 of 7 required hold".
std::string required_text(SiteAudit const& audit) {
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
  return std::to_string(holding) + " of " + std::to_string(all) + " required hold" +
         (waived > 0 ? ", " + std::to_string(waived) + " waived" : "") +
         (known > 0 ? ", " + std::to_string(known) + " known" : "");
}

class FleetText {
 public:
  FleetText(FleetRollup const& rollup, TextStyle const& style)
      : all_(rollup), detail_(style.detail), paper_(style.width, style.colour) {}

  std::string write() && {
    put_totals();
    if (detail_ == Detail::quiet) return std::move(paper_).take();
    put_missing();
    put_broken();
    put_requirements("What does not hold everywhere", true);
    put_requirements("Recommended, and does not hold everywhere", false);
    put_regions();
    put_later();
    return std::move(paper_).take();
  }

 private:
  void put_heading(std::string text) {
    paper_.blank();
    paper_.line(0, {{std::move(text), Ink::strong}});
    paper_.blank();
  }

  void put_totals() {
    auto const& header = all_.header;
    Phrase text{{sites_text(all_.rows.size()), Ink::strong}};
    if (header.covered.size() < header.shards) {
      auto const& shards = header.covered;
      text.push_back({" of " + std::to_string(header.in_all) +
                      (shards.size() == 1 ? ", shard " : ", shards ") + listed(shards) + " of " +
                      std::to_string(header.shards)});
    }
    text.push_back({", for " + header.as_of + ": "});
    constexpr std::pair<Readiness, std::string_view> kWords[]{
        {Readiness::ready, " ready"},
        {Readiness::not_ready, " not ready"},
        {Readiness::undecided, " undecided"},
        {Readiness::broken, " could not be checked"}};
    bool first = true;
    for (auto const& [state, words] : kWords) {
      auto const sites = count(all_.sites, state);
      if (sites == 0 && state != Readiness::ready) continue;
      text.push_back({first ? "" : ", "});
      text.push_back({std::to_string(sites) + std::string(words), ink_of(state)});
      first = false;
    }
    text.push_back({"."});
    if (!all_.complete())
      text.push_back(
          {" " + sites_text(all_.missing.size() + all_.unnamed) + " missing.", Ink::bad});
    if (auto const known = known_sentence(all_); !known.empty())
      text.push_back({' ' + known, Ink::doubtful});
    paper_.paragraph(0, text);
  }

  void put_missing() {
    if (all_.complete()) return;
    put_heading("What is missing");
    if (!all_.missing_shards.empty()) {
      auto const& shards = all_.missing_shards;
      paper_.paragraph(2, {{(shards.size() == 1 ? "shard " : "shards ") + listed(shards) + " of " +
                            std::to_string(all_.header.shards)}});
    }
    if (!all_.missing.empty()) paper_.paragraph(2, {{listed(all_.missing, limit())}});
    if (all_.unnamed > 0)
      paper_.paragraph(2, {{sites_text(all_.unnamed) + " that no file of results names"}});
  }

  void put_broken() {
    if (count(all_.sites, Readiness::broken) == 0) return;
    put_heading("What could not be checked");
    std::size_t shown = 0;
    for (auto const& row : all_.rows) {
      if (!row.fault) continue;
      if (detail_ != Detail::verbose && shown == kMostFaults) {
        paper_.paragraph(2,
                         {{"and " + std::to_string(count(all_.sites, Readiness::broken) - shown) +
                               " more (--verbose)",
                           Ink::faint}});
        return;
      }
      ++shown;
      paper_.paragraph(2, {{row.site, Ink::strong}, {": "}}, {{fault_text(*row.fault)}});
      if (!row.fault->hint.empty())
        paper_.paragraph(4, {{"hint: ", Ink::faint}}, {{row.fault->hint}});
    }
  }

  // Those that fail at most sites first.
  void put_requirements(std::string heading, bool required) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < all_.columns.size(); ++i)
      if ((all_.columns[i].level != name(Level::recommended)) == required &&
          !standing(all_.columns[i]).empty())
        order.push_back(i);
    if (order.empty()) return;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return count(all_.columns[a], Mark::fails) > count(all_.columns[b], Mark::fails);
    });
    put_heading(std::move(heading));
    for (auto const i : order) {
      auto const& column = all_.columns[i];
      Phrase text{{column.id, Ink::strong}};
      if (!column.title.empty()) text.push_back({" (" + column.title + ')'});
      text.push_back({": "});
      text.push_back({standing(column), count(column, Mark::fails) > 0 ? Ink::bad : Ink::doubtful});
      paper_.paragraph(2, text);
      if (required || detail_ == Detail::verbose)
        paper_.paragraph(4, {{listed(sites_with(i), limit()), Ink::faint}});
      if (detail_ == Detail::verbose) put_rules(i);
    }
  }

  std::vector<std::string> sites_with(std::size_t column) const {
    std::vector<std::string> sites;
    for (auto const wanted : {Mark::fails, Mark::undecided, Mark::waived})
      for (auto const& row : all_.rows)
        if (column < row.marks.size() && row.marks[column] == wanted) sites.push_back(row.site);
    return sites;
  }

  void put_rules(std::size_t column) {
    for (auto const& row : all_.rows)
      for (auto const& one : row.failures) {
        if (one.column != column) continue;
        for (auto const& rule : one.by)
          paper_.line(6, {{row.site + ": "}, {to_string(rule.at), Ink::place}, {"  " + rule.text}});
        if (one.rules > one.by.size())
          paper_.line(
              6, {{row.site + ": and " + std::to_string(one.rules - one.by.size()) + " more rules",
                   Ink::faint}});
      }
  }

  void put_regions() {
    if (all_.regions.empty()) return;
    put_heading("Regions, of the sites that need them");
    for (auto const& region : all_.regions) {
      std::size_t sites = 0;
      for (auto const one : region.sites) sites += one;
      auto const ready = count(region.sites, Readiness::ready);
      Phrase text{{region.id, Ink::strong},
                  {" (" + region.provider + "): "},
                  {std::to_string(ready) + " of " + sites_text(sites) + " ready",
                   ready == sites ? Ink::good : Ink::bad}};
      if (auto const open = count(region.sites, Readiness::undecided); open > 0)
        text.push_back({", " + std::to_string(open) + " undecided", Ink::doubtful});
      paper_.paragraph(2, text);
    }
  }

  void put_later() {
    std::map<std::string, std::vector<std::string>> days;
    for (auto const& row : all_.rows)
      if (!row.breaks_on.empty()) days[row.breaks_on].push_back(row.site);
    if (days.empty()) return;
    put_heading("What breaks later");
    for (auto const& [day, sites] : days)
      paper_.paragraph(2, {{day + ": ", Ink::bad}}, {{listed(sites, limit())}});
  }

  std::size_t limit() const { return detail_ == Detail::verbose ? kNoLimit : kMostNames; }

  FleetRollup const& all_;
  Detail detail_;
  Paper paper_;
};

}  // namespace

std::string text_site_audit(SiteAudit const& audit, TextStyle const& style) {
  Paper paper(style.width, style.colour);
  auto const ink = ink_of(readiness(audit));
  if (audit.fault) {
    paper.line(0, {{audit.site, Ink::strong},
                   {": "},
                   {"could not be checked", ink},
                   {": " + fault_text(*audit.fault)}});
    return std::move(paper).take();
  }
  Phrase text{{audit.site, Ink::strong},
              {": "},
              {verdict_word(audit.verdict), ink},
              {". " + required_text(audit)}};
  if (!audit.status.dns_text.empty()) text.push_back({"; DNS " + audit.status.dns_text});
  if (!audit.status.web_text.empty()) text.push_back({"; web " + audit.status.web_text});
  if (audit.status.fail_open.value_or(false)) text.push_back({", fails open", Ink::bad});
  text.push_back({"."});
  for (auto const& [day, one] : audit.upcoming)
    if (one.level == name(Level::required) && !one.waived) {
      text.push_back({" Breaks on " + day + '.', Ink::bad});
      break;
    }
  paper.line(0, text);
  return std::move(paper).take();
}

std::string text_fleet(FleetRollup const& rollup, TextStyle const& style) {
  return FleetText(rollup, style).write();
}

}  // namespace safeconduct
