// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What options take, where that is a closed list. An option's name means the same in every command.

#include <string>
#include <string_view>
#include <vector>

namespace safeconduct {

// Of "--hook": forward, output, input. None: any text will do, or it is checked elsewhere.
std::vector<std::string> choices_of(std::string_view option);

// A list that is not closed, but that can be offered while a command line is typed.
enum class Offer : std::uint8_t {
  nothing,
  files,
  folders,
  policies,  // of the data folder, as the next three
  providers,
  regions,
  dialects
};
// By the option's name ("--policy") and by what help calls its value ("FILE").
Offer offer_of(std::string_view option, std::string_view value);
std::string_view name(Offer offer);  // "files", "regions"

}  // namespace safeconduct
