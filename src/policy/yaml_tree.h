// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The text of a YAML file as a tree of our own, each node with its place. Stricter than YAML: one
// document, UTF-8, no anchors, aliases, merge keys or tags, no repeated keys, bounded in every way.
// Scalars stay the text they are: nothing becomes a number or a boolean by its looks.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace safeconduct {

inline constexpr std::size_t kMaxYamlBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxYamlDepth = 32;
inline constexpr std::size_t kMaxYamlNodes = 1'000'000;

struct YamlNode {
  enum class Kind : std::uint8_t {
    null,    // nothing written, or a bare 'null' or '~'
    scalar,  // text, bare or in quotes
    list,
    map,
  };
  Kind kind = Kind::null;
  bool quoted = false;          // of a scalar: it was not bare
  std::string text;             // of a scalar; valid UTF-8 without control characters but newline
  std::size_t offset = 0;       // of its first byte in the file
  std::vector<YamlNode> items;  // of a list; of a map: key, value, key, value, ...
  bool operator==(YamlNode const&) const = default;
};

// The file that a tree was read from: makes places and errors out of offsets.
class YamlText {
 public:
  YamlText(std::string file, std::string_view text);  // keeps a view of the text

  std::string_view text() const { return text_; }
  Location at(std::size_t offset) const;
  Location at(YamlNode const& node) const { return at(node.offset); }
  Error error(ErrorKind kind, std::size_t offset, std::string message, std::string hint = {}) const;
  Error error(ErrorKind kind, YamlNode const& node, std::string message,
              std::string hint = {}) const {
    return error(kind, node.offset, std::move(message), std::move(hint));
  }

 private:
  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

Result<YamlNode> parse_yaml(YamlText const& yaml);

}  // namespace safeconduct
