// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a vendor writes a policy as CSV: which column is what, and what the words in it mean. Data,
// from YAML (policies/dialects/*.yaml, read by policy/dialect_yaml); the reader of CSV exports
// (formats/csv_*) knows no vendor by name.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace safeconduct {

// What a column of the rules says.
enum class CsvColumn : std::uint8_t {
  number,              // "12", "1.2": how the device's own tools name the rule
  name,                // a name, perhaps with a mark that the rule is disabled
  enabled,             // "true", "1"; other words: disabled
  disabled,            // the opposite
  type,                // section titles, disabled rules, intrazone and interzone
  action,              // what becomes of the packet
  enter,               // zones or interfaces that it comes from
  leave,               // ... and leaves to
  zone_pair,           // both in one cell: "lan, wan"
  source,              // addresses or names of objects
  destination,         //
  negate_source,       // "yes": the source is any but these
  negate_destination,  //
  service,             // services by name, or "tcp/443"
  protocol,            // of source_port and destination_port
  source_port,         //
  destination_port,    //
  icmp_type,           // narrows the protocol
  direction,           // "in", "out": where the rule's interface (enter) looks
  quick,               // "0": a later rule that matches wins
  family,              // "inet", "inet6", "inet46"
  sequence,            // the order, where it is not that of the rows
  translates,          // "Enabled": the source becomes an address that the export does not tell
};
inline constexpr std::size_t kCsvColumns = static_cast<std::size_t>(CsvColumn::translates) + 1;
std::optional<CsvColumn> parse_csv_column(std::string_view name);
std::vector<std::string_view> const& csv_column_names();

enum class CsvAction : std::uint8_t {
  accept,
  drop,         // silently
  reset,        // tcp: a reset; everything else silently
  reject,       // tcp: a reset; everything else: ICMP port unreachable
  go_on,        // counts or logs, and the next rule is asked
  leave_stage,  // ends a prefilter: the rules proper are asked
  undecided,    // something that the export does not tell ("Inner Layer")
};
std::optional<CsvAction> parse_csv_action(std::string_view name);
std::vector<std::string_view> const& csv_action_names();

// A column whose cell, unless it is one of these words, narrows the rule in a way that no address
// or port tells: applications, users, schedules. Then it is undecided whether the rule matches.
struct CsvCondition {
  std::vector<std::string> columns;      // one of these headers
  std::vector<std::string> any;          // words that ask for nothing, in lower case
  std::vector<std::string> unless_told;  // the other way round: only these words leave it open
  std::string word;                      // what the condition is called in reports: "application"
};

// What an object export looks like.
struct CsvObjects {
  bool services = false;              // else addresses
  std::vector<std::string> required;  // headers that tell it
  std::string name;                   // headers; empty: there is no such column
  std::vector<std::string> values;    // addresses, "tcp/443": the first that is there and not empty
  std::string mask;                   // of the first value
  std::string members;                // of a group
  std::vector<std::string> ignored;   // that say nothing of what the object stands for
  std::string protocol;               // of a service
  std::string ports;
  std::string source_ports;
};

// Services that the vendor predefines, and those that an application means: "tcp/443", "udp/53".
using CsvServices = std::map<std::string, std::vector<std::string>, std::less<>>;

struct Dialect {
  std::string id;     // "panos"
  std::string title;  // "Palo Alto Networks PAN-OS and Panorama"
  // Nobody has seen a real export of it: the report says so.
  std::optional<std::string> unverified;

  std::vector<std::string> required;                      // headers that tell the rules' file
  std::map<CsvColumn, std::vector<std::string>> columns;  // headers by meaning; the first that is
                                                          // there; "Zone#2": the second of the name
  std::vector<std::string> ignored;   // headers of columns that narrow no rule: logs, counters
  std::vector<std::string> one_only;  // headers of columns that say the same in all rows: a device
  // An export without one of these does not tell what its rules are about.
  std::vector<CsvColumn> expected;
  std::string prefilter_of;  // not empty: these rules come before those of that dialect

  std::vector<std::string> separators{";", "\n"};  // of lists in a cell
  std::vector<std::string> any{"any"};             // words for everything, in lower case
  std::vector<std::string> any_of_family;          // of these: that each family has one of
  std::string negation;                            // prefix of a negated cell: "[Negate] "
  std::string disabled_prefix;                     // of a name: "[Disabled] "
  std::vector<std::string> disabled_words;         // in 'type'
  std::vector<std::string> section_words;          // in 'type': a title, no rule
  std::vector<std::string> rule_words;             // in 'type': a rule; none: any word
  bool users_among_sources = false;                // users and groups stand in lists of sources
  std::vector<std::string> enabled_words{"true", "yes", "1", "enabled", "enable"};
  std::map<std::string, CsvAction, std::less<>> actions;  // by word in lower case
  std::vector<CsvCondition> conditions;
  std::vector<std::string> application_headers;  // of the column that 'application_default' follows
  std::string application_default;               // in 'service': the applications' own ports
  CsvServices services;
  CsvServices applications;
  std::vector<CsvObjects> objects;

  CsvAction between_zones = CsvAction::drop;  // what no rule decides
  std::optional<CsvAction> within_zone;       // the same, where both ends are in one zone
  bool last_match = false;                    // rules that are not 'quick'
  bool layers_by_number = false;              // rule 12.1 is of the layer that rule 12 calls
  bool by_direction = false;                  // rules of one interface and direction (pf)
};

}  // namespace safeconduct
