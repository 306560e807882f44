// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "base/codes.h"
#include "base/diagnostic.h"
#include "base/sha256.h"
#include "report/advice.h"
#include "report/explain.h"
#include "report/settling.h"
#include "report/words.h"
#include "verify/part_code.h"
#include "verify/waive.h"

namespace safeconduct {
namespace {

constexpr std::size_t kMostInAlert = 6;  // addresses or ports in a message
constexpr std::size_t kMostBoxes = 3;

// One blank for each run of white space: how a rule is indented is no part of it.
std::string squeezed(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// But for names of hosts and files, which stay as they are written: "ocsp.digicert.com: ...".
std::string capital(std::string text) {
  auto const first = std::string_view(text).substr(0, text.find_first_of(" ,:"));
  if (first.empty() || first.substr(0, first.size() - 1).contains('.')) return text;
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string sentence(std::string text) {
  if (!text.ends_with('.')) text += '.';
  return text;
}

class Collecting {
 public:
  Collecting(CheckResult const& result, ReportContext const& context)
      : result_(result), context_(context) {}

  std::vector<Alert> run() {
    for (auto const& finding : result_.findings)
      if (!finding.holds) add(finding, "");
    for (auto const& [day, finding] : result_.upcoming)
      add(finding, "from " + to_string(day) + " on");
    for (auto const& note : result_.notes)
      if (is_alert(note)) add_note(note);
    std::ranges::stable_sort(alerts_, std::ranges::greater(), &Alert::level);
    return std::move(alerts_);
  }

 private:
  void add(Finding const& finding, std::string const& when) {
    auto const rules = by_rule({&finding}, is_culprit);
    for (auto const& decided : rules) add_rule(finding, decided, when);
    for (auto const& unproven : without_parts(finding)) {
      auto const names = listed(unproven.destinations, kMostInAlert);
      add_placeless(finding, when, (names.empty() ? "" : names + ": ") + unproven.reason + '.',
                    unproven.destinations);
    }
    if (rules.empty() && without_parts(finding).empty()) add_placeless(finding, when, "", {});
  }

  Alert begin(Finding const& finding, std::string const& when) const {
    Alert alert;
    alert.level = finding.waived                   ? Alert::Level::note
                  : finding.level == "recommended" ? Alert::Level::warning
                                                   : Alert::Level::error;
    alert.code = finding.code;
    alert.requirement = finding.requirement;
    alert.title = printable((finding.title.empty() ? finding.requirement : finding.title) + ": " +
                            verdict_text(finding) + (when.empty() ? "" : ' ' + when));
    if (finding.waived) alert.waived = waived_text(finding);
    alert.waivers = finding.waivers;
    alert.finding = &finding;
    return alert;
  }

  static std::string effect(Finding const& finding) {
    return finding.impact.empty() ? "" : ' ' + finding.impact;
  }

  void add_rule(Finding const& finding, Decided const& decided, std::string const& when) {
    auto alert = begin(finding, when);
    auto const& part = *decided.like;
    alert.packets = decided.boxes;
    RuleRef const& rule = part.rule;
    std::string packets;
    for (std::size_t i = 0; i < std::min(decided.boxes.size(), kMostBoxes); ++i)
      packets += (i > 0 ? "; " : "") + packets_text(decided.boxes[i], kMostInAlert);
    if (decided.boxes.size() > kMostBoxes)
      packets += "; and " + std::to_string(decided.boxes.size() - kMostBoxes) + " more";
    std::string const subject = rule.nothing  ? "no chain of " + rule.device
                                : rule.policy ? "the policy of chain " + rule.chain
                                              : "this rule";
    alert.message = printable(capital(subject) + ' ' + decision_text(part, packets) + '.');
    if (!part.undecided_by.empty())
      alert.message += printable(" It hangs on " + listed(part.undecided_by, kMostInAlert) + ": " +
                                 sentence(listed(settled_by(part.undecided_by))));
    alert.message += printable(effect(finding));
    if (auto const advice = advice_for(decided)) {
      alert.mend = printable(capital(advice->sentence));
      for (auto const& line : advice->rules) alert.mend += '\n' + printable(line);
    }
    place(alert, rule);
    bool const later = finding.code == code::kBreaksLater || finding.code == code::kElementsExpire;
    finish(std::move(alert), rule, later ? finding.code : code_of(finding, part));
  }

  void add_placeless(Finding const& finding, std::string const& when, std::string const& why,
                     std::vector<std::string> destinations) {
    auto alert = begin(finding, when);
    alert.destinations = std::move(destinations);
    alert.message = printable(capital(why) + effect(finding));
    if (alert.message.empty()) alert.message = alert.title;
    alert.at = first_file();
    finish(std::move(alert), {}, finding.code);
  }

  void add_note(Note const& note) {
    Alert alert;
    alert.level = Alert::Level::warning;
    alert.code = note.code;
    alert.requirement = is_of_waivers(note) ? "waivers" : "export";
    auto const* const known = find_explanation(note.code);
    alert.title = known == nullptr ? note.code : capital(std::string(known->title.english()));
    auto const said = note.message.english();
    alert.message = printable(capital(said) + (said.ends_with('?') ? "" : "."));
    alert.at = note.at.file.empty() || note.at.line == 0 ? first_file() : note.at;
    alert.at.column = 0;
    RuleRef in_place_of_rule;
    in_place_of_rule.text = note.message.english();
    finish(std::move(alert), in_place_of_rule, note.code);
  }

  void place(Alert& alert, RuleRef const& rule) const {
    if (rule.nothing || rule.at.file.empty() || rule.at.line == 0) {
      alert.at = first_file();
      if (!rule.at.file.empty()) alert.at.file = rule.at.file;
      return;
    }
    alert.at = rule.at;
    alert.rule = printable(rule.text);
    // Columns count bytes here and characters there: told where the two are the same.
    bool const ascii = std::ranges::all_of(
        rule.line_text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    bool const on_line =
        rule.at.column > 0 && rule.at.column - 1 + rule.text.size() <= rule.line_text.size();
    if (!ascii || rule.translated || !on_line) {
      alert.at.column = 0;
    } else {
      alert.end_column = rule.at.column + rule.text.size();
    }
  }

  Location first_file() const {
    for (auto const& device : context_.devices)
      if (!device.files.empty()) return {device.files.front(), 1, 0};
    return {result_.site, 1, 0};
  }

  // 'what' is its own code: that of the finding changes with what else is lost.
  void finish(Alert alert, RuleRef const& rule, std::string_view what) {
    auto identity = std::string(what) + '\n' + alert.requirement + '\n' + rule.device + '\n' +
                    rule.table + '\n' + rule.chain + '\n' + (rule.policy ? "policy\n" : "") +
                    squeezed(rule.text);
    auto const again = seen_[identity]++;
    if (again > 0) identity += '\n' + std::to_string(again);
    alert.fingerprint = sha256(identity);
    auto const known = result_.known.find(alert.fingerprint);
    if (known != result_.known.end() && !alert.waived) {
      alert.known = known->second;
      alert.level = Alert::Level::note;
    }
    alerts_.push_back(std::move(alert));
  }

  CheckResult const& result_;
  ReportContext const& context_;
  std::vector<Alert> alerts_;
  std::map<std::string, std::size_t> seen_;
};

}  // namespace

bool is_alert(Note const& note) {
  return is_of_waivers(note) || note.code == code::kNothingFilters;
}

std::string_view name(Alert::Level level) {
  switch (level) {
    case Alert::Level::note:
      return "note";
    case Alert::Level::warning:
      return "warning";
    case Alert::Level::error:
      break;
  }
  return "error";
}

std::vector<Alert> alerts(CheckResult const& result, ReportContext const& context) {
  return Collecting(result, context).run();
}

std::string uri_of(std::string_view path) {
  if (path == "-") return "stdin";
  while (path.starts_with("./")) path.remove_prefix(2);
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (char const c : path) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || kPlain.contains(c))) {
      uri += c;
    } else {
      uri += '%';
      uri += kHex[byte >> 4U];
      uri += kHex[byte & 0xFU];
    }
  }
  return uri;
}

}  // namespace safeconduct
