// SPDX-License-Identifier: GPL-3.0-or-later
// 'ipset save': "create NAME TYPE options" and "add NAME ELEMENT options", one a line.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "formats/ipset_elements.h"
#include "formats/iptables_words.h"
#include "formats/reader.h"

namespace safeconduct {
namespace {

using iptables::Source;
using iptables::Word;
using iptables::Words;

struct SetDraft {
  ipset::Shape shape;
  NamedSet set;
  bool expires = false;                   // elements do unless they say "timeout 0"
  std::vector<std::string> members;       // of a list of sets
  std::unordered_set<std::string> named;  // the same
  bool resolved = false;
};

struct OptionValues {
  std::string_view name;
  std::size_t values = 0;
};

// Options of 'create' that change nothing about which packets match.
constexpr std::array kCreateIgnored{
    OptionValues{"hashsize", 1}, OptionValues{"maxelem", 1}, OptionValues{"bucketsize", 1},
    OptionValues{"initval", 1},  OptionValues{"size", 1},    OptionValues{"counters", 0},
    OptionValues{"comment", 0},  OptionValues{"skbinfo", 0}, OptionValues{"forceadd", 0},
    OptionValues{"-exist", 0},   OptionValues{"range", 1},   OptionValues{"probes", 1},
    OptionValues{"resize", 1},   OptionValues{"gc", 1},      OptionValues{"hashsize", 1},
};
constexpr std::array kAddIgnored{
    OptionValues{"wildcard", 0}, OptionValues{"packets", 1}, OptionValues{"bytes", 1},
    OptionValues{"comment", 1},  OptionValues{"skbmark", 1}, OptionValues{"skbprio", 1},
    OptionValues{"skbqueue", 1}, OptionValues{"before", 1},  OptionValues{"after", 1},
    OptionValues{"-exist", 0},
};

template <std::size_t N>
OptionValues const* find(std::array<OptionValues, N> const& table, std::string_view name) {
  auto const found = std::ranges::find(table, name, &OptionValues::name);
  return found == table.end() ? nullptr : &*found;
}

class IpsetReader {
 public:
  IpsetReader(SourceText const& source, RulesetBuilder& builder)
      : builder_(builder),
        lasting_(source.lasting),
        source_{source.name, *source.text, 0},
        words_(source_.text) {
    source_.file = builder.add_file(source.name, source.text);
  }

  Result<void> read() {
    auto const text = source_.text;
    std::size_t begin = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    while (begin < text.size()) {
      auto const end = std::min(text.find('\n', begin), text.size());
      SC_CHECK(read_line(begin, end));
      begin = end + 1;
    }
    for (auto& draft : sets_) finish(draft);
    for (auto& draft : sets_) {
      auto const span = draft.set.span;
      auto const name = draft.set.name;
      if (!builder_.add_set(std::move(draft.set)))
        return error(ErrorKind::conflict, span.offset, "set " + quoted(name) + " is in two files",
                     "give one 'ipset save' of the device");
    }
    return {};
  }

 private:
  std::unexpected<Error> error(ErrorKind kind, std::size_t offset, std::string message,
                               std::string hint = {}) const {
    return std::unexpected(source_.error(kind, offset, std::move(message), std::move(hint)));
  }

  Result<void> read_line(std::size_t begin, std::size_t end) {
    auto const text = source_.text;
    while (end > begin && Words::is_blank(text[end - 1])) --end;
    words_.start(begin, end);
    Word command;
    if (!words_.next(command)) return broken_quote();
    if (command.text.starts_with('#') || command.text == "COMMIT") return {};
    if (command.text == "add" || command.text == "-A") return read_add(command);
    if (command.text == "create" || command.text == "-N") return read_create(command, end);
    return error(ErrorKind::syntax, command.offset,
                 quoted(command.text) + " is not a command that 'ipset save' writes",
                 "'create' and 'add' are");
  }

  Result<void> broken_quote() const {
    if (words_.broken_quote() == Words::kNone) return {};
    return error(ErrorKind::syntax, words_.broken_quote(),
                 "a quote that is not closed on its line");
  }

  Result<Word> value(Word const& of) {
    Word word;
    if (words_.next(word)) return word;
    SC_CHECK(broken_quote());
    return error(ErrorKind::syntax, of.offset, quoted(of.text) + " has no value");
  }

  // The name of a set; "-exist" may stand before it, as at the end of the line.
  Result<Word> set_name(Word const& command) {
    SC_TRY(word, value(command));
    if (word.text != "-exist" && word.text != "-!") return word;
    return value(command);
  }

