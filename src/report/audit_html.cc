// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "report/audit_writers.h"
#include "report/html_page.h"
#include "report/markup.h"
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

std::string words_of(Readiness readiness) {
  if (readiness == Readiness::not_ready) return "not ready";
  return readiness == Readiness::broken ? "not checked" : std::string(name(readiness));
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
  explicit FleetPage(FleetRollup const& rollup) : all_(rollup) {}

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

  void put_head() {
    auto const& header = all_.header;
    auto const title = number(all_.sites[0]) + " of " + number(header.in_all) + " sites ready";
    text_ += html_head(Language::english, title, kStyle,
                       all_.rows.empty() ? std::string_view() : kScript);
    text_ += html_element("h1", title) + '\n';
    std::string made = header.tool + ' ' + header.version + ", for " + header.as_of;
    if (header.covered.size() < header.shards) {
      auto const& shards = header.covered;
      made += ", shard " + listed(shards) + " of " + number(header.shards) + ", of " +
              number(header.in_all) + " sites";
    }
    text_ += html_element("p", made, "faint") + '\n';
    text_ += html_element("p", number(all_.sites[0]) + " ready, " + number(all_.sites[1]) +
                                   " not ready, " + number(all_.sites[2]) + " undecided, " +
                                   number(all_.sites[3]) + " could not be checked.") +
             '\n';
    if (auto const known = known_sentence(all_); !known.empty())
      text_ += html_element("p", known) + '\n';
  }

  void put_missing() {
    if (all_.complete()) return;
    auto const& shards = all_.missing_shards;
    text_ += html_element("p",
                          number(all_.missing.size() + all_.unnamed) + " sites are missing" +
                              (shards.empty() ? "" : ": shards " + listed(shards)) +
                              (all_.missing.empty() ? "" : ": " + listed(all_.missing)) + '.',
                          "bad") +
             '\n';
  }

  void put_matrix() {
    text_ +=
        "<h2>Site by site</h2>\n<section class=\"filter\">\n"
        "<input type=\"radio\" name=\"show\" id=\"all\" checked><label for=\"all\">all"
        "</label>\n<input type=\"radio\" name=\"show\" id=\"only-failing\">"
        "<label for=\"only-failing\">not ready</label>\n"
        "<input type=\"radio\" name=\"show\" id=\"only-undecided\">"
        "<label for=\"only-undecided\">undecided</label>\n"
        "<span hidden><label for=\"search\">search</label> <input type=\"search\" id=\"search\">"
        "</span>\n<div class=\"wide\"><table class=\"matrix\"><thead><tr class=\"head\">"
        "<th><span>site</span></th><th><span>readiness</span></th><th><span>DNS</span></th>"
        "<th><span>web</span></th><th><span>breaks on</span></th>";
    for (auto const& column : all_.columns)
      text_ += "<th class=\"turned\" title=\"" +
               markup_text(column.title + " (" + column.level + ", " + column.policy + ')') +
               "\">" + html_element("span", column.id) + "</th>";
    text_ += "</tr></thead><tbody>\n";
    for (std::size_t i = 0; i < all_.rows.size(); ++i) put_row(i);
    text_ +=
        "</tbody></table></div></section>\n"
        "<p class=\"faint\">✓ holds, ✗ does not hold, ? undecided, w waived, empty: not asked "
        "for.</p>\n";
  }

  void put_row(std::size_t i) {
    auto const& row = all_.rows[i];
    bool const detailed = has_details(row) && details_.size() < kMostDetails;
    if (detailed) details_.push_back(i);
    auto const site = detailed ? "<a href=\"#s" + number(i) + "\">" + markup_text(row.site) + "</a>"
                               : markup_text(row.site);
    text_ +=
        "<tr class=\"site " + std::string(name(row.readiness)) + "\"><td>" + site + "</td>" +
        html_element("td", words_of(row.readiness), "word " + std::string(ink_of(row.readiness))) +
        html_element("td", row.dns) +
        html_element("td", row.web + (row.fail_open.value_or(false) ? ", fails open" : "")) +
        html_element("td", row.breaks_on);
    for (auto const one : row.marks) text_ += cell(one);
    text_ += "</tr>\n";
  }

  static bool has_details(FleetRow const& row) { return row.fault || !row.failures.empty(); }

  void put_requirements() {
    text_ +=
        "<h2>Requirement by requirement</h2>\n<table><tr><th>requirement</th><th>level</th>"
        "<th>holds</th><th>fails</th><th>undecided</th><th>waived</th></tr>\n";
    for (auto const& column : all_.columns) {
      text_ += "<tr><td>" + markup_text(column.id) + "<br>" +
               html_element("span", column.title, "faint") + "</td>" +
               html_element("td", column.level);
      for (auto const one : {Mark::holds, Mark::fails, Mark::undecided, Mark::waived})
        text_ += html_element("td", number(column.sites[static_cast<std::size_t>(one)]));
      text_ += "</tr>\n";
    }
    text_ += "</table>\n";
  }

  void put_regions() {
    if (all_.regions.empty()) return;
    text_ +=
        "<h2>Region by region</h2>\n<table><tr><th>region</th><th>provider</th><th>ready</th>"
        "<th>not ready</th><th>undecided</th></tr>\n";
    for (auto const& region : all_.regions) {
      text_ += "<tr>" + html_element("td", region.id) + html_element("td", region.provider);
      for (std::size_t i = 0; i < 3; ++i) text_ += html_element("td", number(region.sites[i]));
      text_ += "</tr>\n";
    }
    text_ += "</table>\n";
  }

  void put_details() {
    if (details_.empty()) return;
    text_ += "<h2>What does not hold</h2>\n";
    for (auto const i : details_) {
      auto const& row = all_.rows[i];
      text_ += "<details id=\"s" + number(i) + "\"><summary>" + markup_text(row.site) + ": " +
               html_element("span", words_of(row.readiness),
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
      text_ += html_element("p", "and " + number(others - details_.size()) +
                                     " more sites; the results have them") +
               '\n';
  }

  void put_failure(FleetFailure const& failure) {
    auto const& column = all_.columns[failure.column];
    bool const doubt =
        failure.waived || !failure.known.empty() || failure.verdict == Verdict::undecided;
    text_ += std::string("<div class=\"rule ") + (doubt ? "doubt" : "bad") + "\"><p>" +
             html_element("code", column.id) + ' ' + markup_text(column.title) + ": " +
             html_element("span", verdict_text(failure.verdict, failure.expect_deny),
                          std::string("word ") + (doubt ? "doubt" : "bad")) +
             ' ' + html_element("span", failure.code + ", " + failure.level, "faint") + "</p>\n";
    if (failure.waived) text_ += html_element("p", "Waived: " + *failure.waived) + '\n';
    if (!failure.known.empty())
      text_ += html_element("p", "Does not count: known since " + failure.known) + '\n';
    for (auto const& rule : failure.by)
      text_ += "<p>" +
               (rule.at.file.empty() ? "" : html_element("code", to_string(rule.at)) + ' ') +
               html_element("span", rule.device, "faint") + "</p>" +
               html_element("pre", rule.text) + '\n';
    if (failure.rules > failure.by.size())
      text_ += html_element("p", "and " + number(failure.rules - failure.by.size()) +
                                     " more rules; 'check' on the site has all") +
               '\n';
    text_ += "</div>\n";
  }

  void put_inputs() {
    text_ +=
        "<h2>Policies and ranges</h2>\n<table><tr><th>file</th><th>version</th>"
        "<th>SHA-256</th></tr>\n";
    for (auto const& one : all_.header.policies)
      text_ += "<tr>" + html_element("td", one.file) + html_element("td", "") + "<td>" +
               html_element("code", one.sha256) + "</td></tr>\n";
    for (auto const& one : all_.header.ranges)
      text_ += "<tr>" + html_element("td", one.file) +
               html_element("td", one.version + (one.complete ? "" : ", not complete")) + "<td>" +
               html_element("code", one.sha256) + "</td></tr>\n";
    text_ += "</table>\n";
  }

  FleetRollup const& all_;
  std::vector<std::size_t> details_;
  std::string text_;
};

}  // namespace

std::string html_fleet(FleetRollup const& rollup) { return FleetPage(rollup).write(); }

}  // namespace safeconduct
