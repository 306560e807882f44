// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/redaction.h"

#include <doctest/doctest.h>

namespace safeconduct::test {

TEST_CASE("redaction: addresses get the same placeholder wherever they stand, the service's stay") {
  Redaction redaction(true);
  redaction.keep(Family::ip4, AddressSet(interval(*parse_prefix("208.67.222.0/24"))));
  CHECK(redaction.addresses("10.1.2.3:53 > 208.67.222.222:443, 10.1.2.3, fe80::1%eth0") ==
        "address-1:53 > 208.67.222.222:443, address-1, address-2%eth0");
  CHECK(redaction.addresses("10.1.2.4/32 [2001:db8::5]:443 10.1.2.3.") ==
        "address-3/32 [address-4]:443 address-1.");
  // Beside words of the same letters, other addresses, and ports as tcpdump writes them.
  CHECK(redaction.addresses("Added:10.1.2.3 10.1.2.3:10.1.2.4 10.1.2.3.40000 2001:db8::5.53") ==
        "Added:address-1 address-1:address-3 address-1.40000 address-4.53");
  for (auto const* other :
       {"2024-08-27T03:07:43", "version 1.2.3", "abc", "x10.0.0.1", "10.0.0.1x", "0.1.0"}) {
    CAPTURE(other);
    CHECK(redaction.addresses(other) == other);
  }
}

TEST_CASE("redaction: without being asked for, addresses and users stay, and ids go") {
  Redaction redaction(false);
  redaction.replace("7654321", "[organization]");
  CHECK(redaction.addresses("10.1.2.3") == "10.1.2.3");
  CHECK(redaction.words("C:\\Users\\ann\\x of 7654321, 76543210") ==
        "C:\\Users\\ann\\x of [organization], 76543210");
  CHECK(redaction.words("swg-url-proxy-https-8123456.sseproxy.qq.opendns.com") ==
        "swg-url-proxy-https-[organization].sseproxy.qq.opendns.com");
  CHECK(redaction.words("swg-url-proxy-https-sse.sigproxy.qq.opendns.com") ==
        "swg-url-proxy-https-sse.sigproxy.qq.opendns.com");
}

TEST_CASE(
    "redaction: ids go from beside letters, from lines that were cut, and where keys say them") {
  Redaction redaction(false);
  redaction.replace("7654321", "[organization]");
  redaction.replace("0123456789abcdef0123456789abcdef", "[fingerprint]");
  CHECK(redaction.words("DART_7654321.zip, u7654321_x, 17654321") ==
        "DART_[organization].zip, u[organization]_x, 17654321");
  CHECK(redaction.words("fp_0123456789ABCDEF0123456789abcdef_x") == "fp_[fingerprint]_x");
  CHECK(redaction.words("of 0123456789a") == "of [fingerprint]");
  CHECK(redaction.words("of 01") == "of 01");
  CHECK(redaction.words(R"({"organizationId":"8123456","fingerprint":"fedc","userId": 42})") ==
        R"({"organizationId":"[organization]","fingerprint":"[fingerprint]","userId": [user id]})");
  CHECK(redaction.words(R"(\"orgId\":\"8123456\" org_id=8123456)") ==
        R"(\"orgId\":\"[organization]\" org_id=[organization])");
  CHECK(redaction.words("the fingerprint of 12 bytes") == "the fingerprint of 12 bytes");
  CHECK(redaction.words("proxy-https-sse-8123456.x PROXY-HTTP-8123456") ==
        "proxy-https-sse-[organization].x PROXY-HTTP-[organization]");
  CHECK(redaction.words("ann@example.org") == "ann@example.org");
}

TEST_CASE("redaction: mail, and users in paths however they are written") {
  Redaction const redaction(true);
  CHECK(redaction.words("of <ann.b+c@example.org>, x@, @y") == "of <[mail]>, x@, @y");
  CHECK(redaction.words(R"("C:\\Users\\ann\\x" %2FUsers%2Fann%2Fx)") ==
        R"("C:\\Users\\[user]\\x" %2FUsers%2F[user]%2Fx)");
  CHECK(redaction.words(R"(C:\Users\ann smith\x)") == R"(C:\Users\[user]\x)");
}

TEST_CASE("redaction: names are whole words in any case, users stand in paths") {
  Redaction redaction(true);
  redaction.replace("LAPTOP-7", "[host]");
  redaction.replace("ann", "[user]");
  CHECK(redaction.words("laptop-7: annual report of Ann (LAPTOP-77)") ==
        "[host]: annual report of [user] (LAPTOP-77)");
  CHECK(redaction.words("C:\\Users\\Bob\\Desktop\\d.zip and /home/carl/d.zip, /Users/dora") ==
        "C:\\Users\\[user]\\Desktop\\d.zip and /home/[user]/d.zip, /Users/[user]");
}

TEST_CASE(
    "redaction: a device is hidden where it is named, and where an observation keeps its name") {
  Redaction redaction(true);
  redaction.replace("perimeter", "device-1");
  Diagnosis diagnosis;
  auto& seen = diagnosis.result.requirements.emplace_back().seen.emplace_back();
  seen.observation.offender_device = "perimeter";
  seen.observation.path.resize(1);
  seen.observation.path[0].device = "perimeter";
  seen.observation.evidence = {{"icmp", "type 3 code 13 from 10.20.0.1 [perimeter]"}};
  seen.beside.rules.resize(1);
  seen.beside.rules[0].device = "perimeter";
  redact_words(diagnosis, redaction);
  CHECK(seen.observation.offender_device == "device-1");
  CHECK(seen.observation.path[0].device == "device-1");
  CHECK(seen.observation.evidence[0].text == "type 3 code 13 from 10.20.0.1 [device-1]");
  CHECK(seen.beside.rules[0].device == "device-1");
}

}  // namespace safeconduct::test
