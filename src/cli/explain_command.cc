// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/option_values.h"
#include "report/explain.h"

namespace safeconduct {

Result<int> explain_command(ExplainOptions const& options, World const& world) {
  auto const style = text_style(options.common, world);
  bool const text = options.common.format == OutputFormat::text;
  if (options.code.empty()) {
    SC_CHECK(
        emit(text ? text_explanation_list(style) : jsonl_explanations(), options.common, world));
    return kHolds;
  }
  auto const* const found = find_explanation(options.code);
  if (found == nullptr) {
    std::vector<std::string> codes;
    for (auto const& one : explanations()) codes.emplace_back(one.code);
    return std::unexpected(
        usage_error("there is no code '" + options.code + "'", "codes: " + comma_list(codes)));
  }
  SC_CHECK(emit(text ? text_explanation(*found, style) : json_explanation(*found), options.common,
                world));
  return kHolds;
}

}  // namespace safeconduct
