// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_json_text.h"

namespace safeconduct::nft {

// Writes one statement of a rule as nft text. A statement that is not known, or has something in it
// that is not known, becomes words that the reader takes for unknown, with the JSON in them.
void json_statement(JsonText& out, json::Value statement);

// One that stands in a set: what it does with each element. False: not known.
bool json_element_statement(JsonText& out, json::Value statement);

// Can the text stand where one statement of a rule stands, and end nothing but itself? nft writes
// such text into its JSON for what it has no JSON for.
bool is_contained(std::string_view text);

}  // namespace safeconduct::nft
