// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/declaration.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "cli/option_values.h"
#include "cli/settings.h"
#include "cli/usage.h"
#include "policy/words.h"

namespace safeconduct {
namespace {

constexpr std::size_t kWidthOfOptions = 26;

std::vector<std::string> option_names(CLI::App const& app) {
  std::vector<std::string> names;
  for (auto const* option : app.get_options())
    for (auto const& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

Result<void> refuse_extras(CLI::App const& app) {
  auto const extras = app.remaining();
  if (extras.empty()) return {};
  auto const& first = extras.front();
  if (!first.starts_with('-'))
    return std::unexpected(usage_error("'" + first + "' is one argument too many"));
  auto const name = first.substr(0, first.find('='));
  auto const names = option_names(app);
  auto const near =
      std::string(nearest(name, std::vector<std::string_view>(names.begin(), names.end())));
  return std::unexpected(usage_error("there is no option '" + name + "'",
                                     near.empty() ? "" : "did you mean '" + near + "'?"));
}

std::vector<std::string> names_of(CLI::Option const& option) {
  std::vector<std::string> names;
  for (auto const& name : option.get_lnames()) names.push_back("--" + name);
  for (auto const& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

std::string spaced_values(std::vector<std::string> const& values) {
  std::string text;
  for (auto const& one : values) text += (text.empty() ? "" : " ") + one;
  return text;
}

// CLI11 begins its messages with the option's name.
std::string message_of(CLI::ParseError const& error) {
  std::string const text = error.what();
  auto const option = text.substr(0, text.find_first_of(": "));
  bool const mismatch = error.get_name() == "ArgumentMismatch" && option.starts_with('-');
  if (!mismatch) return text;
  return option + (text.contains("received") ? " is given more than once" : " needs a value");
}

Result<void> take_formats(std::vector<std::string> const& given,
                          std::vector<std::string> const& further, CommonOptions& common) {
  std::size_t results = 0;
  for (auto const& one : given) {
    auto const colon = further.empty() ? std::string::npos : one.find(':');
    auto const name = one.substr(0, colon);
    auto const file = colon == std::string::npos ? std::string() : one.substr(colon + 1);
    if (colon != std::string::npos && file.empty())
      return std::unexpected(
          usage_error("--format: '" + one + "' names no file", "for instance " + one + "report"));
    bool const known = std::ranges::find(further, name) != further.end();
    if (!known) {
      SC_TRY(format, option_format(name, further));
      if (file.empty()) common.format = format;
    }
    if (known || !file.empty()) common.further.push_back({name, file});
    if (file.empty() && ++results > 1)
      return std::unexpected(usage_error("--format: two results for one output",
                                         "give one of them a file: --format " + one + ":FILE"));
    common.only_further = common.only_further || (known && file.empty());
  }
  return {};
}

}  // namespace

// CLI11 only takes the words apart.
struct Declaration::Parser {
  Parser(std::string const& name, std::string const& description, CommonOptions& options)
      : app(description, "safeconduct " + name), common(options) {}

  CLI::App app;
  CommonOptions& common;
  std::vector<std::string> formats;
  std::vector<std::string> further;  // formats
  std::string own_format;
  bool* own_chosen = nullptr;
  std::string colour = "auto";
  std::string language = "en";
  bool all_languages = false;
  std::map<std::string, std::string> defaults;  // by option, where there are any
  std::string positional;                       // its name
  std::vector<std::string> positional_words;
  Offer positional_offer = Offer::files;

  std::vector<std::string> all_formats() const {
    std::vector<std::string> all{"text", "json", "jsonl"};
    all.insert(all.end(), further.begin(), further.end());
    if (own_chosen != nullptr) all.push_back(own_format);
    return all;
  }

  OptionEntry entry_of(CLI::Option const& option) const {
    OptionEntry entry;
    entry.names = names_of(option);
    entry.what = option.get_description();
    entry.repeats = option.get_items_expected_max() > 1;
    if (entry.names.empty()) {
      entry.value = positional;
      entry.words = positional_words;
      entry.offer = positional_offer;
      return entry;
    }
    if (option.get_items_expected_max() == 0) return entry;
    entry.value = option.get_type_name();
    auto const& name = entry.names.front();
    entry.words = name == "--format" ? all_formats() : choices_of(name);
    entry.offer = offer_of(name, entry.value);
    return entry;
  }

  std::string command() const { return app.get_name().substr(app.get_name().find(' ') + 1); }

  Result<void> take_language() {
    SC_TRY(chosen, option_language(language));
    common.language = chosen;
    if (chosen == Language::english || all_languages) return {};
    return std::unexpected(usage_error(
        "'" + command() + "' speaks English only: --lang " + language + " is for other commands",
        "reports are translated: of check, probe, diagnose, trace, audit, ranges and explain"));
  }

  bool said(std::string const& option) const {
    auto const* const found = app.get_option_no_throw(option);
    return found != nullptr && found->count() > 0;
  }

  // What a monitoring system asks is on its command line, and nowhere else.
  bool is_for_monitoring() const {
    auto const monitors = [](std::string const& one) {
      return one.starts_with("nagios") || one.starts_with("openmetrics");
    };
    return std::ranges::any_of(formats, monitors);
  }

  bool leaves_out(SettingEntry const& entry, SettingValue const& value, bool site_said) const {
    if (entry.of_site && site_said) return true;
    // A file that only lies about does not tell where packets are to be sent.
    bool const sends = command() == "probe" || command() == "watch";
    if (entry.aims && sends && value.found) return true;
    auto const known = all_formats();
    return entry.name == "format" && std::ranges::find(known, value.values.front()) == known.end();
  }

  // Where the command line is silent. All that counts in the end, for who asks.
  Result<std::vector<EffectiveSetting>> take(Words const& words) {
    std::vector<EffectiveSetting> effective;
    bool const site_said = said("--site");
    bool const open = words.settings != nullptr && !is_for_monitoring();
    for (auto const& entry : setting_entries()) {
      auto const name = "--" + std::string(entry.name);
      auto* const option = app.get_option_no_throw(name);
      if (option == nullptr || !takes(command(), entry)) continue;
      EffectiveSetting one{std::string(entry.name), "", "default"};
      if (auto const found = defaults.find(name); found != defaults.end())
        one.value = found->second;
      if (option->count() > 0) {
        one.value = spaced_values(option->results());
        one.origin = "command line";
      } else if (open) {
        SC_TRY(value, words.settings->find(entry));
        if (value && !value->values.empty() && !leaves_out(entry, *value, site_said)) {
          one.value = spaced_values(value->values);
          one.origin = value->origin;
          for (auto const& text : value->values) option->add_result(text);
          option->run_callback();
          if (entry.question)
            common.taken.push_back(one.name + ' ' + printable(one.value) + " (" + one.origin + ')');
        }
      }
      effective.push_back(std::move(one));
    }
    return effective;
  }

  CommandTable table() const {
    CommandTable table;
    table.name = command();
    table.what = app.get_description();
    for (auto const* option : app.get_options()) table.options.push_back(entry_of(*option));
    return table;
  }
};

Declaration::Declaration(std::string const& name, std::string const& description,
                         CommonOptions& common)
    : parser_(std::make_unique<Parser>(name, description, common)) {
  auto& app = parser_->app;
  app.get_formatter()->column_width(kWidthOfOptions);
  app.set_version_flag("--version", version_text());
  app.allow_extras();  // refused below, with the nearest option named
  list("--format", parser_->formats, "text, json or jsonl", "FORMAT");
  text("--output", common.output, "write the result to this file", "FILE");
  text("--color", parser_->colour, "auto, always or never", "WHEN");
  text("--lang", parser_->language, "en; commands that write reports also speak ja", "LANG");
  app.add_flag("-q,--quiet", common.quiet, "the verdict only");
  app.add_flag("-v,--verbose", common.verbose, "all there is to say");
  text("--data", common.data, "where policies/ and ingress-ranges/ are", "DIR");
}

Declaration::~Declaration() = default;

void Declaration::text(std::string const& name, std::string& into, std::string const& what,
                       std::string const& type) {
  parser_->app.add_option(name, into, what)->type_name(type);
  if (!into.empty()) parser_->defaults.emplace(name, into);
}

void Declaration::list(std::string const& name, std::vector<std::string>& into,
                       std::string const& what, std::string const& type) {
  // One value each time it is given: a rule file that follows is not another one.
  parser_->app.add_option(name, into, what)->type_name(type)->allow_extra_args(false);
}

void Declaration::further_formats(std::vector<std::string> names) {
  parser_->app.get_option("--format")
      ->description("text, json, jsonl, " + comma_list(names) +
                    "; NAME:FILE writes into a file, and may be given again");
  parser_->further = std::move(names);
}

void Declaration::languages(std::string_view what) {
  parser_->all_languages = true;
  parser_->app.get_option("--lang")->description("en or ja: the language of " + std::string(what));
}

void Declaration::flag(std::string const& name, bool& into, std::string const& what) {
  parser_->app.add_flag(name, into, what);
}

void Declaration::format(std::string const& name, bool& chosen) {
  parser_->own_format = name;
  parser_->own_chosen = &chosen;
  parser_->app.get_option("--format")->description("text, json, jsonl or " + name);
}

void Declaration::positionals(std::string const& name, std::vector<std::string>& into,
                              std::string const& what) {
  positionals(name, into, what, {}, Offer::files);
}

void Declaration::positionals(std::string const& name, std::vector<std::string>& into,
                              std::string const& what, std::vector<std::string> words,
                              Offer offer) {
  parser_->app.add_option(name, into, what)->type_name("");
  parser_->positional = name;
  parser_->positional_words = std::move(words);
  parser_->positional_offer = offer;
}

Result<std::optional<PrintText>> Declaration::parse(Words words) {
  auto& app = parser_->app;
  auto& common = parser_->common;
  if (words.table != nullptr) {
    *words.table = parser_->table();
    return PrintText{};
  }
  std::vector<std::string> reversed(words.said.rbegin(), words.said.rend());
  try {
    app.parse(reversed);
  } catch (CLI::CallForHelp const&) {
    return PrintText{app.help()};
  } catch (CLI::CallForVersion const&) {
    return PrintText{version_text()};
  } catch (CLI::ParseError const& error) {
    return std::unexpected(usage_error(message_of(error)));
  }
  SC_CHECK(refuse_extras(app));
  SC_TRY(effective, parser_->take(words));
  if (words.show_settings) return PrintText{text_settings(effective)};
  if (words.taken != nullptr) *words.taken = common.taken;
  if (parser_->own_chosen != nullptr &&
      parser_->formats == std::vector<std::string>{parser_->own_format}) {
    *parser_->own_chosen = true;
    parser_->formats.clear();
  }
  SC_CHECK(take_formats(parser_->formats, parser_->further, common));
  SC_TRY(colour, option_colour(parser_->colour));
  common.colour = colour;
  SC_CHECK(parser_->take_language());
  if (common.quiet && common.verbose)
    return std::unexpected(usage_error("--quiet and --verbose exclude each other"));
  return std::optional<PrintText>();
}

}  // namespace safeconduct
