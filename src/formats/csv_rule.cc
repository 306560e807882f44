// SPDX-License-Identifier: GPL-3.0-or-later
// From cells to a rule. Whatever narrows a rule in a way that is not modelled becomes a condition
// that nobody decides.
#include "formats/csv_rule.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "formats/csv_cells.h"
#include "formats/csv_service_cells.h"
#include "packet/field.h"

namespace safeconduct::csv {
namespace {

constexpr std::array<std::string_view, 8> kNo{"false",   "no",  "0",        "disabled",
                                              "disable", "off", "inactive", "n"};
constexpr std::array<std::string_view, 5> kYes{"true", "yes", "1", "enabled", "y"};

bool is_one_of(std::string_view word, std::span<std::string_view const> words) {
  return std::ranges::find(words, word) != words.end();
}
bool is_one_of(std::string_view word, std::span<std::string const> words) {
  return std::ranges::find(words, word) != words.end();
}

class RowReader {
 public:
  RowReader(File const& file, Sheet const& sheet, Objects const& objects)
      : file_(file),
        sheet_(sheet),
        dialect_(*sheet.dialect),
        objects_(objects),
        cells_(file, sheet),
        services_(cells_, sheet, objects),
        unread_(unread_columns(sheet)) {
    for (auto const& condition : dialect_.conditions) {
      std::vector<std::size_t> columns;
      for (auto const& header : condition.columns)
        if (auto const found = sheet.header.find(header)) columns.push_back(*found);
      if (!columns.empty()) conditions_.emplace_back(std::move(columns), &condition);
    }
    for (auto const& header : dialect_.one_only)
      if (auto const found = sheet.header.find(header)) one_only_[*found] = {};
  }

  // Nothing: a title, or a rule that is disabled.
  Result<std::optional<ParsedRule>> read(Row const& row, std::size_t filled) {
    cells_.look_at(row);
    SC_CHECK(is_of_one(row));
    ParsedRule rule;
    rule.span = {file_.index, row.offset, row.length};
    auto const type = folded(text(CsvColumn::type));
    bool const title = filled == 1 && text(CsvColumn::action).empty();
    if (is_one_of(type, dialect_.section_words) || title) return std::nullopt;
    SC_CHECK(is_known_type(type));
    SC_TRY(inner, is_of_inner_layer());
    SC_TRY(live, is_live(type));
    if (!live || inner) return std::nullopt;
    rule.number = text(CsvColumn::number);
    SC_CHECK(action(rule));
    SC_CHECK(zone_rule(rule, type));
    zones(rule, CsvColumn::enter, rule.enter);
    zones(rule, CsvColumn::leave, rule.leave);
    SC_CHECK(zone_pair(rule));
    zones_left_out(rule);
    SC_CHECK(addresses(rule, CsvColumn::source, rule.source, rule.not_source));
    SC_CHECK(addresses(rule, CsvColumn::destination, rule.destination, rule.not_destination));
    SC_CHECK(negated(CsvColumn::negate_source, rule.not_source));
    SC_CHECK(negated(CsvColumn::negate_destination, rule.not_destination));
    SC_TRY(service, services_.read());
    rule.service = std::move(service);
    if (services_.says_both())
      rule.conditions.emplace_back("protocols or ports beside a service", "service");
    SC_CHECK(pf(rule));
    for (auto const& [columns, condition] : conditions_) narrow(rule, columns, *condition);
    narrow_by_unread(rule);
    narrow_by_missing(rule);
    rule.translates = has(CsvColumn::translates) && !is_no(text(CsvColumn::translates));
    if (name_ != rule.number) rule.name = name_;
    return rule;
  }

 private:
  bool has(CsvColumn meaning) const { return cells_.has(meaning); }
  std::string_view text(CsvColumn meaning) const { return cells_.text(meaning); }

  // Rules of two devices are no policy.
  Result<void> is_of_one(Row const& row) {
    for (auto const& [column, said] : one_only_) {
      auto const& cell = row.cells[column];
      auto const now = trimmed(cell.text);
      if (now.empty() || now == said) continue;
      if (!said.empty())
        return file_.error(
            ErrorKind::conflict, cell.offset,
            "rules of '" + printable(said) + "' and of '" + printable(now) + "' in one file",
            "each has a policy of its own: keep the rows of one");
      one_only_[column] = now;
    }
    return {};
  }

