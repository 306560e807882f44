// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_include.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace safeconduct::nft {
namespace {

constexpr std::size_t kDeepest = 16;  // MAX_INCLUDE_DEPTH of nft
constexpr std::size_t kMostInclusions = 10'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 30U;  // of a script with all it includes

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// An "include" statement of a text: where it begins and ends, and the name in its quotes.
struct Statement {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view name;
  bool well_formed = false;  // ends where a statement ends
};

// Finds them one after another, past quotes and comments.
class Statements {
 public:
  explicit Statements(std::string_view text) : text_(text) {}

  std::optional<Statement> next() {
    // Most texts have none.
    if (at_ == 0 && !text_.contains("include")) return std::nullopt;
    while (at_ < text_.size()) {
      char const c = text_[at_];
      if (c == '"') {
        skip_to('"');
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      } else if (fresh_ && text_.substr(at_).starts_with("include")) {
        if (auto const found = statement()) return found;
      }
      if (at_ >= text_.size()) break;
      bool const separates =
          text_[at_] == '\n' || text_[at_] == ';' || text_[at_] == '{' || text_[at_] == '}';
      fresh_ = separates || (fresh_ && is_blank(text_[at_]));
      ++at_;
    }
    return std::nullopt;
  }

 private:
  void skip_to(char close) { at_ = std::min(text_.find(close, at_ + 1), text_.size()); }

  std::optional<Statement> statement() {
    Statement found;
    found.begin = at_;
    auto p = at_ + std::string_view("include").size();
    auto const skip_blanks = [&] {
      while (p < text_.size() && is_blank(text_[p])) ++p;
    };
    skip_blanks();
    if (p >= text_.size() || text_[p] != '"') return std::nullopt;
    auto const close = text_.find('"', p + 1);
    if (close == std::string_view::npos) return std::nullopt;
    found.name = text_.substr(p + 1, close - p - 1);
    found.end = p = close + 1;
    skip_blanks();
    found.well_formed = p == text_.size() || std::string_view("\n;}#").contains(text_[p]);
    at_ = found.end;
    fresh_ = false;
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool fresh_ = true;  // a statement may begin here
};

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string below(std::string const& folder, std::string_view name) {
  if (folder == ".") return std::string(name);
  return folder + (folder.ends_with('/') ? "" : "/") + std::string(name);
}

}  // namespace

class Includer {
 public:
  Includer(SourceText const& given, FileAccess const& files) : files_(files) {
    script_.files_.push_back({given.name, given.text});
    by_path_.emplace(given.name, 0);
    script_.inclusions_.push_back({});
  }

  Result<Script> run() {
    SC_CHECK(add(0));
    script_.text_ = std::make_shared<std::string const>(std::move(text_));
    return std::move(script_);
  }

 private:
  std::unexpected<Error> fail(std::uint32_t inclusion, std::size_t at, ErrorKind kind,
                              std::string message, std::string hint = {}) const {
    return std::unexpected(
        script_.error_in(inclusion, at, kind, std::move(message), std::move(hint)));
  }

  // Includes are at most kDeepest deep, so this calls itself no oftener.
  Result<void> add(std::uint32_t inclusion) {  // NOLINT(misc-no-recursion)
    auto const text = script_.files_[script_.inclusions_[inclusion].file].text;
    std::size_t from = inclusion != 0 && text->starts_with("\xEF\xBB\xBF") ? 3 : 0;
    Statements statements(*text);
    while (auto const found = statements.next()) {
      if (!found->well_formed)
        return fail(inclusion, found->end, ErrorKind::syntax,
                    "expected the end of the line behind the name of the file");
      copy(inclusion, *text, from, found->begin);
      SC_CHECK(include(inclusion, *found));
      from = found->end;
    }
    copy(inclusion, *text, from, text->size());
    if (text_.size() > kMostBytes)
      return fail(inclusion, 0, ErrorKind::limit,
                  "the rules with all files that they include are larger than 1 GiB");
    return {};
  }

  void copy(std::uint32_t inclusion, std::string const& text, std::size_t from, std::size_t to) {
    script_.pieces_.push_back(
        {static_cast<std::uint32_t>(text_.size()), inclusion, static_cast<std::uint32_t>(from)});
    text_.append(text, from, to - from);
  }

  Result<void> include(std::uint32_t inclusion,
                       Statement const& found) {  // NOLINT(misc-no-recursion)
    SC_TRY(paths, paths_of(inclusion, found));
    for (auto const& path : paths) {
      SC_TRY(file, open(inclusion, found, path));
      script_.inclusions_.push_back({file, inclusion, static_cast<std::uint32_t>(found.begin)});
      auto const made = static_cast<std::uint32_t>(script_.inclusions_.size() - 1);
      SC_CHECK(check_depth(inclusion, found, file));
      SC_CHECK(add(made));
      copy(made, "\n", 0, 1);  // a file may end without a line's end
      script_.pieces_.back().offset = static_cast<std::uint32_t>(script_.files_[file].text->size());
    }
    return {};
  }

  // nft(8), "INCLUDE FILES". Newer versions search the folder of the script itself, too.
  std::vector<std::string> candidates(std::string_view name) const {
    if (name.starts_with('/')) return {std::string(name)};
    auto const own = folder_of(script_.files_.front().name);
    if (name.starts_with("./") || name.starts_with("../"))
      return {std::string(name), below(own, name)};
    std::vector<std::string> out;
    for (auto const& folder : files_.include_path) out.push_back(below(folder, name));
    out.push_back(below(own, name));
    out.push_back(below("/etc", name));
    return out;
  }

