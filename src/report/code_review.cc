// SPDX-License-Identifier: GPL-3.0-or-later
// Alerts as the comments of build logs and merge requests: GitHub, GitLab, reviewdog.
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "report/alert.h"
#include "report/check_writers.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/known.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

// GitHub shows so many of each level a step, and says nothing of the rest.
constexpr std::size_t kMostAnnotations = 10;

std::string whole(Alert const& one) {
  return one.title + ". " + one.message + (one.mend.empty() ? "" : "\n\n" + one.mend) +
         (one.waived ? "\n\nWaived: " + printable(*one.waived) : "") +
         (one.known ? "\n\nDoes not count: " + printable(known_text(*one.known)) : "");
}

// In workflow commands these end the message, or the property ("@actions/core" escapes them so).
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (char const c : text) {
    if (c == '%') {
      out += "%25";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view command_of(Alert::Level level) {
  switch (level) {
    case Alert::Level::note:
      return "notice";
    case Alert::Level::warning:
      return "warning";
    case Alert::Level::error:
      break;
  }
  return "error";
}

std::string annotation(Alert const& one) {
  auto text = "::" + std::string(command_of(one.level)) +
              " file=" + escaped(printable(one.at.file), true) +
              ",line=" + std::to_string(std::max<std::uint32_t>(one.at.line, 1));
  if (one.at.column > 0) text += ",col=" + std::to_string(one.at.column);
  if (one.at.column > 0 && one.end_column > one.at.column)
    text += ",endColumn=" + std::to_string(one.end_column - 1);
  text += ",title=" + escaped(printable(one.code + ' ' + one.requirement), true);
  return text + "::" + escaped(whole(one), false) + '\n';
}

std::string_view severity_of(Alert::Level level, std::array<std::string_view, 3> const& names) {
  return names[static_cast<std::size_t>(level)];
}

json::object code_quality(Alert const& one) {
  return {{"description", one.requirement + ": " + whole(one)},
          {"check_name", one.code},
          {"fingerprint", one.fingerprint},
          {"severity", severity_of(one.level, {"info", "minor", "blocker"})},
          {"location",
           {{"path", json_safe(one.at.file)},
            {"lines", {{"begin", std::max<std::uint32_t>(one.at.line, 1)}}}}}};
}

json::object diagnostic(Alert const& one) {
  json::object start{{"line", std::max<std::uint32_t>(one.at.line, 1)}};
  if (one.at.column > 0) start["column"] = one.at.column;
  return {
      {"message", one.requirement + ": " + whole(one)},
      {"location", {{"path", json_safe(one.at.file)}, {"range", {{"start", std::move(start)}}}}},
      {"severity", severity_of(one.level, {"INFO", "WARNING", "ERROR"})},
      {"source", {{"name", "safeconduct"}}},
      {"code", {{"value", one.code}}}};
}

}  // namespace

std::string github_check(CheckResult const& result, ReportContext const& context) {
  auto const all = alerts(result, context);
  std::string text;
  for (auto const level : {Alert::Level::error, Alert::Level::warning, Alert::Level::note}) {
    auto const count = static_cast<std::size_t>(std::ranges::count(all, level, &Alert::level));
    auto const shown = count > kMostAnnotations ? kMostAnnotations - 1 : count;
    std::size_t written = 0;
    for (auto const& one : all)
      if (one.level == level && written++ < shown) text += annotation(one);
    if (shown < count)
      text += "::" + std::string(command_of(level)) +
              " title=safeconduct::" + std::to_string(count - shown) +
              " more of this level are not shown as annotations; the report lists all\n";
  }
  return text;
}

std::string gitlab_check(CheckResult const& result, ReportContext const& context) {
  json::array all;
  for (auto const& one : alerts(result, context)) all.emplace_back(code_quality(one));
  return pretty(all);
}

std::string rdjsonl_check(CheckResult const& result, ReportContext const& context) {
  std::string lines;
  for (auto const& one : alerts(result, context)) lines += compact(diagnostic(one));
  return lines;
}

}  // namespace safeconduct
