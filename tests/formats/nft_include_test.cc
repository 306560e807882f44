// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <fnmatch.h>

#include <map>
#include <memory>
#include <string>

#include "formats/reader.h"
#include "rules/text.h"

namespace safeconduct::test {
namespace {

using Folder = std::map<std::string, std::string>;  // files by their paths

FileAccess access_to(Folder const& folder) {
  FileAccess files;
  files.read = [&folder](std::string const& path) -> Result<std::shared_ptr<std::string const>> {
    auto const found = folder.find(path);
    if (found == folder.end())
      return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "not there", {}, {}});
    if (found->second == "unreadable")
      return std::unexpected(Error{ErrorKind::unreadable, {path, 0, 0}, "no permission", {}, {}});
    return std::make_shared<std::string const>(found->second);
  };
  files.is_file = [&folder](std::string const& path) { return folder.contains(path); };
  files.matching = [&folder](std::string const& pattern) -> Result<std::vector<std::string>> {
    std::vector<std::string> paths;
    auto const closed = folder.find(pattern.substr(0, pattern.rfind('/') + 1));
    if (closed != folder.end())
      return std::unexpected(
          Error{ErrorKind::unreadable, {pattern, 0, 0}, "no permission", {}, {}});
    for (auto const& [path, text] : folder)
      if (fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
        paths.push_back(path);
    return paths;
  };
  return files;
}

Result<Ruleset> read(Folder const& folder, std::vector<std::string> include_path = {}) {
  auto files = access_to(folder);
  files.include_path = std::move(include_path);
  SourceText const source{"etc/main.nft",
                          std::make_shared<std::string const>(folder.at("etc/main.nft"))};
  return read_device(std::span(&source, 1), {}, Format::nft, &files);
}

std::string model(Folder const& folder, std::vector<std::string> include_path = {}) {
  auto const rules = read(folder, std::move(include_path));
  return rules ? to_text(*rules) : to_message(rules.error());
}

std::string chain_of(std::string const& rules) {
  return "table ip t {\n\tchain c {\n" + rules + "\t}\n}\n";
}

}  // namespace

TEST_CASE("nft_include: a file stands where it is included, in a script, a table, a chain, a set") {
  CHECK(model({{"etc/main.nft",
                "include \"sets.nft\"\nadd table ip t\ninclude \"all.nft\"; add rule "
                "ip t c drop\n"},
               {"etc/sets.nft", "define port = 22"},
               {"etc/all.nft", "table ip t {\n\tinclude \"chain.nft\"\n}"},
               {"etc/chain.nft",
                "chain c {\n\tinclude \"rules.nft\"\n}\nset s {\n\tinclude "
                "\"type.nft\"\n\telements = { 80 }\n}\n"},
               {"etc/type.nft", "type inet_service"},
               {"etc/rules.nft", "tcp dport $port accept\ntcp dport @s accept"}}) ==
        "table ip t\nchain c\n  1: l4proto tcp, dport 22 -> accept\n"
        "  2: l4proto tcp, dport 80 -> accept\n  3: any -> drop\n");
}

TEST_CASE(
    "nft_include: a variable of an included file holds behind it, one of a block in the block") {
  CHECK(model({{"etc/main.nft",
                "table ip t {\n\tchain c {\n\t\tinclude \"v.nft\"\n\t\ttcp dport $p "
                "accept\n\t}\n\tchain d {\n\t\ttcp dport $p accept\n\t}\n}\n"},
               {"etc/v.nft", "define p = 22\n"}}) ==
        "etc/main.nft:7:13: variable '$p' is not defined\n    \t\ttcp dport $p accept\n"
        "    \t\t          ^\n");
}

TEST_CASE(
    "nft_include: what a pattern matches is read in the order of names, and nothing is fine, too") {
  Folder folder{{"etc/main.nft",
                 "table ip t {\n\tchain c {\n\t\tinclude \"d/*.nft\"\n\t\tinclude "
                 "\"none/*.nft\"\n\t\tdrop\n\t}\n}\n"},
                {"etc/d/b.nft", "ip ttl 2"},
                {"etc/d/a.nft", "ip ttl 1\n"},
                {"etc/d/.hidden.nft", "ip ttl 3"},
                {"etc/d/c.txt", "ip ttl 4"}};
  CHECK(model(folder) ==
        "table ip t\nchain c\n  1: ttl 1 -> continue\n  1: ttl 2 -> continue\n"
        "  5: any -> drop\n");
}

TEST_CASE(
    "nft_include: names are searched in the folders given, then beside the script, then in /etc") {
  auto const main = std::pair{std::string("etc/main.nft"), chain_of("\t\tinclude \"x.nft\"\n")};
  auto const ttl = [](int n) { return "ip ttl " + std::to_string(n) + "\n"; };
  auto const line = [](int n) {
    return "table ip t\nchain c\n  1: ttl " + std::to_string(n) + " -> continue\n";
  };
  Folder folder{main, {"/etc/x.nft", ttl(3)}};
  CHECK(model(folder, {"first", "second"}) == line(3));
  folder["etc/x.nft"] = ttl(2);
  CHECK(model(folder, {"first", "second"}) == line(2));
  folder["second/x.nft"] = ttl(1);
  CHECK(model(folder, {"first", "second"}) == line(1));
  folder["etc/main.nft"] = chain_of("\t\tinclude \"./y.nft\"\n");
  folder["./y.nft"] = ttl(4);  // of the folder that we are in
  folder["second/y.nft"] = ttl(5);
  CHECK(model(folder, {"second"}) == line(4));
  folder["etc/main.nft"] = chain_of("\t\tinclude \"/srv/../y.nft\"\n");
  folder["/srv/../y.nft"] = ttl(6);
  CHECK(model(folder, {"second"}) == line(6));
}