  Result<std::vector<std::string>> paths_of(std::uint32_t inclusion, Statement const& found) const {
    std::vector<std::string> paths;
    bool const wild = has_wildcard(found.name);
    for (auto const& candidate : candidates(found.name)) {
      if (!wild && files_.is_file(candidate)) return std::vector{candidate};
      if (!wild) continue;
      auto const matching = files_.matching(candidate);
      if (!matching)
        return fail(inclusion, found.begin, ErrorKind::unreadable,
                    "the rules include '" + printable(found.name) + "': '" + printable(candidate) +
                        "': " + matching.error().text,
                    "read it as a user who may, or load the rules and give the output of 'nft list "
                    "ruleset'");
      for (auto const& path : *matching)
        if (files_.is_file(path) && std::ranges::find(paths, path) == paths.end())
          paths.push_back(path);
      if (!paths.empty() && (found.name.starts_with("./") || found.name.starts_with("../"))) break;
    }
    if (!wild)
      return fail(inclusion, found.begin, ErrorKind::unreadable,
                  "the rules include '" + printable(found.name) + "', and there is no such file",
                  "give the files that it includes as well, or load them and give the output of "
                  "'nft list ruleset'");
    return paths;
  }

  Result<std::uint32_t> open(std::uint32_t inclusion, Statement const& found,
                             std::string const& path) {
    if (auto const known = by_path_.find(path); known != by_path_.end()) return known->second;
    auto text = files_.read(path);
    if (!text)
      return fail(inclusion, found.begin, ErrorKind::unreadable,
                  "cannot read '" + printable(path) + "': " + text.error().text);
    auto const file = static_cast<std::uint32_t>(script_.files_.size());
    script_.files_.push_back({path, *text});
    by_path_.emplace(path, file);
    return file;
  }

  Result<void> check_depth(std::uint32_t inclusion, Statement const& found,
                           std::uint32_t file) const {
    std::size_t depth = 1;
    for (auto at = inclusion;; at = script_.inclusions_[at].parent, ++depth) {
      if (script_.inclusions_[at].file == file)
        return fail(inclusion, found.begin, ErrorKind::conflict,
                    "'" + printable(script_.files_[file].name) + "' includes itself");
      if (at == 0) break;
    }
    if (depth > kDeepest)
      return fail(inclusion, found.begin, ErrorKind::limit,
                  "files include each other more than 16 levels deep");
    if (script_.inclusions_.size() > kMostInclusions)
      return fail(inclusion, found.begin, ErrorKind::limit, "more than 10000 files are included");
    if (text_.size() + script_.files_[file].text->size() > kMostBytes)
      return fail(inclusion, found.begin, ErrorKind::limit,
                  "the rules with all files that they include are larger than 1 GiB");
    return {};
  }

  FileAccess const& files_;
  Script script_;
  std::string text_;
  std::unordered_map<std::string, std::uint32_t> by_path_;
};

Result<Script> Script::read(SourceText const& given, FileAccess const* files) {
  if (files != nullptr && Statements(*given.text).next()) return Includer(given, *files).run();
  Script script;
  script.text_ = given.text;
  script.files_.push_back({given.name, given.text});
  script.inclusions_.push_back({});
  script.pieces_.push_back({});
  return script;
}

// Empty pieces may begin where the next one does: the last counts.
std::size_t Script::piece_at(std::size_t offset) const {
  auto const next = std::ranges::upper_bound(pieces_, offset, {}, &Piece::begin);
  return static_cast<std::size_t>(next - pieces_.begin()) - 1;
}

Script::Place Script::place(std::uint32_t begin, std::uint32_t end) const {
  if (pieces_.size() == 1) return {0, begin, end - begin};
  auto const number = piece_at(begin);
  auto const& piece = pieces_[number];
  auto const limit = number + 1 < pieces_.size() ? pieces_[number + 1].begin : end;
  return {inclusions_[piece.inclusion].file, piece.offset + begin - piece.begin,
          std::min(end, std::max(limit, begin)) - begin};
}

Error Script::error_in(std::uint32_t inclusion, std::size_t offset, ErrorKind kind,
                       std::string message, std::string hint) const {
  auto const& file = files_[inclusions_[inclusion].file];
  for (auto at = inclusion; at != 0; at = inclusions_[at].parent) {
    auto const& parent = files_[inclusions_[inclusions_[at].parent].file];
    hint += (hint.empty() ? "included by " : ", included by ") +
            to_string(location_at(parent.name, *parent.text, inclusions_[at].at));
  }
  return error_at(kind, file.name, *file.text, std::min(offset, file.text->size()),
                  std::move(message), std::move(hint));
}

Error Script::error(ErrorKind kind, std::size_t offset, std::string message,
                    std::string hint) const {
  auto const& piece = pieces_[piece_at(offset)];
  return error_in(piece.inclusion, piece.offset + offset - piece.begin, kind, std::move(message),
                  std::move(hint));
}

Location Script::location(std::size_t offset) const {
  auto const& piece = pieces_[piece_at(offset)];
  auto const& file = files_[inclusions_[piece.inclusion].file];
  return location_at(file.name, *file.text,
                     std::min(piece.offset + offset - piece.begin, file.text->size()));
}

}  // namespace safeconduct::nft