  // "12.1" decides only what came to rule 12, which is undecided, or disabled.
  Result<bool> is_of_inner_layer() {
    if (!dialect_.layers_by_number) return false;
    std::string const number(text(CsvColumn::number));
    numbers_.insert(number);
    auto const point = number.rfind('.');
    if (point == std::string::npos) return false;
    auto const outer = number.substr(0, point);
    if (!numbers_.contains(outer))
      return cells_.error(CsvColumn::number, ErrorKind::conflict,
                          "rule " + printable(number) + " is of an inner layer, and rule " +
                              printable(outer) + ", which calls it, is not above it",
                          "export the whole policy");
    return true;
  }

  // A word that is not known may well say that the rule is disabled.
  Result<void> is_known_type(std::string const& type) const {
    if (dialect_.rule_words.empty() || type.empty()) return {};
    for (auto const* words : {&dialect_.rule_words, &dialect_.disabled_words})
      if (is_one_of(type, *words)) return {};
    std::string known;
    for (auto const& word : dialect_.rule_words) known += (known.empty() ? "" : ", ") + word;
    return cells_.error(
        CsvColumn::type, ErrorKind::unknown_name,
        "'" + printable(text(CsvColumn::type)) + "' is not a type of rules of " + dialect_.id,
        known);
  }

  Result<bool> is_live(std::string const& type) {
    name_ = text(CsvColumn::name);
    bool live = !is_one_of(type, dialect_.disabled_words);
    auto const prefix = folded(dialect_.disabled_prefix);
    if (!prefix.empty() && folded(name_).starts_with(prefix)) {
      name_ = trimmed(std::string_view(name_).substr(prefix.size()));
      live = false;
    }
    if (has(CsvColumn::enabled)) {
      auto const word = folded(text(CsvColumn::enabled));
      bool const on = is_one_of(word, dialect_.enabled_words);
      if (!on && !is_one_of(word, kNo)) return unclear(CsvColumn::enabled, "enabled");
      live = live && on;
    }
    if (has(CsvColumn::disabled)) {
      auto const word = folded(text(CsvColumn::disabled));
      bool const off = is_one_of(word, kYes) || word == "disabled";
      if (!off && !word.empty() && !is_one_of(word, kNo))
        return unclear(CsvColumn::disabled, "disabled");
      live = live && !off;
    }
    return live;
  }
  std::unexpected<Error> unclear(CsvColumn column, std::string_view what) const {
    return cells_.error(
        column, ErrorKind::unknown_name,
        "'" + printable(text(column)) + "' does not say whether the rule is " + std::string(what),
        "yes or no");
  }

  Result<void> action(ParsedRule& rule) {
    auto const word = folded(text(CsvColumn::action));
    auto const found = dialect_.actions.find(word);
    if (found == dialect_.actions.end()) {
      std::string known;
      for (auto const& [name, meaning] : dialect_.actions)
        known += (known.empty() ? "" : ", ") + name;
      return cells_.error(CsvColumn::action, ErrorKind::unknown_name,
                          word.empty()
                              ? "a rule without an action"
                              : "'" + printable(word) + "' is not an action of " + dialect_.id,
                          known +
                              "; where this is of another vendor, say --dialect (generic: a "
                              "plain table)");
    }
    rule.action = found->second;
    rule.action_word = word;
    return {};
  }

  Result<void> zone_rule(ParsedRule& rule, std::string const& type) {
    if (type == "intrazone") rule.zones = ZoneRule::within;
    if (type == "interzone") rule.zones = ZoneRule::between;
    return {};
  }

  void zones(ParsedRule& rule, CsvColumn column, Zones& into) const {
    if (!has(column)) return;
    auto const words = entries(text(column), dialect_);
    auto const asks_nothing = [&](auto word) { return is_any(word, dialect_); };
    // "(intrazone)" is no zone's name but says how the ends compare.
    bool const strange =
        std::ranges::any_of(words, [](auto word) { return word.starts_with('('); });
    bool const all = std::ranges::all_of(words, asks_nothing);
    bool const mixed = !all && std::ranges::any_of(words, asks_nothing);
    if (strange || mixed)
      rule.conditions.emplace_back("zone '" + printable(text(column)) + "'", "zone");
    into.any = all || strange || mixed;
    if (!into.any) into.names.assign(words.begin(), words.end());
  }

