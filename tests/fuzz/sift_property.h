// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <sstream>
#include <string>

#include "formats/reader.h"
#include "formats/sift.h"

namespace safeconduct {

// Through a sieve: what is left is refused where the whole is, at the same place in the same words
// (but where gaps stand for what went: there, the whole is read again for its error), and else
// gives the same chains, tables, interfaces and notes.
inline void require_sifts_alike(std::string const& text, Format format, Sieve const& sieve) {
  auto const require = [](bool holds) {
    if (!holds) std::abort();
  };
  std::istringstream stream(text);
  auto const sifted = sift("input", stream, sieve);
  if (!sifted) return;
  SourceText const whole{"input", std::make_shared<std::string const>(text)};
  auto const some = read_device(std::span(&*sifted, 1), {}, format);
  auto const all = read_device(std::span(&whole, 1), {}, format);
  require(some.has_value() == all.has_value());
  if (!all) {
    bool const alike = some.error().text == all.error().text && some.error().at == all.error().at;
    require(alike || !sifted->gaps.empty());
    return;
  }
  require(some->chains.size() == all->chains.size());
  require(some->tables.size() == all->tables.size());
  require(some->interfaces == all->interfaces);
  require(some->notes == all->notes);
  for (std::size_t i = 0; i < all->chains.size(); ++i) {
    auto const& left = some->chains[i];
    auto const& full = all->chains[i];
    require(left.name == full.name && left.base.has_value() == full.base.has_value());
    require(location(*some, left.span) == location(*all, full.span));
    require(left.rules.size() <= full.rules.size());
    require(left.sifted || left.rules.size() == full.rules.size());
  }
}

// Through one that wants nothing, so that all goes that may go; and through one for a conversation,
// so that rules for replies go where those are let through.
inline void require_sifts_alike(std::string const& text, Format format) {
  require_sifts_alike(text, format, Sieve());
  Sieve web;
  web.between(Family::ip4, AddressSet(AddressInterval{0x0A000000U, 0x0AFFFFFFU}),
              AddressSet(AddressInterval{0xC0000200U, 0xC00002FFU}));
  web.on(l4::tcp, Sieve::PortRange{443, 443});
  web.ask_forwarded();
  require_sifts_alike(text, format, web);
}

}  // namespace safeconduct
