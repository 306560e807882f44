// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "formats/kernel_bytecode.h"
#include "formats/reader.h"

namespace safeconduct {

// Is it "kernel:" or "kernel:NETNS", the running rules instead of a file?
bool is_kernel_name(std::string_view name);

// The running rule set of nf_tables of this host's network namespace or of the named one, as a
// listing in the words of nft. Nothing is changed. Errors name the privilege that is missing, the
// namespace that is not there, or the kernel that has no nf_tables.
Result<SourceText> read_running_rules(std::string const& name);

namespace kernel {

// What is asked of the kernel; tests stand in for it.
struct Kernel {
  std::function<Result<std::uint32_t>()> generation;  // of the rules: another one after each change
  // What there is; nothing: it was changed meanwhile (NLM_F_DUMP_INTR).
  std::function<Result<std::optional<Dump>>()> dump;
};

// A dump during which nothing changed: tried a few times, then given up.
Result<Dump> consistent_dump(std::string const& name, Kernel const& kernel);

// The listing of a dump, see formats/kernel_listing.h, with what read_nft_text has to know of it.
Result<SourceText> running_rules(std::string const& name, Dump const& dump);

}  // namespace kernel
}  // namespace safeconduct
