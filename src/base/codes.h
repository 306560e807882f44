// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The codes of findings and notes. What each means, why it matters and how to mend it stands in
// report/pages_*.cc ('safeconduct explain CODE'); a test holds the two lists against each other.
// Never reused, never renumbered: waivers, pipelines and tickets name them.
//
//   SC1xx  findings on the flows of a requirement
//   SC2xx  findings on a rule set by itself (lint)
//   SC9xx  notes: what was assumed, left out or could not be read

#include <string_view>

namespace safeconduct::code {

// ---- SC1xx: why a requirement does not hold. A finding with several reasons takes the first of
// these that applies to one of its parts; the verdict says whether all of its flows are concerned.
inline constexpr std::string_view kBlocked = "SC101";    // packets of the client are lost
inline constexpr std::string_view kReplyLost = "SC102";  // requests pass, answers are lost
inline constexpr std::string_view kLaterLost = "SC103";  // the first packet passes, later ones not
inline constexpr std::string_view kIntercepted = "SC104";  // rewritten to elsewhere, or queued
inline constexpr std::string_view kUndecided = "SC105";    // depends on what the file does not say
inline constexpr std::string_view kUnresolved = "SC106";   // a name or region without addresses
inline constexpr std::string_view kNotDenied = "SC107";    // expect: deny, and yet packets pass
inline constexpr std::string_view kTooComplex = "SC108";   // the analysis ran into its budget
inline constexpr std::string_view kBreaksLater = "SC109";  // a range that takes effect later
inline constexpr std::string_view kElementsExpire = "SC110";  // holds by elements that expire

// ---- SC901-910: the rules and ranges that were read
inline constexpr std::string_view kIncompleteRanges = "SC901";    // complete: false
inline constexpr std::string_view kFamilyGuessed = "SC902";       // IPv4 or IPv6 told from content
inline constexpr std::string_view kTableLeftOut = "SC903";        // does not filter IP packets
inline constexpr std::string_view kSetWithoutElements = "SC904";  // named, its contents not given
inline constexpr std::string_view kFlowtable = "SC905";           // packets that bypass the rules
inline constexpr std::string_view kScript = "SC906";              // a script, not a listing
inline constexpr std::string_view kExtensionHeaders = "SC907";    // IPv6: taken to have none
inline constexpr std::string_view kOtherExport = "SC908";         // part of the rules is in another
inline constexpr std::string_view kMatchesNothing = "SC909";      // a value that no packet has
inline constexpr std::string_view kPolicyNotGiven = "SC910";      // of a chain; taken as accept

// ---- SC911-919: what was wanted
inline constexpr std::string_view kFamilyLeftOut = "SC911";      // the clients have none of it
inline constexpr std::string_view kFeatureLeftOut = "SC912";     // conditional, not listed
inline constexpr std::string_view kRangeNotInEffect = "SC913";   // not on the day asked about
inline constexpr std::string_view kAddressesForNames = "SC914";  // names not resolved
inline constexpr std::string_view kEveryRegion = "SC915";        // no region said: all known
inline constexpr std::string_view kWaiverWithoutUse = "SC916";   // covers nothing, or has expired
inline constexpr std::string_view kRetiredOpen = "SC917";  // a range that has ended, still open
inline constexpr std::string_view kUnverified = "SC918";   // counts as recommended only
inline constexpr std::string_view kWaiverNotCounted = "SC919";  // not as it was in --waivers-from

// ---- SC92x: what the check assumed
inline constexpr std::string_view kDefaultTaken = "SC921";       // policy, provider, clients, date
inline constexpr std::string_view kInterfacesUnknown = "SC922";  // no --in, --out
inline constexpr std::string_view kNothingFilters = "SC923";     // no chain at the hook asked about
inline constexpr std::string_view kLowPorts = "SC924";           // source ports below 1024 are lost
inline constexpr std::string_view kHostPathDiffers = "SC925";    // output and forward differ
inline constexpr std::string_view kPathMtu = "SC926";            // packet-too-big does not get back
inline constexpr std::string_view kSettingTaken = "SC927";       // of the environment or a file
inline constexpr std::string_view kNeighbours = "SC928";         // IPv6 neighbour discovery is lost
inline constexpr std::string_view kTold = "SC929";               // of a device, by its operator

// ---- SC93x: vendors' exports
inline constexpr std::string_view kVendorExport = "SC931";      // read as one; NAT is not in it
inline constexpr std::string_view kVendorUnverified = "SC932";  // a dialect never held against one
inline constexpr std::string_view kColumnsUnread = "SC933";     // that the dialect does not know
inline constexpr std::string_view kZoneUnnamed = "SC934";       // no rule names an interface given

// ---- SC94x: probes
inline constexpr std::string_view kNotProbed = "SC941";     // a requirement, or a part of it
inline constexpr std::string_view kProbesOutput = "SC942";  // a probe of this host is not forwarded
inline constexpr std::string_view kThroughForward = "SC944";  // from a client that was made up
inline constexpr std::string_view kNoRoute = "SC943";         // this host has none of a family

// ---- SC951-955: packet captures
inline constexpr std::string_view kCaptureCut = "SC951";      // ends early, or is damaged
inline constexpr std::string_view kCaptureUnread = "SC952";   // packets of a kind that is not read
inline constexpr std::string_view kCaptureFull = "SC953";     // more than is followed
inline constexpr std::string_view kCaptureSight = "SC954";    // where it stands
inline constexpr std::string_view kReadBeforeLogs = "SC955";  // and before what logs tell was known

// ---- SC96x: client logs and bundles
inline constexpr std::string_view kMemberRefused = "SC961";  // of an archive, by name or kind
inline constexpr std::string_view kArchiveLimit = "SC962";   // larger than is read
inline constexpr std::string_view kCutShort = "SC963";       // damaged: read as far as it goes
inline constexpr std::string_view kUnknownFile = "SC964";    // neither log, capture nor archive
inline constexpr std::string_view kLogClock = "SC965";       // times of a log have no zone
inline constexpr std::string_view kLogCut = "SC966";         // lines end before what they tell
inline constexpr std::string_view kOutsideRanges = "SC967";  // the client was sent beyond them
inline constexpr std::string_view kNotInEvidence = "SC968";  // required, and nothing speaks of it
inline constexpr std::string_view kGivenTwice = "SC969";  // the same bytes as what was read before

// ---- SC97x: what was there before: baselines, revisions
inline constexpr std::string_view kBaselineGone = "SC971";   // known, and no longer there
inline constexpr std::string_view kKnownGrew = "SC972";      // known, and more is lost now
inline constexpr std::string_view kNotInRevision = "SC973";  // a file that --changed-since lacks

}  // namespace safeconduct::code
