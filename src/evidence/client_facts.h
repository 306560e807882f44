// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a bundle says of the client beside its logs. Who it is, is kept only to be taken out of
// reports.

#include <string>
#include <string_view>
#include <vector>

#include "evidence/text_lines.h"

namespace safeconduct {

// A word that must not leave the site, and what stands in its place.
struct Secret {
  enum class Kind { organization, fingerprint, user_id, host, user } kind = Kind::organization;
  std::string text;
  bool operator==(Secret const&) const = default;
};

struct ClientFacts {
  bool registered = false;  // an OrgInfo.json was there
  std::string system;       // "Microsoft Windows 11 Enterprise"; empty: not said
  std::vector<Secret> secrets;
};

void read_org_info(TextLines lines, ClientFacts& facts);
// systeminfo.txt: "OS Name:" is kept; names of host and user are secrets.
void read_system_info(TextLines lines, ClientFacts& facts);

}  // namespace safeconduct
