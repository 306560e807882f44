// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/vendor_csv.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/codes.h"
#include "base/text.h"
#include "base/utf16.h"
#include "formats/csv_rule.h"
#include "formats/note_wording.h"
#include "packet/field.h"

namespace safeconduct {
namespace {

using namespace csv;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The rules of a file, and where they come from.
struct Policy {
  File const* file = nullptr;
  Sheet sheet;
  std::vector<ParsedRule> rules;
  bool sifted = false;  // some were left out

  Span header() const { return {file->index, sheet.header_offset, sheet.header_length}; }
};

class Device {
 public:
  Device(std::span<Dialect const> dialects, std::span<std::string const> crossed,
         RulesetBuilder& builder, Sieve const* sieve)
      : dialects_(dialects), crossed_(crossed), builder_(builder), sieve_(sieve) {}

  Result<void> read(std::span<SourceText const> sources) {
    SC_CHECK(find_sheets(sources));
    SC_CHECK(read_objects());
    SC_CHECK(read_policies());
    SC_CHECK(know_crossed());
    SC_CHECK(write());
    notes();
    return {};
  }

 private:
  struct Found {
    File const* file = nullptr;
    Sheet sheet;
  };

  Result<void> find_sheets(std::span<SourceText const> sources) {
    files_.reserve(sources.size());
    for (auto const& source : sources) {
      auto text = source.text;
      if (auto const decoded = utf8_of_utf16(*text))
        text = std::make_shared<std::string const>(*decoded);
      if (text->starts_with(kByteOrderMark))
        text = std::make_shared<std::string const>(text->substr(kByteOrderMark.size()));
      auto const index = builder_.add_file(source.name, text);
      files_.push_back({source.name, *text, index});
      texts_.push_back(text);
      if (text->find('\0') != std::string::npos)
        return files_.back().error(ErrorKind::syntax, text->find('\0'), "a NUL byte",
                                   "this is no text: export it again");
    }
    // The rules say which dialect it is; then the objects have to be of the same.
    std::string dialect;
    for (auto const& file : files_) {
      SC_TRY(sheet, find_sheet(file, dialects_, ""));
      bool const are_rules = sheet.objects == nullptr;
      auto const& own = *sheet.dialect;
      if (are_rules && (dialect.empty() || own.prefilter_of.empty()))
        dialect = own.prefilter_of.empty() ? own.id : own.prefilter_of;
      found_.push_back({&file, are_rules ? std::move(sheet) : Sheet{}});
    }
    for (auto& found : found_) {
      if (found.sheet.dialect != nullptr) continue;
      SC_TRY(sheet, find_sheet(*found.file, dialects_, dialect));
      found.sheet = std::move(sheet);
    }
    return {};
  }

  Result<void> read_objects() {
    for (auto const& found : found_)
      if (found.sheet.objects == nullptr &&
          (dialect_ == nullptr || found.sheet.dialect->prefilter_of.empty()))
        dialect_ = found.sheet.dialect;
    if (dialect_ == nullptr)
      return found_.front().file->error(ErrorKind::usage, 0, "this has objects, and no rules",
                                        "give the export of the rules, and this one beside it");
    objects_ = std::make_unique<Objects>(*dialect_);
    for (auto const& found : found_)
      if (found.sheet.objects != nullptr) SC_CHECK(objects_->read(*found.file, found.sheet));
    return objects_->check_groups();
  }

  Result<void> read_policies() {
    for (auto& found : found_) {
      if (found.sheet.objects != nullptr) continue;
      auto const& own = *found.sheet.dialect;
      auto& place = own.prefilter_of.empty() ? main_ : prefilter_;
      if (place)
        return found.file->error(ErrorKind::conflict, found.sheet.header_offset,
                                 "rules are also in file '" + place->file->name + "'",
                                 "give each device's policy as one export");
      RowSifter sifter(found.sheet, *objects_, sieve_);
      SC_TRY(rules, read_rules(*found.file, found.sheet, *objects_, sifter));
      if (rules.empty() && !has_rows(*found.file, found.sheet))
        return found.file->error(ErrorKind::syntax, found.sheet.header_offset,
                                 "a header, and no rule below it", "is the export cut short?");
      place = Policy{found.file, found.sheet, std::move(rules), sifter.any_left_out()};
      order(*place);
    }
    for (auto const* policy : policies())
      for (auto const& rule : policy->rules) {
        for (auto const& zone : rule.enter.names) zones_.insert(zone);
        for (auto const& zone : rule.leave.names) zones_.insert(zone);
        if (!rule.number.empty() || !rule.name.empty())
          builder_.name_rule(rule.span, rule.number, rule.name);
      }
    return {};
  }

