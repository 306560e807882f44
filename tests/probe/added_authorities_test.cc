// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/added_authorities.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

namespace safeconduct::test {
namespace {

// Self-signed, of "CN=Inspection", made for this test; its key is nowhere.
constexpr char kAuthority[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfzCCASWgAwIBAgIUQko1+x+6qRZt75Ov+CAtaFkYc+swCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKSW5zcGVjdGlvbjAeFw0yNjExMjYwNTI3MzNaFw0zNjExMjMw\n"
    "NTI3MzNaMBUxEzARBgNVBAMMCkluc3BlY3Rpb24wWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAQA/FR/ZqTQQjAqhXkLSooKiXcTt3jvGJM4HPyprF9xZr2dEok2k9fE\n"
    "5BKJr41a+SBeyxVPUh3kbEEztJpJc7fzo1MwUTAdBgNVHQ4EFgQUTYCmdPqM+DBf\n"
    "ynVbcgOVcr1sw7cwHwYDVR0jBBgwFoAUTYCmdPqM+DBfynVbcgOVcr1sw7cwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA7TAwZp1FPvAHEHKeu60ov\n"
    "Q35fxLCY49ab5FO6dSgDaAIhAKFPfq7VaEba3wNYpvRYCGgBm2SJ2IEYAR4nYHBn\n"
    "LvW0\n"
    "-----END CERTIFICATE-----\n";

}  // namespace

TEST_CASE("added_authorities: certificates in folders and theirs, and nothing else") {
  auto const folder = std::filesystem::temp_directory_path() /
                      ("safeconduct-authorities-" + std::to_string(std::rand()));
  std::filesystem::create_directories(folder / "site");
  std::ofstream(folder / "site" / "proxy.crt") << "a comment before it\n" << kAuthority;
  std::ofstream(folder / "README") << "no certificate";
  std::vector<std::string> const folders{folder.string(), (folder / "missing").string()};
  auto const added = added_authorities(folders);
  std::filesystem::remove_all(folder);
  REQUIRE(added.size() == 1);
  CHECK(added[0].file == (folder / "site" / "proxy.crt").string());
  CHECK(added[0].key_hash == "a8ba3f78b1207a4c45ccba7da719ebbfb34edc50a095172a8aacb670857fa08a");
}

}  // namespace safeconduct::test
