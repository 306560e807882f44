// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of iptables-save: comments, "*table", ":CHAIN POLICY [packets:bytes]", rules, "COMMIT".
#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/codes.h"
#include "formats/iptables_draft.h"
#include "formats/iptables_family.h"
#include "formats/iptables_plain.h"
#include "formats/note_wording.h"
#include "formats/reader.h"

namespace safeconduct {
namespace {

using namespace iptables;

class SaveReader {
 public:
  SaveReader(SourceText const& source, RulesetBuilder& builder)
      : builder_(builder), source_{source.name, *source.text, 0}, words_(source_.text) {
    source_.file = builder.add_file(source.name, source.text);
    builder.expect_clauses_of(source.text->size());
  }

  Result<void> read() {
    auto const guess = guess_family(source_);
    family_ = guess.family;
    if (!guess.told)
      builder_.note({std::string(code::kFamilyGuessed),
                     wording::kFamilyNotTold,
                     {std::string(source_.name), 0, 0}});
    auto const text = source_.text;
    std::size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (begin < text.size()) {
      if (text[begin] == '\n') {  // a sifted export has many
        ++begin;
        continue;
      }
      auto const end = std::min(text.find('\n', begin), text.size());
      SC_CHECK(read_line(begin, end));
      begin = end + 1;
    }
    if (section_)
      return error(
          ErrorKind::syntax, text.size(),
          "the file ends inside of table " + quoted(section_->name()) + ", without COMMIT",
          "the export is cut short: run iptables-save again; it stops, too, at a rule that "
          "nft itself put there and iptables cannot show: then give 'nft list ruleset' "
          "in its place");
    if (tables_.empty() && !others_)
      return error(ErrorKind::syntax, 0, "no table in the file: a line '*filter' begins one",
                   "give the whole output of iptables-save");
    return {};
  }

 private:
  static constexpr std::size_t kMostOfLine = 1024;

  struct ReadTable {
    Family family{};
    std::string_view name;
    std::size_t offset = 0;
  };

  std::unexpected<Error> error(ErrorKind kind, std::size_t offset, std::string message,
                               std::string hint = {}) const {
    return std::unexpected(source_.error(kind, offset, std::move(message), std::move(hint)));
  }

  Result<void> read_line(std::size_t begin, std::size_t end) {
    auto const text = source_.text;
    while (begin < end && Words::is_blank(text[begin])) ++begin;
    while (end > begin && Words::is_blank(text[end - 1])) --end;
    if (begin == end) return {};
    switch (text[begin]) {
      case '-':
      case '[':
        if (read_plain(begin, end)) return {};
        return read_command(begin, end);
      case '#':
        return read_comment(begin, end);
      case '*':
        return read_table(begin, end);
      case ':':
        return read_declaration(begin, end);
      default:
        break;
    }
    if (text.substr(begin, end - begin) == "COMMIT") return commit(begin);
    if (text.substr(begin, end - begin).starts_with("COMMIT"))
      return error(ErrorKind::syntax, begin + 6, "unexpected words after COMMIT",
                   "each statement stands on a line of its own");
    return error(
        ErrorKind::syntax, begin,
        "this is not a line of iptables-save: it begins with none of '*', ':', '-', '#', COMMIT");
  }

  Result<void> read_comment(std::size_t begin, std::size_t end) {
    auto const comment = source_.text.substr(begin, end - begin);
    if (section_) return {};
    if (auto const header = parse_header(comment)) {
      family_ = header->family;
      backend_ = header->backend;
      return {};
    }
    auto const others = beside(comment);
    if (others == Beside::nothing) return {};
    others_ = true;
    auto const at = static_cast<std::uint32_t>(begin);
    builder_.not_shown({family_, others == Beside::legacy,
                        Span{source_.file, at, static_cast<std::uint32_t>(end - begin)}});
    return {};
  }