  static bool has_rows(File const& file, Sheet const& sheet) {
    auto const end = std::min(file.text.find('\n', sheet.header_offset), file.text.size());
    return file.text.find_first_not_of(" \t\r\n,;\"", end) != std::string_view::npos;
  }

  // The interfaces that packets cross are zones, too, whether or not a rule names them.
  Result<void> know_crossed() {
    auto const& policy = *policies().front();
    for (auto const& name : crossed_) {
      if (zones_.empty() || zones_.contains(name)) continue;
      for (auto const& zone : zones_)
        if (folded(zone) == folded(name))
          return policy.file->error(
              ErrorKind::unknown_name, policy.sheet.header_offset,
              "the rules have no zone '" + printable(name) + "', but '" + printable(zone) + "'",
              "write it as the export does");
      unnamed_.push_back(name);
    }
    if (!zones_.empty()) zones_.insert(unnamed_.begin(), unnamed_.end());
    return {};
  }

  std::vector<Policy const*> policies() const {
    std::vector<Policy const*> result;
    for (auto const* each : {&prefilter_, &main_})
      if (*each) result.push_back(&**each);
    return result;
  }

  // The order in which a first match decides. Where the last match wins but for quick rules, those
  // come first, and then the others from the end.
  static void order(Policy& policy) {
    auto& rules = policy.rules;
    // Rules of several interfaces or of all ("floating") come before those of one.
    if (std::ranges::all_of(rules, [](auto const& rule) { return rule.sequence.has_value(); }))
      std::ranges::stable_sort(rules, {}, [](auto const& rule) {
        return std::pair(rule.enter.names.size() == 1, rule.sequence);
      });
    if (!policy.sheet.dialect->last_match) return;
    auto const slow = std::ranges::stable_partition(rules, &ParsedRule::quick);
    std::ranges::reverse(slow);
  }

  Result<void> write() {
    auto const& first = *policies().front();
    table_ = builder_.table(TableFamily::inet, dialect_->id, false, first.header());
    builder_.table_at(table_).vendor = true;
    builder_.reads(Family::ip4);
    builder_.reads(Family::ip6);
    if (dialect_->by_direction) return write_by_direction();
    std::optional<ChainId> prefilter;
    std::optional<ChainId> rules;
    if (prefilter_) {
      SC_TRY(chain, write_rules(*prefilter_, "prefilter", prefilter_->rules));
      prefilter = chain;
    }
    if (main_) {
      SC_TRY(chain, write_rules(*main_, "rules", main_->rules));
      rules = chain;
    }
    write_translation();
    for (auto const hook : {Hook::forward, Hook::output, Hook::input}) {
      auto const chain = begin_base(std::string(name(hook)), hook, 0, first);
      if (prefilter) builder_.add_rule(chain, first.header(), Jump{*prefilter});
      if (rules) {
        builder_.add_rule(chain, main_->header(), Jump{*rules});
        end_base(chain, *main_);
      } else {
        RuleEmitter(builder_, chain, {})
            .act(CsvAction::undecided, "of the access rules, which are not given", first.header());
      }
    }
    return {};
  }

