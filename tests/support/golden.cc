// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace safeconduct::test {
namespace {

constexpr std::string_view kMark = "--- ";
constexpr std::string_view kExtension = ".golden";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto const end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string with_last_newline(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result.back() != '\n') result += '\n';
  return result;
}

std::string read_file(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.is_open(), "cannot read '", path.string(), "'");
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(std::filesystem::path const& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  REQUIRE_MESSAGE(out.good(), "cannot write '", path.string(), "'");
}

bool updating() {
  char const* const value = std::getenv("SC_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

std::string heading(std::string_view name, std::string_view argument) {
  std::string line(kMark);
  line += name;
  if (!argument.empty()) {
    line += ' ';
    line += argument;
  }
  return line;
}

// Several sections of one case may be rewritten in one run, so the file is read afresh: what the
// case was loaded from may be out of date.
void update(GoldenCase const& golden, std::string_view section, std::string_view argument,
            std::string_view actual) {
  auto const before = read_file(golden.path);
  auto const fresh = parse_golden(golden.path, before);
  bool replaced = false;
  std::string after = fresh.prose;
  for (auto const& old : fresh.sections) {
    bool const is_it = !replaced && old.name == section && old.argument == argument;
    after += heading(old.name, old.argument) + '\n';
    after += is_it ? with_last_newline(actual) : old.text;
    replaced = replaced || is_it;
  }
  if (!replaced) after += heading(section, argument) + '\n' + with_last_newline(actual);
  if (after == before) return;
  write_file(golden.path, after);
  MESSAGE("rewrote '", std::string(section), "' of ", golden.path.string());
}

// How the longest common subsequence of lines goes on from each pair of places: length[i][j] for
// what is left from line i of the one and line j of the other.
class CommonLines {
 public:
  CommonLines(std::vector<std::string_view> const& a, std::vector<std::string_view> const& b)
      : width_(b.size() + 1), length_((a.size() + 1) * width_) {
    for (auto i = a.size(); i-- > 0;) {
      for (auto j = b.size(); j-- > 0;) {
        length_[i * width_ + j] =
            a[i] == b[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  [[nodiscard]] std::size_t at(std::size_t i, std::size_t j) const {
    return length_[i * width_ + j];
  }

 private:
  std::size_t width_;
  std::vector<std::size_t> length_;
};

struct DiffLine {
  char mark = ' ';
  std::string_view text;
};

std::vector<DiffLine> diff_lines(std::vector<std::string_view> const& expected,
                                 std::vector<std::string_view> const& actual) {
  CommonLines const common(expected, actual);
  std::vector<DiffLine> result;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < expected.size() || j < actual.size()) {
    if (i < expected.size() && j < actual.size() && expected[i] == actual[j]) {
      result.push_back({' ', expected[i++]});
      ++j;
    } else if (j == actual.size() ||
               (i < expected.size() && common.at(i + 1, j) >= common.at(i, j + 1))) {
      result.push_back({'-', expected[i++]});
    } else {
      result.push_back({'+', actual[j++]});
    }
  }
  return result;
}

}  // namespace

GoldenSection const* GoldenCase::find(std::string_view section, std::string_view argument) const {
  auto const found = std::ranges::find_if(sections, [&](GoldenSection const& s) {
    return s.name == section && (argument.empty() || s.argument == argument);
  });
  return found == sections.end() ? nullptr : &*found;
}

std::string const& GoldenCase::text(std::string_view section, std::string_view argument) const {
  auto const* const found = find(section, argument);
  REQUIRE_MESSAGE(found != nullptr, path.string(), " has no section '", heading(section, argument),
                  "'");
  return found->text;
}

GoldenCase parse_golden(std::filesystem::path const& path, std::string_view text) {
  GoldenCase result;
  result.path = path;
  result.name = path.stem().string();
  std::size_t number = 0;
  for (auto const line : lines_of(text)) {
    ++number;
    if (line.starts_with(kMark)) {
      auto const words = line.substr(kMark.size());
      auto const space = std::min(words.find(' '), words.size());
      GoldenSection section;
      section.name = words.substr(0, space);
      section.argument = words.substr(std::min(space + 1, words.size()));
      section.line = number + 1;
      result.sections.push_back(std::move(section));
      continue;
    }
    auto& into = result.sections.empty() ? result.prose : result.sections.back().text;
    into += line;
    into += '\n';
  }
  return result;
}

std::vector<GoldenCase> load_golden(std::string_view folder) {
  auto const root = std::filesystem::path(SC_TEST_SOURCE_DIR) / "tests" / folder;
  REQUIRE_MESSAGE(std::filesystem::is_directory(root), "no folder '", root.string(), "'");
  std::vector<GoldenCase> cases;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || entry.path().extension() != kExtension) continue;
    auto golden = parse_golden(entry.path(), read_file(entry.path()));
    golden.name = entry.path().lexically_relative(root).replace_extension().generic_string();
    cases.push_back(std::move(golden));
  }
  REQUIRE_MESSAGE(!cases.empty(), "no *.golden under '", root.string(), "'");
  std::ranges::sort(cases, {}, &GoldenCase::name);
  return cases;
}

void check_golden(GoldenCase const& golden, std::string_view section, std::string_view actual,
                  std::string_view argument) {
  if (updating()) {
    update(golden, section, argument, actual);
    return;
  }
  auto const& expected = golden.text(section, argument);
  auto const ended = with_last_newline(actual);
  if (expected == ended) {
    CHECK(true);  // so that the case counts it
    return;
  }
  FAIL_CHECK(golden.path.string(), ":", golden.find(section, argument)->line, ": '",
             heading(section, argument), "' differs (- expected, + actual)\n",
             line_diff(expected, ended));
}

std::string line_diff(std::string_view expected, std::string_view actual) {
  constexpr std::size_t kContext = 3;
  constexpr std::size_t kMostLines = 3000;  // the table of the comparison is quadratic
  auto const a = lines_of(expected);
  auto const b = lines_of(actual);
  if (a.size() > kMostLines || b.size() > kMostLines) {
    auto const [x, y] = std::ranges::mismatch(a, b);
    std::string result = "first difference at line " + std::to_string(x - a.begin() + 1) + '\n';
    if (x != a.end()) result += '-' + std::string(*x) + '\n';
    if (y != b.end()) result += '+' + std::string(*y) + '\n';
    return result;
  }
  auto const diff = diff_lines(a, b);
  std::vector<bool> shown(diff.size(), false);
  for (std::size_t i = 0; i < diff.size(); ++i) {
    if (diff[i].mark == ' ') continue;
    auto const end = std::min(i + kContext + 1, diff.size());
    for (auto k = i - std::min(i, kContext); k < end; ++k) shown[k] = true;
  }
  std::string result;
  bool left_out = false;
  for (std::size_t i = 0; i < diff.size(); ++i) {
    if (shown[i]) {
      result += diff[i].mark;
      result += diff[i].text;
      result += '\n';
    } else if (!left_out) {
      result += " ...\n";
    }
    left_out = !shown[i];
  }
  return result;
}

}  // namespace safeconduct::test
