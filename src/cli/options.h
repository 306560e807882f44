// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The command line as values. What can be judged without opening a file is judged here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/language.h"
#include "formats/reader.h"
#include "net/address.h"
#include "packet/field.h"
#include "policy/date.h"
#include "rules/device_facts.h"
#include "rules/ruleset.h"

namespace safeconduct {

class Settings;

enum class OutputFormat : std::uint8_t { text, json, jsonl };
enum class ColourChoice : std::uint8_t { automatic, always, never };

// A report in a format that not every command gives, or into a file of its own.
struct FurtherReport {
  std::string format;
  std::string file;  // empty: where the result goes
};

struct CommonOptions {
  OutputFormat format = OutputFormat::text;
  std::vector<FurtherReport> further;
  bool only_further = false;  // one of them is the result, in place of 'format'
  ColourChoice colour = ColourChoice::automatic;
  Language language = Language::english;  // of texts for people
  std::string output;                     // a file; empty: standard output
  bool quiet = false;
  bool verbose = false;
  std::string data;  // --data; empty: to be looked for
  // What of the question was not said by the command line, and from where it comes instead:
  // "fail-on none ($SAFECONDUCT_FAIL_ON)".
  std::vector<std::string> taken;
};

struct CheckOptions {
  CommonOptions common;
  std::vector<std::string> rules;
  std::string site;
  std::vector<std::string> also;  // further site files, for their devices
  std::vector<std::string> policies;
  std::string provider;
  std::vector<std::string> regions;
  std::vector<Prefix> clients;
  std::string in;
  std::string out;
  DeviceFacts facts;  // of the device
  Hook hook = Hook::forward;
  std::optional<Date> as_of;
  // Elements that expire count as there where they live beyond that day (verify/expiry.h).
  bool count_expiring = false;
  std::optional<Format> input_format;
  std::string dialect;  // of a CSV export
  std::string fail_on = "required";
  bool upcoming_fails = true;  // what breaks on a later day counts for the exit status
  std::string certificate;     // a file to write; empty: none
  std::string statement;       // the same, for in-toto
  std::string waivers_from;    // a revision whose waivers count; empty: those of the site file
  std::string baseline;        // a file of known findings; empty: none
  std::string changed_since;   // a revision: what it has already does not count; empty: all counts
  unsigned jobs = 0;           // threads; 0: as many as the hardware runs at once

