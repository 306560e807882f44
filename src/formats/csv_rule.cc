// SPDX-License-Identifier: GPL-3.0-or-later
// From cells to a rule. Whatever narrows a rule in a way that is not modelled becomes a condition
// that nobody decides.
#include "formats/csv_rule.h"

#include <algorithm>

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
        dialect_(*sheet.dialect),
        objects_(objects),
        unread_(unread_columns(sheet)),
        sheet_(sheet) {
    for (auto const& [meaning, headers] : dialect_.columns)
      if (auto const found = sheet.header.find(headers)) columns_[meaning] = *found;
    for (auto const& condition : dialect_.conditions)
      if (auto const found = sheet.header.find(condition.columns))
        conditions_.emplace_back(*found, &condition);
    applications_ = sheet.header.find(dialect_.application_headers);
  }

  // Nothing: a title, or a rule that is disabled.
  Result<std::optional<ParsedRule>> read(Row const& row, std::size_t filled) {
    row_ = &row;
    ParsedRule rule;
    rule.span = {file_.index, row.offset, row.length};
    auto const type = lower(text(CsvColumn::type));
    bool const title = filled == 1 && trimmed(text(CsvColumn::action)).empty();
    if (is_one_of(type, dialect_.section_words) || title) return std::nullopt;
    SC_TRY(live, is_live(type));
    if (!live) return std::nullopt;
    rule.number = trimmed(text(CsvColumn::number));
    SC_CHECK(action(rule));
    SC_CHECK(zone_rule(rule, type));
    zones(CsvColumn::enter, rule.enter);
    zones(CsvColumn::leave, rule.leave);
    SC_CHECK(zone_pair(rule));
    zones_left_out(rule);
    SC_CHECK(addresses(CsvColumn::source, rule.source, rule.not_source));
    SC_CHECK(addresses(CsvColumn::destination, rule.destination, rule.not_destination));
    SC_CHECK(negated(CsvColumn::negate_source, rule.not_source));
    SC_CHECK(negated(CsvColumn::negate_destination, rule.not_destination));
    SC_CHECK(services(rule.service));
    SC_CHECK(pf(rule));
    for (auto const& [column, condition] : conditions_) narrow(rule, column, *condition);
    narrow_by_unread(rule);
    if (name_ != rule.number) rule.name = name_;
    return rule;
  }

 private:
  bool has(CsvColumn column) const { return columns_.contains(column); }
  Cell const* cell(CsvColumn column) const {
    auto const found = columns_.find(column);
    return found == columns_.end() ? nullptr : &row_->cells[found->second];
  }
  std::string_view text(CsvColumn column) const {
    auto const* const found = cell(column);
    return found == nullptr ? std::string_view{} : found->text;
  }
  std::unexpected<Error> error(CsvColumn column, ErrorKind kind, std::string message,
                               std::string hint = {}) const {
    auto const* const at = cell(column);
    return file_.error(kind, at == nullptr ? row_->offset : at->offset, std::move(message),
                       std::move(hint));
  }

  Result<bool> is_live(std::string const& type) {
    name_ = trimmed(text(CsvColumn::name));
    bool live = !is_one_of(type, dialect_.disabled_words);
    auto const prefix = trimmed(dialect_.disabled_prefix);
    if (!prefix.empty() && name_.starts_with(prefix)) {
      name_ = trimmed(std::string_view(name_).substr(prefix.size()));
      live = false;
    }
    if (has(CsvColumn::enabled)) {
      auto const word = lower(text(CsvColumn::enabled));
      bool const on = is_one_of(word, dialect_.enabled_words);
      if (!on && !is_one_of(word, kNo)) return unclear(CsvColumn::enabled, "enabled");
      live = live && on;
    }
    if (has(CsvColumn::disabled)) {
      auto const word = lower(text(CsvColumn::disabled));
      bool const off = is_one_of(word, kYes) || word == "disabled";
      if (!off && !word.empty() && !is_one_of(word, kNo))
        return unclear(CsvColumn::disabled, "disabled");
      live = live && !off;
    }
    return live;
  }
  std::unexpected<Error> unclear(CsvColumn column, std::string_view what) const {
    return error(
        column, ErrorKind::unknown_name,
        "'" + printable(text(column)) + "' does not say whether the rule is " + std::string(what),
        "yes or no");
  }

  Result<void> action(ParsedRule& rule) {
    auto const word = lower(text(CsvColumn::action));
    auto const found = dialect_.actions.find(word);
    if (found == dialect_.actions.end()) {
      std::string known;
      for (auto const& [name, meaning] : dialect_.actions)
        known += (known.empty() ? "" : ", ") + name;
      return error(CsvColumn::action, ErrorKind::unknown_name,
                   word.empty() ? "a rule without an action"
                                : "'" + printable(word) + "' is not an action of " + dialect_.id,
                   known);
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

  void zones(CsvColumn column, Zones& into) const {
    if (!has(column)) return;
    auto const words = entries(text(column), dialect_);
    into.any =
        words.empty() || std::ranges::any_of(words, [&](auto w) { return is_any(w, dialect_); });
    if (!into.any) into.names.assign(words.begin(), words.end());
  }

  // "lan, wan" where there are no columns of their own, or where these are empty.
  Result<void> zone_pair(ParsedRule& rule) {
    if (!has(CsvColumn::zone_pair) || !rule.enter.any || !rule.leave.any) return {};
    auto const words = entries(text(CsvColumn::zone_pair), dialect_);
    if (words.empty()) return {};
    if (words.size() != 2)
      return error(CsvColumn::zone_pair, ErrorKind::syntax,
                   "'" + printable(text(CsvColumn::zone_pair)) + "' is not a pair of interfaces",
                   "such as \"lan, wan\"");
    for (auto const& [word, side] : {std::pair{words[0], &rule.enter}, {words[1], &rule.leave}})
      if (!is_any(word, dialect_)) *side = {false, {std::string(word)}};
    return {};
  }

  // An empty cell is no "any", unless the dialect says so.
  void zones_left_out(ParsedRule& rule) const {
    if (is_any("", dialect_)) return;
    bool const by_pair = has(CsvColumn::zone_pair) && !trimmed(text(CsvColumn::zone_pair)).empty();
    if (by_pair) return;
    for (auto const column : {CsvColumn::enter, CsvColumn::leave})
      if (has(column) && trimmed(text(column)).empty())
        rule.conditions.emplace_back(column == CsvColumn::enter
                                         ? "a source zone that the cell leaves out"
                                         : "a destination zone that the cell leaves out",
                                     "zone");
  }

  Result<void> addresses(CsvColumn column, AddressList& into, bool& negated) const {
    auto value = trimmed(text(column));
    auto const prefix = trimmed(dialect_.negation);
    if (!prefix.empty() && value.starts_with(prefix)) {
      negated = true;
      value = trimmed(value.substr(prefix.size()));
    }
    auto const words = entries(value, dialect_);
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
          return error(column, ErrorKind::conflict,
                       "'" + printable(text(column)) + "' negates a part of the list",
                       "whether the others are meant or excepted cannot be told");
        word = trimmed(word.substr(prefix.size()));
      }
      objects_.add_addresses(word, into);
    }
    return {};
  }

  Result<void> negated(CsvColumn column, bool& negated) {
    if (!has(column)) return {};
    auto const word = lower(text(column));
    if (word.empty() || is_one_of(word, kNo)) return {};
    if (!is_one_of(word, kYes)) return unclear(column, "negated");
    negated = true;
    return {};
  }

  Result<void> services(ServiceList& into) {
    if (has(CsvColumn::service)) {
      auto const words = entries(text(CsvColumn::service), dialect_);
      if (words.empty()) {
        if (is_any("", dialect_)) {
          into.any = true;
        } else if (!has(CsvColumn::protocol)) {
          into.unknown.emplace_back("a service that the cell leaves out");
        }
      }
      for (auto const word : words)
        if (!dialect_.application_default.empty() && lower(word) == dialect_.application_default) {
          default_ports(into);
        } else {
          objects_.add_services(word, into);
        }
      if (!words.empty() || !has(CsvColumn::protocol)) return {};
      into = {};
    }
    if (!has(CsvColumn::protocol) && !has(CsvColumn::destination_port)) {
      into.any = true;
      return {};
    }
    return ports(into);
  }

  // The ports that the rule's applications have by default.
  void default_ports(ServiceList& into) const {
    auto const words = applications_ ? entries(row_->cells[*applications_].text, dialect_)
                                     : std::vector<std::string_view>{};
    for (auto const word : words) {
      auto const known = dialect_.applications.find(lower(word));
      if (known == dialect_.applications.end()) {
        into.unknown.push_back("the default ports of application '" + printable(word) + "'");
        continue;
      }
      for (auto const& value : known->second) add_service(value, into);
    }
    if (words.empty()) into.unknown.emplace_back("the default ports of applications");
  }

  // Columns for protocol and ports: any pair of a protocol and a port.
  Result<void> ports(ServiceList& into) {
    std::vector<std::optional<std::uint32_t>> protocols;
    for (auto const word : entries(text(CsvColumn::protocol), dialect_)) {
      if (is_any(word, dialect_)) {
        protocols.emplace_back(std::nullopt);
        continue;
      }
      auto const name = lower(word);
      if (name == "tcp/udp") {
        protocols.insert(protocols.end(), {l4::tcp, l4::udp});
        continue;
      }
      auto const protocol = parse_l4proto(name);
      if (!protocol)
        return error(CsvColumn::protocol, ErrorKind::unknown_name,
                     "'" + printable(word) + "' is not a protocol", "such as tcp, udp, icmp or 50");
      protocols.push_back(protocol);
    }
    if (protocols.empty()) protocols.emplace_back(std::nullopt);
    SC_TRY(source_ports, port_list(CsvColumn::source_port));
    ServiceList own;  // "TCP:443", with a protocol of its own
    SC_TRY(destination_ports, port_list(CsvColumn::destination_port, &own));
    for (auto const& term : own.terms) into.terms.push_back(term);
    for (auto const& unknown : own.unknown) into.unknown.push_back(unknown);
    bool const narrowed = !source_ports.empty() || !destination_ports.empty();
    if (!narrowed && (!own.terms.empty() || !own.unknown.empty())) return {};
    for (auto const& protocol : protocols) {
      if (!protocol && !narrowed) {
        into.any = true;
        return {};
      }
      ServiceTerm const term{protocol, source_ports, destination_ports, std::nullopt};
      if (protocol) {
        into.terms.push_back(term);
      } else {
        for (auto const each : {l4::tcp, l4::udp}) {
          into.terms.push_back(term);
          into.terms.back().protocol = each;
        }
      }
    }
    return {};
  }

  // Empty: any.
  Result<ValueSet> port_list(CsvColumn column, ServiceList* own = nullptr) {
    std::vector<ValueInterval> ranges;
    for (auto const word : entries(text(column), dialect_)) {
      if (is_any(word, dialect_)) return ValueSet{};
      if (auto const range = parse_port_range(word)) {
        ranges.push_back(*range);
      } else if (auto const port = parse_port(lower(word))) {
        ranges.push_back({*port, *port});
      } else if (own != nullptr && (word[0] < '0' || word[0] > '9')) {
        objects_.add_services(word, *own);
      } else {
        return error(column, ErrorKind::out_of_range,
                     "'" + printable(word) + "' is not a port (0-65535), nor a range of ports");
      }
    }
    return ValueSet(std::move(ranges));
  }

  Result<void> pf(ParsedRule& rule) {
    if (has(CsvColumn::quick)) rule.quick = !is_one_of(lower(text(CsvColumn::quick)), kNo);
    if (has(CsvColumn::family)) {
      auto const word = lower(text(CsvColumn::family));
      if (word == "inet") rule.family = Family::ip4;
      if (word == "inet6") rule.family = Family::ip6;
      if (!rule.family && word != "inet46" && !word.empty())
        return error(CsvColumn::family, ErrorKind::unknown_name,
                     "'" + printable(word) + "' is not a family", "inet, inet6 or inet46");
    }
    if (has(CsvColumn::direction)) {
      auto const word = lower(text(CsvColumn::direction));
      rule.into = word != "out";
      rule.out_of = word != "in";
      if (word != "in" && word != "out" && word != "any" && !word.empty())
        return error(CsvColumn::direction, ErrorKind::unknown_name,
                     "'" + printable(word) + "' is not a direction", "in, out or any");
    }
    if (has(CsvColumn::sequence)) rule.sequence = parse_number(trimmed(text(CsvColumn::sequence)));
    if (has(CsvColumn::icmp_type) && !trimmed(text(CsvColumn::icmp_type)).empty())
      rule.conditions.emplace_back("icmp type " + printable(text(CsvColumn::icmp_type)),
                                   "icmp type");
    return {};
  }

  void narrow(ParsedRule& rule, std::size_t column, CsvCondition const& condition) const {
    auto const words = entries(row_->cells[column].text, dialect_);
    auto const asks_nothing = [&](std::string_view word) {
      return is_one_of(lower(word), condition.any);
    };
    if (words.empty() || std::ranges::any_of(words, asks_nothing)) return;
    std::string text = condition.word;
    for (auto const word : words)
      text += (text.size() == condition.word.size() ? " " : ", ") + printable(word);
    rule.conditions.emplace_back(std::move(text), condition.word);
  }

  // Nobody knows whether the rule is for some of its traffic only, as an owner or a device would
  // be.
  void narrow_by_unread(ParsedRule& rule) const {
    for (auto const column : unread_) {
      auto const value = trimmed(row_->cells[column].text);
      if (value.empty() || is_any(value, dialect_)) continue;
      auto const name = column_name(sheet_, column);
      rule.conditions.emplace_back("column " + name + " says '" + printable(value) + "'",
                                   "column " + name);
    }
  }

  File const& file_;
  Dialect const& dialect_;
  Objects const& objects_;
  std::vector<std::size_t> unread_;
  Sheet const& sheet_;
  std::map<CsvColumn, std::size_t> columns_;
  std::vector<std::pair<std::size_t, CsvCondition const*>> conditions_;
  std::optional<std::size_t> applications_;
  Row const* row_ = nullptr;
  std::string name_;
};

}  // namespace

Result<std::vector<ParsedRule>> read_rules(File const& file, Sheet const& sheet,
                                           Objects const& objects) {
  std::vector<ParsedRule> rules;
  RowReader reader(file, sheet, objects);
  SC_CHECK(each_row(file, sheet, [&](Row const& row, std::size_t filled) -> Result<void> {
    SC_TRY(rule, reader.read(row, filled));
    if (rule) rules.push_back(std::move(*rule));
    return {};
  }));
  return rules;
}

}  // namespace safeconduct::csv
