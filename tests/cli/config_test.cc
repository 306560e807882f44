// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "cli/config_file.h"
#include "cli/option_table.h"
#include "cli/settings.h"
#include "support/tmp_dir.h"

using namespace safeconduct;

TEST_CASE("config_file: nothing that writes, sends, hides or chooses the data is a setting") {
  for (auto const* name :
       {"output", "certificate", "data", "textfile", "cache", "resume", "append", "write", "listen",
        "allow-target", "as-of", "quiet", "trust", "resolver", "also", "rules"}) {
    CAPTURE(name);
    CHECK_FALSE(std::ranges::any_of(setting_entries(),
                                    [&](SettingEntry const& one) { return one.name == name; }));
  }
}

TEST_CASE("settings: each is an option of every command that takes it") {
  auto const tables = command_tables();
  for (auto const& entry : setting_entries()) {
    std::size_t commands = 0;
    for (auto const& table : tables) {
      if (!takes(table.name, entry)) continue;
      ++commands;
      auto const named = [&](OptionEntry const& option) {
        return std::ranges::find(option.names, "--" + std::string(entry.name)) !=
               option.names.end();
      };
      CAPTURE(entry.name);
      CAPTURE(table.name);
      CHECK(std::ranges::any_of(table.options, named));
    }
    CHECK(commands > 0);
  }
}

TEST_CASE("config_file: an option that a file may not set is told from a word that is none") {
  auto const output = read_config("c.yaml", "schema: config/1\noutput: out.txt\n");
  REQUIRE_FALSE(output);
  CHECK(to_message(output.error()) ==
        "c.yaml:2:1: 'output' is for the command line alone\n"
        "    output: out.txt\n"
        "    ^\n"
        "  hint: a file of settings may not write, send or hide anything\n");
  auto const typo = read_config("c.yaml", "schema: config/1\nfail_on: none\n");
  REQUIRE_FALSE(typo);
  CHECK(typo.error().at.line == 2);
  CHECK(typo.error().hint.contains("did you mean 'fail-on'?"));
  auto const format = read_config("c.yaml", "schema: config/1\nformat: html:/tmp/x\n");
  REQUIRE_FALSE(format);
  CHECK(format.error().text.contains("'html:/tmp/x' will not do"));
}

TEST_CASE("config_file: paths are read from the file's folder on, names stay names") {
  auto const read = read_config(
      "../../.safeconduct.yaml",
      "schema: config/1\nsite: site.yaml\npolicy: [secure-client-roaming, ours/p.yaml]\n");
  REQUIRE(read);
  CHECK(read->at("site").values == std::vector<std::string>{"../../site.yaml"});
  CHECK(read->at("site").origin == "../../.safeconduct.yaml:2");
  CHECK(read->at("policy").values ==
        std::vector<std::string>{"secure-client-roaming", "../../ours/p.yaml"});
}

TEST_CASE("config_folders: up to the repository or home, and outside of both nowhere else") {
  namespace fs = std::filesystem;
  test::TmpDir const scratch;
  auto const root = fs::canonical(scratch.path());
  fs::create_directories(root / "repo/.git");
  fs::create_directories(root / "repo/a/b");
  fs::create_directories(root / "home/c");
  auto const home = (root / "home").string();
  using Folders = std::vector<std::string>;
  CHECK(config_folders((root / "repo/a/b").string(), home) == Folders{"", "../", "../../"});
  CHECK(config_folders((root / "repo").string(), home) == Folders{""});
  CHECK(config_folders((root / "home/c").string(), home) == Folders{"", "../"});
  CHECK(config_folders(root.string(), home) == Folders{""});
  CHECK(config_folders(root.string(), "/") == Folders{""});
}
