// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/reader.h"

namespace safeconduct::nft {

// A script with the files that it includes put in the place of each "include" statement, as nft
// reads them: one text, and where each part of it stands.
class Script {
 public:
  // Without 'files', or where nothing is included, the text itself. Errors name the chain of files.
  static Result<Script> read(SourceText const& given, FileAccess const* files);

  std::string_view text() const { return *text_; }
  struct File {
    std::string name;
    std::shared_ptr<std::string const> text;
  };
  std::vector<File> const& files() const { return files_; }  // the given one first

  // A stretch of text() as a stretch of one file, cut where that file's text ends.
  struct Place {
    std::uint32_t file = 0;
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  Place place(std::uint32_t begin, std::uint32_t end) const;
  Error error(ErrorKind kind, std::size_t offset, std::string message, std::string hint) const;
  Location location(std::size_t offset) const;

 private:
  friend class Includer;

  // One "include" that was followed.
  struct Inclusion {
    std::uint32_t file = 0;
    std::uint32_t parent = 0;  // the inclusion that it stands in; of the given file, itself
    std::uint32_t at = 0;      // where in the parent's file
  };
  // From 'begin' on the text is that of the inclusion's file from 'offset' on.
  struct Piece {
    std::uint32_t begin = 0;
    std::uint32_t inclusion = 0;
    std::uint32_t offset = 0;
  };

  std::size_t piece_at(std::size_t offset) const;
  Error error_in(std::uint32_t inclusion, std::size_t offset, ErrorKind kind, std::string message,
                 std::string hint) const;

  std::shared_ptr<std::string const> text_;
  std::vector<File> files_;
  std::vector<Inclusion> inclusions_;
  std::vector<Piece> pieces_;
};

}  // namespace safeconduct::nft
