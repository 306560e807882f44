// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the facts of the catalogue are from. Titles are proper names, and not translated.

#include <cstdint>
#include <string_view>

namespace safeconduct {

enum class Reference : std::uint8_t {
  none,
  // Manual pages
  nft,
  iptables,
  iptables_extensions,
  iptables_save,
  ipset,
  git_revisions,
  ip_netns,
  pcap_savefile,
  zip_format,
  // Kernel documentation
  kernel_flowtable,
  // Standards
  rfc2923,
  rfc4180,
  rfc4861,
  rfc4890,
  rfc6056,
  rfc8200,
  pcapng,
  // The vendor's pages
  cisco_roaming,
  cisco_unprotected,
  cisco_sync,
  cisco_gateway,
  cisco_asa,
  umbrella_circumvention,
  panos_export,
  fmc_export,
  opnsense_source,
  overlapping_zip,
  // What files of this program may say
  policy_schema,
  ranges_schema,
  site_schema,
  settings_schema,
  dialect_schema,
  baseline_schema,
  own_bounds,
};

struct ReferenceText {
  std::string_view title;
  std::string_view url;  // may be empty
};
ReferenceText text_of(Reference reference);

}  // namespace safeconduct
