// SPDX-License-Identifier: GPL-3.0-or-later
// The names that policies know without addresses, asked of a resolver: observations with their day,
// which nothing takes for the truth.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <ostream>

#include "cli/commands.h"
#include "cli/data.h"
#include "cli/option_values.h"
#include "report/json_text.h"
#include "report/paper.h"
#include "report/ranges_wording.h"
#include "report/words.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostSilent = 4;  // questions, before a resolver that never answered is left
constexpr std::string_view kSchema = "safeconduct.observation/1";

// A name, and the requirements that are about it.
using Names = std::map<std::string, std::vector<std::string>>;

struct ResolvedName {
  std::string name;
  DnsType type{};
  std::string outcome;  // answer, no-address, name-error, server-error, not-asked, timeout, ...
  std::string detail;   // of what is no answer
  DnsAddresses said;
  std::vector<std::string> requirements;
};

bool resolves(ProbeKind kind) {
  return kind == ProbeKind::resolve_then_tcp || kind == ProbeKind::resolve_then_tls;
}

void add_name(Names& names, std::string const& name, Requirement const& requirement) {
  auto& ids = names[name];
  if (std::ranges::find(ids, requirement.id) == ids.end()) ids.push_back(requirement.id);
}

// Patterns ("*.example.com") are nothing to ask for; a probe may say one name below.
Names names_of(Policy const& policy, std::vector<std::string>& patterns) {
  Names names;
  for (auto const& requirement : policy.requirements) {
    auto const listed = destination_names(requirement);
    if (listed.empty()) continue;
    for (auto const& name : listed) {
      if (name.value.starts_with("*.")) {
        patterns.push_back(name.value);
      } else {
        add_name(names, name.value, requirement);
      }
    }
    if (requirement.probe && resolves(requirement.probe->kind) && !requirement.probe->name.empty())
      add_name(names, requirement.probe->name, requirement);
  }
  return names;
}

