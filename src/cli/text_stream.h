// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <spanstream>
#include <string>
#include <utility>

namespace safeconduct {

// Reads a text that it keeps alive, and does not copy: rules may be 100 MB.
class TextStream : public std::ispanstream {
 public:
  explicit TextStream(std::shared_ptr<std::string const> text)
      : std::ispanstream(std::span<char const>(*text)), text_(std::move(text)) {}

 private:
  std::shared_ptr<std::string const> text_;
};

}  // namespace safeconduct
