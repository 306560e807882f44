// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/status_text.h"

namespace safeconduct {

std::vector<std::string> status_lines(ClientStatus const& status) {
  std::vector<std::string> lines;
  if (!status.dns_text.empty()) lines.push_back("DNS: " + status.dns_text);
  for (auto const& [family, state] : status.dns_by_family)
    lines.push_back("DNS over " + family + ": " + state);
  if (!status.web_text.empty()) lines.push_back("Web: " + status.web_text);
  if (status.fail_open.value_or(false)) {
    lines.emplace_back(
        "Fails open: direct web access is permitted, so browsing goes on past the gateway, without "
        "its protection, and nobody notices");
  } else if (status.web == "CloudServiceUnavailable") {
    lines.emplace_back(status.fail_open
                           ? "Fails closed: direct web access is blocked too, so browsing stops"
                           : "Whether it fails open cannot be told");
  }
  return lines;
}

}  // namespace safeconduct
