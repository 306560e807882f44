// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/device_names.h"

#include <optional>
#include <string_view>

namespace safeconduct {
namespace {

bool is_of_address(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
}

// Does the text go on with the address? A full stop ends a sentence where nothing follows.
bool goes_on(std::string_view behind) {
  if (behind.empty()) return false;
  if (behind.front() != '.') return is_of_address(behind.front());
  return behind.size() > 1 && is_of_address(behind[1]);
}

void put_name(std::string& text, std::string const& address, std::string const& name) {
  auto const mark = " [" + name + ']';
  for (std::size_t at = text.find(address); at != std::string::npos; at = text.find(address, at)) {
    auto const end = at + address.size();
    bool const whole =
        (at == 0 || !is_of_address(text[at - 1])) && !goes_on(std::string_view(text).substr(end));
    if (whole) text.insert(end, mark);
    at = end;
  }
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
  for (auto const& [address, name] : names) {
    auto const text = to_string(address);
    put_name(observation.detail, text, name);
    for (auto& one : observation.evidence)
      if (tells_the_way(one.kind)) put_name(one.text, text, name);
  }
}

}  // namespace safeconduct