  Result<void> read_table(std::size_t begin, std::size_t end) {
    auto const line = source_.text.substr(begin, end - begin);
    if (section_)
      return error(ErrorKind::syntax, begin,
                   "a new table before the COMMIT of table " + quoted(section_->name()),
                   "the export is cut short, or pieces of two are mixed: run iptables-save again");
    auto const name = line.substr(1);
    if (auto const blank = name.find_first_of(" \t"); blank != std::string_view::npos)
      return error(ErrorKind::syntax, begin + 1 + blank,
                   name.find(" :", blank) != std::string_view::npos
                       ? "the export has lost its line ends: all of it stands on one line"
                       : "unexpected words after the table's name",
                   "export again, and do not pass the text through a form or a chat");
    if (!is_table(name))
      return error(ErrorKind::unknown_name, begin + 1, quoted(name) + " is not a table of iptables",
                   "they are filter, nat, mangle, raw and security");
    auto const same = std::ranges::find_if(
        tables_, [&](auto const& t) { return t.family == family_ && t.name == name; });
    if (same != tables_.end())
      return error(
          ErrorKind::conflict, begin,
          "table " + quoted(name) + " is in the file twice, first on line " +
              std::to_string(location_at(source_.name, source_.text, same->offset).line),
          "give each export as a file of its own; one of ip6tables-save keeps its first line");
    SC_TRY(shown, name_of_table(name, begin));
    tables_.push_back({family_, name, begin});
    section_ = std::make_unique<TableSection>(source_, builder_, family_, name, shown, begin);
    section_->set_legacy(backend_ == Backend::legacy);
    if (name == "raw") {
      auto const rest = source_.text.substr(end);
      section_->templates() = Templates(rest.substr(0, rest.find("\nCOMMIT")));
      builder_.table_at(section_->id()).gives_templates = section_->templates().any();
    }
    if (backend_ == Backend::nf_tables) builder_.table_at(section_->id()).nf_tables = true;
    builder_.reads(family_);
    return {};
  }

  // A device may have rules of both backends at once: two tables of one name, both in force. The
  // legacy one is then listed as such. The same table out of two files is something else.
  Result<std::string> name_of_table(std::string_view name, std::size_t offset) {
    auto const family = family_ == Family::ip4 ? TableFamily::ip : TableFamily::ip6;
    auto const& rules = builder_.peek();
    auto const other = std::ranges::find_if(rules.tables, [&](auto const& t) {
      return t.iptables && t.family == family && t.name == name;
    });
    std::string shown(name);
    if (other == rules.tables.end()) return shown;
    auto const& file = rules.files[other->span.file];
    auto const theirs = backend_of(*file.text);
    if (backend_ == theirs || backend_ == Backend::unknown || theirs == Backend::unknown)
      return error(ErrorKind::conflict, offset,
                   "table " +
                       quoted(std::string(safeconduct::name(family)) + ' ' + std::string(name)) +
                       " is also in file " + quoted(file.name),
                   "give one export of each table; of two backends (iptables-legacy-save and "
                   "iptables-nft-save), with the comment that names the program");
    return shown + (backend_ == Backend::legacy ? " (legacy)" : " (nf_tables)");
  }

  Result<void> need_table(std::size_t offset) const {
    if (section_) return {};
    return error(
        ErrorKind::syntax, offset, "a line for a table, but no '*table' line before it",
        "give the whole output of iptables-save, not a part of it (nor that of iptables -S)");
  }

  // ":INPUT DROP [0:0]"
  Result<void> read_declaration(std::size_t begin, std::size_t end) {
    SC_CHECK(need_table(begin));
    words_.start(begin + 1, end);
    Word chain;
    Word policy;
    if (!words_.next(chain) || !words_.next(policy))
      return error(ErrorKind::syntax, begin, "a chain's line is ':NAME POLICY [packets:bytes]'");
    if (chain.text.size() > 64)  // twice what the kernel takes
      return error(ErrorKind::limit, chain.offset, "the name of a chain is longer than 64 bytes");
    SC_CHECK(section_->declare(chain.text, {source_.file, static_cast<std::uint32_t>(chain.offset),
                                            static_cast<std::uint32_t>(chain.text.size())}));
    SC_CHECK(section_->set_policy(chain.text, policy.text, policy.offset));
    Word counters;
    if (words_.next(counters) && !is_counters(counters.text))
      return error(ErrorKind::syntax, counters.offset,
                   quoted(counters.text) + " is not a pair of counters such as [0:0]");
    if (words_.next(counters))
      return error(ErrorKind::syntax, counters.offset, "unexpected " + quoted(counters.text),
                   "each statement stands on a line of its own");
    return {};
  }

  static bool is_counters(std::string_view text) {
    if (text.size() < 5 || text.front() != '[' || text.back() != ']') return false;
    auto const inner = text.substr(1, text.size() - 2);
    return std::ranges::count(inner, ':') == 1 &&
           std::ranges::all_of(inner, [](char c) { return c == ':' || (c >= '0' && c <= '9'); });
  }

