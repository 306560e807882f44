// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/audit_json.h"
#include "report/audit_writers.h"

namespace {

using namespace safeconduct;

template <class T>
void read_again(std::string_view text, Result<T> (*read)(Location const&, std::string_view),
                std::string (*write)(T const&)) {
  auto const first = read({"results", 3, 0}, text);
  if (!first) {
    if (first.error().text.empty() || first.error().at.line != 3) std::abort();
    return;
  }
  auto const written = write(*first);
  auto const again = read({"results", 3, 0}, written);
  if (!again || write(*again) != written) std::abort();
}

}  // namespace

// What is read as a line of results is written as one, and read again as the same; what is refused
// has a message with its line. And whatever was read can be added up and reported.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  read_again(text, read_audit_header, json_audit_header);
  read_again(text, read_site_audit, json_site_audit);
  auto const site = read_site_audit({"results", 3, 0}, text);
  if (!site) return 0;
  FleetTally tally(AuditHeader{});
  tally.add(*site);
  auto const rollup = std::move(tally).end();
  if (rollup.rows.size() != 1) std::abort();
  auto const reports = text_site_audit(*site, {}) + text_fleet(rollup, {}) + json_fleet(rollup) +
                       csv_fleet(rollup) + markdown_fleet(rollup, Language::english) +
                       html_fleet(rollup, Language::japanese);
  if (reports.empty()) std::abort();
  return 0;
}
