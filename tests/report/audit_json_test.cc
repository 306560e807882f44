// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/audit_json.h"

#include <doctest/doctest.h>

using namespace safeconduct;

namespace {

std::string const kDigest(64, 'a');

SiteAudit whole_audit() {
  SiteAudit audit;
  audit.site = "london";
  audit.file = "sites/london.yaml";
  audit.fails = true;
  audit.verdict = Verdict::partial;
  audit.status = {.dns = DnsState::open,
                  .dns_text = "Unprotected",
                  .web = WebState::is_protected,
                  .web_text = "Protected",
                  .fail_open = std::nullopt,
                  .dns_by_family = {{Family::ip4, DnsState::open}}};
  audit.summary = {1, 2, 3, 4, 5, 6};
  AuditedRequirement requirement;
  requirement.policy = "mine";
  requirement.id = "dns";
  requirement.level = "required";
  requirement.expect_deny = true;
  requirement.verdict = Verdict::intercepted;
  requirement.code = "SC107";
  requirement.waived = "change 4711";
  requirement.known = "2026-11-20";
  requirement.by = {{"gateway", {"a.nft", 3, 5}, "accept \"all\""}};
  requirement.rules = 7;
  audit.requirements = {requirement};
  audit.upcoming = {{"2026-12-15", requirement}};
  audit.regions = {{"provider", "eu", Verdict::undecided}};
  audit.notes = {{"SC901", 2}};
  audit.key = kDigest;
  using Kind = AuditedInput::Kind;
  audit.inputs = {{Kind::file, "a.nft", kDigest},
                  {Kind::included, "b.nft", kDigest},
                  {Kind::pattern, "c/*.nft", kDigest},
                  {Kind::presence, "d.nft", "no"}};
  return audit;
}

AuditHeader whole_header() {
  AuditHeader header;
  header.version = "1.2.3";
  header.as_of = "2026-11-26";
  header.fail_on = "recommended";
  header.upcoming_fails = false;
  header.fleet = kDigest;
  header.baseline = std::string(64, 'b');
  header.in_all = 9;
  header.shards = 4;
  header.covered = {2, 3};
  header.sites = {"a", "b"};
  header.policies = {{"policies/p.yaml", kDigest, "p", {{"dns", "DNS", "dns", "required"}}}};
  header.ranges = {{"ingress-ranges/r.yaml", kDigest, "r", "1", true}};
  return header;
}

std::string fault(std::string line) {
  auto const read = read_site_audit({"results", 7, 0}, line);
  return read ? "" : to_message(read.error());
}

std::string with(std::string line, std::string const& from, std::string const& to) {
  auto const at = line.find(from);
  REQUIRE(at != std::string::npos);
  return line.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("audit_json: what is written is read as it was") {
  auto const line = json_site_audit(whole_audit());
  auto const read = read_site_audit({"results", 2, 0}, line);
  REQUIRE(read);
  CHECK(json_site_audit(*read) == line);
  CHECK(read->status.dns_by_family == whole_audit().status.dns_by_family);
  CHECK((read->requirements == whole_audit().requirements));
  CHECK((read->inputs == whole_audit().inputs));
  CHECK(read->fails);

  SiteAudit broken;
  broken.site = "york";
  broken.file = "york.yaml";
  broken.fault = Error{ErrorKind::syntax, {"york.yaml", 4, 1}, "unknown key", "known: site", {}};
  auto const broken_line = json_site_audit(broken);
  auto const again = read_site_audit({"results", 2, 0}, broken_line);
  REQUIRE(again);
  CHECK(json_site_audit(*again) == broken_line);
  REQUIRE(again->fault);
  CHECK(again->fault->at == broken.fault->at);

  auto const header = json_audit_header(whole_header());
  auto const head = read_audit_header({"results", 1, 0}, header);
  REQUIRE(head);
  CHECK(json_audit_header(*head) == header);
  CHECK((head->policies == whole_header().policies));
}

TEST_CASE("audit_json: a line that is not as it should be is refused with its place") {
  auto const line = json_site_audit(whole_audit());
  std::string const hint = "  hint: results of an audit are written by 'audit --output FILE'\n";
  CHECK(fault(line).empty());
  CHECK(fault("{") == "results:7: this is not JSON: incomplete JSON\n" + hint);
  CHECK(fault("[]") == "results:7: the line is not an object\n" + hint);
  CHECK(fault(with(line, "site/1", "site/2")) ==
        "results:7: the line follows 'safeconduct.audit.site/2', expected "
        "'safeconduct.audit.site/1'\n" +
            hint);
  CHECK(fault(with(line, "\"fails\":true,", "")) == "results:7: the line has no 'fails'\n" + hint);
  CHECK(fault(with(line, "\"fails\"", "\"passes\"")) ==
        "results:7: the line has an unknown key 'passes'\n" + hint);
  CHECK(fault(with(line, "\"partial\",\"fails\"", "\"fine\",\"fails\"")) ==
        "results:7: verdict is 'fine', which it cannot be\n" + hint);
  CHECK(fault(with(line, "\"key\":\"aa", "\"key\":\"AA")) ==
        "results:7: key is not a SHA-256 digest\n" + hint);
  CHECK(fault(with(line, "\"holds\":false", "\"holds\":0")) ==
        "results:7: requirements[0].holds is not true or false\n" + hint);
  CHECK(fault(with(line, "\"by\":\"baseline\"", "\"by\":\"revision\"")) ==
        "results:7: requirements[0].known.by is 'revision', which it cannot be\n" + hint);
  CHECK(fault(with(line, "\"since\":\"2026-11-20\"", "\"since\":\"yesterday\"")) ==
        "results:7: requirements[0].known.since is no day: YYYY-MM-DD\n" + hint);
  CHECK(fault(with(line, "\"holds\":false", "\"holds\":true,\"holds\":false")) ==
        "results:7: the line has 'holds' twice in one object\n" + hint);
  CHECK(fault(with(line, "\"notes\":{", "\"notes\":{\"SC901\":1,")) ==
        "results:7: the line has 'SC901' twice in one object\n" + hint);
  // An answer beside a fault: one of the two is wrong.
  CHECK(fault(with(line, "\"verdict\"", "\"error\":{\"message\":\"m\"},\"verdict\"")) ==
        "results:7: the line has an unknown key 'verdict'\n" + hint);
}

TEST_CASE("audit_json: an answer that contradicts itself is refused") {
  auto audit = whole_audit();
  audit.verdict = Verdict::allowed;
  auto& one = audit.requirements.front();
  one.level = "required";
  one.holds = false;
  one.waived.reset();
  auto const message = fault(json_site_audit(audit));
  CHECK(message.contains("results:7: the line is allowed, and something required in it does not"));
  one.waived = "agreed";
  CHECK(fault(json_site_audit(audit)).empty());
}

TEST_CASE("audit_json: a header is refused for what it says, and that is named") {
  auto const refusal = [](auto const& change) {
    auto header = whole_header();
    change(header);
    auto const read = read_audit_header({"r", 1, 0}, json_audit_header(header));
    return read ? std::string() : read.error().text;
  };
  CHECK(refusal([](AuditHeader&) {}).empty());
  CHECK(refusal([](AuditHeader& h) { h.sites = {"a", "a"}; }) ==
        "the line lists sites out of order, twice, or more than there are");
  CHECK(refusal([](AuditHeader& h) { h.in_all = 1; }) ==
        "the line lists sites out of order, twice, or more than there are");
  CHECK(refusal([](AuditHeader& h) { h.covered = {5}; }).starts_with("shards.covered[0] "));
  CHECK(refusal([](AuditHeader& h) { h.covered = {1, 1}; }) ==
        "shards are not told in order, each once, from 1");
  CHECK(refusal([](AuditHeader& h) { h.covered = {}; }) ==
        "shards are not told in order, each once, from 1");
  CHECK(refusal([](AuditHeader& h) { h.shards = 4'294'967'295; }) ==
        "shards are none, or too many");
  CHECK(refusal([](AuditHeader& h) { h.as_of = "next tuesday"; }) == "as_of is no day: YYYY-MM-DD");
  CHECK(refusal([](AuditHeader& h) { h.baseline = "none"; }) ==
        "baseline.sha256 is not a SHA-256 digest");
  CHECK(refusal([](AuditHeader& h) { h.fail_on = "never"; }) ==
        "fail_on is 'never', which it cannot be");
}
