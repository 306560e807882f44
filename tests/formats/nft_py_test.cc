// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of nftables' own test suite (tests/py), line by line: what nft takes must be read, and
// read as the form that nft lists it in; what nft refuses must be refused. tests/py_table.sh prints
// how much of that holds.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "formats/reader.h"
#include "rules/text.h"
#include "support/corpus.h"

namespace safeconduct::test {
namespace {

std::vector<std::string> split(std::string const& line, char separator) {
  std::vector<std::string> out;
  std::stringstream in(line);
  for (std::string field; std::getline(in, field, separator);) out.push_back(field);
  return out;
}

Result<Ruleset> read(std::string name, std::string text) {
  SourceText const source{std::move(name), std::make_shared<std::string const>(std::move(text))};
  return read_device(std::span(&source, 1), {}, Format::nft);
}

// A line of a .t file: ":chain;type ...", "*family;table;chains", "!set type ...;ok",
// "?set element;ok", "%object ...;ok", "-..." (left out), or "rule;ok;the rule as it is listed".
class TestFile {
 public:
  explicit TestFile(std::filesystem::path const& path) : name_(path.filename().string()) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  enum class Kind : std::uint8_t { none, accepted, refused };
  struct Verdict {
    Kind kind = Kind::none;  // what nft does with the line
    bool read = false;       // in every family that is ours
    bool refused = false;    // in every one
    bool same = true;        // the listed form is read as the same, or has words not modelled
    bool atoms = false;
    std::string message;
  };

  template <class Do>
  void for_each(Do const& act) {
    for (auto const& line : lines_) {
      if (line.empty() || line[0] == '#' || line[0] == '-') continue;
      auto column = split(line, ';');
      if (line[0] == ':') {
        chains_[column[0].substr(1)] = line.substr(line.find(';') + 1);
      } else if (line[0] == '*') {
        if (column[0] == "*ip" || column[0] == "*ip6" || column[0] == "*inet")
          families_.push_back(column[0].substr(1));
      } else if (column.size() >= 2 && line[0] != '%') {
        auto const verdict = judge(line, column);
        if (verdict.kind != Kind::none && !families_.empty()) act(line, verdict);
      }
    }
  }

 private:
  Verdict judge(std::string const& line, std::vector<std::string> const& column) {
    Verdict out;
    // The words of an object may have semicolons of their own.
    bool const ok = column[1].starts_with("ok") || line.ends_with(";ok");
    out.kind = ok ? Kind::accepted : column[1].starts_with("fail") ? Kind::refused : Kind::none;
    auto const space = column[0].find(' ');
    if (line[0] == '!') {
      auto type = column[0].substr(space + 1);
      for (std::string_view const property : {" flags ", " timeout "})
        if (auto const at = type.find(property); at != std::string::npos) type[at] = ';';
      auto const name = column[0].substr(1, space - 1);
      auto const before = types_;
      types_[name] = type;
      try_all(out, "", "");
      if (!ok || !out.read) types_ = before;
    } else if (line[0] == '?') {
      auto const name = column[0].substr(1, space - 1);
      auto const before = elements_;
      elements_[name] += column[0].substr(space + 1) + ", ";
      if (!types_.contains(name)) out.kind = Kind::none;  // of a family that is not ours
      try_all(out, "", "");
      if (!ok || !out.read) elements_ = before;
    } else {
      try_all(out, column[0], column.size() > 2 ? column[2] : "");
    }
    return out;
  }

  std::string sets(std::string const& family) const {
    std::string text;
    for (auto const& [name, type] : types_) {
      bool const map = type.find(" : ") != std::string::npos;
      text += (map ? "map " : "set ") + name + " { " + type;
      if (auto const found = elements_.find(name); found != elements_.end())
        text += "; elements = { " + found->second + "}";
      text += " }\n";
    }
    static_cast<void>(family);
    return text;
  }

  std::string table(std::string const& family, std::string const& rule) const {
    // A chain of the kind that the file is about; rules are tried in no chain of a device.
    std::string head;
    for (auto const& [name, type] : chains_)
      if (head.empty() && !type.contains("device")) head = type;
    return "table " + family + " t {\n" + sets(family) + "chain c {\n" +
           (head.empty() ? "" : head + "\n") + rule + "\n}\n}\n";
  }

