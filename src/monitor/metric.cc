// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor/metric.h"

#include "base/diagnostic.h"

namespace safeconduct {

Labels with(Labels labels, std::string key, std::string_view value) {
  labels.emplace_back(std::move(key), printable(value));
  return labels;
}

}  // namespace safeconduct
