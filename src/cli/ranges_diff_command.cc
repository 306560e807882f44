// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/data.h"
#include "policy/ranges_diff.h"
#include "policy/read.h"
#include "report/ranges_diff_report.h"

namespace safeconduct {
namespace {

struct RangeFile {
  std::string shown;
  IngressRanges ranges;
};

Result<RangeFile> load(World const& world, std::string const& data, std::string const& name) {
  SC_TRY(file, find_named(world, data, "ingress-ranges", {name, {}}, ""));
  SC_TRY(text, world.read(file.path));
  SC_TRY(ranges, read_ingress_ranges(file.shown, *text));
  return RangeFile{file.shown, std::move(ranges)};
}

}  // namespace

Result<int> ranges_diff_command(RangesOptions const& options, World const& world) {
  SC_TRY(before, load(world, options.common.data, options.names[0]));
  SC_TRY(after, load(world, options.common.data, options.names[1]));
  SC_TRY(diff, diff_ranges(before.ranges, after.ranges));
  ComparedRanges const files{before.shown, &before.ranges, after.shown, &after.ranges};
  std::string output;
  switch (options.common.format) {
    case OutputFormat::json:
      output = json_ranges_diff(diff, files);
      break;
    case OutputFormat::jsonl:
      output = jsonl_ranges_diff(diff, files);
      break;
    case OutputFormat::text:
      output = text_ranges_diff(diff, files, text_style(options.common, world));
      break;
  }
  SC_CHECK(emit(output, options.common, world));
  return diff.empty() ? kHolds : kFindings;
}

}  // namespace safeconduct
