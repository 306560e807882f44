// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A command's options, as they are declared and taken apart; what the values mean is decided by
// option_values.h, so that all messages are ours.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/option_table.h"
#include "cli/options.h"

namespace safeconduct {

// A command's line, as its parser gets it.
struct Words {
  std::span<std::string const> said;
  Settings const* settings = nullptr;         // null: the defaults
  std::vector<std::string>* taken = nullptr;  // see CommonOptions
  bool show_settings = false;                 // in place of anything else
  CommandTable* table = nullptr;  // to be filled with what the command takes: nothing is parsed
};

class Declaration {
 public:
  Declaration(std::string const& name, std::string const& description, CommonOptions& common);
  ~Declaration();
  Declaration(Declaration const&) = delete;
  Declaration& operator=(Declaration const&) = delete;

  // Where the values go must live until parse().
  void text(std::string const& name, std::string& into, std::string const& what,
            std::string const& type);
  void list(std::string const& name, std::vector<std::string>& into, std::string const& what,
            std::string const& type);
  // What --format takes beside text, json and jsonl, and then more than once: NAME or NAME:FILE.
  void further_formats(std::vector<std::string> names);
  static constexpr std::string_view kTextOnly =
      "text (other formats, what files and clients say, errors and this help are English)";
  // What the command writes for people is in every language. 'what': of it, for the help.
  void languages(std::string_view what);
  void flag(std::string const& name, bool& into, std::string const& what);
  // A format beside those that all commands have.
  void format(std::string const& name, bool& chosen);
  void positionals(std::string const& name, std::vector<std::string>& into,
                   std::string const& what);
  // The same, where words of this program stand among them.
  void positionals(std::string const& name, std::vector<std::string>& into, std::string const& what,
                   std::vector<std::string> words, Offer offer = Offer::nothing);

  // The help text where that is asked for.
  Result<std::optional<PrintText>> parse(Words words);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// In files of their own.
Result<Command> parse_check(Words words);
Result<Command> parse_baseline(Words words);
Result<Command> parse_ranges(Words words);
Result<Command> parse_probe(Words words);
Result<Command> parse_watch(Words words);
Result<Command> parse_diagnose(Words words);
Result<Command> parse_audit(Words words);
Result<Command> parse_completion(Words words);
Result<Command> parse_manual(Words words);

}  // namespace safeconduct