// "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"
Result<DnsServer> resolver_of(std::string const& text) {
  std::string_view address = text;
  std::string_view port;
  auto const colon = address.rfind(':');
  bool const bracketed = address.starts_with('[');
  bool const with_port = bracketed ? address.contains("]:") : std::ranges::count(text, ':') == 1;
  if (with_port) {
    port = address.substr(colon + 1);
    address = address.substr(0, colon);
  }
  if (bracketed && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  DnsServer server;
  auto const parsed = parse_address(address);
  if (!parsed)
    return std::unexpected(usage_error("--resolver: '" + text + "' is not an address",
                                       "as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353"));
  server.address = *parsed;
  if (with_port) {
    SC_TRY(number, option_number("--resolver", std::string(port), 65535));
    if (!number || *number == 0)
      return std::unexpected(usage_error("--resolver: '" + text + "' has no port after its ':'"));
    server.port = static_cast<std::uint16_t>(*number);
  }
  return server;
}

ResolvedName observed(std::string const& name, DnsType type, DnsReply const& reply) {
  ResolvedName one{name, type, std::string(safeconduct::name(reply.outcome)), reply.detail, {}, {}};
  if (reply.outcome != DnsOutcome::answered) return one;
  one.said = addresses_in(reply.message);
  if (reply.message.code == static_cast<std::uint8_t>(DnsCode::name_error)) {
    one.outcome = "name-error";
    one.detail = "the resolver says that there is no such name";
  } else if (reply.message.code != 0) {
    one.outcome = "server-error";
    one.detail = "the resolver answers with code " + std::to_string(reply.message.code);
  } else {
    one.outcome = one.said.addresses.empty() ? "no-address" : "answer";
  }
  return one;
}

std::vector<std::string> texts_of(std::vector<Address> const& addresses) {
  std::vector<std::string> texts;
  for (auto const& address : addresses) texts.push_back(to_string(address));
  return texts;
}

json::array strings(std::vector<std::string> const& texts) {
  json::array array;
  for (auto const& text : texts) array.emplace_back(printable(text));
  return array;
}

json::object object_of(ResolvedName const& one, std::string const& resolver, Date day) {
  json::object object{
      {"schema", kSchema}, {"observed", to_string(day)},          {"resolver", resolver},
      {"name", one.name},  {"type", safeconduct::name(one.type)}, {"outcome", one.outcome}};
  if (!one.detail.empty()) object["detail"] = printable(one.detail);
  object["addresses"] = strings(texts_of(one.said.addresses));
  object["chain"] = strings(one.said.chain);
  if (!one.said.addresses.empty()) object["ttl"] = one.said.ttl;
  object["requirements"] = strings(one.requirements);
  return object;
}

std::string lines_of(std::vector<ResolvedName> const& all, std::string const& resolver, Date day) {
  std::string lines;
  for (auto const& one : all) lines += compact(object_of(one, resolver, day));
  return lines;
}

std::string text_of(std::vector<ResolvedName> const& all, std::string const& resolver,
                    TextStyle const& style) {
  Speaker const speaker(style.language);
  auto const list = [&](std::vector<std::string> const& items) {
    return listed(items, kNoLimit, style.language);
  };
  Paper paper(style.width, style.colour);
  paper.paragraph(0, {{speaker.say(wording::kWhatAnswers, {resolver}), Ink::strong},
                      {speaker.say(wording::kOthersMayDiffer)}});
  std::string last;
  for (auto const& one : all) {
    if (one.name != last) {
      paper.blank();
      paper.paragraph(0, {{one.name, Ink::strong}, {"  (" + list(one.requirements) + ')'}});
      if (!one.said.chain.empty())
        paper.paragraph(2, {{speaker.say(wording::kByNames), Ink::faint}},
                        {{list(one.said.chain)}});
    }
    last = one.name;
    bool const fine = one.outcome == "answer" || one.outcome == "no-address";
    auto const kind = std::string(safeconduct::name(one.type));
    auto const lead = kind + std::string(6 - kind.size(), ' ');
    if (one.outcome == "answer") {
      paper.paragraph(2, {{lead, Ink::faint}},
                      {{speaker.say(wording::kAnswerFor, {list(texts_of(one.said.addresses)),
                                                          std::to_string(one.said.ttl)})}});
    } else {
      paper.paragraph(2, {{lead, Ink::faint}},
                      {{one.outcome + (one.detail.empty() ? "" : ": " + one.detail),
                        fine ? Ink::plain : Ink::doubtful}});
    }
  }
  return std::move(paper).take();
}

// After what the file has already.
Result<void> append(World const& world, std::string const& path, std::string const& lines) {
  std::string text;
  if (world.is_file(path)) {
    SC_TRY(old, world.read(path));
    if (!old->empty() && !old->contains(kSchema))
      return std::unexpected(Error{ErrorKind::conflict,
                                   {path, 0, 0},
                                   "this is no file of observations",
                                   "--append adds to a file that 'ranges resolve' has begun",
                                   {}});
    text = *old;
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
  }
  return world.write(path, text + lines);
}

// A resolver that stays silent is not waited for name by name.
std::vector<ResolvedName> ask_all(Names const& names, DnsServer const& server, World const& world) {
  std::vector<ResolvedName> all;
  std::size_t silent = 0;
  bool heard = false;
  for (auto const& [name, ids] : names)
    for (auto const type : {DnsType::a, DnsType::aaaa}) {
      if (!heard && silent == kMostSilent) {
        all.push_back(
            {name, type, "not-asked", "the resolver has answered nothing so far", {}, ids});
        continue;
      }
      auto const reply = world.ask_dns(server, {name, static_cast<std::uint16_t>(type)});
      heard = heard || reply.outcome == DnsOutcome::answered;
      silent += reply.outcome == DnsOutcome::timeout ? 1 : 0;
      all.push_back(observed(name, type, reply));
      all.back().requirements = ids;
    }
  return all;
}

}  // namespace

Result<int> ranges_resolve_command(RangesOptions const& options, World const& world) {
  SC_TRY(server, resolver_of(options.resolver));
  Names names;
  std::vector<std::string> patterns;
  for (auto const& asked : options.policies) {
    SC_TRY(policy, load_policy(world, options.common.data, {asked, {"--policy", 0, 0}}, ""));
    for (auto const& [name, ids] : names_of(policy, patterns))
      names[name].insert(names[name].end(), ids.begin(), ids.end());
  }
  if (names.empty())
    return std::unexpected(usage_error("the policies name no host that could be resolved"));
  auto const all = ask_all(names, server, world);
  auto const lines = lines_of(all, options.resolver, world.today);
  if (!options.append.empty()) SC_CHECK(append(world, options.append, lines));
  std::string output = lines;
  if (options.common.format == OutputFormat::text)
    output = text_of(all, options.resolver, text_style(options.common, world));
  if (options.common.format == OutputFormat::json) {
    json::array array;
    for (auto const& one : all) array.emplace_back(object_of(one, options.resolver, world.today));
    output = pretty(
        json::object{{"schema", "safeconduct.observations/1"}, {"observations", std::move(array)}});
  }
  SC_CHECK(emit(output, options.common, world));
  for (auto const& pattern : patterns)
    *world.err << pattern << " is a pattern, and was not asked for\n";
  bool const all_answered = std::ranges::all_of(all, [](ResolvedName const& one) {
    return one.outcome == "answer" || one.outcome == "no-address";
  });
  return all_answered ? kHolds : kFindings;
}

}  // namespace safeconduct
