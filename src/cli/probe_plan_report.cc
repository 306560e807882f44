// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/probe_plan_report.h"

#include <boost/json.hpp>
#include <utility>

#include "packet/field.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/observed_json.h"
#include "report/observed_text.h"
#include "report/paper.h"
#include "report/probe_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// "12.5 s"
std::string seconds_text(milliseconds time, Speaker const& speaker) {
  auto const tenths = (time.count() + 50) / 100;
  return speaker.say(wording::kSeconds,
                     {std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10)});
}

std::string cost_text(ProbePlan const& plan, Speaker const& speaker) {
  auto const probes = speaker.say(plan.tasks.size() == 1 ? wording::kOneProbe : wording::kProbes,
                                  {std::to_string(plan.tasks.size())});
  return speaker.say(
      wording::kPlanCost,
      {probes, std::to_string(plan.least_packets), seconds_text(plan.least_time, speaker),
       std::to_string(plan.most_packets), seconds_text(plan.most_time, speaker)});
}

// "udp 192.0.2.1 port 53  TXT debug.example, after 5.0 s"
std::string task_text(ProbeTask const& task, Speaker const& speaker) {
  auto text = target_words(task).in(speaker.language()) + "  " + question_text(task);
  if (task.dns.public_key) text += speaker.say(wording::kCertificateOf, {task.dns.provider});
  if (task.quic) text += speaker.say(wording::kQuicBeside);
  if (task.delay.count() > 0)
    text += speaker.say(wording::kAfter, {seconds_text(task.delay, speaker)});
  return text;
}

std::vector<std::string> texts_of(std::vector<Address> const& addresses) {
  std::vector<std::string> texts;
  for (auto const& address : addresses) texts.push_back(to_string(address));
  return texts;
}

json::object task_object(ProbeTask const& task) {
  json::object object{{"requirement", json_safe(task.requirement)},
                      {"kind", name(task.kind)},
                      {"family", name(task.family)},
                      {"protocol", task.protocol == l4::udp ? "udp" : "tcp"}};
  if (task.dst) object["dst"] = to_string(*task.dst);
  if (!task.resolve.empty()) object["resolve"] = json_safe(task.resolve);
  object["dport"] = task.port;
  object["question"] = json_safe(question_text(task));
  if (task.dns.public_key) object["certificate"] = json_safe(task.dns.provider);
  if (task.quic) object["quic"] = true;
  if (task.delay.count() > 0) object["delay_ms"] = task.delay.count();
  if (!task.rule.empty()) {
    object["rules"] = json_safe(task.rule);
    object["range"] = task.range;
  }
  return object;
}

}  // namespace

std::string text_plan(ProbePlan const& plan, std::string const& site, TextStyle const& style) {
  Paper paper(style.width, style.colour);
  Speaker const speaker(style.language);
  paper.paragraph(0, {{site + ": ", Ink::strong}, {cost_text(plan, speaker)}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  if (!plan.resolvers.empty())
    paper.paragraph(0, {{speaker.say(wording::kNamesAskedOf, {listed(texts_of(plan.resolvers),
                                                                     kNoLimit, style.language)})}});
  std::string last;
  for (auto const& task : plan.tasks) {
    if (task.requirement != last) {
      paper.blank();
      paper.line(0, {{task.requirement, Ink::strong}});
      last = task.requirement;
    }
    paper.line(2, {{task_text(task, speaker)}});
    if (!task.rule.empty())
      paper.paragraph(6, {{speaker.say(wording::kRulesLead), Ink::faint}}, {{task.rule}});
  }
  put_notes(paper, plan.notes, style.language);
  return std::move(paper).take();
}

std::string json_plan(ProbePlan const& plan, std::string const& site,
                      ReportContext const& context) {
  json::array tasks;
  for (auto const& task : plan.tasks) tasks.emplace_back(task_object(task));
  return pretty(json::object{
      {"schema", "safeconduct.probe-plan/1"},
      {"tool", json::object{{"name", context.tool}, {"version", context.version}}},
      {"site", json_safe(site)},
      {"packets", json::object{{"least", plan.least_packets}, {"most", plan.most_packets}}},
      {"duration_ms",
       json::object{{"least", plan.least_time.count()}, {"most", plan.most_time.count()}}},
      {"rate", plan.rate},
      {"target_rate", plan.target_rate},
      {"resolvers", json_strings(texts_of(plan.resolvers))},
      {"probes", std::move(tasks)},
      {"notes", notes_array(plan.notes)}});
}

std::string jsonl_plan(ProbePlan const& plan) {
  std::string lines;
  for (auto const& task : plan.tasks) {
    json::object object{{"schema", "safeconduct.probe-plan.probe/1"}};
    for (auto const& [key, value] : task_object(task)) object[key] = value;
    lines += compact(object);
  }
  return lines;
}

}  // namespace safeconduct
