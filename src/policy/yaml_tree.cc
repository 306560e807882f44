// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/yaml_tree.h"

#include <yaml-cpp/yaml.h>

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

namespace safeconduct {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// ---- before the parser: what it would take silently, or say badly ----------------------------

// Every byte of a line is printable UTF-8 or a tab, and no tab stands in its indentation.
std::optional<Error> check_line(YamlText const& yaml, std::size_t begin, std::string_view line) {
  if (auto const shown = printable(line); shown != line) {
    auto const wrong =
        static_cast<std::size_t>(std::ranges::mismatch(shown, line).in2 - line.begin());
    return yaml.error(ErrorKind::syntax, begin + wrong,
                      "a control character, or a byte that is not UTF-8",
                      "the file must be UTF-8 text; UTF-16 is not read");
  }
  auto const indent = std::min(line.find_first_not_of(" \t"), line.size());
  auto const tab = line.find('\t');
  if (tab < indent && indent < line.size())
    return yaml.error(ErrorKind::syntax, begin + tab, "a tab in the indentation",
                      "YAML is indented with blanks only");
  return std::nullopt;
}

std::optional<Error> check_text(YamlText const& yaml) {
  auto const text = yaml.text();
  if (text.size() > kMaxYamlBytes)
    return yaml.error(ErrorKind::limit, 0,
                      "the file has " + std::to_string(text.size()) + " bytes, more than the " +
                          std::to_string(kMaxYamlBytes) + " that are read");
  std::size_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (begin < text.size()) {
    auto const newline = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, newline - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (auto fault = check_line(yaml, begin, line)) return fault;
    begin = newline + 1;
  }
  return std::nullopt;
}

// The parser ends a quoted scalar at the end of the file, too, and says nothing.
bool quote_is_closed(std::string_view text, std::size_t at) {
  char const quote = at < text.size() ? text[at] : ' ';
  if (quote != '"' && quote != '\'') return true;  // bare, or a block scalar
  for (auto i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || !text.substr(i + 1).starts_with(quote)) return true;
      ++i;  // '' stands for one
    }
  }
  return false;
}

// ---- the tree from the parser's events -------------------------------------------------------

Error alias_error(YamlText const& yaml, std::size_t at) {
  return yaml.error(ErrorKind::syntax, at, "aliases are not read here", "write the value out");
}

// Builds the tree; after the first fault it takes nothing more. The parser's own nodes are not
// used: they would accept repeated keys and share what aliases name.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(YamlText const& yaml, std::size_t shift) : yaml_(yaml), shift_(shift) {}

  void OnDocumentStart(YAML::Mark const& mark) override {
    if (++documents_ > 1)
      fail(mark, ErrorKind::syntax, "a second document in the file", "write one file for each");
  }
  void OnDocumentEnd() override {}
  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    add(mark, "?", anchor, YamlNode::Kind::null);
  }
  void OnAlias(YAML::Mark const& mark, YAML::anchor_t) override {
    if (!fault_) fault_ = alias_error(yaml_, offset(mark));
  }
  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& value) override {
    auto* const node = add(mark, tag, anchor, YamlNode::Kind::scalar);
    if (node == nullptr) return;
    if (!quote_is_closed(yaml_.text(), node->offset))
      return fail(mark, ErrorKind::syntax,
                  "this " + std::string(yaml_.text().substr(node->offset, 1)) + " is never closed",
                  "");
    for (char const c : value) {
      auto const byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F)
        return fail(mark, ErrorKind::syntax, "a control character in the text", "");
    }
    node->text = value;
    node->quoted = tag == "!";
  }
  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, YamlNode::Kind::list, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, YamlNode::Kind::map, style);
  }
  void OnMapEnd() override { close(); }

  std::size_t offset(YAML::Mark const& mark) const {
    if (mark.pos < 0) return yaml_.text().size();
    return std::min(static_cast<std::size_t>(mark.pos) + shift_, yaml_.text().size());
  }

  // The '[' or '{' that was opened last and is not closed yet.
  std::optional<std::size_t> open_bracket() const {
    if (open_.empty() || !open_.back().flow) return std::nullopt;
    return open_.back().offset;
  }

  bool failed() const { return fault_.has_value(); }
  std::optional<Error> take_fault() { return std::move(fault_); }
  YamlNode take_root() { return std::move(root_); }

 private:
  struct Open {
    YamlNode* node = nullptr;  // stays put: only the innermost one's items grow
    std::size_t offset = 0;
    bool flow = false;
  };

  void fail(YAML::Mark const& mark, ErrorKind kind, std::string text, std::string hint) {
    if (!fault_) fault_ = yaml_.error(kind, offset(mark), std::move(text), std::move(hint));
  }

  YamlNode* add(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                YamlNode::Kind kind) {
    if (fault_) return nullptr;
    if (anchor != 0) {
      fail(mark, ErrorKind::syntax, "anchors are not read here", "write the value out");
      return nullptr;
    }
    bool const bang = yaml_.text().substr(offset(mark)).starts_with('!');
    if (bang || (!tag.empty() && tag != "?" && tag != "!")) {
      fail(mark, ErrorKind::syntax, "tags are not read here",
           "every value's type follows from its key");
      return nullptr;
    }
    if (++nodes_ > kMaxYamlNodes) {
      fail(mark, ErrorKind::limit,
           "more than " + std::to_string(kMaxYamlNodes) + " values in the file", "");
      return nullptr;
    }
    YamlNode node{.kind = kind, .quoted = false, .text = {}, .offset = offset(mark), .items = {}};
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    auto& into = *open_.back().node;
    bool const is_value = into.kind == YamlNode::Kind::map && into.items.size() % 2 == 1;
    // The parser has nothing at the next token, which may be lines away; the key is what to look
    // at.
    if (kind == YamlNode::Kind::null && is_value) node.offset = into.items.back().offset;
    return &into.items.emplace_back(std::move(node));
  }

  void open(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind, YAML::EmitterStyle::value style) {
    if (open_.size() >= kMaxYamlDepth)
      fail(mark, ErrorKind::limit, "more than " + std::to_string(kMaxYamlDepth) + " levels deep",
           "");
    auto* const node = add(mark, tag, anchor, kind);
    if (node != nullptr) open_.push_back({node, offset(mark), style == YAML::EmitterStyle::Flow});
  }
  void close() {
    if (!fault_) open_.pop_back();
  }

  YamlText const& yaml_;
  std::size_t shift_;  // what was cut off before the parser's first byte
  YamlNode root_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
  std::optional<Error> fault_;
};

