// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Metrics for Prometheus: as text, and served over HTTP.

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "monitor/metric.h"

namespace safeconduct {

// The text format of Prometheus (version 0.0.4), which node_exporter's textfile collector reads.
std::string exposition_text(Metrics const& metrics);

class MetricsServer {
 public:
  // At "127.0.0.1:9469", "[::1]:9469"; path /metrics. An error where it cannot be listened at.
  static Result<std::unique_ptr<MetricsServer>> start(std::string const& listen);
  virtual ~MetricsServer() = default;
  // What is served from now on.
  virtual void publish(Metrics metrics) = 0;
};

}  // namespace safeconduct
