// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "cli/declaration.h"
#include "cli/option_values.h"
#include "policy/vocabulary.h"
#include "policy/words.h"

namespace safeconduct {
namespace {

using Action = RangesOptions::Action;

struct ActionEntry {
  std::string_view word;
  std::size_t least;  // names that it takes
  std::size_t most;
  std::string_view names;  // what they are
};
constexpr std::size_t kAny = static_cast<std::size_t>(-1);
// In the order of RangesOptions::Action.
constexpr std::array<ActionEntry, 6> kActions{{
    {"list", 0, 0, ""},
    {"show", 1, kAny, "a name"},
    {"validate", 1, kAny, "a name"},
    {"diff", 2, 2, "two: the old file and the new one"},
    {"import", 1, 1, "the page or table to read, as a file"},
    {"resolve", 0, 0, ""},
}};

std::vector<std::string> all_actions() {
  std::vector<std::string> words;
  for (auto const& one : kActions) words.emplace_back(one.word);
  return words;
}

std::string action_words() { return comma_list(all_actions()); }

Result<void> take_arguments(std::vector<std::string> const& arguments, RangesOptions& options) {
  if (arguments.empty())
    return std::unexpected(usage_error("what about the ranges?", "one of: " + action_words()));
  auto const* const found =
      std::ranges::find(kActions, std::string_view(arguments.front()), &ActionEntry::word);
  if (found == kActions.end())
    return std::unexpected(
        usage_error("there is no 'ranges " + arguments.front() + "'", "one of: " + action_words()));
  options.action = static_cast<Action>(found - kActions.begin());
  options.names.assign(arguments.begin() + 1, arguments.end());
  if (options.names.size() > found->most)
    return std::unexpected(
        usage_error("'" + options.names[found->most] + "' is one argument too many"));
  if (options.names.size() < found->least)
    return std::unexpected(
        usage_error("'ranges " + arguments.front() + "' needs " + std::string(found->names)));
  return {};
}

Result<void> take_import(RangesOptions const& options) {
  if (options.action != Action::import) return {};
  if (options.provider.empty())
    return std::unexpected(usage_error("'ranges import' needs --provider",
                                       "the file that the ranges are to go into, by name or path"));
  if (options.title.empty() && options.url.empty())
    return std::unexpected(usage_error("'ranges import' needs --title or --url",
                                       "where the text comes from: it stands beside every range"));
  if (options.regions.size() > 1)
    return std::unexpected(usage_error("'ranges import' takes one --region"));
  if (!options.service.empty() && !parse_feature(options.service))
    return std::unexpected(usage_error("--service '" + options.service + "' is none",
                                       known_words(options.service, feature_names())));
  if (!options.confidence.empty() && !parse_confidence(options.confidence))
    return std::unexpected(usage_error("--confidence '" + options.confidence + "' is none",
                                       known_words(options.confidence, confidence_names())));
  return {};
}

Result<void> take_resolve(RangesOptions const& options) {
  if (options.action != Action::resolve) return {};
  if (options.policies.empty())
    return std::unexpected(usage_error("'ranges resolve' needs --policy",
                                       "the policy whose names are to be resolved"));
  if (options.resolver.empty())
    return std::unexpected(
        usage_error("'ranges resolve' needs --resolver",
                    "the address of the resolver to ask, as 192.0.2.53 or [2001:db8::53]:5353"));
  return {};
}

}  // namespace

Result<Command> parse_ranges(Words words) {
  RangesOptions options;
  std::vector<std::string> arguments;
  std::string as_of;
  std::string retrieved;
  Declaration declared("ranges",
                       "The files of ingress ranges: what there is, what is in one, whether one is "
                       "valid, what has changed, and what a vendor's page or the DNS says.",
                       options.common);
  declared.languages(Declaration::kTextOnly);
  declared.positionals("ACTION", arguments,
                       "list; show PROVIDER...; validate FILE...; diff OLD NEW; import FILE; "
                       "resolve",
                       all_actions(), Offer::files);
  declared.list("--region", options.regions,
                "show: of this region only; import: of what the text names no region for", "ID");
  declared.text("--as-of", as_of, "show: ranges in effect on that day", "DATE");
  declared.text("--provider", options.provider, "import: whose ranges, by name or file", "NAME");
  declared.text("--service", options.service,
                "import: of what the text names no service for (swg, ipsec, vpn, ...)", "WORD");
  declared.text("--title", options.title, "import: of the page or table", "TEXT");
  declared.text("--url", options.url, "import: of the page or table", "URL");
  declared.text("--retrieved", retrieved, "import: the day that it was taken (else today)", "DATE");
  declared.text("--confidence", options.confidence,
                "import: first-party, third-party, ... (else third-party)", "WORD");
  declared.text("--write", options.write, "import: the file to write (else nothing is)", "FILE");
  declared.list("--policy", options.policies, "resolve: whose names, by name or file", "NAME");
  declared.text("--resolver", options.resolver, "resolve: whom to ask, ADDRESS or ADDRESS:PORT",
                "ADDRESS");
  declared.text("--append", options.append, "resolve: the file to add the answers to", "FILE");
  SC_TRY(help, declared.parse(words));
  if (help) return *help;
  SC_CHECK(take_arguments(arguments, options));
  SC_CHECK(take_import(options));
  SC_CHECK(take_resolve(options));
  SC_TRY(day, option_date("--as-of", as_of));
  options.as_of = day;
  SC_TRY(taken, option_date("--retrieved", retrieved));
  options.retrieved = taken;
  return options;
}

}  // namespace safeconduct
