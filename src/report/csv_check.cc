// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "packet/field.h"
#include "report/check_writers.h"
#include "report/csv_row.h"
#include "report/known.h"
#include "report/words.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

std::string spaced(std::vector<std::string> const& items) {
  std::string text;
  for (auto const& one : items) text += (text.empty() ? "" : " ") + one;
  return text;
}

std::string destination(FlowResult const& flow, AddressSet const& set) {
  auto text = spaced(prefix_texts(flow.family, set));
  return text.empty() ? flow.destination_name : text;
}

std::string owners(Finding const& finding) {
  std::string text;
  for (auto const& one : finding.waivers)
    if (!one.owner.empty()) text += (text.empty() ? "" : "; ") + one.owner;
  return text;
}

std::string last_days(Finding const& finding) {
  std::string text;
  for (auto const& one : finding.waivers)
    text += (text.empty() ? "" : "; ") + to_string(one.expires);
  return text;
}

class Rows {
 public:
  explicit Rows(CheckResult const& result) : result_(result) {}

  std::string write() && {
    text_ = csv_row({"site",      "policy",   "requirement", "title",       "level",  "expect",
                     "effective", "verdict",  "holds",       "code",        "waived", "owner",
                     "expires",   "protocol", "source",      "destination", "port",   "region",
                     "leg",       "part",     "how",         "device",      "file",   "line",
                     "rule",      "hangs on", "known"});
    for (auto const& one : result_.findings) put(one, "");
    for (auto const& [day, one] : result_.upcoming) put(one, to_string(day));
    for (auto const& note : result_.notes)
      if (is_of_waivers(note)) put(note);
    return std::move(text_);
  }

 private:
  // A finding on a waiver: a row of its own.
  void put(Note const& note) {
    auto const line = note.at.line == 0 ? std::string() : std::to_string(note.at.line);
    text_ += csv_row({result_.site,
                      "",
                      "",
                      note.message.english(),
                      "recommended",
                      "",
                      "",
                      "",
                      "no",
                      note.code,
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      "",
                      note.at.file,
                      line,
                      "",
                      ""});
  }

  void put(Finding const& finding, std::string const& effective) {
    for (auto const& flow : finding.flows) {
      if (flow.parts.empty()) {
        Part none;
        none.verdict = flow.verdict;
        none.src = flow.src;
        none.dst = flow.dst;
        none.dport = flow.dport;
        put(finding, effective, flow, none, flow.reason);
      }
      for (auto const& part : flow.parts)
        put(finding, effective, flow, part, spaced(part.undecided_by));
    }
  }

  void put(Finding const& finding, std::string const& effective, FlowResult const& flow,
           Part const& part, std::string const& why) {
    RuleRef const& rule = part.rule;
    auto const line = rule.at.line == 0 ? std::string() : std::to_string(rule.at.line);
    std::string how(name(part.how.kind));
    if (part.how.kind == How::Kind::reject) how += ' ' + std::string(name(part.how.with));
    text_ += csv_row({result_.site,
                      finding.policy,
                      finding.requirement,
                      finding.title,
                      finding.level,
                      finding.expect_deny ? "deny" : "allow",
                      effective,
                      name(finding.verdict),
                      finding.holds ? "yes" : "no",
                      finding.code,
                      finding.waived.value_or(""),
                      owners(finding),
                      last_days(finding),
                      l4proto_name(flow.protocol),
                      spaced(prefix_texts(flow.family, part.src)),
                      destination(flow, part.dst),
                      spaced(port_texts(part.dport)),
                      flow.region,
                      name(part.leg),
                      name(part.verdict),
                      how,
                      rule.device,
                      rule.at.file,
                      line,
                      rule.text,
                      why,
                      finding.known ? known_text(*finding.known) : ""});
  }

  CheckResult const& result_;
  std::string text_;
};

}  // namespace

std::string csv_check(CheckResult const& result, ReportContext const& /*context*/) {
  return Rows(result).write();
}

}  // namespace safeconduct
