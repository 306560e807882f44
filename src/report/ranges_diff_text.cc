// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "report/paper.h"
#include "report/ranges_diff_report.h"
#include "report/ranges_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

std::string count_of(RangesDiff const& diff, Disposition disposition) {
  return std::to_string(std::ranges::count(diff.ranges, disposition, &RangeChange::disposition));
}

std::string said(std::string const& value, Speaker const& speaker) {
  return value.empty() ? speaker.say(wording::kNotSaid) : value;
}

// The fields are called as the file calls them.
std::string fields_text(std::vector<FieldChange> const& fields, Speaker const& speaker) {
  std::string text;
  for (auto const& field : fields)
    text += (text.empty() ? "" : "; ") + field.field + ": " + said(field.before, speaker) + " -> " +
            said(field.after, speaker);
  return text;
}

std::string days_text(Range const& range, Speaker const& speaker) {
  std::string text;
  if (range.from) text += speaker.say(wording::kFromDate, {to_string(*range.from)});
  if (range.until) text += speaker.say(wording::kUntilDate, {to_string(*range.until)});
  return text;
}

std::string range_text(RangeChange const& change, Speaker const& speaker) {
  auto const& range = change.after ? *change.after : *change.before;
  auto text = to_string(change.prefix) + "  " + std::string(name(change.service));
  if (change.disposition == Disposition::changed) return text;
  text += "  " + (range.confidence ? std::string(name(*range.confidence))
                                   : speaker.say(wording::kConfidenceNotSaid));
  return text + days_text(range, speaker);
}

std::string impact_text(RangeChange const& change, Speaker const& speaker) {
  auto const day = change.effective ? to_string(*change.effective) : "";
  auto const with_day = [&](Translated without, Translated with) {
    return day.empty() ? speaker.say(without) : speaker.say(with, {day});
  };
  switch (change.impact) {
    case Impact::open:
      return with_day(wording::kOpenSometime, wording::kOpenBy);
    case Impact::close:
      return with_day(wording::kCloseSometime, wording::kCloseFrom);
    case Impact::keep:
      return speaker.say(wording::kKeep);
    case Impact::reschedule:
      return with_day(wording::kRescheduleOnly, wording::kRescheduleFor);
    case Impact::none:
      return speaker.say(wording::kNoRuleChanges);
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

void put_range(Paper& paper, RangeChange const& change, Speaker const& speaker) {
  auto const sign = sign_of(change.disposition);
  paper.paragraph(2, {{sign.text, sign.ink}}, {{range_text(change, speaker)}});
  if (!change.fields.empty()) paper.paragraph(6, {{fields_text(change.fields, speaker)}});
  paper.paragraph(6, {{impact_text(change, speaker), Ink::faint}});
}

std::string region_head(std::string const& id, ComparedRanges const& files) {
  for (auto const* file : {files.after, files.before})
    if (auto const* region = find_region(*file, id); region != nullptr && region->id == id)
      return id + (region->name.empty() ? "" : "  " + region->name);
  return id;
}

void put_region(Paper& paper, std::string const& id, RangesDiff const& diff,
                ComparedRanges const& files, Speaker const& speaker) {
  paper.blank();
  paper.paragraph(0, {{region_head(id, files), Ink::strong}});
  for (auto const& change : diff.regions) {
    if (change.id != id) continue;
    auto const sign = sign_of(change.disposition);
    auto const what =
        change.disposition == Disposition::changed
            ? fields_text(change.fields, speaker)
            : speaker.say(change.disposition == Disposition::added ? wording::kRegionAdded
                                                                   : wording::kRegionRemoved);
    paper.paragraph(2, {{sign.text, sign.ink}}, {{what}});
  }
  for (auto const& change : diff.ranges)
    if (change.region == id) put_range(paper, change, speaker);
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
  Speaker const speaker(style.language);
  auto const& provider = files.after->provider;
  auto const& now = files.after->version;
  auto const& before = files.before->version;
  auto const versions = before == now ? speaker.say(wording::kSameVersion, {provider, now})
                                      : speaker.say(wording::kTwoVersions, {provider, before, now});
  auto const summary =
      diff.empty() ? speaker.say(wording::kNoDifference)
                   : speaker.say(wording::kRangesChanged, {count_of(diff, Disposition::added),
                                                           count_of(diff, Disposition::removed),
                                                           count_of(diff, Disposition::changed)});
  paper.paragraph(0, {{versions, Ink::strong}, {summary}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  if (!diff.file.empty()) {
    paper.blank();
    paper.paragraph(0, {{speaker.say(wording::kTheFile), Ink::strong}});
    paper.paragraph(2, {{"~ ", Ink::doubtful}}, {{fields_text(diff.file, speaker)}});
  }
  for (auto const& id : regions_of(diff, files)) put_region(paper, id, diff, files, speaker);
  return std::move(paper).take();
}

}  // namespace safeconduct
