// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/check_input.h"

#include <algorithm>
#include <iterator>

#include "base/codes.h"
#include "base/in_parallel.h"
#include "cli/data.h"
#include "cli/note_wording.h"
#include "cli/option_values.h"
#include "formats/kernel.h"
#include "policy/read.h"
#include "verify/expiry.h"

namespace safeconduct {
namespace {

constexpr std::string_view kDefaultPolicy = "secure-client-roaming";
constexpr std::string_view kDefaultProvider = "cisco-secure-access";
// The private ranges: RFC 1918, RFC 4193.
constexpr std::string_view kDefaultClients[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                                "fc00::/7"};

template <class T>
Placed<T> from_option(std::string_view option, T value) {
  return {std::move(value), {std::string(option), 0, 0}};
}

Note default_note(Said message) {
  return {std::string(code::kDefaultTaken), std::move(message), {}};
}

Note provider_note() {
  return default_note({wording::kProviderTaken, {std::string(kDefaultProvider)}});
}

bool asks_for_ranges(std::vector<Policy> const& policies) {
  return std::ranges::any_of(policies, [](Policy const& policy) {
    return std::ranges::any_of(policy.requirements, [](Requirement const& one) {
      return std::holds_alternative<ToIngress>(one.to);
    });
  });
}

std::string value_of(std::optional<Placed<std::string>> const& text) {
  return text ? text->value : std::string();
}

Result<Site> load_site(World const& world, std::string const& path) {
  SC_TRY(text, world.read(path));
  return read_site(path, *text);
}

void add_path(std::vector<DeviceFilesWanted>& devices, Site const& site,
              std::vector<Device> const& path) {
  for (auto const& device : path) {
    DeviceFilesWanted wanted;
    wanted.name = device.name;
    wanted.enter = value_of(device.enter);
    wanted.leave = value_of(device.leave);
    wanted.facts.symmetric_routes = device.symmetric_routes;
    wanted.facts.plain_interfaces = device.plain_interfaces;
    wanted.facts.known_neighbours = device.known_neighbours;
    wanted.facts.full_listing = device.full_listing;
    for (auto const& address : device.masquerade_as)
      wanted.facts.masquerade_as.push_back(address.value);
    if (device.dialect) wanted.dialect = *device.dialect;
    wanted.folder = site.folder;
    for (auto const& file : device.rules)
      wanted.files.push_back(is_kernel_name(file.value) ? file.value
                                                        : below(site.folder, file.value));
    devices.push_back(std::move(wanted));
  }
}

// All of the site's devices: those of one path, or path after path.
void add_ways(AskedSite& asked) {
  auto const& site = asked.site;
  add_path(asked.devices, site, site.path);
  for (auto const& path : site.paths) {
    asked.paths.push_back({path.name, asked.devices.size(), path.devices.size()});
    add_path(asked.devices, site, path.devices);
  }
}

// The devices of a further site file stand at the end of every path.
Result<void> add_further(AskedSite& asked, Site const& site) {
  if (!site.paths.empty())
    return std::unexpected(Error{ErrorKind::conflict,
                                 site.paths.front().at,
                                 "--also is for the devices of one path, this site has several",
                                 "name it with --site, and the other with --also",
                                 {}});
  std::vector<DeviceFilesWanted> further;
  add_path(further, site, site.path);
  if (asked.paths.empty()) std::ranges::copy(further, std::back_inserter(asked.devices));
  std::size_t moved = 0;
  for (auto& path : asked.paths) {
    path.first += moved;
    auto const end = static_cast<std::ptrdiff_t>(path.first + path.count);
    asked.devices.insert(asked.devices.begin() + end, further.begin(), further.end());
    path.count += further.size();
    moved += further.size();
  }
  return {};
}

// What is given on the command line counts, whatever the site file says.
void take_options(Site& site, CheckOptions const& options) {
  if (!options.clients.empty()) {
    site.clients.clear();
    for (auto const& one : options.clients) site.clients.push_back(from_option("--clients", one));
  }
  if (!options.provider.empty())
    site.settings.provider = from_option("--provider", options.provider);
  if (!options.policies.empty()) {
    site.settings.policies.clear();
    for (auto const& one : options.policies)
      site.settings.policies.push_back(from_option("--policy", one));
  }
  if (!options.regions.empty()) {
    site.settings.regions.clear();
    for (auto const& one : options.regions)
      site.settings.regions.push_back(from_option("--region", one));
  }
}

void take_defaults(AskedSite& asked, Asking asking) {
  auto& site = asked.site;
  if (site.clients.empty()) {
    std::string text;
    for (auto const one : kDefaultClients) {
      site.clients.push_back({*parse_prefix(one), {}});
      text += (text.empty() ? "" : ", ") + std::string(one);
    }
    if (asking == Asking::check || !asked.devices.empty())
      asked.notes.push_back(default_note({wording::kClientsTaken, {text}}));
  }
  if (site.settings.policies.empty()) {
    site.settings.policies.push_back({std::string(kDefaultPolicy), {}});
    asked.notes.push_back(default_note({wording::kPolicyTaken, {std::string(kDefaultPolicy)}}));
  }
  if (!site.settings.provider) {
    site.settings.provider = Placed<std::string>{std::string(kDefaultProvider), {}};
    asked.default_provider = true;
  }
}

// RULES beside a site stand in for its one device's: "what if this export ran there?"
Result<void> take_rules(AskedSite& asked, CheckOptions const& options) {
  if (options.rules.empty()) return {};
  DeviceFilesWanted wanted;
  wanted.name = options.rules.front();
  if (asked.devices.size() > 1) {
    std::string names;
    for (auto const& device : asked.devices) names += (names.empty() ? "" : ", ") + device.name;
    return std::unexpected(usage_error(
        "the rules '" + wanted.name + "' would stand for those of one device, and the site has " +
            std::to_string(asked.devices.size()) + ": " + names,
        "name them in a copy of the site file, at the device whose rules they are"));
  }
  if (!asked.devices.empty()) {
    asked.notes.push_back(default_note(wording::kRulesInPlace));
    wanted = std::move(asked.devices.front());  // all that the site says of the device holds
  }
  wanted.files = options.rules;
  asked.devices = {std::move(wanted)};
  asked.paths.clear();
  return {};
}

Result<void> take_interfaces(AskedSite& asked, CheckOptions const& options) {
  if (options.in.empty() && options.out.empty()) return {};
  if (asked.devices.size() > 1)
    return std::unexpected(usage_error("--in and --out are for one device, the site has several",
                                       "say them in the site file: enter, leave"));
  auto& device = asked.devices.front();
  if (!options.in.empty()) device.enter = options.in;
  if (!options.out.empty()) device.leave = options.out;
  return {};
}

// How a site file calls the first of them that is said; empty: none is.
std::string_view first_said(DeviceFacts const& facts) {
  if (!facts.masquerade_as.empty()) return "masquerade-as";
  if (facts.symmetric_routes) return "symmetric-routes";
  if (facts.plain_interfaces) return "plain-interfaces";
  if (facts.known_neighbours) return "known-neighbours";
  return facts.full_listing ? "full-listing" : "";
}

Result<void> take_device_facts(AskedSite& asked, CheckOptions const& options) {
  auto const& said = options.facts;
  auto const first = first_said(said);
  if (first.empty()) return {};
  std::string const key(first);
  if (asked.devices.size() > 1)
    return std::unexpected(usage_error("--" + key + " is for one device, the site has several",
                                       "say it in the site file: " + key));
  auto& facts = asked.devices.front().facts;
  if (!said.masquerade_as.empty()) facts.masquerade_as = said.masquerade_as;
  facts.symmetric_routes = facts.symmetric_routes || said.symmetric_routes;
  facts.plain_interfaces = facts.plain_interfaces || said.plain_interfaces;
  facts.known_neighbours = facts.known_neighbours || said.known_neighbours;
  facts.full_listing = facts.full_listing || said.full_listing;
  return {};
}

Result<void> take_device_options(AskedSite& asked, CheckOptions const& options) {
  SC_CHECK(take_interfaces(asked, options));
  return take_device_facts(asked, options);
}

}  // namespace

Result<AskedSite> asked_site(CheckOptions const& options, World const& world, Asking asking) {
  if (options.site.empty()) return asked_site(options, std::nullopt, world, asking);
  SC_TRY(site, load_site(world, options.site));
  return asked_site(options, std::move(site), world, asking);
}

Result<AskedSite> asked_site(CheckOptions const& options, std::optional<Site> said,
                             World const& world, Asking asking) {
  AskedSite asked;
  if (said) {
    asked.site = std::move(*said);
    add_ways(asked);
  } else if (options.rules.empty()) {
    asked.site.name = "this host";
  } else {
    asked.site.name = options.rules.front() == "-" ? "standard input" : options.rules.front();
  }
  SC_CHECK(take_rules(asked, options));
  // What is said of one device is said of that whose rules are named, not of further ones.
  bool const of_rules = asked.devices.size() == 1;
  if (of_rules) SC_CHECK(take_device_options(asked, options));
  for (auto const& one : options.also) {
    SC_TRY(site, load_site(world, one));
    SC_CHECK(add_further(asked, site));
  }
  if (asked.devices.empty() && asking == Asking::check)
    return std::unexpected(
        Error{ErrorKind::usage,
              asked.site.at,
              "the site names no device to check",
              "list its devices under 'path:' or 'paths:', or name a rule-set export beside --site",
              {}});
  if (!of_rules && !asked.devices.empty()) SC_CHECK(take_device_options(asked, options));
  for (auto& device : asked.devices) {
    device.data = options.common.data;
    if (options.dialect.empty()) continue;
    device.dialect = from_option("--dialect", options.dialect);
    device.folder.clear();
  }
  take_options(asked.site, options);
  for (auto const& one : options.common.taken)
    asked.notes.push_back(
        {std::string(code::kSettingTaken), {wording::kSettingNotOfLine, {one}}, {}});
  take_defaults(asked, asking);
  return asked;
}

std::vector<DeviceFiles> device_files(AskedSite const& asked) {
  std::vector<DeviceFiles> all;
  for (auto const& device : asked.devices)
    if (std::ranges::find(all, device.name, &DeviceFiles::device) == all.end())
      all.push_back({device.name, device.files, device.facts});
  return all;
}

Result<std::vector<DeviceFilesWanted>> site_devices(std::string const& site_file,
                                                    World const& world) {
  SC_TRY(site, load_site(world, site_file));
  std::vector<DeviceFilesWanted> devices;
  if (!site.paths.empty())
    return std::unexpected(Error{ErrorKind::usage,
                                 site.paths.front().at,
                                 "a site of several paths cannot be traced along",
                                 "make a site file of each path",
                                 {}});
  add_path(devices, site, site.path);
  if (devices.empty())
    return std::unexpected(Error{ErrorKind::usage,
                                 site.at,
                                 "the site names no device",
                                 "list its devices under 'path:'",
                                 {}});
  return devices;
}

namespace {

struct Checked {
  CheckResult result;
  std::optional<std::uint64_t> first_expiry;  // of elements that count as there
};

std::optional<std::uint64_t> first_expiry(CheckInput const& input) {
  std::optional<std::uint64_t> first;
  for (auto const& device : input.devices)
    if (auto const seconds = device.rules.first_expiry)
      first = std::min(first.value_or(*seconds), *seconds);
  return first;
}

// By the rules that matter to what is asked; nullopt: some that were left out do, too.
Result<std::optional<Checked>> checked_in_part(CheckOptions const& options, AskedSite const& asked,
                                               World const& world) {
  std::optional<Checked> some;
  {
    SC_TRY(input, check_input(options, asked, world, Reading::for_verify));
    SC_TRY(result, verify(input));
    if (result.sieve_left) return std::nullopt;
    some = Checked{std::move(result), first_expiry(input)};
  }
  if (!some->result.web_left) return some;
  SC_TRY(input, check_input(options, asked, world, Reading::for_direct_web));
  SC_TRY(web, direct_web(input));
  if (web.sieve_left) return std::nullopt;
  some->result.status.fail_open = web.open;
  return some;
}

Result<Checked> checked_once(CheckOptions const& options, AskedSite const& asked,
                             World const& world) {
  SC_TRY(some, checked_in_part(options, asked, world));
  if (some) return *std::move(some);
  SC_TRY(input, check_input(options, asked, world));
  SC_TRY(result, verify(input));
  return Checked{std::move(result), first_expiry(input)};
}

// Standard input gives its text once.
World with_input_kept(World const& world) {
  World kept = world;
  kept.read = [read = world.read, text = std::make_shared<std::shared_ptr<std::string const>>()](
                  std::string const& path) -> Result<std::shared_ptr<std::string const>> {
    if (path != "-") return read(path);
    if (*text == nullptr) {
      SC_TRY(first, read(path));
      *text = first;
    }
    return *text;
  };
  return kept;
}

Result<CheckResult> checked_until_expiry(CheckOptions const& options, AskedSite const& asked,
                                         World const& world) {
  SC_TRY(answer, checked_once(options, asked, world));
  if (!answer.first_expiry) return std::move(answer.result);
  auto without = options;
  without.count_expiring = false;
  SC_TRY(open, checked_once(without, asked, world));
  limit_to_expiry(answer.result, open.result, *answer.first_expiry, world.today);
  return std::move(answer.result);
}

}  // namespace

Result<CheckResult> checked(CheckOptions const& options, AskedSite const& asked,
                            World const& world) {
  auto const kept = with_input_kept(world);
  if (options.count_expiring) return checked_until_expiry(options, asked, kept);
  SC_TRY(answer, checked_once(options, asked, kept));
  return std::move(answer.result);
}

namespace {

// Null: none. What is wrong with the wishes is said once the rules are read.
std::shared_ptr<Sieve const> sieve_of(CheckInput const& input, Reading reading) {
  if (reading == Reading::all_rules) return nullptr;
  auto sieve = reading == Reading::for_verify ? sieve_for(input) : direct_web_sieve(input);
  return sieve ? std::make_shared<Sieve const>(std::move(*sieve)) : nullptr;
}

}  // namespace

Result<CheckInput> check_input(CheckOptions const& options, AskedSite asked, World const& world,
                               Reading reading) {
  CheckInput input;
  auto const& settings = asked.site.settings;
  for (auto const& name : settings.policies) {
    SC_TRY(policy, load_policy(world, options.common.data, name, folder_of_name(name)));
    input.policies.push_back(std::move(policy));
  }
  if (asks_for_ranges(input.policies)) {
    SC_TRY(ranges, load_ranges(world, options.common.data, *settings.provider,
                               folder_of_name(*settings.provider)));
    SC_CHECK(select_regions(ranges, settings.regions));
    input.ranges = std::move(ranges);
    if (asked.default_provider) asked.notes.push_back(provider_note());
  }
  input.site = std::move(asked.site);
  input.hook = options.hook;
  input.jobs = jobs_or_cores(options.jobs);
  input.as_of = options.as_of.value_or(world.today);
  input.notes = std::move(asked.notes);
  input.paths = asked.paths;
  auto const sieve = sieve_of(input, reading);
  for (auto& device : asked.devices) {
    if (options.count_expiring) device.lasting = lasting_until(input.as_of, world.today);
    SC_TRY(rules, load_device(world, device, options.input_format, sieve, input.jobs));
    input.devices.push_back(std::move(rules));
  }
  return input;
}

}  // namespace safeconduct
