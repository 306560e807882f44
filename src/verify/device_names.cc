// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/device_names.h"
#include "base/text.h"

#include <optional>
#include <string_view>

namespace safeconduct {
namespace {

bool is_of_address(char c) { return is_hex_digit(c) || c == ':' || c == '.'; }

// The address that a run of such letters is: "10.20.0.1", with a port behind it, or at the end of a
// sentence. And how much of the run that is.
struct AddressIn {
  std::optional<Address> address;
  std::size_t size = 0;
};
AddressIn address_in(std::string_view run) {
  auto const last = run.find_last_not_of(".:");
  auto const core = run.substr(0, last == std::string_view::npos ? 0 : last + 1);
  if (auto const found = parse_address(core)) return {found, core.size()};
  if (auto const found = parse_address(run)) return {found, run.size()};  // "2001:db8::"
  bool const port = core.find_last_not_of("0123456789") == core.find(':');
  if (!port) return {};
  return {parse_address(core.substr(0, core.find(':'))), core.size()};
}

// In one pass, so that what was put in is not read again.
std::string with_names(std::string_view text, DeviceNames const& names) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_of_address(text[end])) ++end;
    bool const begins = at == 0 || !is_of_word(text[at - 1]);
    bool const ends = end == text.size() || !is_of_word(text[end]);
    if (end == at) end = at + 1;
    auto const run = text.substr(at, end - at);
    at = end;
    result += run;
    if (!begins || !ends) continue;
    auto const [address, size] = address_in(run);
    auto const found = address ? names.find(*address) : names.end();
    if (found != names.end())
      result.insert(result.size() - run.size() + size, " [" + found->second + ']');
  }
  return result;
}

// Of words that tell who was heard on the way, not of what was asked.
bool tells_the_way(std::string_view kind) {
  return kind == "path" || kind == "path-control" || kind == "icmp" || kind == "quic";
}

}  // namespace

DeviceNames device_names(Site const& site) {
  DeviceNames names;
  auto const add = [&](Device const& device) {
    for (auto const& address : device.addresses) names.emplace(address.value, device.name);
  };
  for (auto const& device : site.path) add(device);
  for (auto const& path : site.paths)
    for (auto const& device : path.devices) add(device);
  return names;
}

void name_devices(Observation& observation, DeviceNames const& names) {
  auto const name_of = [&](std::optional<Address> const& address) -> std::string {
    auto const found = address ? names.find(*address) : names.end();
    return found == names.end() ? std::string() : found->second;
  };
  for (auto& hop : observation.path) hop.device = name_of(hop.by);
  observation.offender_device = name_of(observation.offender);
  auto const with = [&](std::string const& text) { return with_names(text, names); };
  observation.detail.change(with);
  for (auto& one : observation.evidence)
    if (tells_the_way(one.kind)) one.text.change(with);
}

}  // namespace safeconduct
