// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>

#include "cli/check_input.h"
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
  static Result<TracedDevice> load(DeviceFilesWanted wanted, std::optional<Format> format,
                                   World const& world) {
    TracedDevice traced;
    traced.wanted_ = std::move(wanted);
    traced.format_ = format;
    traced.world_ = &world;
    SC_TRY(sources, read_sources(world, traced.wanted_.files));
    traced.sources_ = std::move(sources);
    SC_TRY(device, link_device(world, traced.sources_, traced.wanted_, traced.format_));
    traced.device_ = std::move(device);
    return traced;
  }

  Result<TraceAnswer> answer(TraceQuestion const& question) {
    if (!knows(question.in) || !knows(question.out)) {
      wanted_.enter = question.in;
      wanted_.leave = question.out;
      SC_TRY(device, link_device(*world_, sources_, wanted_, format_));
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

  World const* world_ = nullptr;
  DeviceFilesWanted wanted_;
  std::optional<Format> format_;
  std::vector<SourceText> sources_;
  DeviceRules device_;
  std::optional<RuleIndex> index_;
  bool asked_ = false;
};

// The devices that the packet crosses: one, or those of a site.
class TracedPath {
 public:
  static Result<TracedPath> load(TraceOptions const& options, World const& world) {
    TracedPath path;
    path.site_ = !options.site.empty();
    if (path.site_) {
      SC_TRY(devices, site_devices(options.site, world));
      path.wanted_ = std::move(devices);
    } else {
      auto& wanted = path.wanted_.emplace_back();
      wanted.name = options.rules.front();
      wanted.files = options.rules;
      wanted.enter = options.said.in;
      wanted.leave = options.said.out;
      wanted.facts = options.facts;
    }
    for (auto& wanted : path.wanted_) {
      wanted.data = options.common.data;
      if (!options.dialect.empty()) {
        wanted.dialect = {options.dialect, {"--dialect", 0, 0}};
        wanted.folder.clear();
      }
      SC_TRY(device, TracedDevice::load(wanted, options.input_format, world));
      path.devices_.push_back(std::move(device));
    }
    return path;
  }

  bool is_site() const { return site_; }

  // Up to the device where it ends, or the last. A reply comes from the service's side.
  Result<std::vector<TraceHop>> answer(TraceQuestion question) {
    std::vector<TraceHop> hops;
    bool const reply =
        question.packet.at(Field::ct_direction) == static_cast<Bits128>(CtDirection::reply);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      auto const at = reply ? devices_.size() - 1 - i : i;
      if (site_) {
        question.in = reply ? wanted_[at].leave : wanted_[at].enter;
        question.out = reply ? wanted_[at].enter : wanted_[at].leave;
      }
      SC_TRY(answer, devices_[at].answer(question));
      hops.push_back({wanted_[at].name, question, std::move(answer)});
      if (hops.back().answer.verdict != TraceVerdict::accept) break;
      question.packet = packet_after(hops.back());
    }
    return hops;
  }

 private:
  bool site_ = false;
  std::vector<DeviceFilesWanted> wanted_;
  std::vector<TracedDevice> devices_;
};

std::string answer_text(TracedPath const& path, std::vector<TraceHop> const& hops,
                        CommonOptions const& common, World const& world) {
  auto const& only = hops.front();
  switch (common.format) {
    case OutputFormat::json:
      return path.is_site() ? json_trace(hops, false) : json_trace_pretty(only.answer);
    case OutputFormat::jsonl:
      return path.is_site() ? json_trace(hops, true) : json_trace(only.answer);
    case OutputFormat::text:
      break;
  }
  auto const style = text_style(common, world);
  return path.is_site() ? text_trace(hops, style) : text_trace(only.question, only.answer, style);
}

Result<int> trace_one(TraceOptions const& options, World const& world) {
  SC_TRY(question, parse_packet(options.packet, options.said));
  SC_TRY(path, TracedPath::load(options, world));
  SC_TRY(hops, path.answer(question));
  SC_CHECK(emit(answer_text(path, hops, options.common, world), options.common, world));
  return kHolds;
}

// Answers as the lines come, so that another program can ask one by one.
Result<int> trace_lines(TraceOptions const& options, World const& world) {
  SC_TRY(path, TracedPath::load(options, world));
  SC_TRY(lines, world.open(options.packets));
  std::string collected;  // for --output, which is written as a whole
  std::string line;
  for (std::uint32_t number = 1; std::getline(*lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    SC_TRY(question, parse_packet_line(line, options.said, options.packets, number));
    SC_TRY(hops, path.answer(question));
    auto const text = path.is_site() ? json_trace(hops, true) : json_trace(hops.front().answer);
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
