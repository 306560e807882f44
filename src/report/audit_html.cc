// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <initializer_list>

#include "report/audit_wording.h"
#include "report/audit_writers.h"
#include "report/check_wording.h"
#include "report/html_page.h"
#include "report/markup.h"
#include "report/page_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostDetails = 1000;  // sites: a page stays one that a browser opens

constexpr std::string_view kStyle = R"(
body{max-width:none}.wide{overflow-x:auto}
.matrix td,.matrix th{padding:.2rem .4rem}.matrix .head th{position:sticky;top:0}
.matrix th.turned{vertical-align:bottom}.matrix th.turned span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:14rem}
.matrix td.cell{text-align:center}
.filter button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-align:left}
#only-failing:checked~.wide tr.ready,#only-undecided:checked~.wide tr:not(.head):not(.undecided){display:none}
)";

// Searching and sorting; the page is whole without it.
constexpr std::string_view kScript = R"(
'use strict';
const table=document.querySelector('.matrix'),rows=[...table.querySelectorAll('tr.site')],box=document.getElementById('search');
box.parentElement.hidden=false;
box.addEventListener('input',()=>{const words=box.value.toLowerCase().split(/\s+/).filter(Boolean);
for(const row of rows){const text=row.textContent.toLowerCase();row.hidden=!words.every(word=>text.includes(word))}});
let last=null,up=true;
table.querySelectorAll('.head th').forEach((head,index)=>{const label=head.firstElementChild,button=document.createElement('button');
button.type='button';button.title=head.title;head.replaceChild(button,label);button.append(label);
button.addEventListener('click',()=>{up=last===index?!up:true;last=index;
const key=row=>row.cells[index]?row.cells[index].textContent:'';
rows.sort((a,b)=>key(a).localeCompare(key(b),'en',{numeric:true})*(up?1:-1));
rows[0].parentElement.append(...rows);
table.querySelectorAll('.head th').forEach(one=>one.removeAttribute('aria-sort'));
head.setAttribute('aria-sort',up?'ascending':'descending')})});
)";

std::string_view ink_of(Readiness readiness) {
  switch (readiness) {
    case Readiness::ready:
      return "good";
    case Readiness::undecided:
      return "doubt";
    case Readiness::not_ready:
    case Readiness::broken:
      break;
  }
  return "bad";
}

// Not by colour alone.
std::string cell(Mark mark) {
  switch (mark) {
    case Mark::none:
      return "<td class=\"cell\"></td>";
    case Mark::holds:
      return "<td class=\"cell good\">✓</td>";
    case Mark::fails:
      return "<td class=\"cell bad\">✗</td>";
    case Mark::undecided:
      return "<td class=\"cell doubt\">?</td>";
    case Mark::waived:
      break;
  }
  return "<td class=\"cell doubt\">w</td>";
}

class FleetPage {
 public:
  FleetPage(FleetRollup const& rollup, Language language)
      : all_(rollup), language_(language), speaker_(language) {}

  std::string write() && {
    put_head();
    put_missing();
    put_matrix();
    put_requirements();
    put_regions();
    put_details();
    put_inputs();
    text_ += "</main>" +
             (all_.rows.empty() ? "" : "<script>" + std::string(kScript) + "</script>") +
             "</body></html>\n";
    return std::move(text_);
  }

 private:
  static std::string number(std::size_t count) { return std::to_string(count); }
  std::string say(Translated text, std::initializer_list<std::string_view> words = {}) const {
    return speaker_.say(text, words);
  }
  // The heads of a table's columns.
  std::string heads(std::initializer_list<Translated> columns) const {
    std::string text = "<tr>";
    for (auto const column : columns) text += html_element("th", say(column));
    return text + "</tr>\n";
  }

  void put_head() {
    auto const& header = all_.header;
    auto const title = say(wording::kReadyTitle, {number(all_.sites[0]), number(header.in_all)});
    text_ += html_head(language_, title, kStyle, all_.rows.empty() ? std::string_view() : kScript);
    text_ += html_element("h1", title) + '\n';
    auto made = say(wording::kMadeFor, {header.tool, header.version, header.as_of});
    if (header.covered.size() < header.shards)
      made += say(wording::kMadeOfShard, {listed(header.covered, language_), number(header.shards),
                                          number(header.in_all)});
    text_ += html_element("p", made, "faint") + '\n';
    text_ +=
        html_element("p", say(wording::kTotals, {number(all_.sites[0]), number(all_.sites[1]),
                                                 number(all_.sites[2]), number(all_.sites[3])})) +
        '\n';
    if (auto const known = known_sentence(all_, language_); !known.empty())
      text_ += html_element("p", known) + '\n';
  }

