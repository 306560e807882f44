// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/json_values.h"
#include "report/ranges_diff_report.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

json::value day_or_null(std::optional<Date> const& day) {
  return day ? json::value(to_string(*day)) : json::value(nullptr);
}

json::object file_object(std::string const& shown, IngressRanges const& ranges) {
  return {{"file", json_safe(shown)},
          {"version", json_safe(ranges.version)},
          {"complete", ranges.complete}};
}

json::array fields_array(std::vector<FieldChange> const& fields) {
  json::array array;
  for (auto const& field : fields)
    array.push_back(json::object{{"field", field.field},
                                 {"before", json_safe(field.before)},
                                 {"after", json_safe(field.after)}});
  return array;
}

json::object range_object(Range const& range) {
  std::vector<std::string> sources;
  for (auto const& key : range.sources) sources.push_back(key.value);
  json::object object{{"from", day_or_null(range.from)}, {"until", day_or_null(range.until)}};
  object["confidence"] =
      range.confidence ? json::value(name(*range.confidence)) : json::value(nullptr);
  object["sources"] = json_strings(sources);
  if (!range.note.empty()) object["note"] = json_safe(range.note);
  return object;
}

json::object change_object(RangeChange const& change) {
  json::object object{
      {"region", json_safe(change.region)}, {"service", name(change.service)},
      {"prefix", to_string(change.prefix)}, {"disposition", name(change.disposition)},
      {"impact", name(change.impact)},      {"effective", day_or_null(change.effective)}};
  if (change.before) object["before"] = range_object(*change.before);
  if (change.after) object["after"] = range_object(*change.after);
  if (!change.fields.empty()) object["fields"] = fields_array(change.fields);
  return object;
}

json::object region_object(RegionChange const& change) {
  json::object object{{"region", json_safe(change.id)}, {"disposition", name(change.disposition)}};
  if (!change.fields.empty()) object["fields"] = fields_array(change.fields);
  return object;
}

json::object summary_object(RangesDiff const& diff) {
  json::object object;
  for (auto const one : {Disposition::added, Disposition::removed, Disposition::changed})
    object[name(one)] = std::ranges::count(diff.ranges, one, &RangeChange::disposition);
  return object;
}

json::object head(RangesDiff const& diff, ComparedRanges const& files) {
  return {{"provider", files.after->provider},
          {"cloud", files.after->cloud},
          {"old", file_object(files.old_name, *files.before)},
          {"new", file_object(files.new_name, *files.after)},
          {"different", !diff.empty()},
          {"summary", summary_object(diff)},
          {"properties", fields_array(diff.file)}};
}

}  // namespace

json::object ranges_diff_object(RangesDiff const& diff, ComparedRanges const& files) {
  auto object = head(diff, files);
  json::array regions;
  for (auto const& change : diff.regions) regions.emplace_back(region_object(change));
  object["regions"] = std::move(regions);
  json::array ranges;
  for (auto const& change : diff.ranges) ranges.emplace_back(change_object(change));
  object["ranges"] = std::move(ranges);
  return object;
}

std::string json_ranges_diff(RangesDiff const& diff, ComparedRanges const& files) {
  json::object object{{"schema", "safeconduct.ranges-diff/1"}};
  for (auto const& pair : ranges_diff_object(diff, files)) object.insert(pair);
  return pretty(object);
}

std::string jsonl_ranges_diff(RangesDiff const& diff, ComparedRanges const& files) {
  std::string lines;
  auto const put = [&](std::string_view schema, json::object const& rest) {
    json::object line{{"schema", schema}};
    for (auto const& pair : rest) line.insert(pair);
    lines += compact(line);
  };
  for (auto const& change : diff.regions)
    put("safeconduct.ranges-diff.region/1", region_object(change));
  for (auto const& change : diff.ranges)
    put("safeconduct.ranges-diff.range/1", change_object(change));
  put("safeconduct.ranges-diff.summary/1", head(diff, files));
  return lines;
}

}  // namespace safeconduct
