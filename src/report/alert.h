// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a pipeline shows of a check: each requirement that does not hold, once for every rule that
// it fails by, with the place of that rule. The common value of the writers for code scanning,
// merge requests and build logs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/context.h"
#include "report/joined.h"
#include "verify/finding.h"

namespace safeconduct {

struct Alert {
  enum class Level : std::uint8_t {
    note,     // waived, or there before
    warning,  // recommended, or of a later day that --upcoming only reports; a waiver without
              // effect; rules of which nothing filters the packets
    error,    // required: the check fails by it
  };
  Level level = Level::error;
  std::string code;         // "SC101"
  std::string requirement;  // its id; "waivers", "export" of a note on those
  std::string title;        // "Plain DNS to the OpenDNS resolvers: blocked"
  std::string message;      // what is lost, by which rule, and what the users see; one paragraph
  std::string mend;  // what would do, with the rules to copy on lines of their own; may be ""
  std::string rule;  // the rule's own words; may be empty
  // Where the rule stands. Without a rule (a name that has no address, packets that no chain sees):
  // the first line of the first file that was read, since every consumer wants a place.
  Location at;
  std::size_t end_column = 0;         // one past the rule's last byte; 0: not known
  std::optional<std::string> waived;  // the waiver's reason, owner and last day
  std::vector<AppliedWaiver> waivers;
  std::optional<Known> known;
  // All that it is about; of what no rule decides, where the packets go.
  std::vector<FlowBox> packets;
  std::vector<std::string> destinations;
  Finding const* finding = nullptr;  // of the result; none of a note
  // The same for the same requirement and rule, whatever lines were added above it: 64 hexadecimal
  // digits. No two alerts of a report share one.
  std::string fingerprint;
};
std::string_view name(Alert::Level level);  // "error"

// Notes that are alerts: of what else stays unseen until it hurts.
bool is_alert(Note const& note);

// The worst first, then in the order of the requirements.
std::vector<Alert> alerts(CheckResult const& result, ReportContext const& context);

// The place as a URI reference (RFC 3986) relative to where the tool was started; absolute paths
// with the scheme "file".
std::string uri_of(std::string_view path);

}  // namespace safeconduct
