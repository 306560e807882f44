// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <algorithm>
#include <array>

#include "cli/declaration.h"
#include "cli/option_values.h"
#include "cli/usage.h"
#include "policy/words.h"
#include "report/explain.h"

namespace safeconduct {
namespace {

// The options that say more of a packet, as text.
struct PacketWords {
  std::string hook = "forward";
  std::string state;
  std::string direction;
  std::string flags;
  std::string icmp;
  std::string mark;
  std::string ct_mark;
  std::string ttl;
  std::string dscp;
  std::string length;
};

Result<void> read_packet_words(PacketWords const& words, PacketOptions& said) {
  SC_TRY(hook, option_hook(words.hook));
  said.hook = hook;
  SC_TRY(state, option_state(words.state));
  said.state = state;
  SC_TRY(direction, option_direction(words.direction));
  said.direction = direction;
  SC_TRY(flags, option_tcp_flags(words.flags));
  said.tcp_flags = flags;
  SC_TRY(icmp, option_icmp(words.icmp));
  said.icmp_type = icmp.first;
  said.icmp_code = icmp.second;
  SC_TRY(mark, option_number("--mark", words.mark, 0xFFFFFFFFU));
  said.mark = mark;
  SC_TRY(ct_mark, option_number("--ct-mark", words.ct_mark, 0xFFFFFFFFU));
  said.ct_mark = ct_mark;
  SC_TRY(ttl, option_number("--ttl", words.ttl, 255));
  said.ttl = ttl;
  SC_TRY(dscp, option_number("--dscp", words.dscp, 63));
  said.dscp = dscp;
  SC_TRY(length, option_number("--length", words.length, 65535));
  said.length = length;
  return {};
}

Result<Command> parse_trace(Words words) {
  TraceOptions options;
  PacketWords said;
  std::vector<std::string> masquerade_as;
  std::string input_format;
  Declaration declared("trace", "Walks one packet through the rules, or a file of them.",
                       options.common);
  declared.languages(Declaration::kTextOnly);
  declared.positionals(
      "RULES", options.rules,
      "exported rule sets that make up one device; - is standard input, kernel: the "
      "running rules of this host, kernel:NETNS of a namespace");
  declared.text("--site", options.site, "a site file: through all its devices, in order", "FILE");
  declared.text("--packet", options.packet, "'PROTO SRC[:PORT] > DST[:PORT]'", "PACKET");
  declared.text("--packets", options.packets, "packets as JSON lines; - is standard input", "FILE");
  declared.text("--in", options.said.in, "interface that it comes in by", "NAME");
  declared.text("--out", options.said.out, "interface that it leaves by", "NAME");
  declared.list("--masquerade-as", masquerade_as, std::string(kMasqueradeAs), "ADDRESS");
  declared.flag("--symmetric-routes", options.facts.symmetric_routes,
                std::string(kSymmetricRoutes));
  declared.flag("--plain-interfaces", options.facts.plain_interfaces,
                std::string(kPlainInterfaces));
  declared.flag("--full-listing", options.facts.full_listing, std::string(kFullListing));
  declared.text("--hook", said.hook, "forward, output or input", "HOOK");
  declared.text("--state", said.state,
                "new, established, related, untracked or invalid (else as of a packet alone: a SYN "
                "is new, a reset invalid)",
                "STATE");
  declared.text("--direction", said.direction,
                "original or reply, which is established unless --state says otherwise", "WAY");
  declared.text("--tcp-flags", said.flags, "syn,ack ... (a new connection: syn)", "FLAGS");
  declared.text("--icmp", said.icmp, "TYPE or TYPE/CODE", "TYPE");
  declared.text("--mark", said.mark, "packet mark (else 0)", "N");
  declared.text("--ct-mark", said.ct_mark, "connection mark", "N");
  declared.text("--ttl", said.ttl, "TTL or hop limit, as it arrives", "N");
  declared.text("--dscp", said.dscp, "DSCP", "N");
  declared.text("--length", said.length, "length in bytes, from the IP header on", "N");
  declared.text("--input-format", input_format,
                "nft, nft-json, iptables-save, ipset-save or csv (else detected)", "FORMAT");
  declared.text("--dialect", options.dialect,
                "of a CSV export, by name or file (else told by its header)", "NAME");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (options.rules.empty() && options.site.empty())
    return std::unexpected(usage_error("no rule-set export is named"));
  if (!options.rules.empty() && !options.site.empty())
    return std::unexpected(usage_error("give either rule-set exports or --site"));
  if (options.packet.empty() == options.packets.empty())
    return std::unexpected(usage_error("give either --packet or --packets"));
  SC_CHECK(read_packet_words(said, options.said));
  if (!options.site.empty() && !(options.said.in.empty() && options.said.out.empty()))
    return std::unexpected(usage_error("--in and --out are for one device",
                                       "a site file says them of each: enter, leave"));
  bool const some_fact = !masquerade_as.empty() || options.facts.symmetric_routes ||
                         options.facts.plain_interfaces || options.facts.full_listing;
  if (!options.site.empty() && some_fact)
    return std::unexpected(usage_error(
        "--masquerade-as, --symmetric-routes, --plain-interfaces and --full-listing are for one "
        "device",
        "a site file says them of each: masquerade-as, symmetric-routes, plain-interfaces, "
        "full-listing"));
  SC_TRY(addresses, option_addresses("--masquerade-as", masquerade_as));
  options.facts.masquerade_as = std::move(addresses);
  SC_TRY(format, option_input_format(input_format));
  options.input_format = format;
  return options;
}

std::vector<std::string> all_codes() {
  std::vector<std::string> codes;
  for (auto const& one : explanations()) codes.emplace_back(one.code);
  return codes;
}

Result<Command> parse_explain(Words words) {
  ExplainOptions options;
  std::vector<std::string> codes;
  Declaration declared("explain", "What a code means, why it matters, how to mend it.",
                       options.common);
  declared.languages("the text; JSON has both, errors and this help are English");
  declared.positionals("CODE", codes, "SC101, ...; without one, all are listed", all_codes());
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (codes.size() > 1)
    return std::unexpected(usage_error("'" + codes[1] + "' is one argument too many"));
  if (!codes.empty()) options.code = codes.front();
  return options;
}

Result<Command> parse_verify_certificate(Words words) {
  VerifyOptions options;
  std::vector<std::string> arguments;
  std::string seed;
  Declaration declared("verify-certificate",
                       "Checks a certificate again: its inputs by their hashes, its verdicts "
                       "packet by packet.",
                       options.common);
  declared.positionals("FILE", arguments,
                       "a certificate; then those of its inputs that are elsewhere now");
  declared.text("--seed", seed, "of the packets that are drawn (else 1)", "N");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  if (arguments.empty())
    return std::unexpected(
        usage_error("no certificate is named", "one is written by 'check --certificate FILE'"));
  options.certificate = arguments.front();
  options.rules.assign(arguments.begin() + 1, arguments.end());
  SC_TRY(number, option_number("--seed", seed, 0xFFFFFFFFU));
  options.seed = number.value_or(1);
  return options;
}

struct CommandEntry {
  std::string_view name;
  Result<Command> (*parse)(Words);
};
Result<Command> parse_config(Words words);

constexpr std::array<CommandEntry, 13> kCommands{{
    {"check", parse_check},
    {"baseline", parse_baseline},
    {"trace", parse_trace},
    {"probe", parse_probe},
    {"watch", parse_watch},
    {"diagnose", parse_diagnose},
    {"audit", parse_audit},
    {"ranges", parse_ranges},
    {"explain", parse_explain},
    {"verify-certificate", parse_verify_certificate},
    {"config", parse_config},
    {"completion", parse_completion},
    {"manual", parse_manual},
}};

CommandEntry const* find_command(std::string_view name) {
  auto const* const found = std::ranges::find(kCommands, name, &CommandEntry::name);
  return found == kCommands.end() ? nullptr : found;
}

Error unknown_command(std::string const& word) {
  std::vector<std::string_view> known;
  for (auto const& one : kCommands) known.push_back(one.name);
  std::vector<std::string> const names(known.begin(), known.end());
  if (word.starts_with('-'))
    return usage_error("'" + word + "' stands before the command",
                       "safeconduct COMMAND [ARGS]; commands: " + comma_list(names));
  auto const near = std::string(nearest(word, known));
  return usage_error("there is no command '" + word + "'", near.empty()
                                                               ? "commands: " + comma_list(names)
                                                               : "did you mean '" + near + "'?");
}

// Of a command line as it would be given, without doing what it says.
Result<Command> parse_config(Words words) {
  bool const own =
      words.table != nullptr || words.said.empty() || words.said.front().starts_with('-');
  if (!own) {
    auto const* const found = find_command(words.said.front());
    if (found == nullptr) return std::unexpected(unknown_command(words.said.front()));
    words.said = words.said.subspan(1);
    words.show_settings = true;
    return found->parse(words);
  }
  CommonOptions common;
  std::vector<std::string> arguments;
  Declaration declared("config",
                       "Shows what counts for a command, and where each value comes from.", common);
  declared.positionals("COMMAND", arguments,
                       "whose (else check), with its options as they would be given",
                       command_names());
  auto help_words = words;
  help_words.settings = nullptr;
  SC_TRY(help, declared.parse(help_words));
  if (help) return *help;
  words.said = {};
  words.show_settings = true;
  return parse_check(words);
}

}  // namespace

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (auto const& one : kCommands) names.emplace_back(one.name);
  return names;
}

std::vector<CommandTable> command_tables() {
  std::vector<CommandTable> tables;
  for (auto const& one : kCommands) {
    Words words;
    words.table = &tables.emplace_back();
    (void)one.parse(words);  // which declares, and says nothing
  }
  return tables;
}

Result<Command> parse_command_line(std::span<std::string const> words, Settings const* settings,
                                   std::vector<std::string>* taken) {
  if (words.empty())
    return std::unexpected(usage_error("no command", "safeconduct --help lists them"));
  auto const& first = words.front();
  if (first == "--help" || first == "-h" || first == "help") return PrintText{general_help()};
  if (first == "--version" || first == "-V") return PrintText{version_text()};
  auto const* const found = find_command(first);
  if (found == nullptr) return std::unexpected(unknown_command(first));
  auto command = found->parse({words.subspan(1), settings, taken});
  if (!command && command.error().hint.empty())
    command.error().hint = "safeconduct " + first + " --help";
  return command;
}

}  // namespace safeconduct
