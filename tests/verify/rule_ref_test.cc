// SPDX-License-Identifier: GPL-3.0-or-later
#include "verify/rule_ref.h"

#include <doctest/doctest.h>

#include "verify/small_site.h"

namespace safeconduct::test {
namespace {

std::string of_elements(std::size_t count) {
  std::string rule = "    ip saddr { ";
  for (std::size_t i = 0; i < count; ++i)
    rule +=
        (i > 0 ? ", 10.20." : "10.20.") + std::to_string(i / 250) + '.' + std::to_string(i % 250);
  return rule + " } drop\n";
}

std::string words_of_first_part(std::size_t elements) {
  auto in = input({{"gw", forward(of_elements(elements) + "    accept\n")}});
  return finding(checked(in), "plain").flows.front().parts.front().rule->text;
}

}  // namespace

TEST_CASE("rule_ref: of a rule with very many words the first are quoted, in each of its parts") {
  CHECK(words_of_first_part(3) == "ip saddr { 10.20.0.0, 10.20.0.1, 10.20.0.2 } drop");
  auto const words = words_of_first_part(2000);  // 24,000 bytes
  CHECK(words.size() < 1010);
  CHECK(words.starts_with("ip saddr { 10.20.0.0, 10.20.0.1, "));
  CHECK(words.ends_with(" ..."));
}

}  // namespace safeconduct::test