  bool certifies() const { return !certificate.empty() || !statement.empty(); }
};

// 'baseline write FILE': what a check finds, to be known from now on.
struct BaselineOptions {
  CheckOptions check;
  std::string file;
};

// What the options of 'trace' say of a packet, beside --packet itself.
struct PacketOptions {
  std::string in;
  std::string out;
  Hook hook = Hook::forward;
  std::optional<CtState> state;
  std::optional<CtDirection> direction;
  std::optional<std::uint32_t> tcp_flags;
  std::optional<std::uint32_t> icmp_type;
  std::optional<std::uint32_t> icmp_code;
  std::optional<std::uint32_t> mark;
  std::optional<std::uint32_t> ct_mark;
  std::optional<std::uint32_t> ttl;
  std::optional<std::uint32_t> dscp;
  std::optional<std::uint32_t> length;
};

struct TraceOptions {
  CommonOptions common;
  std::vector<std::string> rules;
  std::string site;  // a site file, whose devices are crossed in order; empty: 'rules' are one
  std::optional<Format> input_format;
  std::string dialect;  // of a CSV export
  DeviceFacts facts;    // of the device
  std::string packet;
  std::string packets;  // a file of JSON lines, or "-"
  PacketOptions said;
};

struct RangesOptions {
  enum class Action : std::uint8_t {
    list,
    show,
    validate,
    diff,
    import,
    resolve
  } action = Action::list;
  CommonOptions common;
  // show: providers or files; validate: files; diff: the old and the new one, the same; import: the
  // page or table; resolve: none.
  std::vector<std::string> names;
  std::vector<std::string> regions;
  std::optional<Date> as_of;
  // import
  std::string provider;  // whose file the ranges go into, by name or file
  std::string service;   // of ranges that the text does not tell it of
  std::string title;     // of the source
  std::string url;
  std::optional<Date> retrieved;
  std::string confidence;  // of the ranges; empty: third-party
  std::string write;       // the file to write; empty: only show
  // resolve
  std::vector<std::string> policies;
  std::string resolver;
  std::string append;  // the file of observations; empty: only show
};

struct ProbeOptions {
  CheckOptions check;   // what is asked for, and the rules to lay the answers beside
  bool nagios = false;  // the format of monitoring plugins, with their exit status
  bool dry_run = false;
  bool as_client = false;
  bool path = false;
  bool cover_rules = false;      // one probe of each region of the rules, in place of all addresses
  bool trace_rules = false;      // follow the packets through the rules of this host
  std::vector<Family> families;  // none: those that this host has a route for
  std::optional<Address> resolver;
  std::vector<Prefix> allow_target;
  std::vector<Address> through_forward;  // addresses of a client that is made up
  std::optional<Address> source;
  std::string interface;
  std::optional<std::uint32_t> mark;
  std::optional<std::uint32_t> dscp;
  std::string trust;  // a file of certificates that are trusted in place of the system's
  unsigned tries = 3;
  unsigned patience = 2000;   // ms
  unsigned rate = 50;         // probes begun in a second
  unsigned target_rate = 20;  // and to one address
};

struct DiagnoseOptions {
  CheckOptions check;              // what is asked for, and the rules to lay what was seen beside
  std::vector<std::string> files;  // bundles, logs, captures; "-" is standard input
  std::vector<std::string> baseline;  // the same, of better days
  bool redact = false;
};

struct AuditOptions {
  CommonOptions common;  // 'output' takes the results, JSON lines; the report goes on its own way
  std::string fleet;
  std::vector<std::string> merged;  // files of results, in place of a fleet
  std::optional<Date> as_of;
  std::string fail_on = "required";
  bool upcoming_fails = true;
  unsigned jobs = 0;
  std::uint32_t shard = 1;
  std::uint32_t shards = 1;
  std::string cache;           // a folder; empty: none
  std::string resume;          // a file of results to go on with
  std::string baseline;        // of the fleet: a file of known findings; empty: none
  std::string write_baseline;  // the same, to be written; empty: none
};

struct ExplainOptions {
  CommonOptions common;
  std::string code;  // empty: list them
};

struct VerifyOptions {
  CommonOptions common;
  std::string certificate;
  std::vector<std::string> rules;  // in place of the rule files that the certificate names
  std::uint32_t seed = 1;
};

// --help, --version: to be printed, nothing else.
struct PrintText {
  std::string text;
};

struct WatchOptions {
  ProbeOptions probe;
  unsigned every = 60;                    // seconds
  std::string listen = "127.0.0.1:9469";  // empty: nothing is served
  std::string textfile;                   // empty: none is written
  bool once = false;
  std::optional<std::uint32_t> seed;  // of the jitter; none: another one each time
};

struct CompletionOptions {
  CommonOptions common;
  std::string shell;  // bash, zsh, fish
  std::string words;  // or what there is of a kind: "regions"; see cli/choices.h
};

struct ManualOptions {
  CommonOptions common;
  std::string command;  // empty: of the program itself
};

using Command = std::variant<PrintText, CheckOptions, TraceOptions, ProbeOptions, WatchOptions,
                             DiagnoseOptions, AuditOptions, RangesOptions, ExplainOptions,
                             VerifyOptions, CompletionOptions, ManualOptions, BaselineOptions>;

// The words after the program's name, and what counts where they say nothing (null: the defaults).
// Errors of the words are of kind usage. 'taken': see CommonOptions.
Result<Command> parse_command_line(std::span<std::string const> words,
                                   Settings const* settings = nullptr,
                                   std::vector<std::string>* taken = nullptr);

std::vector<std::string> command_names();

// "a, b, c"
std::string comma_list(std::span<std::string const> names);

}  // namespace safeconduct
