// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "report/explain.h"
#include "verify/codes.h"

namespace safeconduct {
namespace {

constexpr auto kCatalogue = std::to_array<Explanation>({
    {code::kBlocked, "required traffic is blocked",
     "Packets that the service needs are dropped or refused on their way from the clients. The "
     "verdict says how much: 'blocked' is all of a requirement, 'partial' a part of it; each part "
     "names the rule or the chain policy that loses it, and a packet to try.",
     "Each requirement says what its loss breaks. A silent drop makes clients wait for time-outs; "
     "a refusal makes them give up at once. A client that cannot reach the DNS resolvers falls "
     "back to the network's own DNS; one that cannot reach the web gateway browses without it, "
     "if direct web access is permitted.",
     "Let the packets pass before the rule that stops them, as narrowly as the report lists them. "
     "Then check again: a later chain may stop them too.",
     "ip daddr { 208.67.220.220, 208.67.222.222 } meta l4proto { tcp, udp } th dport { 53, 443 } "
     "accept",
     "-A FORWARD -d 208.67.220.220/32,208.67.222.222/32 -p udp -m multiport --dports 53,443 -j "
     "ACCEPT"},
    {code::kReplyLost, "answers are blocked",
     "The client's packets pass, the answers to them do not.",
     "For the client it is as if the request had been dropped: it waits, retries and gives up. The "
     "rule that permits the service looks right, which makes this one hard to see.",
     "Accept packets of known connections in the same chain, before anything that drops; and look "
     "for 'notrack' rules, which make answers 'untracked' so that no such rule fits them.",
     "ct state established,related accept",
     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"},
    {code::kLaterLost, "a connection is cut after its first packet",
     "The first packet of the conversation passes, further packets of the client do not.",
     "A TCP handshake does not complete, or a connection opens and then hangs; DNS over UDP, "
     "which is one packet each way, may go on working meanwhile.",
     "Rules that accept only 'new' packets need a companion for established connections.",
     "ct state established,related accept",
     "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"},
    {code::kIntercepted, "required traffic is diverted",
     "Packets pass, but to another destination: a redirect, a destination NAT or a transparent "
     "proxy rewrites them, or they are handed to a program in user space.",
     "The service is never reached, though no rule blocks it. Redirected DNS is the usual case: "
     "the client checks the answers, takes those of another resolver as none, and shows itself "
     "unprotected.",
     "Exempt the service's addresses from the rule that diverts.",
     "ip daddr { 208.67.220.220, 208.67.222.222 } accept  (before the redirect, in the same chain)",
     "-t nat -I PREROUTING -d 208.67.220.220/32,208.67.222.222/32 -j ACCEPT"},
    {code::kUndecided, "it cannot be decided whether the traffic passes",
     "The verdict hangs on words that the file does not decide: a rate limit, the time of day, an "
     "interface that was not named, a set whose contents are not in the export, an extension that "
     "is not modelled. The report names the words and their line.",
     "Nothing is proven either way, so it counts as a finding. Rate limits on DNS in particular "
     "show up as clients that lose protection now and then.",
     "Give what is missing (--in and --out, the ipset dump, an export with all set elements), or "
     "let the required packets pass by a rule without such words, before this one.",
     "udp dport { 53, 443 } ip daddr { 208.67.220.220, 208.67.222.222 } accept",
     "-A FORWARD -d 208.67.220.220/32,208.67.222.222/32 -p udp -m multiport --dports 53,443 -j "
     "ACCEPT"},
    {code::kUnresolved, "a destination has no known address",
     "The requirement names a host, or a service of a region, for which no address is given; rules "
     "judge addresses, so there is nothing to check.",
     "The traffic may be blocked and this report cannot tell.",
     "Add the addresses to the policy or the range file ('ranges validate' checks it), or compare "
     "with what the name resolves to at the site.",
     "", ""},
    {code::kNotDenied, "traffic passes that must not",
     "The policy expects these packets to be stopped ('expect: deny'), and some pass.",
     "Each such requirement guards a way around the service: clients that ask another DNS "
     "resolver, for instance, are not covered by its policy.",
     "Stop what the report lists, after the rules that permit the service itself.",
     "udp dport 53 drop  (after the resolvers are accepted)",
     "-A FORWARD -p udp --dport 53 -j DROP  (after the resolvers are accepted)"},
    {code::kTooComplex, "the analysis reached its limit",
     "The rules cut the required packets into more pieces than this program follows.",
     "What is left over is not proven, so it counts as a finding.",
     "Check fewer clients or regions at a time; if the rule set is not extraordinary, please "
     "report it.",
     "", ""},
    {code::kBreaksLater, "a range that takes effect later is not let through",
     "The range file has addresses that take effect after the day asked about, and the rules do "
     "not "
     "let the required packets to them pass. The report names the day.",
     "Today's verdict does not depend on it. From that day on clients are sent to those addresses, "
     "and what the requirement says of its loss happens then. It counts for the exit status at the "
     "level of its requirement; --upcoming report leaves it out of that.",
     "Let the packets pass before that day, and check again; with --as-of and the day the verdict "
     "is that of the day.",
     "", ""},
    {code::kElementsExpire, "what is permitted rests on elements that expire",
     "The day to check for was said (--as-of), and sets of the rules have elements with a timeout "
     "that live beyond it: they count as there. Without them the requirement is open. The report "
     "names the day on which the first of them may be gone; exports do not say when they were "
     "written, so it is taken to be today.",
     "From that day on the packets may be stopped, or let through, and no rule has changed. It "
     "counts for the exit status at the level of its requirement; --upcoming report leaves it out "
     "of that.",
     "Put what the service needs into the set for good, without a timeout, or into a rule.",
     "elements = { 208.67.222.222, 208.67.220.220 }  (no timeout)",
     "add resolvers 208.67.222.222 timeout 0"},
    {code::kIncompleteRanges, "the ingress ranges are not complete",
     "The range file says of itself that the provider has ranges that are not in it "
     "('complete: false').",
     "A check against it proves what it lists, and nothing about the rest: clients may be sent to "
     "addresses that were not checked.",
     "Take the provider's own list for your regions and extend the file, or write one of your own "
     "and name it with --provider.",
     "", ""},
    {code::kFamilyGuessed, "the address family was told from the content",
     "An iptables-save file does not say whether it is of iptables or ip6tables; the words in it "
     "decided.",
     "If the guess is wrong, the verdict is about the wrong packets.",
     "Look at the family that the note names; name the files so that it is plain, and give both.",
     "", ""},
    {code::kTableLeftOut, "a table was left out",
     "The table does not filter IP packets that are routed (a bridge, ARP or netdev table, for "
     "instance), so it is not part of the check.",
     "Should client traffic cross a bridge of this host, that table may stop packets too.",
     "Check such devices by their own export.", "", ""},
    {code::kSetWithoutElements, "a set's contents are not in the export",
     "A rule asks for a set whose elements the file does not list.",
     "What hangs on it is undecided.",
     "Export with the elements ('nft list ruleset' without --terse), or give the ipset dump with "
     "the other files.",
     "", "ipset save > gateway.ipset"},
    {code::kFlowtable, "a flowtable takes packets past the rules",
     "Packets of connections in the flowtable are forwarded without passing the chains.",
     "The first packets of every connection do pass them, so a connection is still permitted or "
     "blocked by the rules; what they say about later packets may not hold.",
     "Nothing to mend; keep it in mind when later packets are concerned.", "", ""},
    {code::kScript, "the file is a script, not a listing",
     "The file builds rules and does not say that it replaces all others; 'nft list ruleset' would "
     "print everything that is loaded.",
     "Rules that were loaded before, by other scripts or programs, are not in it and were not "
     "checked.",
     "Check what is loaded: nft list ruleset > fw.nft", "", ""},
    {code::kExtensionHeaders, "packets are taken to have no IPv6 extension headers",
     "A rule asks for IPv6 extension headers. Ordinary DNS and web traffic has none, and that is "
     "what was assumed.",
     "Packets with such headers may be treated otherwise.",
     "Nothing to mend for the traffic that is checked here.", "", ""},
    {code::kOtherExport, "part of the rules is in another export",
     "The host has rules that this file does not show, or shows without what they ask for: "
     "iptables rules beside nft ones, or the other way round, or the two iptables backends.",
     "The rules that are missing may block the traffic.",
     "Give all exports of the host together: nft list ruleset, iptables-save, ip6tables-save, and "
     "iptables-legacy-save where that is in use.",
     "", ""},
    {code::kMatchesNothing, "a rule asks for a value that no packet has",
     "The value is valid to the tool that wrote it, and no packet matches it.",
     "The rule has no effect, which was hardly intended.", "Look at the rule that the note names.",
     "", ""},
    {code::kPolicyNotGiven, "a chain's policy is not in the file",
     "The file has rules of a built-in chain, but not the line that gives its policy; ACCEPT was "
     "taken, as a fresh kernel has it.",
     "If the policy is DROP, packets that were called allowed are lost.",
     "Export with iptables-save, which prints the policies.", "", ":FORWARD DROP [0:0]"},
    {code::kFamilyLeftOut, "destinations of one address family were left out",
     "The clients of the site have no address of this family, so destinations of that family were "
     "not checked.",
     "If clients do get such addresses (IPv6 by router advertisement, say), their traffic was not "
     "checked.",
     "List the clients' prefixes of both families.", "", ""},
    {code::kFeatureLeftOut, "a conditional requirement was left out",
     "The requirement counts only where the site uses the feature, and the site does not list it.",
     "A feature that is used and not listed is not checked.",
     "List the features that the site uses: 'features: [ztna, ipsec]'.", "", ""},
    {code::kRangeNotInEffect, "a range is not in effect on that day",
     "The range file gives days for this range, and the day asked about is not among them.",
     "Rules for it may be needed soon, or are needed no more: what the rules do not let through by "
     "then is reported as SC109, what they still let through as SC917.",
     "Ask about another day with --as-of.", "", ""},
    {code::kAddressesForNames, "addresses were checked in place of names",
     "The requirement gives names and addresses; the addresses were checked, the names were not "
     "resolved.",
     "If a name resolves to something else at the site, that was not checked.",
     "Compare with what the names resolve to at the site.", "", ""},
    {code::kEveryRegion, "every known region was checked",
     "No region was named, so the ranges of all were checked.",
     "Regions that no client uses may add findings that do not matter here.",
     "Name the regions: --region eu-west-2, or 'regions:' in the site file.", "", ""},
    {code::kWaiverWithoutUse, "a waiver has no effect",
     "Its last day has passed, and the finding counts again; or it covers nothing that fails, or "
     "only "
     "a part of it; or it names a requirement that is not checked here.",
     "A stale waiver hides the next finding of that requirement, or pretends that one is accepted. "
     "With --fail-on recommended it fails the check.",
     "Remove it, or have its owner renew it with a new day.", "", ""},
    {code::kRetiredOpen, "a range that has ended is still open",
     "The range file says that the provider no longer uses the range, and the rules still let "
     "packets to it pass.",
     "No client needs it, and the addresses may be somebody else's by now.",
     "Take the range out of the rules, unless something else needs it.", "", ""},
    {code::kUnverified, "what is known of a requirement is not verified",
     "The site uses the feature, but the facts about it come from public code or documents of "
     "others, or were concluded from such. It counts as recommended, not as required.",
     "The list may be wrong or not whole; a pass proves no more than what is listed.",
     "Ask the vendor for its own list, and write a policy with it.", "", ""},
    {code::kWaiverNotCounted, "a waiver does not count as it stands in the site file",
     "With --waivers-from the waivers of an earlier revision count, and this one is new, changed "
     "or "
     "gone since.",
     "A change cannot excuse what it breaks itself: somebody else agrees to the waiver first.",
     "Have the waiver merged by itself, then the change; or mend what the change breaks.", "", ""},
    {code::kDefaultTaken, "a default was taken",
     "Something was not said on the command line or in the site file; the note names what was "
     "assumed.",
     "The verdict holds for the assumption.",
     "Say it: --policy, --provider, --region, --clients, or a site file.", "", ""},
    {code::kInterfacesUnknown, "the interfaces are not known",
     "Rules ask for interfaces, and it was not said by which ones client traffic comes and goes.",
     "What hangs on an interface is undecided.", "Say --in and --out (a site file: enter, leave).",
     "", ""},
    {code::kFamilyNotCovered, "no rules of one address family were read",
     "The files are of the other family alone (iptables-save is), so nothing filters this one as "
     "far as they tell.",
     "The device may well have rules for it, which were not checked.",
     "Give both files: iptables-save and ip6tables-save.", "",
     "ip6tables-save > gateway.v6.iptables"},
    {code::kLowPorts, "packets from low source ports do not pass",
     "Packets of the required flows are lost where they come from a source port below 1024.",
     "Clients send from 1024 and above (RFC 6056), so this does not count against the verdict.",
     "Nothing to mend, unless something of yours does send from such ports.", "", ""},
    {code::kHostPathDiffers, "the device's own packets end otherwise than those of its clients",
     "Packets that a host sends itself pass its output chains, those that it forwards its forward "
     "chains; some required flow is stopped on the one way and not on the other.",
     "A test from the device (dig, curl, a probe) then shows the other way's outcome: it "
     "succeeds where clients are blocked, or fails where they are not.",
     "Nothing to mend by itself. Test from a client, or let both chains say the same.", "", ""},
    {code::kPathMtu, "messages on the size of packets do not get back to the clients",
     "A router that cannot pass a packet on for its size tells the sender (ICMPv6 packet-too-big, "
     "ICMP fragmentation-needed). The rules drop these messages.",
     "Where a link on the way takes smaller packets, as tunnels do, connections open and then "
     "stall: "
     "the handshake passes, large packets do not (RFC 2923, section 2.1; RFC 4890 asks for "
     "packet-too-big to be let through).",
     "Accept what belongs to known connections (ct state established,related; in iptables "
     "--ctstate RELATED,ESTABLISHED), which these messages do; or accept the types by name. "
     "Clamping the segment size of TCP helps with the device's own links only.",
     "", ""},
    {code::kSettingTaken, "a setting was not said by the command line",
     "It comes from the environment (SAFECONDUCT_...) or from a file of settings "
     "(.safeconduct.yaml); the note names the variable, or the file and line.",
     "It changes what is asked, or what counts as a failure: the verdict holds for that question.",
     "Look at all of them with 'safeconduct config COMMAND'. An option on the command line goes "
     "first; SAFECONDUCT_CONFIG= (empty) leaves files out.",
     "", ""},
    {code::kVendorExport, "a vendor's policy was read from CSV",
     "The header of the export tells the vendor; the rules were read by its dialect.",
     "Such an export has the policy alone: address translation, routes and inspection are not in "
     "it "
     "and were taken to be none. Answers follow the sessions that the rules let in.",
     "If the device rewrites destinations, check that by hand; --dialect says another dialect.", "",
     ""},
    {code::kVendorUnverified, "the dialect was never held against a real export",
     "Its columns and words come from documentation or source code.",
     "A real export may write something in another way, and a rule may be read wrongly.",
     "Compare some rules with what the device shows; correct the dialect (policies/dialects) and "
     "give it as a file.",
     "", ""},
    {code::kColumnsUnread, "columns of an export that the dialect does not know",
     "The dialect gives these columns no meaning, nor does it call them irrelevant.",
     "A column may narrow its rules (a device, an owner, a time), so a rule with something in it "
     "may be for some of its traffic only: it is undecided.",
     "Look what the columns say. Add them to the dialect, under 'conditions' or 'ignored', and "
     "give it as a file (--dialect mine.yaml).",
     "", ""},
    {code::kZoneUnnamed, "no rule names a zone that packets cross",
     "--in, --out or the site file name an interface that does not occur in the rules. Only rules "
     "for any zone are for these packets.",
     "Where the name is written otherwise on the device, the verdict is of packets that are not "
     "there.",
     "Compare the name with the zones in the export.", "", ""},
    {code::kNotProbed, "something was not probed",
     "A requirement has no probe, or one that this version does not speak; or a part of it cannot "
     "be asked address by address.",
     "Nothing is said of it: neither that it passes nor that it does not.",
     "Check it with the rules (safeconduct check), or give the policy a probe for it.", "", ""},
    {code::kProbesOutput, "the probe does not go the way of the clients",
     "What a host sends itself passes its output chains. Only what it receives from elsewhere and "
     "passes on goes through its forward chains.",
     "Made on a gateway, a probe tests the gateway's own access and the devices beyond it, and "
     "nothing of the rules for its clients: it succeeds where clients are blocked.",
     "Probe from a client behind the gateway; and check the gateway's rules.", "", ""},
    {code::kNoRoute, "this host has no route for an address family",
     "The requirement's addresses of that family cannot be reached from here, whatever the "
     "firewall does.",
     "Nothing was sent to them, and nothing is said of them.",
     "Probe from a host that has such addresses. --family 6 (or 4) probes them all the same, and "
     "shows the local error.",
     "", ""},
    {code::kThroughForward, "the probe was sent by a client that was made up",
     "A network namespace on the gateway stood in for a client; its packets went through the "
     "forward chains, from the address that was given.",
     "What rules say of the link layer, or of the interface that answers leave by, may differ for "
     "real clients.",
     "Nothing to mend. The namespace and all in it are gone.", "", ""},
    {code::kCaptureCut, "a packet capture ends early or is damaged",
     "The file stops within a packet, or gives lengths that cannot be.",
     "What stands before that place was read; what came after it is not known. A question that was "
     "not answered by then does not count as unanswered.",
     "Copy the file again, or capture anew.", "", ""},
    {code::kCaptureUnread, "packets of a capture were not read",
     "They come from a kind of interface that this version does not read, or are in a tunnel of "
     "such a kind, which is named, with its first packet.",
     "Nothing is said of what they held.",
     "Capture on an Ethernet, Wi-Fi, loopback or tunnel interface, or where the tunnel has ended.",
     "", ""},
    {code::kCaptureFull, "a capture holds more than is followed",
     "It has more connections at one time, more addresses of one requirement, or more DNS "
     "questions "
     "than are told apart.",
     "The rest is counted and not judged.", "Cut the capture to one client or to a shorter time.",
     "", ""},
    {code::kCaptureSight, "where a capture stands limits what it shows",
     "It shows packets in one direction only, or from addresses that are none of the site's "
     "clients "
     "(behind NAT).",
     "An answer that is not in the capture may have arrived all the same.",
     "Capture on the client itself, or where both directions pass.", "", ""},
    {code::kReadBeforeLogs, "a capture was read before the log that tells where the gateway is",
     "A client's log names the address that its web gateway had, one that is in none of the "
     "ranges. "
     "Captures are searched for it as well, and this one came from standard input, or a pipe, "
     "before "
     "the log did.",
     "Packets to that address may be in the capture, and are not judged.",
     "Give it as a file: files are read twice, logs first. Or put the log before it.", "", ""},
    {code::kMemberRefused, "a member of an archive was not read",
     "Its name is an absolute path, climbs out of the archive, begins with a drive or has a NUL in "
     "it; or it is a link, a device, or encrypted; or members share bytes of the file.",
     "No bundle that a client writes has such members. Nothing is ever unpacked to disk, so they "
     "do "
     "no harm; but what stands in them is not part of the diagnosis.",
     "Ask for the bundle again. Where a member is wanted all the same, unpack it by hand and name "
     "it.",
     "", ""},
    {code::kArchiveLimit, "an archive is larger than is read",
     "It has too many members, unpacks to too much, or to too many times its own size, or holds "
     "archives within archives.",
     "What follows was not read and is not part of the diagnosis. Bundles of a client are far "
     "smaller; archives that are made to fill memory and disks look like this.",
     "Unpack what is wanted by hand, and name the logs and captures themselves.", "", ""},
    {code::kCutShort, "a file was read as far as it goes",
     "It is damaged, or cut off: by a transfer that broke off, or a disk that was full.",
     "What stood behind the place is not part of the diagnosis.",
     "Fetch the file again, and compare its size.", "", ""},
    {code::kUnknownFile, "a file is no evidence that is known",
     "It is neither a client's log, nor a capture, nor an archive of them, by its name and by its "
     "first lines.",
     "Nothing of it is part of the diagnosis.",
     "Give the diagnostic bundle (DART), cscumbrellaplugin.txt, Umbrella.txt, or a capture (pcap, "
     "pcapng).",
     "", ""},
    {code::kLogClock, "days of a log may be read the wrong way round",
     "The event log writes days as the country does, and these fit two ways. Month before day is "
     "taken.",
     "Times of the web gateway's states may be wrong, and with them what is compared with a "
     "capture.",
     "Compare with the days of the other log in the same bundle.", "", ""},
    {code::kLogCut, "lines of a log are cut",
     "They end before the port that they are about. The client asks at port 443 first and at port "
     "53 five seconds later, and that order tells which it is.",
     "Where lines are missing, the port may be the other one.",
     "Take the log from the bundle itself, not from a window or a table that cuts lines.", "", ""},
    {code::kOutsideRanges, "the client was sent outside of the ranges that are known",
     "The name of the service led it to an address that no range of the file covers.",
     "Rules that are made from the ranges do not let it pass: the gateway looks unavailable though "
     "every rule is there.",
     "Add the range (safeconduct ranges import), or let the client resolve to a region that is "
     "known. 'safeconduct ranges resolve' shows where the name leads.",
     "", ""},
    {code::kNotInEvidence, "the evidence is silent about a requirement",
     "No log and no capture that was given shows an attempt to reach it.",
     "Nothing is said of it, and so the whole is not called fine.",
     "Capture while the client starts, or ask the wire: safeconduct probe.", "", ""},
    {code::kGivenTwice, "the same evidence was given twice",
     "Two of the files that were given, or members of their archives, hold the same bytes.",
     "It counts once: the numbers of tries are those of one of them.",
     "Nothing has to be done. Where another capture or log was meant, name that one.", "", ""},
    {code::kBaselineGone, "what the baseline knows is no longer there",
     "A finding of the baseline does not occur any more: its rule was mended, moved or reworded.",
     "Were it to come back, the baseline would let it pass.",
     "Write the baseline anew: safeconduct baseline write FILE; what is still there keeps its day.",
     "", ""},
    {code::kKnownGrew, "more is lost than was known before",
     "The same rule stops the same requirement as the baseline, or the earlier revision, has it; "
     "but "
     "more packets than then.",
     "The further packets were let through before: somebody loses them anew. The finding counts.",
     "Mend what has changed; only what was accepted then should stay.", "", ""},
    {code::kNotInRevision, "a file is new since the revision",
     "What --changed-since compares with does not have a file that is named on the command line.",
     "There is no earlier state: all that is found counts as of this change.",
     "Nothing has to be done; where the file was renamed, compare under the old name once.", "",
     ""},
});

}  // namespace

std::span<Explanation const> explanations() { return kCatalogue; }

}  // namespace safeconduct
