// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What must not leave a site is replaced by placeholders, each the same wherever it stands. Who a
// client is (organization, fingerprint, user id) always; addresses other than the service's, names
// of hosts and users where that is asked for.

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/address.h"
#include "verify/diagnosis.h"

namespace safeconduct {

class Redaction {
 public:
  // 'all': addresses, hosts and users too.
  explicit Redaction(bool all) : all_(all) {}

  // The service's own, which stay.
  void keep(Family family, AddressSet const& addresses);
  // In place of the word, in any case, and of what a cut line ends in of it; a word of others is
  // left alone.
  void replace(std::string word, std::string placeholder);
  bool all() const { return all_; }

  // Words, what keys of a registration say, organizations in host names; users in paths, and their
  // mail.
  std::string words(std::string_view text) const;
  // Addresses; numbered as they come.
  std::string addresses(std::string_view text);

 private:
  std::string address(std::string_view run);

  bool all_ = false;
  std::array<AddressSet, 2> kept_;
  std::vector<std::pair<std::string, std::string>> words_;
  std::map<Address, std::size_t> numbers_;
};

// All texts of the diagnosis that others wrote.
void redact_words(Diagnosis& diagnosis, Redaction const& redaction);

}  // namespace safeconduct