  // The commonest rules, without a look at what they might be beside: see iptables_plain.h.
  bool read_plain(std::size_t begin, std::size_t end) {
    auto const text = source_.text;
    if (section_ && section_->templates().any()) return false;  // what it asks of those is in doubt
    if (!section_ || family_ != Family::ip4 || text.size() - end <= kPlainMargin) return false;
    auto const* const line = text.data() + begin;
    if (read_plain_rule(line, plain_) != text.data() + end) return false;
    auto const chain = section_->known(plain_.chain);
    if (!chain) return false;
    auto const action = plain_action();
    if (!action) return false;
    add_clauses(plain_, builder_);
    builder_.add_rule(*chain,
                      {source_.file, static_cast<std::uint32_t>(begin + plain_.begin),
                       static_cast<std::uint32_t>(plain_.length)},
                      *action);
    return true;
  }

  std::optional<Action> plain_action() {
    auto const target = plain_.target;
    if (target == "ACCEPT") return Accept{};
    if (target == "DROP") return Drop{};
    if (target == "RETURN") return Return{};
    auto const offset = static_cast<std::size_t>(target.data() - source_.text.data());
    auto const chain = section_->jumped({target, offset, false});
    if (!chain) return std::nullopt;
    if (*chain) return Jump{**chain};
    if (target == "REJECT") return Reject{plain_.reject.value_or(RejectWith::port_unreachable)};
    if (target == "LOG") return Continue{};
    return std::nullopt;
  }

  // "[1:60] -A INPUT ...", "-A INPUT ...", "-I INPUT 3 ...", "-N NAME", "-P INPUT DROP".
  Result<void> read_command(std::size_t begin, std::size_t end) {
    SC_CHECK(need_table(begin));
    words_.start(begin, end);
    Word word;
    while (true) {
      if (!words_.next(word))
        return error(ErrorKind::syntax, begin, "a command such as '-A CHAIN' was expected");
      if (word.text == "-A" || word.text == "--append") return read_rule_line(word, false);
      if (word.text == "-I" || word.text == "--insert") return read_rule_line(word, true);
      bool const other_family = family_ == Family::ip4 ? word.text == "-6" || word.text == "--ipv6"
                                                       : word.text == "-4" || word.text == "--ipv4";
      if (other_family) return {};  // the other tool's; this one passes over the line
      if (word.text == "-4" || word.text == "-6" || word.text == "--ipv4" || word.text == "--ipv6")
        continue;
      if (word.text.starts_with('[') && is_counters(word.text)) continue;
      break;
    }
    if (word.text == "-N" || word.text == "--new-chain") return read_new_chain(word);
    if (word.text == "-P" || word.text == "--policy") return read_policy(word);
    bool const counters = word.text.starts_with('[');
    return error(
        ErrorKind::syntax, word.offset,
        counters ? quoted(word.text) + " is not a pair of counters such as [0:0]"
                 : quoted(word.text) + " is not a command that iptables-save writes",
        counters ? "" : "-A, -I, -N and -P are read; others change rules instead of listing them");
  }

  Result<void> read_new_chain(Word const& command) {
    Word chain;
    if (!words_.next(chain) || chain.quoted)
      return error(ErrorKind::syntax, command.offset, "the name of the new chain is missing");
    return section_->declare(chain.text, {source_.file, static_cast<std::uint32_t>(chain.offset),
                                          static_cast<std::uint32_t>(chain.text.size())});
  }

  Result<void> read_policy(Word const& command) {
    Word chain;
    Word policy;
    if (!words_.next(chain) || !words_.next(policy))
      return error(ErrorKind::syntax, command.offset, "-P needs a chain and a policy");
    SC_CHECK(section_->appended(chain));
    return section_->set_policy(chain.text, policy.text, policy.offset);
  }