  Result<std::uint32_t> number(Word const& of, std::uint32_t max) {
    SC_TRY(word, value(of));
    auto const parsed = parse_c_number(word.text, max);
    if (!parsed)
      return error(ErrorKind::out_of_range, word.offset,
                   quoted(word.text) + " is not a number up to " + std::to_string(max));
    return *parsed;
  }

  Result<void> read_create(Word const& command, std::size_t end) {
    SC_TRY(name, set_name(command));
    SC_TRY(type_word, value(command));
    SetDraft draft;
    auto const type = ipset::parse_type(type_word.text);
    if (!type)
      return error(ErrorKind::unknown_name, type_word.offset,
                   quoted(type_word.text) + " is not a type of set",
                   "such as hash:ip, hash:net,port, bitmap:port or list:set");
    draft.shape.type = *type;
    draft.set.name = std::string(name.text);
    draft.set.span = {source_.file, static_cast<std::uint32_t>(command.offset),
                      static_cast<std::uint32_t>(end - command.offset)};
    if (by_name_.contains(draft.set.name))
      return error(ErrorKind::conflict, name.offset,
                   "set " + quoted(name.text) + " is created twice");
    Word option;
    while (words_.next(option)) SC_CHECK(read_create_option(option, draft));
    SC_CHECK(broken_quote());
    shape_dimensions(draft);
    by_name_.emplace(draft.set.name, sets_.size());
    sets_.push_back(std::move(draft));
    return {};
  }

  Result<void> read_create_option(Word const& option, SetDraft& draft) {
    auto const& name = option.text;
    if (auto const* ignored = find(kCreateIgnored, name)) {
      for (std::size_t i = 0; i < ignored->values; ++i) SC_CHECK(value(option));
    } else if (name == "family") {
      SC_TRY(family, value(option));
      if (family.text != "inet" && family.text != "inet6")
        return error(ErrorKind::unknown_name, family.offset,
                     quoted(family.text) + " is not a family", "inet or inet6");
      draft.shape.family = family.text == "inet" ? Family::ip4 : Family::ip6;
    } else if (name == "netmask") {
      SC_TRY(netmask, number(option, address_bits(draft.shape.family)));
      draft.shape.netmask = netmask;
    } else if (name == "timeout") {
      SC_TRY(seconds, number(option, 0xFFFFFFFFU));
      draft.expires = seconds != 0;
    } else if (name == "markmask" || name == "bitmask" || name == "wildcard") {
      if (name != "wildcard") SC_CHECK(value(option));
      draft.set.undecided = "its option '" + std::string(name) + "' is not modelled";
    } else {
      return error(ErrorKind::syntax, option.offset,
                   "unknown option " + quoted(name) + " of 'create'");
    }
    return {};
  }

  void shape_dimensions(SetDraft& draft) {
    auto& set = draft.set;
    set.dimensions = 0;
    bool addresses = false;
    for (auto const part : draft.shape.type.parts) {
      switch (part) {
        case ipset::Part::address:
        case ipset::Part::network:
          addresses = true;
          set.kinds.push_back(SetDimension::address);
          break;
        case ipset::Part::port:
          set.kinds.push_back(SetDimension::port);
          ++set.dimensions;
          break;
        case ipset::Part::mark:
          set.kinds.push_back(SetDimension::mark);
          break;
        case ipset::Part::mac:
        case ipset::Part::interface:
          set.kinds.push_back(SetDimension::other);
          set.undecided = part == ipset::Part::mac ? "MAC addresses are not modelled"
                                                   : "sets of interfaces are not modelled";
          break;
      }
      ++set.dimensions;
    }
    if (addresses) set.family = draft.shape.family;
  }