TEST_CASE("nft_include: places are those of the included file") {
  auto const rules = read({{"etc/main.nft", "# one\ninclude \"a.nft\"\nadd rule ip t c drop\n"},
                           {"etc/a.nft",
                            "table ip t { # x\n\tchain c { # y\n\t\ttype filter hook "
                            "input priority 0; policy drop\n\t\tip ttl 1 accept\n\t}\n}"}});
  REQUIRE(rules);
  auto const& chain = rules->chains.at(0);
  CHECK(text(*rules, chain.span) == "chain c {");
  CHECK(location(*rules, chain.span) == Location{"etc/a.nft", 2, 2});
  CHECK(text(*rules, chain.base->policy_span) == "policy drop");
  CHECK(text(*rules, chain.rules.at(0).span) == "ip ttl 1 accept");
  CHECK(location(*rules, chain.rules.at(0).span) == Location{"etc/a.nft", 4, 3});
  CHECK(location(*rules, chain.rules.at(1).span) == Location{"etc/main.nft", 3, 17});
  CHECK(text(*rules, chain.rules.at(1).span) == "drop");
}

TEST_CASE("nft_include: a fault in an included file is placed there, and the way to it is told") {
  CHECK(
      model({{"etc/main.nft", "\ninclude \"a.nft\"\n"},
             {"etc/a.nft", "table ip t {\n  include \"b.nft\"\n}\n"},
             {"etc/b.nft", "chain c {\n  tcp dport 70000\n}\n"}}) ==
      "etc/b.nft:2:13: '70000' is not a port (0-65535)\n      tcp dport 70000\n                ^\n"
      "  hint: included by etc/a.nft:2:3, included by etc/main.nft:2:1\n");
}

TEST_CASE("nft_include: what cannot be followed is refused at its place") {
  auto const refusal = [](Folder const& folder) {
    auto const text = model(folder);
    return text.substr(0, text.find('\n'));
  };
  CHECK(refusal({{"etc/main.nft", "include \"a.nft\"\n"}}) ==
        "etc/main.nft:1:1: the rules include 'a.nft', and there is no such file");
  CHECK(refusal({{"etc/main.nft", "include \"a.nft\"\n"}, {"etc/a.nft", "unreadable"}}) ==
        "etc/main.nft:1:1: cannot read 'etc/a.nft': no permission");
  // A pattern in a folder that nobody may look into is not one without a match.
  CHECK(refusal({{"etc/main.nft", "include \"d/*.nft\"\n"}, {"etc/d/", "closed"}}) ==
        "etc/main.nft:1:1: the rules include 'd/*.nft': 'etc/d/*.nft': no permission");
  CHECK(
      refusal({{"etc/main.nft", "include \"a.nft\"\n"}, {"etc/a.nft", "\ninclude \"main.nft\""}}) ==
      "etc/a.nft:2:1: 'etc/main.nft' includes itself");
  CHECK(refusal({{"etc/main.nft", "include \"a.nft\" accept\n"}, {"etc/a.nft", ""}}) ==
        "etc/main.nft:1:16: expected the end of the line behind the name of the file");
  CHECK(refusal({{"etc/main.nft", "include a.nft\n"}, {"etc/a.nft", ""}}) ==
        "etc/main.nft:1:9: expected the name of a file in quotes, found 'a.nft'");
  CHECK(refusal({{"etc/main.nft", "include \"a.nft\"\n"}, {"etc/a.nft", "table ip t {\n"}}) ==
        "etc/a.nft:1:12: this brace is not closed");
  CHECK(refusal({{"etc/main.nft",
                  "table ip t {\n\tset s { type inet_service; elements = {\n\t\tinclude "
                  "\"a.nft\"\n\t} }\n}\n"}}) ==
        "etc/main.nft:3:3: the rules include 'a.nft', and there is no such file");
}

TEST_CASE(
    "nft_include: files sixteen deep are read, one more is refused, and so is a flood of them") {
  Folder folder{{"etc/main.nft", "include \"f1\"\n"}};
  for (int i = 1; i < 16; ++i)
    folder["etc/f" + std::to_string(i)] = "include \"f" + std::to_string(i + 1) + "\"\n";
  folder["etc/f16"] = "add table ip t\n";
  CHECK(read(folder).has_value());
  folder["etc/f16"] = "include \"f17\"\n";
  folder["etc/f17"] = "add table ip t\n";
  CHECK(model(folder).contains("files include each other more than 16 levels deep"));

  for (int i = 1; i < 16; ++i) {
    auto const next = "include \"f" + std::to_string(i + 1) + "\"\n";
    folder["etc/f" + std::to_string(i)] = next + next + next;
  }
  folder["etc/f16"] = "";
  CHECK(model(folder).contains("more than 10000 files are included"));
}

TEST_CASE("nft_include: words in quotes and comments include nothing") {
  CHECK(model({{"etc/main.nft",
                chain_of("\t\t# include \"no\"\n\t\taccept comment \"x;include y\" # z; "
                         "include \"no\"\n\t\tlog prefix \"\ninclude \"\n")}}) ==
        "table ip t\nchain c\n  4: any -> accept\n  5: any -> continue\n");
}

TEST_CASE("nft_include: where no files can be seen, an include is refused") {
  SourceText const source{"a.nft", std::make_shared<std::string const>("include \"b.nft\"\n")};
  auto const rules = read_device(std::span(&source, 1));
  REQUIRE_FALSE(rules);
  CHECK(rules.error().text == "the rules include another file, which is not read");
}

}  // namespace safeconduct::test
