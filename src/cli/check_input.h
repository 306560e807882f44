// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cli/device.h"
#include "cli/options.h"
#include "cli/world.h"
#include "report/context.h"
#include "verify/verify.h"

namespace safeconduct {

// The site that the options ask about: the site file with what the command line says otherwise, or
// one made up from the command line alone; with a note for every default that was taken.
struct AskedSite {
  Site site;
  std::vector<DeviceFilesWanted> devices;
  std::vector<PathDevices> paths;  // as CheckInput::paths
  Notes notes;
  bool default_provider = false;  // worth a note only where ranges are asked for
};
// A probe needs no devices, and sends from this host, whoever the clients are.
enum class Asking : std::uint8_t { check, probe };
Result<AskedSite> asked_site(CheckOptions const& options, World const& world,
                             Asking asking = Asking::check);
// The same of a site file that was read already.
Result<AskedSite> asked_site(CheckOptions const& options, std::optional<Site> said,
                             World const& world, Asking asking = Asking::check);

// The files of its devices, for reports; each once, though it may be on several paths.
std::vector<DeviceFiles> device_files(AskedSite const& asked);

// The devices of a site file, in the order of its path.
Result<std::vector<DeviceFilesWanted>> site_devices(std::string const& site, World const& world);

// Which rules are kept: all of them, or those that can matter to what verify(), or direct_web(),
// will ask. These may find that they need all after all (sieve_left).
enum class Reading : std::uint8_t { all_rules, for_verify, for_direct_web };

// Reads everything that the site names.
Result<CheckInput> check_input(CheckOptions const& options, AskedSite asked, World const& world,
                               Reading reading = Reading::all_rules);

// Reads as little of the rules as will do, and verifies.
Result<CheckResult> checked(CheckOptions const& options, AskedSite const& asked,
                            World const& world);

}  // namespace safeconduct