Error syntax_error(YamlText const& yaml, TreeBuilder const& builder,
                   YAML::Exception const& thrown) {
  auto const at = builder.offset(thrown.mark);
  if (thrown.msg.starts_with("the referenced anchor is not defined")) return alias_error(yaml, at);
  bool const at_end = yaml.text().find_first_not_of(" \r\n", at) == std::string_view::npos;
  if (auto const bracket = builder.open_bracket()) {
    std::string const opened(yaml.text().substr(*bracket, 1));
    if (at_end)
      return yaml.error(ErrorKind::syntax, *bracket, "this " + opened + " is never closed");
    if (thrown.msg.ends_with("flow not found"))
      return yaml.error(
          ErrorKind::syntax, at,
          std::string("not YAML: expected , or ") + (opened == "[" ? "]" : "}"),
          "the " + opened + " stands in line " + std::to_string(yaml.at(*bracket).line));
  }
  return yaml.error(ErrorKind::syntax, at, "not YAML: " + thrown.msg);
}

// ---- after it: what the parser does not ask --------------------------------------------------

std::optional<Error> check_keys(YamlText const& yaml, YamlNode const& node) {
  if (node.kind == YamlNode::Kind::map) {
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
      auto const& key = node.items[i];
      if (key.kind != YamlNode::Kind::scalar || key.text.empty())
        return yaml.error(ErrorKind::syntax, key, "a key must be a word");
      if (key.text == "<<" && !key.quoted)
        return yaml.error(ErrorKind::syntax, key, "merge keys are not read here",
                          "write the keys out");
      auto const [first, fresh] = seen.emplace(key.text, key.offset);
      if (!fresh)
        return yaml.error(
            ErrorKind::conflict, key, "key '" + key.text + "' is repeated",
            "it stands in line " + std::to_string(yaml.at(first->second).line) + " already");
    }
  }
  for (auto const& item : node.items)
    if (auto fault = check_keys(yaml, item)) return fault;
  return std::nullopt;
}

}  // namespace

YamlText::YamlText(std::string file, std::string_view text)
    : file_(std::move(file)), text_(text), line_starts_{0} {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    line_starts_.push_back(at + 1);
}

Location YamlText::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  auto const line = std::ranges::upper_bound(line_starts_, offset) - line_starts_.begin();
  auto const start = line_starts_[static_cast<std::size_t>(line - 1)];
  return {file_, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(offset - start + 1)};
}

Error YamlText::error(ErrorKind kind, std::size_t offset, std::string message,
                      std::string hint) const {
  return error_at(kind, file_, text_, offset, std::move(message), std::move(hint));
}

Result<YamlNode> parse_yaml(YamlText const& yaml) {
  if (auto fault = check_text(yaml)) return std::unexpected(std::move(*fault));
  auto const shift = yaml.text().starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  TreeBuilder builder(yaml, shift);
  try {
    std::istringstream in{std::string(yaml.text().substr(shift))};
    YAML::Parser parser(in);
    while (!builder.failed() && parser.HandleNextDocument(builder)) {
    }
  } catch (YAML::Exception const& thrown) {
    if (!builder.failed()) return std::unexpected(syntax_error(yaml, builder, thrown));
  }
  if (auto fault = builder.take_fault()) return std::unexpected(std::move(*fault));
  auto root = builder.take_root();
  if (auto fault = check_keys(yaml, root)) return std::unexpected(std::move(*fault));
  return root;
}

}  // namespace safeconduct
