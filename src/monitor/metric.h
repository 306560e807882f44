// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace safeconduct {

// What Prometheus calls a metric family: its text format 0.0.4, exposition.h writes it.
using Labels = std::vector<std::pair<std::string, std::string>>;

struct MetricSample {
  Labels labels;
  double value = 0;
  bool operator==(MetricSample const&) const = default;
};

struct Metric {
  enum class Kind : std::uint8_t { gauge, counter };
  std::string name;
  std::string help;
  Kind kind = Kind::gauge;
  std::vector<MetricSample> samples;
  bool operator==(Metric const&) const = default;
};
using Metrics = std::vector<Metric>;

// One label more.
Labels with(Labels labels, std::string key, std::string_view value);

}  // namespace safeconduct
