// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/packet_text.h"
#include "engine/rule_index.h"
#include "report/trace_writers.h"

namespace safeconduct {
namespace {

// The device, read again when a packet names an interface that it was not read for: which of the
// rules' wildcards fit a name is settled when the rules are linked.
class TracedDevice {
 public:
  static Result<TracedDevice> load(TraceOptions const& options, World const& world) {
    TracedDevice traced;
    traced.wanted_ = {options.rules.front(), options.rules, options.said.in, options.said.out};
    traced.format_ = options.input_format;
    SC_TRY(sources, read_sources(world, traced.wanted_.files));
    traced.sources_ = std::move(sources);
    SC_TRY(device, link_device(traced.sources_, traced.wanted_, traced.format_));
    traced.device_ = std::move(device);
    return traced;
  }

  Result<TraceAnswer> answer(TraceQuestion const& question) {
    if (!knows(question.in) || !knows(question.out)) {
      wanted_.enter = question.in;
      wanted_.leave = question.out;
      SC_TRY(device, link_device(sources_, wanted_, format_));
      device_ = std::move(device);
      index_.reset();
      asked_ = false;
    }
    // Worth its while from the second packet on.
    if (std::exchange(asked_, true) && !index_) index_.emplace(device_.rules);
    return trace(device_, question, index_ ? &*index_ : nullptr);
  }

 private:
  bool knows(std::string const& name) const {
    auto const& names = device_.rules.interfaces;
    bool const wildcards =
        std::ranges::any_of(names, [](std::string const& one) { return one.ends_with('*'); });
    return name.empty() || !wildcards || std::ranges::find(names, name) != names.end();
  }

  DeviceFilesWanted wanted_;
  std::optional<Format> format_;
  std::vector<SourceText> sources_;
  DeviceRules device_;
  std::optional<RuleIndex> index_;
  bool asked_ = false;
};

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
  SC_TRY(device, TracedDevice::load(options, world));
  SC_TRY(answer, device.answer(question));
  SC_CHECK(emit(answer_text(question, answer, options.common, world), options.common, world));
  return kHolds;
}

// Answers as the lines come, so that another program can ask one by one.
Result<int> trace_lines(TraceOptions const& options, World const& world) {
  SC_TRY(device, TracedDevice::load(options, world));
  SC_TRY(lines, world.open(options.packets));
  std::string collected;  // for --output, which is written as a whole
  std::string line;
  for (std::uint32_t number = 1; std::getline(*lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    SC_TRY(question, parse_packet_line(line, options.said, options.packets, number));
    SC_TRY(answer, device.answer(question));
    auto const text = json_trace(answer);
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
