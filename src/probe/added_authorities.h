// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Authorities that somebody added to those of the system's distribution. Whoever opens TLS on the
// way needs one on each client; a service on the internet is never certified by it.

#include <span>
#include <string>
#include <vector>

namespace safeconduct {

struct AddedAuthority {
  std::string key_hash;  // SHA-256 of the public key, hexadecimal
  std::string file;
  bool operator==(AddedAuthority const&) const = default;
};

// Where distributions take them from: Debian and its kin, Red Hat's, SUSE, Arch.
std::vector<std::string> folders_of_added_authorities();
// Of all files in these folders, and in folders in them; PEM or DER. What is no certificate is left
// out, folders that are not there too.
std::vector<AddedAuthority> added_authorities(std::span<std::string const> folders);

}  // namespace safeconduct
