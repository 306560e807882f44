// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/plugin_log.h"

#include <utility>

#include "evidence/log_words.h"

namespace safeconduct {
namespace {

constexpr std::string_view kChecking =
    "checking reachability of primary OpenDNS resolver candidates using port ";
constexpr std::string_view kCandidates = "(candidates are ";
constexpr std::string_view kProbing = "probing for OpenDNS resolvers at addresses ";
constexpr std::string_view kRejected = "rejected all candidate resolvers for port ";

// A port that the line could end in is told from "5" of "53" by the lengths that ports in use have:
// a number is whole where something stands behind it, or where it is 53 or 443.
std::optional<std::uint16_t> port_at(std::string_view text) {
  auto const number = whole_number(text, 65535);
  if (!number || *number == 0) return std::nullopt;
  bool const more = text.find_first_not_of("0123456789") != std::string_view::npos;
  if (!more && *number != 53 && *number != 443) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

void read_words(std::string_view words, ResolverStep& step) {
  if (says(words, kChecking)) {
    step.kind = ResolverStep::Kind::checking;
    if (words.size() <= kChecking.size()) return;
    step.port = port_at(words.substr(kChecking.size()));
    if (auto const list = behind(words, kCandidates)) step.candidates = listed_addresses(*list);
  } else if (says(words, kProbing)) {
    step.kind = ResolverStep::Kind::probing;
    if (words.size() <= kProbing.size()) return;
    step.candidates = listed_addresses(words.substr(kProbing.size()));
    if (auto const port = behind(words, ", port ")) step.port = port_at(*port);
  } else if (says(words, kRejected)) {
    step.kind = ResolverStep::Kind::rejected;
    if (words.size() > kRejected.size()) step.port = port_at(words.substr(kRejected.size()));
  }
}

std::optional<LogTime> time_of(std::string_view line) { return log_time(line); }

}  // namespace

std::optional<ResolverStep> resolver_step(std::string_view line) {
  auto const time = time_of(line);
  if (!time) return std::nullopt;
  ResolverStep step;
  std::optional<std::string_view> words;
  for (auto const family : {Family::ip4, Family::ip6}) {
    words = behind(line, "Dns Protection " + std::string(name(family)) + " State Machine: ");
    step.family = family;
    if (words) break;
  }
  if (!words) return std::nullopt;
  step.time = *time;
  step.text = std::string(line.substr(0, kMostKept));
  read_words(*words, step);
  return step;
}

PluginLog read_plugin_log(TextLines lines, std::string file) {
  PluginLog log;
  log.file = std::move(file);
  while (auto const line = lines.next()) {
    ++log.lines;
    if (auto const time = time_of(*line)) log.last = time;
    auto step = resolver_step(*line);
    if (!step || step->kind == ResolverStep::Kind::other) ++log.others;
    if (!step) continue;
    if (log.steps.size() >= kMostSteps) {
      log.full = true;
      continue;
    }
    step->line = lines.number();
    log.steps.push_back(std::move(*step));
  }
  return log;
}

bool is_plugin_log(std::string_view line) {
  return time_of(line) && line.contains(" [") && line.contains("> ");
}

}  // namespace safeconduct
