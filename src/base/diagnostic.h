// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/location.h"
#include "base/said.h"

namespace safeconduct {

// What kind of fault an input has. The text says it in words; the kind is for tests and exit codes.
enum class ErrorKind {
  usage,         // the command line asks for something that does not exist
  unreadable,    // the file cannot be opened or read
  syntax,        // the input does not follow its grammar
  unknown_name,  // a name (chain, set, region, key) is not defined
  out_of_range,  // a number or address is outside of what its place allows
  conflict,      // two statements exclude each other (repeated key, overlap)
  limit,         // larger or deeper than this program accepts
};

// A fault of the input, as a value. The text is lower case, quotes what was found and says what
// would do; the hint, when there is one, is a further sentence of help.
struct Error {
  ErrorKind kind = ErrorKind::syntax;
  Location at;
  std::string text;
  std::string hint;
  std::string
      line_text;  // the line of the input that 'at' points into, for the caret; may be empty
  std::uint32_t line_from = 0;  // of a line without end, how many bytes stand before 'line_text'

  bool operator==(Error const&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;

// Evaluates an expression of type Result<T>; on an error returns it from the enclosing function,
// otherwise declares 'name' with the value: as an rvalue reference, so that 'return name' moves it.
// (libstdc++ 12 has no expected::and_then.)
#define SC_TRY(name, expression)                                                \
  auto name##_result = (expression);                                            \
  if (!name##_result) return std::unexpected(std::move(name##_result).error()); \
  auto&& name =                                                                 \
      *std::move(name##_result)  // NOLINT(bugprone-macro-parentheses): a name being declared

// The same for a Result<void>.
#define SC_CHECK(expression)                                      \
  do {                                                            \
    if (auto sc_check_result = (expression); !sc_check_result)    \
      return std::unexpected(std::move(sc_check_result).error()); \
  } while (false)

// The message as the operator reads it: "file:line:column: text", the line with a caret under the
// place (long lines are cut around it), and "hint: ..." on a line of its own. Ends with a newline.
std::string to_message(Error const& error);

// The line of 'text' that contains the byte at 'offset' (which may be one past the end), without
// its line end, and the place of that byte. Walks the text: for error paths, not for hot ones.
Location location_at(std::string_view file, std::string_view text, std::size_t offset);
std::string_view line_at(std::string_view text, std::size_t offset);

// An error at a byte of a text: fills in place and line.
Error error_at(ErrorKind kind, std::string_view file, std::string_view text, std::size_t offset,
               std::string message, std::string hint = {});

// The text with control characters and invalid UTF-8 replaced by '?', fit for a terminal.
std::string printable(std::string_view text);

// Something worth saying that is not an error: an assumption taken, a thing left out.
struct Note {
  std::string code;  // "SC9..", of the catalogue in report/explain
  Said message;      // one sentence
  Location at;       // may be empty

  auto operator<=>(Note const&) const = default;
};

using Notes = std::vector<Note>;

}  // namespace safeconduct
