// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/witness.h"

#include <doctest/doctest.h>

#include "packet/field.h"
#include "report/sample_result.h"

namespace safeconduct {
namespace {

Part behind_masquerade() {
  Part part;
  part.verdict = Verdict::undecided;
  part.src = test::addresses("10.20.0.0/16");
  part.dst = test::addresses("208.67.222.222");
  part.rule = test::sample_rule(4, "ip saddr 192.0.2.0/24 accept");
  part.origin.source = Symbol::any(Field::saddr);
  part.witness = test::sample_packet(l4::udp, "1.0.0.0", 1024, "208.67.222.222", 53);
  return part;
}

using Words = std::vector<std::string>;

TEST_CASE("witness: behind a masquerade the client's packet is followed through the site") {
  auto const part = behind_masquerade();
  auto context = test::sample_context();
  context.site_file = "london.yaml";
  CHECK(trace_command(part, context) == Words{"safeconduct trace", "--site london.yaml",
                                              "--packet 'udp 10.20.0.0:1024 > 208.67.222.222:53'"});

  auto const at_the_device = [](Part const& other, ReportContext const& known) {
    return trace_command(other, known).at(1) == "gateway.nft";
  };
  auto answer = part;
  answer.leg = Leg::reply;
  CHECK(at_the_device(answer, context));
  auto to_one_address = part;
  to_one_address.origin.source = Symbol::fixed(parse_address("192.0.2.1")->bits);
  CHECK(at_the_device(to_one_address, context));
  auto untranslated = part;
  untranslated.origin.source = Symbol::asked(Field::saddr);
  CHECK(at_the_device(untranslated, context));
  context.site_file.clear();  // rules alone, or a site of several paths
  CHECK(at_the_device(part, context));
}

}  // namespace
}  // namespace safeconduct