  // The source becomes an address of the device where the rule that lets packets through says so;
  // which one, and by which rule they came, is not followed.
  void write_translation() {
    auto const translates = [](Policy const* policy) {
      return std::ranges::any_of(policy->rules, &ParsedRule::translates);
    };
    translates_ = std::ranges::any_of(policies(), translates);
    if (!translates_) return;
    auto const header = policies().front()->header();
    auto const chain = builder_.chain(table_, "translation", header);
    auto& at = builder_.at(chain);
    at.defined = true;
    constexpr std::int32_t kSourceNat = 100;
    at.base = BaseChain{ChainType::nat, Hook::postrouting, kSourceNat, ChainPolicy::accept, header};
    builder_.unmodelled("the rule that lets the packet through translates its source", "nat");
    Nat nat;
    nat.to_interface = true;
    builder_.add_rule(chain, header, Translate{builder_.nat(nat)});
  }

  // pf: rules of an interface and a direction. A packet that is forwarded meets those of the
  // interface that it comes in by, and then those of the one that it leaves by, where nothing is
  // blocked unless a rule says so.
  Result<void> write_by_direction() {
    auto const& policy = *policies().front();
    std::vector<ParsedRule> into;
    std::vector<ParsedRule> out_of;
    for (auto const& rule : policy.rules) {
      if (rule.into) into.push_back(rule);
      if (!rule.out_of) continue;
      out_of.push_back(rule);
      std::swap(out_of.back().enter, out_of.back().leave);
    }
    SC_TRY(in_rules, write_rules(policy, "rules in", into));
    if (dialect_->between_zones == CsvAction::undecided)
      RuleEmitter(builder_, in_rules, {})
          .act(CsvAction::undecided, "of rules that are not in this export", policy.header());
    SC_TRY(out_rules, write_rules(policy, "rules out", out_of));
    struct Stage {
      char const* name;
      Hook hook;
      std::int32_t priority;
      ChainId rules;
      bool drops;
    };
    for (auto const& stage : {Stage{"forward in", Hook::forward, 0, in_rules, true},
                              Stage{"forward out", Hook::forward, 1, out_rules, false},
                              Stage{"output", Hook::output, 0, out_rules, false},
                              Stage{"input", Hook::input, 0, in_rules, true}}) {
      auto const chain = begin_base(stage.name, stage.hook, stage.priority, policy);
      builder_.at(chain).base->policy = stage.drops ? ChainPolicy::drop : ChainPolicy::accept;
      builder_.add_rule(chain, policy.header(), Jump{stage.rules});
    }
    return {};
  }

  ChainId begin_base(std::string const& name, Hook hook, std::int32_t priority,
                     Policy const& policy) {
    auto const header = policy.header();
    auto const chain = builder_.chain(table_, name, header);
    auto& at = builder_.at(chain);
    at.defined = true;
    at.base = BaseChain{ChainType::filter, hook, priority, ChainPolicy::drop, header};
    builder_.in_range(Field::ct_state, {static_cast<std::uint32_t>(CtState::established),
                                        static_cast<std::uint32_t>(CtState::related)});
    builder_.add_rule(chain, header, Accept{});
    return chain;
  }

  // What no rule has decided.
  void end_base(ChainId chain, Policy const& policy) {
    auto const& dialect = *policy.sheet.dialect;
    RuleEmitter emitter(builder_, chain, {zones_.begin(), zones_.end()});
    if (dialect.within_zone) emitter.within_zone(*dialect.within_zone, policy.header());
    if (dialect.between_zones == CsvAction::accept) {
      builder_.at(chain).base->policy = ChainPolicy::accept;
    } else if (dialect.between_zones != CsvAction::drop) {
      emitter.act(dialect.between_zones, "that the policy takes by default", policy.header());
    }
  }

  Result<ChainId> write_rules(Policy const& policy, char const* name,
                              std::vector<ParsedRule> const& rules) {
    auto const chain = builder_.chain(table_, name, policy.header());
    builder_.at(chain).defined = true;
    builder_.at(chain).sifted = policy.sifted;
    RuleEmitter emitter(builder_, chain, {zones_.begin(), zones_.end()});
    for (auto const& rule : rules)
      if (!emitter.emit(rule))
        return policy.file->error(ErrorKind::limit, rule.span.offset,
                                  "a rule of more than 4096 cases",
                                  "zones, addresses and services that no file says, multiplied");
    return chain;
  }