  // "lan, wan" where there are no columns of their own, or where these are empty.
  Result<void> zone_pair(ParsedRule& rule) {
    if (!has(CsvColumn::zone_pair) || !rule.enter.any || !rule.leave.any) return {};
    auto const words = entries(text(CsvColumn::zone_pair), dialect_);
    if (words.empty()) return {};
    if (words.size() != 2)
      return cells_.error(
          CsvColumn::zone_pair, ErrorKind::syntax,
          "'" + printable(text(CsvColumn::zone_pair)) + "' is not a pair of interfaces",
          "such as \"lan, wan\"");
    for (auto const& [word, side] : {std::pair{words[0], &rule.enter}, {words[1], &rule.leave}})
      if (!is_any(word, dialect_)) *side = {false, {std::string(word)}};
    return {};
  }

  // An empty cell is no "any", unless the dialect says so.
  void zones_left_out(ParsedRule& rule) const {
    if (is_any("", dialect_)) return;
    bool const by_pair = !text(CsvColumn::zone_pair).empty();
    if (by_pair) return;
    for (auto const column : {CsvColumn::enter, CsvColumn::leave})
      if (has(column) && text(column).empty())
        rule.conditions.emplace_back(column == CsvColumn::enter
                                         ? "a source zone that the cell leaves out"
                                         : "a destination zone that the cell leaves out",
                                     "zone");
  }

  Result<void> addresses(ParsedRule& rule, CsvColumn column, AddressList& into,
                         bool& negated) const {
    auto value = text(column);
    auto const prefix = trimmed(dialect_.negation);
    if (!prefix.empty() && value.starts_with(prefix)) {
      negated = true;
      value = trimmed(value.substr(prefix.size()));
    }
    auto const words = parts(value, dialect_);
    if (words.empty()) {
      if (is_any("", dialect_) || !has(column)) {
        into.any = true;
      } else {
        into.unknown.emplace_back("an address that the cell leaves out");
      }
    }
    for (auto word : words) {
      // Each entry of a list may bear the mark, but not some of them.
      if (!prefix.empty() && word.starts_with(prefix)) {
        if (!negated)
          return cells_.error(column, ErrorKind::conflict,
                              "'" + printable(text(column)) + "' negates a part of the list",
                              "whether the others are meant or excepted cannot be told");
        word = trimmed(word.substr(prefix.size()));
      }
      objects_.add_addresses(word, into);
    }
    narrow_addresses(rule, column, words, into);
    return {};
  }

  // What stands beside "any" narrows it, as a user would; and so does a name beside addresses,
  // where the vendor writes users among them.
  void narrow_addresses(ParsedRule& rule, CsvColumn column,
                        std::vector<std::string_view> const& words, AddressList const& list) const {
    auto const side = std::string(column == CsvColumn::source ? "source" : "destination");
    bool const more =
        list.any && !std::ranges::all_of(words, [&](auto word) { return is_any(word, dialect_); });
    bool const users = dialect_.users_among_sources && column == CsvColumn::source &&
                       words.size() > 1 && !list.unknown.empty();
    if (more || users)
      rule.conditions.emplace_back(side + " '" + printable(text(column)) + "'", "object");
  }

  Result<void> negated(CsvColumn column, bool& negated) {
    if (!has(column)) return {};
    auto const word = folded(text(column));
    if (word.empty() || is_one_of(word, kNo)) return {};
    if (!is_one_of(word, kYes)) return unclear(column, "negated");
    negated = true;
    return {};
  }

