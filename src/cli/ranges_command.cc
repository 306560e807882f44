// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "cli/commands.h"
#include "cli/data.h"
#include "policy/read.h"
#include "report/json_text.h"
#include "report/paper.h"
#include "report/ranges_wording.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

// A file of ranges with the name it was found by.
struct RangeFile {
  std::string shown;
  IngressRanges ranges;
};

std::size_t count_ranges(IngressRanges const& ranges) {
  std::size_t count = 0;
  for (auto const& region : ranges.regions) count += region.ranges.size();
  return count;
}

json::object summary(RangeFile const& file) {
  return {{"provider", file.ranges.provider},   {"file", file.shown},
          {"cloud", file.ranges.cloud},         {"version", file.ranges.version},
          {"complete", file.ranges.complete},   {"regions", file.ranges.regions.size()},
          {"ranges", count_ranges(file.ranges)}};
}

std::string summary_line(RangeFile const& file, Speaker const& speaker) {
  auto const& ranges = file.ranges;
  return speaker.say(ranges.complete ? wording::kFileSummary : wording::kPartSummary,
                     {ranges.provider, ranges.version, std::to_string(count_ranges(ranges)),
                      std::to_string(ranges.regions.size()), file.shown});
}

Result<RangeFile> load_file(World const& world, std::string const& path, std::string shown) {
  SC_TRY(text, world.read(path));
  SC_TRY(ranges, read_ingress_ranges(shown, *text));
  return RangeFile{std::move(shown), std::move(ranges)};
}

Result<std::vector<RangeFile>> load_all(RangesOptions const& options, World const& world) {
  std::vector<RangeFile> files;
  if (options.action == RangesOptions::Action::list) {
    SC_TRY(data, find_data(world, options.common.data));
    for (auto const& name : known_names(world, data, "ingress-ranges")) {
      auto const file = "ingress-ranges/" + name + ".yaml";
      SC_TRY(one, load_file(world, data.path + file, data.shown + file));
      files.push_back(std::move(one));
    }
    return files;
  }
  for (auto const& name : options.names) {
    // What is to be validated is a file, whatever it is called.
    NamedFile found{name, name};
    if (options.action == RangesOptions::Action::show) {
      SC_TRY(named, find_named(world, options.common.data, "ingress-ranges", {name, {}}, ""));
      found = named;
    }
    SC_TRY(one, load_file(world, found.path, found.shown));
    files.push_back(std::move(one));
  }
  return files;
}

bool shown_on(RangesOptions const& options, Range const& range) {
  return !options.as_of || in_effect(range, *options.as_of);
}

Result<std::vector<Region const*>> regions_of(RangesOptions const& options, RangeFile const& file) {
  std::vector<Placed<std::string>> asked;
  for (auto const& one : options.regions) asked.push_back({one, {"--region", 0, 0}});
  return select_regions(file.ranges, asked);
}

std::string confidence_text(Range const& range) {
  return range.confidence ? std::string(name(*range.confidence)) : "not said";
}

std::string days(Range const& range, Speaker const& speaker) {
  std::string text;
  if (range.from) text += speaker.say(wording::kSinceDate, {to_string(*range.from)});
  if (range.until) text += speaker.say(wording::kTillDate, {to_string(*range.until)});
  return text;
}

Result<void> put_regions(Paper& paper, RangesOptions const& options, RangeFile const& file) {
  Speaker const speaker(options.common.language);
  SC_TRY(regions, regions_of(options, file));
  for (auto const* region : regions) {
    std::string head = region->id;
    if (!region->name.empty()) head += "  " + region->name;
    if (!region->country.empty()) head += ", " + region->country;
    if (region->anycast) head = speaker.say(wording::kAnycast, {head});
    paper.blank();
    paper.paragraph(2, {{head, Ink::strong}});
    for (auto const& range : region->ranges) {
      if (!shown_on(options, range)) continue;
      auto text = to_string(range.prefix) + "  " + std::string(name(range.service)) + "  " +
                  (range.confidence ? confidence_text(range) : speaker.say(wording::kNotSaid)) +
                  days(range, speaker);
      if (!range.note.empty()) text += "  (" + range.note + ')';
      paper.paragraph(4, {{text}});
    }
  }
  return {};
}

Result<json::array> region_values(RangesOptions const& options, RangeFile const& file) {
  SC_TRY(regions, regions_of(options, file));
  json::array array;
  for (auto const* region : regions) {
    json::array ranges;
    for (auto const& range : region->ranges) {
      if (!shown_on(options, range)) continue;
      ranges.push_back(json::object{
          {"prefix", to_string(range.prefix)},
          {"service", name(range.service)},
          {"from", range.from ? json::value(to_string(*range.from)) : json::value(nullptr)},
          {"until", range.until ? json::value(to_string(*range.until)) : json::value(nullptr)},
          {"confidence", confidence_text(range)}});
    }
    array.push_back(json::object{{"id", region->id},
                                 {"name", printable(region->name)},
                                 {"country", region->country},
                                 {"anycast", region->anycast},
                                 {"ranges", std::move(ranges)}});
  }
  return array;
}

Result<std::string> as_text(RangesOptions const& options, std::vector<RangeFile> const& files,
                            World const& world) {
  auto const style = text_style(options.common, world);
  Speaker const speaker(style.language);
  Paper paper(style.width, style.colour);
  for (auto const& file : files) {
    if (options.action == RangesOptions::Action::validate) {
      paper.paragraph(0, {{speaker.say(wording::kValid), Ink::good}},
                      {{summary_line(file, speaker)}});
    } else {
      paper.paragraph(0, {{summary_line(file, speaker)}});
    }
    if (options.action == RangesOptions::Action::show) SC_CHECK(put_regions(paper, options, file));
  }
  return std::move(paper).take();
}

Result<std::string> as_json(RangesOptions const& options, std::vector<RangeFile> const& files) {
  json::array all;
  for (auto const& file : files) {
    auto one = summary(file);
    if (options.action == RangesOptions::Action::show) {
      SC_TRY(regions, region_values(options, file));
      one["regions"] = std::move(regions);
    }
    all.push_back(std::move(one));
  }
  if (options.common.format == OutputFormat::json)
    return pretty(json::object{{"schema", "safeconduct.ranges/1"}, {"files", std::move(all)}});
  std::string lines;
  for (auto const& one : all) lines += compact(one);
  return lines;
}

}  // namespace

Result<int> ranges_command(RangesOptions const& options, World const& world) {
  switch (options.action) {
    case RangesOptions::Action::diff:
      return ranges_diff_command(options, world);
    case RangesOptions::Action::import:
      return ranges_import_command(options, world);
    case RangesOptions::Action::resolve:
      return ranges_resolve_command(options, world);
    case RangesOptions::Action::list:
    case RangesOptions::Action::show:
    case RangesOptions::Action::validate:
      break;
  }
  SC_TRY(files, load_all(options, world));
  bool const text = options.common.format == OutputFormat::text;
  SC_TRY(output, text ? as_text(options, files, world) : as_json(options, files));
  SC_CHECK(emit(output, options.common, world));
  return kHolds;
}

}  // namespace safeconduct