  void put_missing() {
    if (all_.complete()) return;
    auto const& shards = all_.missing_shards;
    std::string which;
    if (!shards.empty()) which += say(wording::kMissingShards, {listed(shards, language_)});
    if (!all_.missing.empty())
      which += say(wording::kMissingNames, {listed(all_.missing, kNoLimit, language_)});
    text_ +=
        html_element(
            "p", say(wording::kMissingSites, {number(all_.missing.size() + all_.unnamed), which}),
            "bad") +
        '\n';
  }

  void put_matrix() {
    text_ += html_element("h2", say(wording::kSiteBySite)) +
             "\n<section class=\"filter\">\n"
             "<input type=\"radio\" name=\"show\" id=\"all\" checked><label for=\"all\">" +
             say(wording::kShowAll) +
             "</label>\n<input type=\"radio\" name=\"show\" id=\"only-failing\">"
             "<label for=\"only-failing\">" +
             say(wording::kNotReadyColumn) +
             "</label>\n"
             "<input type=\"radio\" name=\"show\" id=\"only-undecided\">"
             "<label for=\"only-undecided\">" +
             say(wording::kUndecidedColumn) +
             "</label>\n"
             "<span hidden><label for=\"search\">" +
             say(wording::kSearch) +
             "</label> <input type=\"search\" id=\"search\">"
             "</span>\n<div class=\"wide\"><table class=\"matrix\"><thead><tr class=\"head\">";
    for (auto const column : {wording::kSite, wording::kReadiness, wording::kDns, wording::kWeb,
                              wording::kBreaksOnColumn})
      text_ += "<th>" + html_element("span", say(column)) + "</th>";
    for (auto const& column : all_.columns)
      text_ +=
          "<th class=\"turned\" title=\"" +
          markup_text(say(wording::kColumnTitle,
                          {column.title, level_text(column.level, language_), column.policy})) +
          "\">" + html_element("span", column.id) + "</th>";
    text_ += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < all_.rows.size(); ++i) put_row(i);
    text_ += "</tbody></table></div></section>\n" +
             html_element("p", say(wording::kLegend), "faint") + '\n';
  }

  void put_row(std::size_t i) {
    auto const& row = all_.rows[i];
    bool const detailed = has_details(row) && details_.size() < kMostDetails;
    if (detailed) details_.push_back(i);
    auto const site = detailed ? "<a href=\"#s" + number(i) + "\">" + markup_text(row.site) + "</a>"
                               : markup_text(row.site);
    text_ += "<tr class=\"site " + std::string(name(row.readiness)) + "\"><td>" + site + "</td>" +
             html_element("td", say(wording::readiness_words(row.readiness, wording::kNotChecked)),
                          "word " + std::string(ink_of(row.readiness))) +
             html_element("td", client_state_text(row.dns, language_)) +
             html_element("td",
                          client_state_text(row.web, language_) +
                              (row.fail_open.value_or(false) ? say(wording::kThenFailsOpen) : "")) +
             html_element("td", row.breaks_on);
    for (auto const one : row.marks) text_ += cell(one);
    text_ += "</tr>\n";
  }

  static bool has_details(FleetRow const& row) { return row.fault || !row.failures.empty(); }

  void put_requirements() {
    text_ += html_element("h2", say(wording::kOneByOne)) + "\n<table>" +
             heads({wording::kRequirement, wording::kLevel, wording::kHolds, wording::kFails,
                    wording::kUndecidedColumn, wording::kWaivedMark});
    for (auto const& column : all_.columns) {
      text_ += "<tr><td>" + markup_text(column.id) + "<br>" +
               html_element("span", column.title, "faint") + "</td>" +
               html_element("td", level_text(column.level, language_));
      for (auto const one : {Mark::holds, Mark::fails, Mark::undecided, Mark::waived})
        text_ += html_element("td", number(column.sites[static_cast<std::size_t>(one)]));
      text_ += "</tr>\n";
    }
    text_ += "</table>\n";
  }

  void put_regions() {
    if (all_.regions.empty()) return;
    text_ += html_element("h2", say(wording::kRegionByRegion)) + "\n<table>" +
             heads({wording::kRegionColumn, wording::kProvider, wording::kReadyColumn,
                    wording::kNotReadyColumn, wording::kUndecidedColumn});
    for (auto const& region : all_.regions) {
      text_ += "<tr>" + html_element("td", region.id) + html_element("td", region.provider);
      for (std::size_t i = 0; i < 3; ++i) text_ += html_element("td", number(region.sites[i]));
      text_ += "</tr>\n";
    }
    text_ += "</table>\n";
  }

  void put_details() {
    if (details_.empty()) return;
    text_ += html_element("h2", say(wording::kDoesNotHold)) + '\n';
    for (auto const i : details_) {
      auto const& row = all_.rows[i];
      text_ +=
          "<details id=\"s" + number(i) + "\"><summary>" + markup_text(row.site) + ": " +
          html_element("span", say(wording::readiness_words(row.readiness, wording::kNotChecked)),
                       "word " + std::string(ink_of(row.readiness))) +
          ' ' + html_element("span", row.file, "faint") + "</summary>\n";
      if (row.fault) {
        text_ += "<p>" + html_element("code", to_string(row.fault->at)) + ' ' +
                 markup_text(row.fault->text) + "</p>\n";
        if (!row.fault->hint.empty()) text_ += html_element("p", row.fault->hint, "faint") + '\n';
      }
      for (auto const& one : row.failures) put_failure(one);
      text_ += "</details>\n";
    }
    auto const others = static_cast<std::size_t>(std::ranges::count_if(all_.rows, has_details));
    if (others > details_.size())
      text_ +=
          html_element("p", say(wording::kMoreSitesInResults, {number(others - details_.size())})) +
          '\n';
  }

  void put_failure(FleetFailure const& failure) {
    auto const& column = all_.columns[failure.column];
    bool const doubt =
        failure.waived || !failure.known.empty() || failure.verdict == Verdict::undecided;
    text_ += std::string("<div class=\"rule ") + (doubt ? "doubt" : "bad") + "\"><p>" +
             html_element("code", column.id) + ' ' + markup_text(column.title) + ": " +
             html_element("span", verdict_text(failure.verdict, failure.expect_deny, language_),
                          std::string("word ") + (doubt ? "doubt" : "bad")) +
             ' ' +
             html_element(
                 "span",
                 say(wording::kCodeAndLevel, {failure.code, level_text(failure.level, language_)}),
                 "faint") +
             "</p>\n";
    if (failure.waived)
      text_ += html_element("p", say(wording::kWaivedParagraph, {*failure.waived})) + '\n';
    if (!failure.known.empty())
      text_ += html_element(
                   "p", say(wording::kDoesNotCount, {say(wording::kKnownSince, {failure.known})})) +
               '\n';
    for (auto const& rule : failure.by)
      text_ += "<p>" +
               (rule.at.file.empty() ? "" : html_element("code", to_string(rule.at)) + ' ') +
               html_element("span", rule.device, "faint") + "</p>" +
               html_element("pre", rule.text) + '\n';
    if (failure.rules > failure.by.size())
      text_ += html_element("p", say(wording::kMoreRulesOfSite,
                                     {number(failure.rules - failure.by.size())})) +
               '\n';
    text_ += "</div>\n";
  }

  void put_inputs() {
    text_ += html_element("h2", say(wording::kPoliciesAndRanges)) + "\n<table>" +
             heads({wording::kFile, wording::kVersion, wording::kSha256});
    for (auto const& one : all_.header.policies)
      text_ += "<tr>" + html_element("td", one.file) + html_element("td", "") + "<td>" +
               html_element("code", one.sha256) + "</td></tr>\n";
    for (auto const& one : all_.header.ranges)
      text_ += "<tr>" + html_element("td", one.file) +
               html_element(
                   "td", one.complete ? one.version : say(wording::kNotComplete, {one.version})) +
               "<td>" + html_element("code", one.sha256) + "</td></tr>\n";
    text_ += "</table>\n";
  }

  FleetRollup const& all_;
  Language language_;
  Speaker speaker_;
  std::vector<std::size_t> details_;
  std::string text_;
};

}  // namespace

std::string html_fleet(FleetRollup const& rollup, Language language) {
  return FleetPage(rollup, language).write();
}

}  // namespace safeconduct
