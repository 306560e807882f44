// SPDX-License-Identifier: GPL-3.0-or-later
// The program as an operator runs it: command line, files, standard output and error, status.
//
// A golden case has a section 'command', a line of shell, and 'file NAME' sections; it runs in a
// folder with these files, or, without any, in the source tree. 'stdout', 'stderr' and 'status' are
// what comes out; a missing 'stdout' or 'stderr' stands for none, a missing 'status' for 0.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "support/golden.h"
#include "support/tmp_dir.h"

namespace fs = std::filesystem;
using namespace safeconduct;

namespace {

struct Outcome {
  std::string out;
  std::string err;
  int status = -1;
};

std::string contents(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string quoted(fs::path const& path) { return "'" + path.string() + "'"; }

// Of the environment and of a file in the source tree.
std::string without_settings(fs::path const& folder) {
  std::string text = "env -u COLUMNS -u NO_COLOR";
  for (char** one = environ; *one != nullptr; ++one) {
    std::string const variable = *one;
    if (variable.starts_with("SAFECONDUCT_"))
      text += " -u " + variable.substr(0, variable.find('='));
  }
  return text + (folder == fs::path(SC_TEST_SOURCE_DIR) ? " SAFECONDUCT_CONFIG= " : " ");
}

// With 'safeconduct' on the path, nothing of this machine's settings, and no terminal.
Outcome run(std::string const& command, fs::path const& folder) {
  test::TmpDir const scratch;
  auto const script = scratch.write("script", command);
  fs::create_directory(scratch.path() / "bin");
  fs::create_symlink(SC_TEST_PROGRAM, scratch.path() / "bin/safeconduct");
  auto const out = scratch.path() / "out";
  auto const err = scratch.path() / "err";
  auto const line = "cd " + quoted(folder) + " && " + without_settings(folder) +
                    "PATH=" + quoted(scratch.path() / "bin") + ":\"$PATH\" sh " + quoted(script) +
                    " >" + quoted(out) + " 2>" + quoted(err) + " </dev/null";
  int const status = std::system(line.c_str());
  return {contents(out), contents(err), WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

bool wanted(test::GoldenCase const& golden, std::string_view section, std::string_view text) {
  return golden.find(section) != nullptr || !text.empty();
}

}  // namespace

TEST_CASE("program: each golden command line prints what it should") {
  for (auto const& golden : test::load_golden("cli/golden")) {
    SUBCASE(golden.name.c_str()) {
      test::TmpDir const files;
      bool any = false;
      for (auto const& section : golden.sections) {
        if (section.name != "file") continue;
        files.write(section.argument, section.text);
        any = true;
      }
      auto const outcome =
          run(golden.text("command"), any ? files.path() : fs::path(SC_TEST_SOURCE_DIR));
      if (wanted(golden, "stdout", outcome.out)) test::check_golden(golden, "stdout", outcome.out);
      if (wanted(golden, "stderr", outcome.err)) test::check_golden(golden, "stderr", outcome.err);
      auto const status = std::to_string(outcome.status);
      if (wanted(golden, "status", outcome.status == 0 ? "" : status))
        test::check_golden(golden, "status", status);
    }
  }
}

namespace {

// A command of a README's console blocks, with what stands under it.
struct Shown {
  std::string command;
  std::vector<std::string> lines;
};

std::vector<Shown> shown_in(std::string const& readme) {
  std::vector<Shown> all;
  std::ifstream in(fs::path(SC_TEST_SOURCE_DIR) / readme);
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      all.push_back({line.substr(2), {}});
    } else if (inside && !all.empty()) {
      all.back().lines.push_back(line);
    }
  }
  return all;
}

// The lines in their order; "..." stands for any that are left out.
bool reads_as(std::string const& output, std::vector<std::string> const& lines) {
  std::size_t at = 0;
  bool gap = false;
  for (auto const& line : lines) {
    if (line == "...") {
      gap = true;
      continue;
    }
    auto const whole = line + '\n';
    auto found = output.find(whole, at);
    while (found != std::string::npos && found > 0 && output[found - 1] != '\n')
      found = output.find(whole, found + 1);
    if (found == std::string::npos || (!gap && found != at)) return false;
    at = found + whole.size();
    gap = false;
  }
  return gap || at == output.size();
}

}  // namespace

TEST_CASE("program: README.md, in each language, shows what the program prints") {
  for (auto const* readme : {"README.md", "README.ja.md"}) {
    auto const all = shown_in(readme);
    CAPTURE(readme);
    REQUIRE_FALSE(all.empty());
    for (auto const& shown : all) {
      if (!shown.command.starts_with("safeconduct")) continue;  // building, exporting
      CAPTURE(shown.command);
      auto const outcome = run(shown.command, SC_TEST_SOURCE_DIR);
      CAPTURE(outcome.out);
      CAPTURE(outcome.err);
      CHECK(reads_as(outcome.out, shown.lines));
    }
  }
}
