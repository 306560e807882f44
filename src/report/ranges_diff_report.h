// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What 'ranges diff' and 'ranges import' print.

#include <optional>
#include <string>
#include <vector>

#include "policy/ranges_diff.h"
#include "report/context.h"

namespace boost::json {
class object;
}  // namespace boost::json

namespace safeconduct {

// The two files with the names that the operator knows them by.
struct ComparedRanges {
  std::string old_name;
  IngressRanges const* before = nullptr;
  std::string new_name;
  IngressRanges const* after = nullptr;
};

std::string text_ranges_diff(RangesDiff const& diff, ComparedRanges const& files,
                             TextStyle const& style);
// schema/ranges-diff.schema.json: one object, "safeconduct.ranges-diff/1"; or a line a change, then
// the summary.
std::string json_ranges_diff(RangesDiff const& diff, ComparedRanges const& files);
std::string jsonl_ranges_diff(RangesDiff const& diff, ComparedRanges const& files);
boost::json::object ranges_diff_object(RangesDiff const& diff, ComparedRanges const& files);

}  // namespace safeconduct
