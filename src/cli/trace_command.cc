// SPDX-License-Identifier: GPL-3.0-or-later
#include <istream>
#include <ostream>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/packet_text.h"
#include "report/trace_writers.h"

namespace safeconduct {
namespace {

// A packet may name interfaces that no rule mentions; those are all alike, see Ruleset::interfaces.
Result<DeviceRules> load(TraceOptions const& options, World const& world) {
  return load_device(world,
                     {options.rules.front(), options.rules, options.said.in, options.said.out},
                     options.input_format);
}

std::string answer_text(TraceQuestion const& question, TraceAnswer const& answer,
                        CommonOptions const& common, World const& world) {
  switch (common.format) {
    case OutputFormat::json:
      return json_trace_pretty(answer);
    case OutputFormat::jsonl:
      return json_trace(answer);
    case OutputFormat::text:
      break;
  }
  return text_trace(question, answer, text_style(common, world));
}

Result<int> trace_one(TraceOptions const& options, World const& world) {
  SC_TRY(question, parse_packet(options.packet, options.said));
  SC_TRY(device, load(options, world));
  SC_CHECK(emit(answer_text(question, trace(device, question), options.common, world),
                options.common, world));
  return kHolds;
}

// Answers as the lines come, so that another program can ask one by one.
Result<int> trace_lines(TraceOptions const& options, World const& world) {
  SC_TRY(device, load(options, world));
  SC_TRY(lines, world.open(options.packets));
  std::string collected;  // for --output, which is written as a whole
  std::string line;
  for (std::uint32_t number = 1; std::getline(*lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    SC_TRY(question, parse_packet_line(line, options.said, options.packets, number));
    auto const text = json_trace(trace(device, question));
    if (!options.common.output.empty()) {
      collected += text;
      continue;
    }
    *world.out << text;
    if (lines->rdbuf()->in_avail() <= 0) *world.out << std::flush;
  }
  if (lines->bad())
    return std::unexpected(
        Error{ErrorKind::unreadable, {options.packets, 0, 0}, "cannot be read to its end", {}, {}});
  SC_CHECK(emit(collected, options.common, world));
  return kHolds;
}

}  // namespace

Result<int> trace_command(TraceOptions const& options, World const& world) {
  if (!options.packet.empty()) return trace_one(options, world);
  return trace_lines(options, world);
}

}  // namespace safeconduct
