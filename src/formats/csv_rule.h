// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/csv_objects.h"
#include "formats/csv_sift.h"
#include "rules/builder.h"

// One row of a policy, and what it comes to in our model.
namespace safeconduct::csv {

enum class ZoneRule : std::uint8_t { universal, within, between };  // PAN-OS: intrazone, interzone

struct Zones {
  bool any = true;
  std::vector<std::string> names;
};

struct ParsedRule {
  Span span;
  std::string number;
  std::string name;
  CsvAction action = CsvAction::drop;
  std::string action_word;
  ZoneRule zones = ZoneRule::universal;
  Zones enter;
  Zones leave;
  AddressList source;
  AddressList destination;
  bool not_source = false;
  bool not_destination = false;
  ServiceList service;
  std::optional<Family> family;
  std::vector<std::pair<std::string, std::string>> conditions;  // text, word
  bool quick = true;
  std::optional<std::uint32_t> sequence;
  bool translates = false;  // gives the packets another source
  bool into = true;         // pf: the direction that it looks at the interface in
  bool out_of = true;
};

// Reads the rows of the rules' file; titles and disabled rules are left out.
// The rules in the order of their rows, but for those that 'sifter' leaves out.
Result<std::vector<ParsedRule>> read_rules(File const& file, Sheet const& sheet,
                                           Objects const& objects, RowSifter& sifter);

// Writes rules into a chain.
class RuleEmitter {
 public:
  RuleEmitter(RulesetBuilder& builder, ChainId chain, std::vector<std::string> zones)
      : builder_(builder), chain_(chain), zones_(std::move(zones)) {}

  // Refused (false) where the rule comes to more cases than can be written.
  bool emit(ParsedRule const& rule);
  // What no rule has decided, of packets that stay in one zone.
  void within_zone(CsvAction action, Span span);
  void act(CsvAction action, std::string const& word, Span span);

 private:
  // A way to match: clauses that all hold, and what nobody knows, in words.
  struct Case {
    std::vector<Clause> clauses;
    std::vector<std::string> unknown;
  };
  using Cases = std::vector<Case>;  // one of these has to hold

  template <class Write>
  std::vector<Clause> written(Write write);
  template <class Write>
  void add(Cases& cases, Write write);

  Cases zone_cases(ParsedRule const& rule);
  Cases within_cases(Zones const& enter, Zones const& leave);
  Cases between_cases(Zones const& enter, Zones const& leave);
  Cases address_cases(ParsedRule const& rule);
  Cases side(AddressList const& list, bool negated, Field field, Family family);
  Cases service_cases(ServiceList const& list);
  void interfaces(Field field, Zones const& zones, bool negated = false);

  RulesetBuilder& builder_;
  ChainId chain_;
  std::vector<std::string> zones_;  // all that rules name
};

}  // namespace safeconduct::csv
