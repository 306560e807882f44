// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/yaml_tree.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace safeconduct::test {
namespace {

// The tree on one line: lists in [], maps in {}, bare scalars as they are, quoted ones in "",
// nothing as ~; each with its line:column.
std::string shown(YamlText const& yaml, YamlNode const& node) {
  auto const at = yaml.at(node);
  std::string text;
  switch (node.kind) {
    case YamlNode::Kind::null:
      text = "~";
      break;
    case YamlNode::Kind::scalar:
      text = node.quoted ? '"' + node.text + '"' : node.text;
      break;
    case YamlNode::Kind::list:
    case YamlNode::Kind::map:
      text = node.kind == YamlNode::Kind::list ? "[" : "{";
      for (auto const& item : node.items) text += (text.size() == 1 ? "" : " ") + shown(yaml, item);
      text += node.kind == YamlNode::Kind::list ? "]" : "}";
      break;
  }
  return text + '@' + std::to_string(at.line) + ':' + std::to_string(at.column);
}

std::string tree(std::string_view text) {
  YamlText const yaml("t", text);
  auto const root = parse_yaml(yaml);
  return root ? shown(yaml, *root) : to_message(root.error());
}

}  // namespace

TEST_CASE("yaml_tree: every node has its place, counted from 1") {
  CHECK(tree("a: [b, \"c\"]\nd:\n  - e\n") ==
        "{a@1:1 [b@1:5 \"c\"@1:8]@1:4 d@2:1 [e@3:5]@3:3}@1:1");
}

TEST_CASE("yaml_tree: scalars stay the text that they are") {
  CHECK(tree("[Off, NO, 022, 0x50, 1e3, 443.0, 12:30, 2026-11-23, true]") ==
        "[Off@1:2 NO@1:7 022@1:11 0x50@1:16 1e3@1:22 443.0@1:27 12:30@1:34 2026-11-23@1:41 "
        "true@1:53]@1:1");
}

TEST_CASE("yaml_tree: nothing written is null, and stands at its key") {
  CHECK(tree("a:\n\n\nb: null\nc: ~\nd: 'null'\n") ==
        "{a@1:1 ~@1:1 b@4:1 ~@4:1 c@5:1 ~@5:1 d@6:1 \"null\"@6:4}@1:1");
  CHECK(tree("") == "~@1:1");
  CHECK(tree("# a comment\n") == "~@1:1");
}

TEST_CASE("yaml_tree: places hold in files with CRLF, a byte order mark and letters of two bytes") {
  CHECK(tree("a: b\r\nc: d\r\n") == "{a@1:1 b@1:4 c@2:1 d@2:4}@1:1");
  CHECK(tree("\xEF\xBB\xBF"
             "a: b\nc: d\n") == "{a@1:4 b@1:7 c@2:1 d@2:4}@1:4");
  CHECK(tree("{Z\xC3\xBCrich: x}") == "{Z\xC3\xBCrich@1:2 x@1:11}@1:1");
}

TEST_CASE("yaml_tree: bytes that are not UTF-8 text are refused where they stand") {
  CHECK(tree("a: Z\xFCrich\n") ==
        "t:1:5: a control character, or a byte that is not UTF-8\n    a: Z?rich\n        ^\n"
        "  hint: the file must be UTF-8 text; UTF-16 is not read\n");
  using namespace std::string_literals;
  CHECK(tree("a: b\nc: \0\n"s).starts_with("t:2:4: a control character"));
  CHECK(tree("\xFF\xFE"
             "a\0:\0"s)
            .starts_with("t:1:1: a control character"));
}

TEST_CASE("yaml_tree: brackets beyond the depth that is read end in an error, quickly") {
  std::string const deep(200'000, '[');
  auto const began = std::chrono::steady_clock::now();
  CHECK(tree(deep).contains(": more than 32 levels deep\n"));
  CHECK(tree("a: " + std::string(200'000, '{')).starts_with("t:1:"));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("yaml_tree: 32 levels are read") {
  CHECK(tree(std::string(32, '[') + std::string(32, ']')).starts_with("[[[["));
}

TEST_CASE("yaml_tree: files and trees beyond their limits are refused") {
  CHECK(tree(std::string(kMaxYamlBytes + 1, ' '))
            .starts_with("t:1:1: the file has 16777217 bytes, more than the 16777216"));
  std::string many = "[";
  for (std::size_t i = 0; i < kMaxYamlNodes; ++i) many += "a,";
  CHECK(tree(many + "a]").find(": more than 1000000 values in the file") != std::string::npos);
}

}  // namespace safeconduct::test
