// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/probe_plan_report.h"

#include <boost/json.hpp>
#include <utility>

#include "packet/field.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/observed_json.h"
#include "report/paper.h"
#include "report/words.h"

namespace safeconduct {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

// "12.5 s"
std::string seconds_text(milliseconds time) {
  auto const tenths = (time.count() + 50) / 100;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

std::string cost_text(ProbePlan const& plan) {
  return std::to_string(plan.tasks.size()) + (plan.tasks.size() == 1 ? " probe, " : " probes, ") +
         std::to_string(plan.least_packets) + " packets in about " + seconds_text(plan.least_time) +
         " where all is answered, at most " + std::to_string(plan.most_packets) + " packets in " +
         seconds_text(plan.most_time) + " where nothing is";
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
  paper.paragraph(0, {{site + ": ", Ink::strong}, {cost_text(plan) + ". Nothing was sent."}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  if (!plan.resolvers.empty())
    paper.paragraph(0, {{"Names are asked of " + listed(texts_of(plan.resolvers)) + '.'}});
  std::string last;
  for (auto const& task : plan.tasks) {
    if (task.requirement != last) {
      paper.blank();
      paper.line(0, {{task.requirement, Ink::strong}});
      last = task.requirement;
    }
    auto text = target_text(task) + "  " + question_text(task);
    if (task.dns.public_key) text += ", certificate " + task.dns.provider;
    if (task.quic) text += ", QUIC beside it";
    if (task.delay.count() > 0) text += ", after " + seconds_text(task.delay);
    paper.line(2, {{text}});
    if (!task.rule.empty()) paper.paragraph(6, {{"rules: ", Ink::faint}}, {{task.rule}});
  }
  if (!plan.notes.empty()) {
    paper.blank();
    paper.line(0, {{"Notes", Ink::strong}});
    paper.blank();
    for (auto const& note : plan.notes)
      paper.paragraph(2, {{note.code + "  ", Ink::faint}}, {{note.message}});
  }
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
