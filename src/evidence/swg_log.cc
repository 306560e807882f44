// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/swg_log.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "evidence/log_words.h"
#include "evidence/plugin_log.h"

namespace safeconduct {
namespace {

constexpr std::string_view kNoHandshake = "TCP handshake to SWG Proxy URL was not successful";
constexpr std::string_view kConnecting = "Connection : Connecting to ";
constexpr std::string_view kResolved = "Connection : Resolved IP from '";
constexpr std::string_view kState = "\"swg_protection_state\":\"";

// "208.67.222.222:443", "[2001:db8::1]:443", and a port that may be missing.
void take_endpoint(std::string_view text, GatewayStep& step) {
  if (text.starts_with('[')) {
    auto const end = text.find(']');
    if (end == std::string_view::npos) return;
    step.address = parse_address(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  } else {
    auto const end = std::min(text.find_first_not_of("0123456789."), text.size());
    if (end == text.size()) return;  // perhaps cut
    step.address = parse_address(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!text.starts_with(':')) return;
  step.port = static_cast<std::uint16_t>(whole_number(text.substr(1), 65535).value_or(0));
}

void take_resolved(std::string_view text, GatewayStep& step) {
  auto const end = text.find('\'');
  step.name = std::string(text.substr(0, std::min(end, text.size())));
  if (end == std::string_view::npos) return;
  if (auto const list = behind(text, "' is "))
    if (auto const found = listed_addresses(*list); !found.empty()) step.address = found.front();
}

bool read_words(std::string_view words, GatewayStep& step) {
  using Kind = GatewayStep::Kind;
  if (says(words, kNoHandshake)) {
    step.kind = Kind::handshake_failed;
    if (words.contains("Since fail open")) step.fail_open = true;
    if (words.contains("Since fail close")) step.fail_open = false;
    return true;
  }
  if (words.starts_with(kConnecting)) {
    step.kind = Kind::connecting;
    take_endpoint(words.substr(kConnecting.size()), step);
    return step.address.has_value();
  }
  if (words.starts_with(kResolved)) {
    step.kind = Kind::resolved;
    take_resolved(words.substr(kResolved.size()), step);
    return step.address.has_value();
  }
  if (auto const state = behind(words.substr(0, words.find('|')), kState)) {
    auto const end = state->find('"');
    if (end == std::string_view::npos) return false;
    step.kind = Kind::protection;
    step.state = std::string(state->substr(0, end));
    return true;
  }
  // "KDF started": the driver that redirects was started, so that it does not stand back.
  if (words.starts_with("OnBackoffStateChange") && !words.contains("started")) {
    step.kind = Kind::backed_off;
    return true;
  }
  return false;
}

// An entry of the event log, as it is put together.
struct Entry {
  std::string day;
  std::string time;
  std::string source;
  std::string description;
  std::size_t line = 0;  // of the description
};

bool of_agent(std::string_view source) { return source.ends_with("swgagent"); }

class Entries {
 public:
  explicit Entries(SwgLog& log) : log_(log) {}

  void line(std::string_view text, std::size_t number) {
    text = trimmed(text);
    if (text.empty() || text.find_first_not_of("*-=") == std::string_view::npos) return;
    auto const colon = text.find(':');
    auto const key = trimmed(text.substr(0, std::min(colon, text.size())));
    auto const value =
        colon == std::string_view::npos ? std::string_view() : trimmed(text.substr(colon + 1));
    if (key == "Date") {
      end();
      entry_.day = value;
      any_ = true;
    } else if (key == "Time" && entry_.description.empty()) {
      entry_.time = value;
    } else if (key == "Source" && entry_.description.empty()) {
      entry_.source = value;
    } else if (key == "Type" && entry_.description.empty()) {
      return;
    } else if (key == "Description") {
      entry_.description = value;
      entry_.line = number;
    } else if (!entry_.description.empty() && entry_.description.size() < TextLines::kLongest) {
      entry_.description += ' ';
      entry_.description += text;
    }
  }

  void end() {
    if (!any_) return;
    any_ = false;
    auto const entry = std::exchange(entry_, {});
    ++log_.entries;
    if (!of_agent(entry.source)) return;
    auto step = gateway_step(entry.description);
    if (!step) {
      ++log_.others;
      return;
    }
    if (log_.steps.size() >= kMostSteps) {
      log_.full = true;
      return;
    }
    step->time = log_time(entry.day, entry.time);
    step->line = entry.line;
    log_.steps.push_back(std::move(*step));
  }

 private:
  SwgLog& log_;
  Entry entry_;
  bool any_ = false;
};

}  // namespace

// Field by field: what comes before the thread is of its kind, and the words begin at the first
// field behind it that says something known. Without a thread any field may.
std::optional<GatewayStep> gateway_step(std::string_view description) {
  constexpr std::string_view kThread = "Thread ";
  GatewayStep step;
  step.text = std::string(description.substr(0, kMostKept));
  for (auto rest = trimmed(description);;) {
    auto const bar = rest.find('|');
    auto const field = trimmed(rest.substr(0, bar));
    if (step.thread.empty() && field.starts_with(kThread) && bar != std::string_view::npos) {
      step.thread = std::string(trimmed(field.substr(kThread.size())));
    } else if (read_words(rest, step)) {
      return step;
    } else if (step.thread.empty() && !field.empty() && step.category.size() < kMostKept) {
      step.category +=
          (step.category.empty() ? "" : " | ") + std::string(field.substr(0, kMostKept));
    }
    if (bar == std::string_view::npos) return std::nullopt;
    rest = trimmed(rest.substr(bar + 1));
  }
}

SwgLog read_swg_log(TextLines lines, std::string file) {
  SwgLog log;
  log.file = std::move(file);
  Entries entries(log);
  while (auto const line = lines.next()) {
    ++log.lines;
    entries.line(*line, lines.number());
  }
  entries.end();
  return log;
}

bool is_swg_log(std::string_view line) {
  auto const text = trimmed(line);
  return text.starts_with("Date") && text.contains(':') &&
         text.substr(4).find_first_not_of(" :0123456789/.-") == std::string_view::npos;
}

}  // namespace safeconduct
