// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/exposition.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/text_serializer.h>

#include <exception>
#include <mutex>
#include <sstream>
#include <utility>
#include <vector>

namespace safeconduct {
namespace {

std::vector<prometheus::MetricFamily> families_of(Metrics const& metrics) {
  std::vector<prometheus::MetricFamily> families;
  for (auto const& metric : metrics) {
    prometheus::MetricFamily family;
    family.name = metric.name;
    family.help = metric.help;
    bool const counter = metric.kind == Metric::Kind::counter;
    family.type = counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (auto const& sample : metric.samples) {
      prometheus::ClientMetric one;
      for (auto const& [key, value] : sample.labels) one.label.push_back({key, value});
      if (counter)
        one.counter.value = sample.value;
      else
        one.gauge.value = sample.value;
      family.metric.push_back(std::move(one));
    }
    families.push_back(std::move(family));
  }
  return families;
}

// Collected by the server's threads, published by ours.
class Board : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override {
    std::scoped_lock const lock(mutex_);
    return families_;
  }
  void publish(Metrics const& metrics) {
    auto families = families_of(metrics);
    std::scoped_lock const lock(mutex_);
    families_ = std::move(families);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<prometheus::MetricFamily> families_;
};

class Served final : public MetricsServer {
 public:
  explicit Served(std::string const& listen) : exposer_(listen) {
    exposer_.RegisterCollectable(board_);
  }
  void publish(Metrics metrics) override { board_->publish(metrics); }

 private:
  std::shared_ptr<Board> board_ = std::make_shared<Board>();
  prometheus::Exposer exposer_;
};

}  // namespace

std::string exposition_text(Metrics const& metrics) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_of(metrics));
  return std::move(out).str();
}

// The library's server throws where it cannot listen.
Result<std::unique_ptr<MetricsServer>> MetricsServer::start(std::string const& listen) {
  try {
    return std::make_unique<Served>(listen);
  } catch (std::exception const&) {
    return std::unexpected(Error{ErrorKind::usage,
                                 {},
                                 "--listen: cannot listen at '" + listen + "'",
                                 "is the port taken? --listen off serves nothing",
                                 {}});
  }
}

}  // namespace safeconduct
