// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/audit_results.h"

#include <utility>

#include "cli/commands.h"
#include "report/audit_json.h"
#include "report/audit_writers.h"

namespace safeconduct {
namespace {

// The text's lines; the last one may lack its end.
struct Lines {
  std::vector<std::string_view> whole;
  bool cut = false;
};

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.cut = true;
      break;
    }
    lines.whole.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

Location line_of(std::string const& file, std::size_t index) {
  return {file, static_cast<std::uint32_t>(index + 1), 0};
}

std::string written(FleetRollup const& rollup, std::string_view format, TextStyle const& style) {
  if (format == "json") return json_fleet(rollup);
  if (format == "csv") return csv_fleet(rollup);
  if (format == "markdown") return markdown_fleet(rollup, style.language);
  if (format == "html") return html_fleet(rollup, style.language);
  return text_fleet(rollup, style);
}

}  // namespace

Result<AuditResults> read_audit_results(std::string const& file, std::string_view text) {
  auto const lines = lines_of(text);
  if (lines.cut)
    return std::unexpected(Error{ErrorKind::syntax,
                                 line_of(file, lines.whole.size()),
                                 "the last line is cut: the run that wrote it was ended",
                                 "go on with it: audit FLEET --resume " + file,
                                 {}});
  if (lines.whole.empty())
    return std::unexpected(Error{ErrorKind::syntax, {file, 0, 0}, "the file is empty", {}, {}});
  AuditResults results;
  SC_TRY(header, read_audit_header(line_of(file, 0), lines.whole.front()));
  results.header = std::move(header);
  for (std::size_t i = 1; i < lines.whole.size(); ++i) {
    SC_TRY(site, read_site_audit(line_of(file, i), lines.whole[i]));
    results.sites.push_back(std::move(site));
    results.at.push_back(line_of(file, i));
  }
  return results;
}

std::optional<AuditResults> read_audit_remains(std::string const& file, std::string_view text) {
  auto const lines = lines_of(text);
  if (lines.whole.empty()) return std::nullopt;
  auto header = read_audit_header(line_of(file, 0), lines.whole.front());
  if (!header) return std::nullopt;
  AuditResults results;
  results.header = std::move(*header);
  for (std::size_t i = 1; i < lines.whole.size(); ++i) {
    auto site = read_site_audit(line_of(file, i), lines.whole[i]);
    if (!site) continue;
    results.sites.push_back(std::move(*site));
    results.at.push_back(line_of(file, i));
  }
  return results;
}

Result<void> ResultStream::to_file(std::string const& file) {
  SC_TRY(into, world_->append(file));
  file_ = file;
  into_ = std::move(into);
  return {};
}

Result<void> ResultStream::put(std::string_view lines) {
  if (into_ != nullptr) {
    *into_ << lines << std::flush;
    if (!into_->good())
      return std::unexpected(
          Error{ErrorKind::unreadable, {file_, 0, 0}, "cannot be written", {}, {}});
  }
  if (prints_) return emit(std::string(lines), {}, *world_);
  return {};
}

CommonOptions beside_results(CommonOptions const& common) {
  auto beside = common;
  beside.output.clear();
  return beside;
}

bool tells_in_text(CommonOptions const& common) {
  return !common.only_further && common.format == OutputFormat::text;
}

Result<void> report_fleet(FleetRollup const& rollup, CommonOptions const& common,
                          World const& world) {
  auto const beside = beside_results(common);
  auto const style = text_style(beside, world);
  if (tells_in_text(common)) {
    SC_CHECK(emit(text_fleet(rollup, style), beside, world));
  } else if (!common.only_further && common.format == OutputFormat::json) {
    SC_CHECK(emit(json_fleet(rollup), beside, world));
  }
  for (auto const& one : common.further) {
    TextStyle plain;
    plain.language = common.language;
    auto const text = written(rollup, one.format, plain);
    if (one.file.empty()) {
      SC_CHECK(emit(text, beside, world));
    } else {
      SC_CHECK(world.write(one.file, text));
    }
  }
  return {};
}

int status_of(FleetRollup const& rollup) {
  if (could_not_all_be_checked(rollup)) return kCouldNotRun;
  return some_fail(rollup) ? kFindings : kHolds;
}

}  // namespace safeconduct