  // In what order a rule asks, and in what order a map has its elements, is of no account here.
  static std::string model(Ruleset const& rules) {
    std::vector<std::string> out;
    for (auto line : split(to_text(rules), '\n')) {
      if (line.starts_with("  ")) {
        line.erase(0, line.find(": ") + 2);
        auto const arrow = line.find(" -> ");
        auto clauses = split(line.substr(0, arrow), ',');
        for (auto& clause : clauses) clause.erase(0, clause.find_first_not_of(' '));
        std::ranges::sort(clauses);
        clauses.erase(std::ranges::unique(clauses).begin(), clauses.end());
        line.erase(0, arrow);
        for (auto const& clause : clauses) line += ", " + clause;
      }
      out.push_back(line);
    }
    std::ranges::sort(out);
    std::string text;
    for (auto const& line : out) text += line + '\n';
    return text;
  }

  void try_all(Verdict& out, std::string const& rule, std::string const& listed) const {
    out.read = out.refused = true;
    for (auto const& family : families_) {
      auto const rules = read(name_, table(family, rule));
      (rules ? out.refused : out.read) = false;
      if (!rules) {
        out.message = to_message(rules.error());
        continue;
      }
      auto const text = model(*rules);
      out.atoms = out.atoms || text.contains('?');
      if (listed.empty()) continue;
      auto const again = read(name_, table(family, listed));
      auto const other = again ? model(*again) : to_message(again.error());
      if (other == text || (again && text.contains('?') && other.contains('?'))) continue;
      out.same = false;
      out.message = text + "the listed form:\n" + other;
    }
  }

  std::string name_;
  std::vector<std::string> lines_;
  std::vector<std::string> families_;
  std::map<std::string, std::string> chains_;
  std::map<std::string, std::string> types_;
  std::map<std::string, std::string> elements_;
};

struct Row {
  std::size_t accepted = 0;  // by nft
  std::size_t read = 0;
  std::size_t same = 0;
  std::size_t atoms = 0;
  std::size_t refused = 0;  // by nft
  std::size_t refused_too = 0;

  std::size_t lines() const { return accepted + refused; }
  std::size_t right() const { return same + refused_too; }
  double percent() const {
    return 100.0 * static_cast<double>(right()) /
           static_cast<double>(std::max<std::size_t>(lines(), 1));
  }
  void add(TestFile::Verdict const& verdict) {
    if (verdict.kind == TestFile::Kind::refused) {
      ++refused;
      refused_too += verdict.refused ? 1 : 0;
      return;
    }
    ++accepted;
    read += verdict.read ? 1 : 0;
    same += verdict.read && verdict.same ? 1 : 0;
    atoms += verdict.atoms ? 1 : 0;
  }
};

std::string print(std::string const& name, Row const& row) {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), "%-8s %6zu %6zu %10zu %8zu %9zu %9zu  %6.2f %%\n",
                name.c_str(), row.accepted, row.read, row.same, row.atoms, row.refused,
                row.refused_too, row.percent());
  return line.data();
}

}  // namespace

TEST_CASE(
    "nft tests/py: at least 95 % of the lines of ip, ip6, inet and any are read as nft does") {
  auto const corpus = corpus_or_skip();
  if (!corpus) return;
  bool const tell = std::getenv("SC_PY_LINES") != nullptr;
  auto const folder = *corpus / "netfilter-nftables" / "tests" / "py";
  std::string table = "family   taken   read  as listed    atoms   refused   by us too   right\n";
  Row all;
  for (std::string const family : {"any", "inet", "ip", "ip6"}) {
    Row row;
    std::vector<std::filesystem::path> paths;
    for (auto const& entry : std::filesystem::directory_iterator(folder / family))
      if (entry.path().extension() == ".t") paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (auto const& path : paths) {
      TestFile(path).for_each([&](std::string const& line, TestFile::Verdict const& verdict) {
        row.add(verdict);
        all.add(verdict);
        bool const taken = verdict.kind == TestFile::Kind::accepted;
        bool const right = taken ? verdict.read && verdict.same : verdict.refused;
        if (tell && !right)
          std::cout << family << '/' << path.filename().string() << ": " << line << '\n'
                    << (taken ? verdict.message : "") << '\n';
        if (!taken || verdict.read) return;
        CAPTURE(line);
        CAPTURE(verdict.message);
        CHECK(verdict.read);
      });
    }
    table += print(family, row);
    CHECK(row.percent() >= 95.0);
  }
  std::cout << table << print("all", all);
  CHECK(all.lines() > 1500);
}

}  // namespace safeconduct::test