  Result<void> read_rule_line(Word const& command, bool insert) {
    Word chain;
    if (!words_.next(chain))
      return error(ErrorKind::syntax, command.offset, quoted(command.text) + " needs a chain");
    SC_TRY(id, section_->appended(chain));
    std::size_t position = 1;
    if (insert) {
      SC_TRY(given, read_position());
      position = given;
    }
    auto const before = builder_.at(id).rules.size();
    auto const rule = words_.position();
    auto const rule_end = words_.end_of_last();
    RuleDraft draft(source_, builder_, words_, *section_);
    draft.begin = command.offset;
    draft.chain = id;
    SC_CHECK(read_rule(draft));
    auto const count = draft.sources.count * draft.destinations.count;
    if (count > 1 && (inserts() || !ends_chain(builder_.at(id).rules, before))) {
      // Else they come to the same as one rule for all of the addresses.
      if (count > kMostOfLine)
        return error(ErrorKind::limit, command.offset,
                     "a line of more than " + std::to_string(kMostOfLine) + " rules",
                     "each source with each destination is one: use an ipset");
      auto& rules = builder_.at(id).rules;
      rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(before), rules.end());
      for (std::size_t which = 0; which < count; ++which) {
        words_.go_back(rule, rule_end);
        RuleDraft one(source_, builder_, words_, *section_);
        one.begin = command.offset;
        one.chain = id;
        one.sources.which = which / draft.destinations.count;
        one.destinations.which = which % draft.destinations.count;
        SC_CHECK(read_rule(one));
      }
      if (auto const all = builder_.at(id).rules.size() - before; all > 0)
        of_lists_.emplace(command.offset, std::max(all / count, std::size_t{1}));
    }
    if (insert) return move_to(id, before, position, command.offset);
    return {};
  }

  // Does the file put rules before others?
  bool inserts() {
    if (!inserts_) inserts_ = source_.text.contains("-I ") || source_.text.contains("--insert ");
    return *inserts_;
  }
  // No packet meets two of them.
  static bool ends_chain(std::vector<Rule> const& rules, std::size_t from) {
    return std::all_of(rules.begin() + static_cast<std::ptrdiff_t>(from), rules.end(),
                       [](Rule const& rule) {
                         return std::holds_alternative<Accept>(rule.action) ||
                                std::holds_alternative<Drop>(rule.action) ||
                                std::holds_alternative<Reject>(rule.action) ||
                                std::holds_alternative<Return>(rule.action);
                       });
  }

  // The number behind "-I CHAIN", where there is one.
  Result<std::size_t> read_position() {
    Word word;
    if (!words_.peek(word) || word.text.empty() || word.text[0] < '0' || word.text[0] > '9')
      return std::size_t{1};
    words_.next(word);
    auto const number = parse_c_number(word.text);
    if (!number || *number == 0)
      return error(ErrorKind::out_of_range, word.offset,
                   quoted(word.text) + " is not the number of a rule");
    return std::size_t{*number};
  }

  // 'position' counts rules as iptables has them; all that came of one line have one span.
  Result<void> move_to(ChainId id, std::size_t from, std::size_t position, std::size_t offset) {
    auto& rules = builder_.at(id).rules;
    std::size_t to = 0;
    std::size_t before = 0;  // rules of iptables
    while (before + 1 < position && to < from) {
      auto end = to;
      while (end < from && rules[end].span == rules[to].span) ++end;
      auto const of_list = of_lists_.find(rules[to].span.offset);
      auto const size = of_list == of_lists_.end() ? end - to : of_list->second;
      auto const wanted = std::min((end - to) / size, position - 1 - before);
      to += size * wanted;
      before += wanted;
    }
    if (to == from && before + 1 < position && from > 0)
      return error(ErrorKind::out_of_range, offset,
                   "insertion at rule " + std::to_string(position) + ", but the chain has only " +
                       std::to_string(before));
    if (from == 0 && position > 1)
      return error(ErrorKind::out_of_range, offset,
                   "insertion at rule " + std::to_string(position) + ", but the chain is empty");
    std::rotate(rules.begin() + static_cast<std::ptrdiff_t>(to),
                rules.begin() + static_cast<std::ptrdiff_t>(from), rules.end());
    return {};
  }

  Result<void> commit(std::size_t begin) {
    SC_CHECK(need_table(begin));
    section_->finish();
    section_.reset();
    return {};
  }

  RulesetBuilder& builder_;
  Source source_;
  Words words_;
  Family family_ = Family::ip4;
  Backend backend_ = Backend::unknown;
  std::unique_ptr<TableSection> section_;
  std::vector<ReadTable> tables_;
  bool others_ = false;  // it says that there are rules that it cannot show
  PlainRule plain_;
  // How many rules here are one of iptables, of lines with lists that are several: by where they
  // begin.
  std::unordered_map<std::size_t, std::size_t> of_lists_;
  std::optional<bool> inserts_;
};

}  // namespace

Result<void> read_iptables_save(SourceText const& source, RulesetBuilder& builder) {
  constexpr std::size_t kLargest = 0xFFFFFFFFU;  // what spans can point into
  if (source.text->size() > kLargest)
    return std::unexpected(
        Error{ErrorKind::limit, {source.name, 0, 0}, "the file is larger than 4 GiB", "", ""});
  return SaveReader(source, builder).read();
}

}  // namespace safeconduct