  Result<void> pf(ParsedRule& rule) {
    if (has(CsvColumn::quick)) rule.quick = !is_one_of(folded(text(CsvColumn::quick)), kNo);
    if (has(CsvColumn::family)) {
      auto const word = folded(text(CsvColumn::family));
      if (word == "inet") rule.family = Family::ip4;
      if (word == "inet6") rule.family = Family::ip6;
      if (!rule.family && word != "inet46" && !word.empty())
        return cells_.error(CsvColumn::family, ErrorKind::unknown_name,
                            "'" + printable(word) + "' is not a family", "inet, inet6 or inet46");
    }
    if (has(CsvColumn::direction)) {
      auto const word = folded(text(CsvColumn::direction));
      rule.into = word != "out";
      rule.out_of = word != "in";
      if (word != "in" && word != "out" && word != "any" && !word.empty())
        return cells_.error(CsvColumn::direction, ErrorKind::unknown_name,
                            "'" + printable(word) + "' is not a direction", "in, out or any");
    }
    if (has(CsvColumn::sequence)) rule.sequence = parse_number(text(CsvColumn::sequence));
    if (has(CsvColumn::icmp_type) && !text(CsvColumn::icmp_type).empty())
      rule.conditions.emplace_back("icmp type " + printable(text(CsvColumn::icmp_type)),
                                   "icmp type");
    return {};
  }

  void narrow(ParsedRule& rule, std::vector<std::size_t> const& columns,
              CsvCondition const& condition) const {
    std::vector<std::string_view> words;
    for (auto const column : columns)
      if (words.empty()) words = entries(cells_.row().cells[column].text, dialect_);
    auto const are = [&](std::vector<std::string> const& these) {
      auto const is = [&](std::string_view word) { return is_one_of(folded(word), these); };
      return words.empty() ? is("") : std::ranges::all_of(words, is);
    };
    if (condition.unless_told.empty() ? are(condition.any) : !are(condition.unless_told)) return;
    std::string text = condition.word;
    if (!condition.unless_told.empty()) {
      rule.conditions.emplace_back(text + ", which the export does not tell", condition.word);
      return;
    }
    if (words.empty()) text += " that the cell leaves out";
    for (auto const word : words)
      text += (text.size() == condition.word.size() ? " " : ", ") + printable(word);
    rule.conditions.emplace_back(std::move(text), condition.word);
  }

  static bool is_no(std::string_view cell) {
    auto const word = folded(cell);
    return word.empty() || word == "-" || word == "no nat" || is_one_of(word, kNo);
  }

  void narrow_by_missing(ParsedRule& rule) const {
    for (auto const meaning : dialect_.expected) {
      bool const pair = meaning == CsvColumn::enter || meaning == CsvColumn::leave;
      bool const there = has(meaning) || (pair && has(CsvColumn::zone_pair));
      if (there) continue;
      auto const& header = dialect_.columns.at(meaning).front();
      rule.conditions.emplace_back("column '" + header + "', which the export lacks", header);
    }
  }

  // Nobody knows whether the rule is for some of its traffic only, as an owner or a device would
  // be.
  void narrow_by_unread(ParsedRule& rule) const {
    for (auto const column : unread_) {
      auto const value = trimmed(cells_.row().cells[column].text);
      if (value.empty() || is_any(value, dialect_)) continue;
      auto const name = column_name(sheet_, column);
      rule.conditions.emplace_back("column " + name + " says '" + printable(value) + "'",
                                   "column " + name);
    }
  }

  File const& file_;
  Sheet const& sheet_;
  Dialect const& dialect_;
  Objects const& objects_;
  RowCells cells_;
  ServiceCells services_;
  std::vector<std::pair<std::vector<std::size_t>, CsvCondition const*>> conditions_;
  std::vector<std::size_t> unread_;
  std::set<std::string> numbers_;                // of rules, where these tell layers
  std::map<std::size_t, std::string> one_only_;  // by column: what it said so far
  std::string name_;
};

}  // namespace

Result<std::vector<ParsedRule>> read_rules(File const& file, Sheet const& sheet,
                                           Objects const& objects, RowSifter& sifter) {
  std::vector<ParsedRule> rules;
  RowReader reader(file, sheet, objects);
  SC_CHECK(each_row(file, sheet, [&](Row const& row, std::size_t filled) -> Result<void> {
    if (sifter.leaves_out(row)) return {};
    SC_TRY(rule, reader.read(row, filled));
    if (!rule) return {};
    sifter.read(row, rule->not_source || rule->not_destination);
    rules.push_back(std::move(*rule));
    return {};
  }));
  return rules;
}

}  // namespace safeconduct::csv
