// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "formats/reader.h"

namespace safeconduct::nft {

// What a text is a translation of, where it is one.
struct Translated {
  std::shared_ptr<Original const> from;
  bool listing = false;  // its commands list what is loaded: they are no script that changes it
};

// Reads nft text of less than 4 GiB.
Result<void> read(SourceText const& given, Translated const& translated, RulesetBuilder& builder,
                  FileAccess const* files = nullptr);

}  // namespace safeconduct::nft
