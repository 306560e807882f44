// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/reference.h"

#include <cstdlib>

namespace safeconduct {

// Pages of a vendor without an address here are known by their title alone.
ReferenceText text_of(Reference reference) {
  switch (reference) {
    case Reference::none:
      break;
    case Reference::nft:
      return {"nft(8)", ""};
    case Reference::iptables:
      return {"iptables(8)", ""};
    case Reference::iptables_extensions:
      return {"iptables-extensions(8)", ""};
    case Reference::iptables_save:
      return {"iptables-save(8)", ""};
    case Reference::ipset:
      return {"ipset(8)", ""};
    case Reference::git_revisions:
      return {"gitrevisions(7)", ""};
    case Reference::ip_netns:
      return {"ip-netns(8)", ""};
    case Reference::pcap_savefile:
      return {"pcap-savefile(5)", ""};
    case Reference::zip_format:
      return {"PKWARE APPNOTE.TXT: .ZIP File Format Specification", ""};
    case Reference::kernel_flowtable:
      return {"Linux kernel documentation: Netfilter's flowtable infrastructure", ""};
    case Reference::rfc2923:
      return {"RFC 2923: TCP Problems with Path MTU Discovery",
              "https://www.rfc-editor.org/rfc/rfc2923"};
    case Reference::rfc4180:
      return {"RFC 4180: Common Format and MIME Type for Comma-Separated Values (CSV) Files",
              "https://www.rfc-editor.org/rfc/rfc4180"};
    case Reference::rfc4861:
      return {"RFC 4861: Neighbor Discovery for IP version 6 (IPv6)",
              "https://www.rfc-editor.org/rfc/rfc4861"};
    case Reference::rfc4890:
      return {"RFC 4890: Recommendations for Filtering ICMPv6 Messages in Firewalls",
              "https://www.rfc-editor.org/rfc/rfc4890"};
    case Reference::rfc6056:
      return {"RFC 6056: Recommendations for Transport-Protocol Port Randomization",
              "https://www.rfc-editor.org/rfc/rfc6056"};
    case Reference::rfc8200:
      return {"RFC 8200: Internet Protocol, Version 6 (IPv6) Specification",
              "https://www.rfc-editor.org/rfc/rfc8200"};
    case Reference::pcapng:
      return {"IETF draft: PCAP Now Generic (pcapng) Capture File Format", ""};
    case Reference::cisco_roaming:
      return {"Cisco tech note 222351: troubleshoot the Secure Access roaming module",
              "https://www.cisco.com/c/ja_jp/support/docs/security/secure-access/"
              "222351-troubleshoot-secure-access-roaming-modul.html"};
    case Reference::cisco_unprotected:
      return {"Cisco tech note 224762: resolve Unprotected or Unencrypted",
              "https://www.cisco.com/c/en/us/support/docs/security/umbrella/"
              "224762-resolve-unprotected-or-unencrypted.html"};
    case Reference::cisco_sync:
      return {"Cisco tech note 225088: understand important firewall changes",
              "https://www.cisco.com/c/en/us/support/docs/security/umbrella/"
              "225088-understand-important-firewall-changes.html"};
    case Reference::cisco_gateway:
      return {"Cisco tech note 225927: troubleshoot the secure web gateway",
              "https://www.cisco.com/c/en/us/support/docs/security/secure-access/"
              "225927-troubleshoot-secure-web-gateway-swg.html"};
    case Reference::cisco_asa:
      return {"Cisco tech note 224689: troubleshoot an ASA firewall that blocks DNSCrypt",
              "https://www.cisco.com/c/ja_jp/support/docs/security/umbrella/"
              "224689-troubleshoot-asa-firewall-blocking.html"};
    case Reference::umbrella_circumvention:
      return {"Umbrella knowledge base 230904088: prevent circumvention", ""};
    case Reference::panos_export:
      return {"Exports of PAN-OS, FortiOS and SmartConsole, and public parsers of them", ""};
    case Reference::fmc_export:
      return {"csvExportFirepower, a script of Cisco", ""};
    case Reference::opnsense_source:
      return {"OPNsense core: FilterController.php, Filter.xml", ""};
    case Reference::overlapping_zip:
      return {"CVE-2019-13232: overlapping files in zip archives", ""};
    case Reference::policy_schema:
      return {"safeconduct: policies/policy.schema.json", ""};
    case Reference::ranges_schema:
      return {"safeconduct: ingress-ranges/ingress-ranges.schema.json", ""};
    case Reference::site_schema:
      return {"safeconduct: policies/site.schema.json", ""};
    case Reference::settings_schema:
      return {"safeconduct: policies/config.schema.json", ""};
    case Reference::dialect_schema:
      return {"safeconduct: policies/dialects/dialect.schema.json", ""};
    case Reference::baseline_schema:
      return {"safeconduct: src/report/schema/baseline.schema.json", ""};
    case Reference::own_bounds:
      return {"safeconduct: README.md, which names the bounds of the program", ""};
  }
  std::abort();  // not a Reference
}

}  // namespace safeconduct
