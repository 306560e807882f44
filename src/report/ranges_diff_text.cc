// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "report/paper.h"
#include "report/ranges_diff_report.h"
#include "report/words.h"

namespace safeconduct {
namespace {

std::string count_of(RangesDiff const& diff, Disposition disposition) {
  auto const count = std::ranges::count(diff.ranges, disposition, &RangeChange::disposition);
  return std::to_string(count) + ' ' + std::string(name(disposition));
}

std::string said(std::string const& value) { return value.empty() ? "not said" : value; }

std::string fields_text(std::vector<FieldChange> const& fields) {
  std::string text;
  for (auto const& field : fields)
    text += (text.empty() ? "" : "; ") + field.field + ": " + said(field.before) + " -> " +
            said(field.after);
  return text;
}

std::string days_text(Range const& range) {
  std::string text;
  if (range.from) text += ", from " + to_string(*range.from);
  if (range.until) text += ", until " + to_string(*range.until);
  return text;
}

std::string range_text(RangeChange const& change) {
  auto const& range = change.after ? *change.after : *change.before;
  auto text = to_string(change.prefix) + "  " + std::string(name(change.service));
  if (change.disposition == Disposition::changed) return text;
  text += "  " + (range.confidence ? std::string(name(*range.confidence)) : "confidence not said");
  return text + days_text(range);
}

std::string impact_text(RangeChange const& change) {
  auto const day = change.effective ? to_string(*change.effective) : "";
  switch (change.impact) {
    case Impact::open:
      return day.empty() ? "open: let packets to it pass; since when it is in use is not said"
                         : "open: let packets to it pass by " + day;
    case Impact::close:
      return day.empty() ? "close: nothing here needs it any more; since when is not said"
                         : "close: nothing here needs it from " + day + " on";
    case Impact::keep:
      return "keep: other ranges of the new file hold its addresses, or a part of them";
    case Impact::reschedule:
      return day.empty() ? "reschedule: the days have changed, the rules have not"
                         : "reschedule: the same rules, for " + day;
    case Impact::none:
      return "none: no rule changes";
  }
  return {};
}

struct Sign {
  std::string text;
  Ink ink;
};
Sign sign_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::added:
      return {"+ ", Ink::good};
    case Disposition::removed:
      return {"- ", Ink::bad};
    case Disposition::changed:
      return {"~ ", Ink::doubtful};
  }
  return {"  ", Ink::plain};
}

void put_range(Paper& paper, RangeChange const& change) {
  auto const sign = sign_of(change.disposition);
  paper.paragraph(2, {{sign.text, sign.ink}}, {{range_text(change)}});
  if (!change.fields.empty()) paper.paragraph(6, {{fields_text(change.fields)}});
  paper.paragraph(6, {{impact_text(change), Ink::faint}});
}

std::string region_head(std::string const& id, ComparedRanges const& files) {
  for (auto const* file : {files.after, files.before})
    if (auto const* region = find_region(*file, id); region != nullptr && region->id == id)
      return id + (region->name.empty() ? "" : "  " + region->name);
  return id;
}

void put_region(Paper& paper, std::string const& id, RangesDiff const& diff,
                ComparedRanges const& files) {
  paper.blank();
  paper.paragraph(0, {{region_head(id, files), Ink::strong}});
  for (auto const& change : diff.regions) {
    if (change.id != id) continue;
    auto const sign = sign_of(change.disposition);
    auto const what = change.disposition == Disposition::changed
                          ? fields_text(change.fields)
                          : "the region is " + std::string(name(change.disposition));
    paper.paragraph(2, {{sign.text, sign.ink}}, {{what}});
  }
  for (auto const& change : diff.ranges)
    if (change.region == id) put_range(paper, change);
}

std::vector<std::string> regions_of(RangesDiff const& diff, ComparedRanges const& files) {
  std::vector<std::string> ids;
  auto const touched = [&](std::string const& id) {
    return std::ranges::find(diff.regions, id, &RegionChange::id) != diff.regions.end() ||
           std::ranges::find(diff.ranges, id, &RangeChange::region) != diff.ranges.end();
  };
  for (auto const* file : {files.after, files.before})
    for (auto const& region : file->regions)
      if (touched(region.id) && std::ranges::find(ids, region.id) == ids.end())
        ids.push_back(region.id);
  return ids;
}

}  // namespace

std::string text_ranges_diff(RangesDiff const& diff, ComparedRanges const& files,
                             TextStyle const& style) {
  Paper paper(style.width, style.colour);
  auto const versions = files.before->version == files.after->version
                            ? "version " + files.after->version
                            : "version " + files.before->version + " -> " + files.after->version;
  std::string summary = "no difference.";
  if (!diff.empty())
    summary = "ranges: " + count_of(diff, Disposition::added) + ", " +
              count_of(diff, Disposition::removed) + ", " + count_of(diff, Disposition::changed) +
              '.';
  paper.paragraph(0, {{files.after->provider + ", " + versions + ": ", Ink::strong}, {summary}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  if (!diff.file.empty()) {
    paper.blank();
    paper.paragraph(0, {{"the file", Ink::strong}});
    paper.paragraph(2, {{"~ ", Ink::doubtful}}, {{fields_text(diff.file)}});
  }
  for (auto const& id : regions_of(diff, files)) put_region(paper, id, diff, files);
  return std::move(paper).take();
}

}  // namespace safeconduct
