// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A file as it is read: piece by piece, from front to back, never whole.

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "evidence/byte_source.h"

namespace safeconduct {

// The next piece, which is valid until the next call; empty at the end, and from then on.
using Pieces = std::function<std::string_view()>;

// Reads from where the stream stands; the stream must outlive it.
Pieces pieces_of(std::istream& in);
// The text must outlive it.
Pieces pieces_of(std::string_view text);

// A source of which the beginning has been looked at, and which still gives all of it.
struct Opened {
  std::string head;  // the first 'look' bytes and perhaps some more; less where it is shorter
  Pieces bytes;
};
Opened opened(Pieces source, std::size_t look);

// The same for readers that fill a buffer.
ByteSource byte_source(Pieces pieces);

}  // namespace safeconduct
