// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// site/1: one site, its clients, and the devices that their traffic crosses. fleet/1: many sites.

#include <optional>
#include <string>
#include <vector>

#include "base/location.h"
#include "net/address.h"
#include "policy/date.h"
#include "policy/placed.h"
#include "policy/vocabulary.h"

namespace safeconduct {

// One device on the way. Paths are as written, relative to the folder of the site file.
struct Device {
  std::string name;
  std::vector<Placed<std::string>> rules;      // its rule and object exports, at least one
  std::optional<Placed<std::string>> dialect;  // of a CSV export, where its header does not tell
  std::optional<Placed<std::string>> enter;    // interface or zone that client traffic comes in by
  std::optional<Placed<std::string>> leave;    // and the one it goes out by
  std::vector<Placed<Address>> addresses;      // its own, that it speaks from; may be empty
  // What its masquerade puts in place of a client's address: one of these. Empty: not said.
  std::vector<Placed<Address>> masquerade_as;
  bool symmetric_routes = false;  // what it sends to an address leaves by where that comes in
  bool plain_interfaces = false;  // none is a VLAN, a bridge or a bond upon another
  bool known_neighbours = false;  // its links need no IPv6 neighbour discovery
  bool full_listing = false;      // its listings of nft show all elements of their sets
  Location at;                    // of the name
  bool operator==(Device const&) const = default;
};

// One of several ways that the site's traffic may take: two exits, say.
struct SitePath {
  std::string name;
  std::vector<Device> devices;  // in the order that the request crosses them, at least one
  Location at;                  // of the name
  bool operator==(SitePath const&) const = default;
};

// A finding that the site has accepted for a while.
struct Waiver {
  Placed<std::string> requirement;  // its id
  // Only what fails there, where these say so: in regions (ids or aliases), by rules of devices,
  // with codes ("SC101").
  std::vector<Placed<std::string>> regions;
  std::vector<Placed<std::string>> devices;
  std::vector<Placed<std::string>> codes;
  std::string reason;
  std::string owner;  // who answers for it; may be empty
  Date expires;       // the last day that it holds
  Location at;
  bool operator==(Waiver const&) const = default;
};

// Do they name the same, in whatever order?
bool same_scope(Waiver const& a, Waiver const& b);

// What a site, and the defaults of a fleet, can say. Without a value: not said.
struct SiteSettings {
  std::optional<Placed<std::string>> provider;
  std::vector<Placed<std::string>> regions;  // ids or aliases; empty: every region that is known
  // Whose conditional requirements count here; 'features: []' says none, also against a fleet.
  std::optional<std::vector<Feature>> features;
  std::vector<Placed<std::string>> policies;  // names or paths
  bool operator==(SiteSettings const&) const = default;
};

struct Site {
  std::string name;
  std::vector<Placed<Prefix>> clients;  // at least one
  SiteSettings settings;
  std::vector<Device> path;  // in the order that the request crosses them; may be empty
  // In place of 'path': every one of them has to let pass what is required. A device that is on
  // several has the same rules on each; where traffic enters and leaves it may differ.
  std::vector<SitePath> paths;
  std::vector<Waiver> waivers;
  std::string folder;  // of the site file, as named: "" is the current folder, else ends in '/'
  Location at;         // of the name
  bool operator==(Site const&) const = default;
};

struct Fleet {
  SiteSettings defaults;                   // for what a site does not say
  std::vector<Placed<std::string>> sites;  // paths or patterns ("sites/*.yaml"), as written
  std::string folder;                      // of the fleet file, as Site::folder
  Location at;
  bool operator==(Fleet const&) const = default;
};

// The site with the fleet's word wherever it says nothing itself.
Site with_defaults(Site site, SiteSettings const& defaults);

}  // namespace safeconduct
