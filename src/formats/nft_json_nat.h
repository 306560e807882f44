// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "formats/nft_json_text.h"

namespace safeconduct::nft {

// The statements of nft JSON that end a packet's way, or send it elsewhere: what stands behind the
// statement's name, as nft text. False: not all of it is known.
bool json_reject(JsonText& out, json::Value value);
bool json_queue(JsonText& out, json::Value value);
bool json_translate(JsonText& out, json::Value value, std::string_view word);     // snat, dnat
bool json_to_interface(JsonText& out, json::Value value, std::string_view word);  // masquerade ...
bool json_tproxy(JsonText& out, json::Value value);

}  // namespace safeconduct::nft
