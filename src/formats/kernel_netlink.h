// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/diagnostic.h"
#include "formats/kernel_bytecode.h"

// The one place that speaks with the kernel: in the network namespace of the calling thread, with
// messages that ask. 'name' is for the messages of errors.
namespace safeconduct::kernel {

inline constexpr char const* kInstead =
    "run as root (sudo), or give the output of 'nft list ruleset' as a file";

std::unexpected<Error> fail(std::string const& name, std::string text, std::string hint = {});

// The number of the rules' generation: another one after each change.
Result<std::uint32_t> generation(std::string const& name);
// All that there is; nothing: it was changed meanwhile.
Result<std::optional<Dump>> dump_all(std::string const& name);

}  // namespace safeconduct::kernel
