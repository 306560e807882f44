// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "dialects/dialect.h"
#include "formats/reader.h"

namespace safeconduct {

// Does the text look like a vendor's export: several rows of cells? (Which one, its header tells.)
bool looks_like_csv(std::string_view text);

// The CSV exports of one device, together: the rules, and the objects that they name. UTF-16 is
// read, too. Of several dialects, the header tells which it is.
//
// What becomes of it: a table of the dialect's name, in which every packet, forwarded, sent or
// received, first meets "belongs to a session that was let in: accept", then the rules in order,
// then what the vendor does with the rest.
Result<void> read_vendor_csv(std::span<SourceText const> sources, std::span<Dialect const> dialects,
                             RulesetBuilder& builder, std::span<std::string const> crossed = {},
                             Sieve const* sieve = nullptr);
// The same, linked. 'interfaces': the zones or interfaces that packets will come and go by, see
// RulesetBuilder::finish.
Result<Ruleset> read_csv_device(std::span<SourceText const> sources,
                                std::span<std::string const> interfaces,
                                std::span<Dialect const> dialects,
                                std::shared_ptr<Sieve const> const& sieve = nullptr);

}  // namespace safeconduct
