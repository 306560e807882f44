// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/pieces.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace safeconduct {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 16U;

}  // namespace

Pieces pieces_of(std::istream& in) {
  return [&in, piece = std::make_shared<std::string>()]() -> std::string_view {
    piece->resize(kPiece);
    in.read(piece->data(), static_cast<std::streamsize>(kPiece));
    return std::string_view(*piece).substr(0, static_cast<std::size_t>(in.gcount()));
  };
}

Pieces pieces_of(std::string_view text) {
  return [text, given = std::make_shared<bool>(false)]() -> std::string_view {
    if (std::exchange(*given, true)) return {};
    return text;
  };
}

Opened opened(Pieces source, std::size_t look) {
  std::string head;
  while (head.size() < look) {
    auto const piece = source();
    if (piece.empty()) break;
    head += piece;
  }
  auto first = std::make_shared<std::string const>(head);
  auto given = std::make_shared<bool>(false);
  return {std::move(head),
          [source = std::move(source), first = std::move(first),
           given = std::move(given)]() -> std::string_view {
            if (!std::exchange(*given, true) && !first->empty()) return *first;
            return source();
          }};
}

ByteSource byte_source(Pieces pieces) {
  return [pieces = std::move(pieces),
          left = std::string_view()](std::span<std::uint8_t> into) mutable -> Result<std::size_t> {
    if (left.empty()) left = pieces();
    auto const size = std::min(left.size(), into.size());
    if (size > 0) std::memcpy(into.data(), left.data(), size);
    left.remove_prefix(size);
    return size;
  };
}

}  // namespace safeconduct
