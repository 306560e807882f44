// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/nft_edit.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "formats/nft_chain.h"

namespace safeconduct::nft {
namespace {

// The number of a comment "# handle 5".
std::optional<std::uint64_t> handle_of(std::string_view comment) {
  auto const skip = [&](std::string_view word) {
    while (comment.starts_with(' ')) comment.remove_prefix(1);
    if (!comment.starts_with(word)) return false;
    comment.remove_prefix(word.size());
    return true;
  };
  if (!skip("#") || !skip("handle") || !skip("")) return std::nullopt;
  std::uint64_t number = 0;
  auto const [end, error] =
      std::from_chars(comment.data(), comment.data() + comment.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

// The last comment among words of the file.
std::string_view comment_in(std::string_view words) {
  std::string_view comment;
  for (std::size_t at = 0; at < words.size();) {
    auto const next = words.find_first_of("\"#", at);
    if (next == std::string_view::npos) break;
    auto const end = words.find(words[next] == '#' ? '\n' : '"', next + 1);
    if (words[next] == '#') comment = words.substr(next, end - next);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return comment;
}

// The rules of a chain's block, and in front of them what the block says of the chain itself.
void tell_apart(Source& source, ChainBody const& block, std::vector<ChainBody>& out) {
  out.push_back({block.stretch, false, true});
  if (block.flushed) return;
  auto lexer = source.lexer(block.stretch);
  lexer.skip_separators();
  while (lexer.peek().kind != TokenKind::end) {
    bool const rule = !is_chain_property(lexer.peek());
    auto const stretch = lexer.skip_statement();
    if (rule && stretch.begin < stretch.end)
      out.push_back(
          {stretch, true, false, handle_of(comment_in(source.words(stretch.begin, stretch.end)))});
    if (stretch.begin == stretch.end) lexer.next();
    lexer.skip_separators();
  }
}

// A row as it can be compared: cells of types that are not modelled by their words.
using Row = std::vector<std::pair<ValueInterval, std::string_view>>;

Row row_of(Source const& source, Elements const& elements, std::size_t i) {
  Row row;
  for (std::size_t k = 0; k < elements.types.size(); ++k) {
    auto const cell = elements.row(i)[k];
    if (elements.types[k] == ValueType::opaque) {
      row.emplace_back(ValueInterval{}, source.words(static_cast<std::uint32_t>(cell.first),
                                                     static_cast<std::uint32_t>(cell.last)));
    } else {
      row.emplace_back(cell, std::string_view{});
    }
  }
  return row;
}

struct Less {
  bool operator()(Row const& a, Row const& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) {
      auto const& [x, x_words] = a[i];
      auto const& [y, y_words] = b[i];
      if (x.first != y.first) return x.first < y.first;
      if (x.last != y.last) return x.last < y.last;
      if (x_words != y_words) return x_words < y_words;
    }
    return false;
  }
};

// Parts of ranges: those of a set that merges its elements.
bool take_out_ranges(Elements const& those, Elements& elements) {
  ValueSet const out(std::vector(those.cells));
  ValueSet const in(std::vector(elements.cells));
  if (!(out - in).empty()) return false;
  auto const rest = in - out;
  elements.cells.assign(rest.intervals().begin(), rest.intervals().end());
  return true;
}

}  // namespace

std::optional<std::uint64_t> handle_behind(std::string_view text, std::uint32_t offset) {
  auto const line = text.substr(offset, text.find('\n', offset) - offset);
  return handle_of(line.substr(0, 64));
}

std::optional<std::uint32_t> first_rule(Source& source, Stretch block) {
  std::vector<ChainBody> bodies;
  tell_apart(source, {block, false, false}, bodies);
  if (bodies.size() < 2) return std::nullopt;
  return bodies[1].stretch.begin;
}

void tell_rules_apart(Source& source, DeclaredChain& chain) {
  bool apart = true;
  for (auto const& body : chain.bodies) apart = apart && (body.one_rule || body.flushed);
  if (apart) return;
  std::vector<ChainBody> bodies;
  for (auto const& body : chain.bodies) {
    if (body.one_rule) {
      bodies.push_back(body);
    } else {
      tell_apart(source, body, bodies);
    }
  }
  chain.bodies = std::move(bodies);
}

std::size_t body_of_handle(DeclaredChain const& chain, std::uint64_t handle) {
  for (std::size_t i = 0; i < chain.bodies.size(); ++i)
    if (chain.bodies[i].one_rule && chain.bodies[i].handle == handle) return i;
  return chain.bodies.size();
}

std::size_t body_of_index(DeclaredChain const& chain, std::uint64_t index) {
  for (std::size_t i = 0; i < chain.bodies.size(); ++i)
    if (chain.bodies[i].one_rule && index-- == 0) return i;
  return chain.bodies.size();
}

void doubt(Elements& elements, std::string_view why) {
  if (elements.undecided.empty() || elements.undecided == kExpire) elements.undecided = why;
}

std::optional<std::string_view> take_out(Source const& source, Elements const& those,
                                         bool from_ranges, Elements& elements) {
  if (from_ranges && elements.expiring.empty() && elements.types.size() == 1 &&
      elements.data == Data::none && take_out_ranges(those, elements))
    return std::nullopt;
  std::map<Row, bool, Less> wanted;  // and whether it was found
  for (std::size_t i = 0; i < those.rows(); ++i) wanted.emplace(row_of(source, those, i), false);
  std::vector<ValueInterval> cells;
  std::vector<Verdict> verdicts;
  std::vector<ValueInterval> data;
  std::vector<std::size_t> expiring;
  auto const expires = [&](std::size_t i) {
    return std::ranges::binary_search(elements.expiring, i);
  };
  for (std::size_t i = 0; i < elements.rows(); ++i) {
    if (auto const found = wanted.find(row_of(source, elements, i)); found != wanted.end()) {
      found->second = true;
      continue;
    }
    auto const* const row = elements.row(i);
    if (expires(i)) expiring.push_back(cells.size() / elements.types.size());
    cells.insert(cells.end(), row, row + elements.types.size());
    if (elements.data == Data::verdict) verdicts.push_back(elements.verdicts[i]);
    if (!elements.data_known) continue;
    auto const datum = elements.datum(i);
    data.insert(data.end(), datum.begin(), datum.end());
  }
  elements.cells = std::move(cells);
  elements.verdicts = std::move(verdicts);
  elements.data_cells = std::move(data);
  elements.expiring = std::move(expiring);
  elements.lasting = 0;  // of a set whose elements all expire, which of them last is not known now
  if (elements.expiring.empty() && elements.undecided == kExpire) elements.undecided.clear();
  if (those.catch_all && !elements.catch_all) return "*";
  if (those.catch_all) {
    elements.catch_all = false;
    elements.otherwise.reset();
    elements.otherwise_data.clear();
  }
  for (auto const& [row, found] : wanted)
    if (!found) return row.front().second;
  return std::nullopt;
}

bool has_repeated_row(Source const& source, Elements const& elements, std::size_t from) {
  std::map<Row, bool, Less> seen;
  for (std::size_t i = 0; i < elements.rows(); ++i)
    if (!seen.emplace(row_of(source, elements, i), true).second && i >= from) return true;
  return false;
}

}  // namespace safeconduct::nft