  void notes() {
    auto const& policy = *policies().front();
    auto const at = location_at(policy.file->name, policy.file->text, policy.sheet.header_offset);
    builder_.note({std::string(code::kVendorExport),
                   {translates_ ? wording::kReadAsExportTranslating : wording::kReadAsExport,
                    {dialect_->title, dialect_->id}},
                   at});
    note_columns();
    for (auto const& name : unnamed_)
      builder_.note(
          {std::string(code::kZoneUnnamed), {wording::kZoneWithoutRule, {printable(name)}}, at});
    for (auto const* each : policies())
      if (each->sheet.dialect->unverified)
        builder_.note({std::string(code::kVendorUnverified),
                       {wording::kDialectUnverified,
                        {each->sheet.dialect->id, *each->sheet.dialect->unverified}},
                       at});
  }

  void note_columns() {
    for (auto const* each : policies()) {
      std::string names;
      for (auto const column : unread_columns(each->sheet))
        if (!each->sheet.header.name(column).empty())  // a comma at the end makes one without
          names += (names.empty() ? "" : ", ") + column_name(each->sheet, column);
      if (names.empty()) continue;
      builder_.note({std::string(code::kColumnsUnread),
                     {wording::kColumnsNotKnown, {each->sheet.dialect->id, names}},
                     location_at(each->file->name, each->file->text, each->sheet.header_offset)});
    }
  }

  std::span<Dialect const> dialects_;
  std::span<std::string const> crossed_;
  RulesetBuilder& builder_;
  Sieve const* sieve_;
  std::vector<File> files_;
  std::vector<std::shared_ptr<std::string const>> texts_;
  std::vector<Found> found_;
  Dialect const* dialect_ = nullptr;
  std::unique_ptr<Objects> objects_;
  std::optional<Policy> prefilter_;
  std::optional<Policy> main_;
  std::set<std::string> zones_;
  std::vector<std::string> unnamed_;  // zones that packets cross and no rule names
  bool translates_ = false;           // a rule does, the source
  std::uint32_t table_ = 0;
};

// A line of a listing or of iptables-save, though the file may begin with a prompt, or number them.
bool is_of_rules(std::string_view line) {
  constexpr std::array<std::string_view, 9> kBegins{"table inet ",
                                                    "table ip ",
                                                    "table ip6 ",
                                                    "type filter hook ",
                                                    "type nat hook ",
                                                    "{\"nftables\"",
                                                    "-A ",
                                                    "*filter",
                                                    "*nat"};
  line.remove_prefix(std::min(line.find_first_not_of(" \t0123456789"), line.size()));
  return std::ranges::any_of(kBegins, [&](auto begin) { return line.starts_with(begin); });
}

}  // namespace

bool looks_like_csv(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::size_t rows = 0;
  std::size_t lines = 0;
  for (std::size_t i = 0; i < 50 && !text.empty(); ++i) {
    auto const line = text.substr(0, text.find('\n'));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) ++lines;
    if (is_of_rules(line)) return false;
    for (char const delimiter : {',', ';', '\t'})
      if (std::ranges::count(line, delimiter) >= 2) {
        ++rows;
        break;
      }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  // Cells may have lines of their own; commas stand in rules here and there, too.
  return rows > 0 && rows * 3 >= lines;
}

Result<void> read_vendor_csv(std::span<SourceText const> sources, std::span<Dialect const> dialects,
                             RulesetBuilder& builder, std::span<std::string const> crossed,
                             Sieve const* sieve) {
  return Device(dialects, crossed, builder, sieve).read(sources);
}

Result<Ruleset> read_csv_device(std::span<SourceText const> sources,
                                std::span<std::string const> interfaces,
                                std::span<Dialect const> dialects,
                                std::shared_ptr<Sieve const> const& sieve) {
  RulesetBuilder builder;
  SC_CHECK(read_vendor_csv(sources, dialects, builder, interfaces, sieve.get()));
  SC_TRY(rules, std::move(builder).finish(interfaces));
  if (std::ranges::any_of(rules.chains, &Chain::sifted)) rules.sieve = sieve;
  return rules;
}

}  // namespace safeconduct