  Result<void> read_add(Word const& command) {
    SC_TRY(name, set_name(command));
    auto* draft = find_set(name.text);
    if (draft == nullptr)
      return error(ErrorKind::unknown_name, name.offset,
                   "element for set " + quoted(name.text) + ", which no line before creates",
                   "is the export cut short? run 'ipset save' again");
    SC_TRY(text, value(command));
    bool expires = draft->expires;
    std::uint64_t left = 0;  // seconds; 0: not said
    bool nomatch = false;
    Word option;
    while (words_.next(option)) {
      if (auto const* ignored = find(kAddIgnored, option.text)) {
        for (std::size_t i = 0; i < ignored->values; ++i) SC_CHECK(value(option));
      } else if (option.text == "timeout") {
        SC_TRY(seconds, number(option, 0xFFFFFFFFU));
        expires = seconds != 0;
        left = seconds;
      } else if (option.text == "nomatch") {
        nomatch = true;
      } else {
        return error(ErrorKind::syntax, option.offset,
                     "unknown option " + quoted(option.text) + " of 'add'");
      }
    }
    SC_CHECK(broken_quote());
    if (expires && lasting_ && left >= *lasting_) {
      builder_.lasts(left);
    } else if (expires) {
      draft->set.undecided = "its elements expire (timeout)";
    }
    if (draft->shape.type.parts.empty()) {
      if (draft->named.emplace(text.text).second) draft->members.emplace_back(text.text);
      return {};
    }
    if (std::ranges::find(draft->set.kinds, SetDimension::other) != draft->set.kinds.end())
      return {};
    ipset::parse_element(draft->shape, text.text, element_);
    if (!element_.fault.empty()) return error(ErrorKind::out_of_range, text.offset, element_.fault);
    if (!element_.unmodelled.empty()) draft->set.undecided = element_.unmodelled;
    auto& cells = nomatch ? draft->set.excluded : draft->set.cells;
    cells.insert(cells.end(), element_.cells.begin(), element_.cells.end());
    return {};
  }

  SetDraft* find_set(std::string_view name) {
    if (last_ < sets_.size() && sets_[last_].set.name == name) return &sets_[last_];
    auto const found = by_name_.find(std::string(name));
    if (found == by_name_.end()) return nullptr;
    last_ = found->second;
    return &sets_[last_];
  }

  void finish(SetDraft& draft) {
    if (draft.resolved) return;
    draft.resolved = true;
    if (is_list(draft)) return unite(draft);
    auto& set = draft.set;
    if (set.excluded.empty() || !set.undecided.empty()) return;
    if (set.dimensions == 1 && set.family) {
      set.cells = ipset::with_exceptions(*set.family, set.cells, set.excluded);
      set.excluded.clear();
    } else {
      set.undecided = "exceptions (nomatch) in a set of several dimensions are not modelled";
    }
  }

  static bool is_list(SetDraft const& draft) { return draft.shape.type.parts.empty(); }

  // A list of sets is found in when one of them is. ipset refuses a list in a list
  // (IPSET_ERR_LOOP), and one set twice in a list.
  void unite(SetDraft& list) {
    constexpr std::size_t kMostCells = 50'000'000;  // of all lists together: each repeats its sets
    auto& set = list.set;
    set.kinds = {SetDimension::address};  // until a member says otherwise
    set.dimensions = 1;
    bool first = true;
    for (auto const& name : list.members) {
      auto const found = by_name_.find(name);
      if (found == by_name_.end()) {
        set.undecided = "set '" + name + "' in it is not in the file";
        return;
      }
      auto& member = sets_[found->second];
      if (&member == &list) {
        set.undecided = "it contains itself";
        return;
      }
      if (is_list(member)) {
        set.undecided = "set '" + name + "' in it is a list of sets, too";
        return;
      }
      finish(member);
      if (!member.set.undecided.empty()) {
        set.undecided = "of set '" + name + "' in it: " + member.set.undecided;
        return;
      }
      if (first) {
        set.kinds = member.set.kinds;
        set.dimensions = member.set.dimensions;
        set.family = member.set.family;
      } else if (set.kinds != member.set.kinds ||
                 set.family.has_value() != member.set.family.has_value()) {
        set.undecided = "it mixes sets of different types";
        return;
      }
      first = false;
      united_ += member.set.cells.size();
      if (united_ > kMostCells) {
        set.undecided = "the lists of sets have too many elements";
        set.cells.clear();
        set.cells_of_other_family.clear();
        return;
      }
      auto& cells = set.family == member.set.family ? set.cells : set.cells_of_other_family;
      cells.insert(cells.end(), member.set.cells.begin(), member.set.cells.end());
    }
    set.members = list.members;
  }

  RulesetBuilder& builder_;
  std::optional<std::uint64_t> lasting_;  // see SourceText
  Source source_;
  Words words_;
  std::vector<SetDraft> sets_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::size_t last_ = ~std::size_t{0};
  std::size_t united_ = 0;  // cells that lists took over
  ipset::Element element_;
};

}  // namespace

Result<void> read_ipset_save(SourceText const& source, RulesetBuilder& builder) {
  if (source.text->size() > 0xFFFFFFFFU)  // what spans can point into
    return std::unexpected(
        Error{ErrorKind::limit, {source.name, 0, 0}, "the file is larger than 4 GiB", "", ""});
  return IpsetReader(source, builder).read();
}

}  // namespace safeconduct
