// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <initializer_list>
#include <limits>

#include "base/text.h"
#include "policy/date.h"
#include "policy/fleet.h"
#include "policy/vocabulary.h"
#include "report/audit_json.h"
#include "report/json_doubles.h"
#include "report/json_member.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeepestAudit = 16;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kAuditHint = "results of an audit are written by 'audit --output FILE'";

Result<std::uint64_t> number_at(Member const& object, std::string_view key) {
  SC_TRY(member, object.at(key));
  return member.number(kMost);
}

Result<Verdict> verdict_at(Member const& object) {
  SC_TRY(member, object.at("verdict"));
  return member.one_of(kVerdicts);
}

Result<std::string> day_at(Member const& object, std::string_view key) {
  SC_TRY(member, object.at(key));
  SC_TRY(text, member.text());
  if (!parse_date(text)) return member.fail("is no day: YYYY-MM-DD");
  return std::move(text);
}

Result<std::string> word_at(Member const& object, std::string_view key,
                            std::initializer_list<std::string_view> words) {
  SC_TRY(member, object.at(key));
  SC_TRY(text, member.text());
  if (std::ranges::find(words, text) == words.end())
    return member.fail("is " + quoted(text) + ", which it cannot be");
  return std::move(text);
}

// 64 hexadecimal digits.
Result<std::string> digest_at(Member const& object, std::string_view key) {
  SC_TRY(member, object.at(key));
  SC_TRY(text, member.text());
  bool const good = text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
  if (!good) return member.fail("is not a SHA-256 digest");
  return std::move(text);
}

// Calls read(member, into) for each item of the list.
template <class T, class Read>
Result<void> read_all(Member const& object, std::string_view key, std::vector<T>& into, Read read) {
  SC_TRY(member, object.at(key));
  SC_TRY(items, member.items());
  for (auto const& one : items) {
    SC_TRY(value, read(one));
    into.push_back(std::move(value));
  }
  return {};
}

Result<std::string> read_text(Member const& member) { return member.text(); }

Result<Location> read_place(Member const& object) {
  SC_TRY(file, text_if(object, "file"));
  SC_TRY(line, number_if(object, "line", kMost, 0));
  SC_TRY(column, number_if(object, "column", kMost, 0));
  return Location{file, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
}

Result<AuditedRule> read_rule(Member const& object) {
  SC_CHECK(object.has_only({"device", "file", "line", "column", "text"}));
  AuditedRule rule;
  SC_TRY(device, text_if(object, "device"));
  rule.device = device;
  SC_TRY(at, read_place(object));
  rule.at = at;
  SC_TRY(text, text_at(object, "text"));
  rule.text = text;
  return rule;
}

Result<std::string> read_known_since(Member const& object) {
  SC_CHECK(object.has_only({"by", "since"}));
  SC_CHECK(word_at(object, "by", {name(Known::By::baseline)}));
  return day_at(object, "since");
}

Result<AuditedRequirement> read_requirement(Member const& object) {
  SC_CHECK(object.has_only({"policy", "id", "level", "expect", "verdict", "holds", "code", "waived",
                            "known", "by", "rules"}));
  AuditedRequirement one;
  SC_TRY(policy, text_at(object, "policy"));
  one.policy = policy;
  SC_TRY(id, text_at(object, "id"));
  one.id = id;
  SC_TRY(level, text_at(object, "level"));
  if (!parse_level(level)) return object.fail("has the level '" + level + "', which is none");
  one.level = level;
  SC_TRY(expect, text_at(object, "expect"));
  if (expect != "allow" && expect != "deny") return object.fail("expects neither allow nor deny");
  one.expect_deny = expect == "deny";
  SC_TRY(verdict, verdict_at(object));
  one.verdict = verdict;
  SC_TRY(holds, truth_at(object, "holds"));
  one.holds = holds;
  SC_TRY(code, text_if(object, "code"));
  one.code = code;
  if (object.has("waived")) {
    SC_TRY(waived, text_at(object, "waived"));
    one.waived = waived;
  }
  if (object.has("known")) {
    SC_TRY(known, object.at("known"));
    SC_TRY(since, read_known_since(known));
    one.known = since;
  }
  if (!object.has("by")) return one;
  SC_CHECK(read_all(object, "by", one.by, read_rule));
  SC_TRY(rules, number_at(object, "rules"));
  one.rules = rules;
  return one;
}

Result<AuditedLater> read_later(Member const& object) {
  SC_CHECK(object.has_only({"effective", "requirement"}));
  SC_TRY(effective, day_at(object, "effective"));
  SC_TRY(member, object.at("requirement"));
  SC_TRY(requirement, read_requirement(member));
  return AuditedLater{effective, requirement};
}

Result<AuditedRegion> read_region(Member const& object) {
  SC_CHECK(object.has_only({"provider", "id", "verdict"}));
  SC_TRY(provider, text_at(object, "provider"));
  SC_TRY(id, text_at(object, "id"));
  SC_TRY(verdict, verdict_at(object));
  return AuditedRegion{provider, id, verdict};
}

Result<AuditedInput> read_input(Member const& object) {
  using Kind = AuditedInput::Kind;
  if (object.has("presence")) {
    SC_CHECK(object.has_only({"presence", "there"}));
    SC_TRY(path, text_at(object, "presence"));
    SC_TRY(there, truth_at(object, "there"));
    return AuditedInput{Kind::presence, path, there ? "yes" : "no"};
  }
  auto const kind = object.has("pattern")    ? Kind::pattern
                    : object.has("included") ? Kind::included
                                             : Kind::file;
  auto const* const key = kind == Kind::pattern    ? "pattern"
                          : kind == Kind::included ? "included"
                                                   : "file";
  SC_CHECK(object.has_only({key, "sha256"}));
  SC_TRY(named, text_at(object, key));
  SC_TRY(digest, digest_at(object, "sha256"));
  return AuditedInput{kind, named, digest};
}

Result<Error> read_fault(Member const& object) {
  SC_CHECK(object.has_only({"file", "line", "column", "message", "hint"}));
  Error fault;
  SC_TRY(at, read_place(object));
  fault.at = at;
  SC_TRY(message, text_at(object, "message"));
  fault.text = message;
  SC_TRY(hint, text_if(object, "hint"));
  fault.hint = hint;
  return fault;
}

Result<ClientStatus> read_status(Member const& object) {
  SC_CHECK(object.has_only({"dns", "dns_text", "web", "web_text", "fail_open", "dns_by_family"}));
  ClientStatus status;
  SC_TRY(dns, object.at("dns"));
  SC_TRY(dns_state, dns.one_of(kDnsStates));
  status.dns = dns_state;
  SC_TRY(dns_text, text_at(object, "dns_text"));
  status.dns_text = dns_text;
  SC_TRY(web, object.at("web"));
  SC_TRY(web_state, web.one_of(kWebStates));
  status.web = web_state;
  SC_TRY(web_text, text_at(object, "web_text"));
  status.web_text = web_text;
  SC_TRY(open, object.at("fail_open"));
  if (!open.is_null()) {
    SC_TRY(fails_open, open.truth());
    status.fail_open = fails_open;
  }
  if (!object.has("dns_by_family")) return status;
  SC_TRY(families, object.at("dns_by_family"));
  SC_CHECK(families.has_only({name(Family::ip4), name(Family::ip6)}));
  for (auto const family : {Family::ip4, Family::ip6}) {
    if (!families.has(name(family))) continue;
    SC_TRY(member, families.at(name(family)));
    SC_TRY(state, member.one_of(kDnsStates));
    status.dns_by_family.emplace_back(family, state);
  }
  return status;
}

Result<CheckSummary> read_summary(Member const& object) {
  SC_CHECK(
      object.has_only({"allowed", "blocked", "partial", "intercepted", "undecided", "waived"}));
  CheckSummary summary;
  using Counter = std::pair<std::string_view, std::size_t CheckSummary::*>;
  for (auto const& [key, into] :
       {Counter{"allowed", &CheckSummary::allowed}, Counter{"blocked", &CheckSummary::blocked},
        Counter{"partial", &CheckSummary::partial},
        Counter{"intercepted", &CheckSummary::intercepted},
        Counter{"undecided", &CheckSummary::undecided}, Counter{"waived", &CheckSummary::waived}}) {
    SC_TRY(count, number_at(object, key));
    summary.*into = count;
  }
  return summary;
}

Result<void> read_answer(Member const& object, SiteAudit& audit) {
  SC_TRY(verdict, verdict_at(object));
  audit.verdict = verdict;
  SC_TRY(fails, truth_at(object, "fails"));
  audit.fails = fails;
  SC_TRY(status_member, object.at("status"));
  SC_TRY(status, read_status(status_member));
  audit.status = status;
  SC_TRY(summary_member, object.at("summary"));
  SC_TRY(summary, read_summary(summary_member));
  audit.summary = summary;
  SC_CHECK(read_all(object, "requirements", audit.requirements, read_requirement));
  bool const all_hold = std::ranges::none_of(audit.requirements, [](AuditedRequirement const& one) {
    return one.level == "required" && !one.holds && !one.waived;
  });
  if (audit.verdict == Verdict::allowed && !all_hold)
    return object.fail("is allowed, and something required in it does not hold");
  if (object.has("upcoming")) SC_CHECK(read_all(object, "upcoming", audit.upcoming, read_later));
  SC_CHECK(read_all(object, "regions", audit.regions, read_region));
  SC_TRY(notes, object.at("notes"));
  SC_TRY(codes, notes.keys());
  for (auto const& code : codes) {
    SC_TRY(count, number_at(notes, code));
    audit.notes[code] = count;
  }
  if (object.has("key")) {
    SC_TRY(key, digest_at(object, "key"));
    audit.key = key;
  }
  return read_all(object, "inputs", audit.inputs, read_input);
}

Result<void> expect_schema(Member const& object, std::string_view wanted) {
  SC_TRY(schema, text_at(object, "schema"));
  if (schema == wanted) return {};
  return object.fail("follows '" + schema + "', expected '" + std::string(wanted) + "'");
}

Result<SiteAudit> read_site(Member const& object) {
  SC_CHECK(expect_schema(object, "safeconduct.audit.site/1"));
  SC_CHECK(
      object.has_only({"schema", "site", "file", "error", "verdict", "fails", "status", "summary",
                       "requirements", "upcoming", "regions", "notes", "key", "inputs"}));
  SiteAudit audit;
  SC_TRY(site, text_at(object, "site"));
  audit.site = site;
  SC_TRY(file, text_at(object, "file"));
  audit.file = file;
  if (object.has("error")) {
    SC_CHECK(object.has_only({"schema", "site", "file", "error"}));
    SC_TRY(member, object.at("error"));
    SC_TRY(fault, read_fault(member));
    audit.fault = fault;
  } else {
    SC_CHECK(read_answer(object, audit));
  }
  return audit;
}

Result<AuditedPolicy::Requirement> read_of_policy(Member const& object) {
  SC_CHECK(object.has_only({"id", "title", "feature", "level"}));
  SC_TRY(id, text_at(object, "id"));
  SC_TRY(title, text_at(object, "title"));
  SC_TRY(feature, text_at(object, "feature"));
  SC_TRY(level, text_at(object, "level"));
  return AuditedPolicy::Requirement{id, title, feature, level};
}

Result<AuditedPolicy> read_policy_of(Member const& object) {
  SC_CHECK(object.has_only({"file", "sha256", "id", "requirements"}));
  AuditedPolicy policy;
  SC_TRY(file, text_at(object, "file"));
  policy.file = file;
  SC_TRY(digest, digest_at(object, "sha256"));
  policy.sha256 = digest;
  SC_TRY(id, text_at(object, "id"));
  policy.id = id;
  SC_CHECK(read_all(object, "requirements", policy.requirements, read_of_policy));
  return policy;
}

Result<AuditedRanges> read_ranges_of(Member const& object) {
  SC_CHECK(object.has_only({"file", "sha256", "provider", "version", "complete"}));
  AuditedRanges ranges;
  SC_TRY(file, text_at(object, "file"));
  ranges.file = file;
  SC_TRY(digest, digest_at(object, "sha256"));
  ranges.sha256 = digest;
  SC_TRY(provider, text_at(object, "provider"));
  ranges.provider = provider;
  SC_TRY(version, text_at(object, "version"));
  ranges.version = version;
  SC_TRY(complete, truth_at(object, "complete"));
  ranges.complete = complete;
  return ranges;
}

Result<void> read_asked(Member const& object, AuditHeader& header) {
  SC_TRY(tool, object.at("tool"));
  SC_CHECK(tool.has_only({"name", "version"}));
  SC_TRY(tool_name, text_at(tool, "name"));
  header.tool = tool_name;
  SC_TRY(version, text_at(tool, "version"));
  header.version = version;
  SC_TRY(as_of, day_at(object, "as_of"));
  header.as_of = as_of;
  SC_TRY(fail_on, word_at(object, "fail_on", {"required", "recommended", "none"}));
  header.fail_on = fail_on;
  SC_TRY(upcoming, word_at(object, "upcoming", {"fail", "report"}));
  header.upcoming_fails = upcoming == "fail";
  return {};
}

Result<void> read_share(Member const& object, AuditHeader& header) {
  SC_TRY(fleet, object.at("fleet"));
  SC_CHECK(fleet.has_only({"sha256", "sites"}));
  SC_TRY(digest, digest_at(fleet, "sha256"));
  header.fleet = digest;
  SC_TRY(in_all, number_at(fleet, "sites"));
  header.in_all = in_all;
  SC_TRY(shards, object.at("shards"));
  SC_CHECK(shards.has_only({"of", "covered"}));
  SC_TRY(of, number_at(shards, "of"));
  if (of < 1 || of > kMostShards) return shards.fail("are none, or too many");
  header.shards = static_cast<std::uint32_t>(of);
  SC_CHECK(read_all(shards, "covered", header.covered, [&](Member const& one) {
    auto number = one.number(of);
    return number ? Result<std::uint32_t>(static_cast<std::uint32_t>(*number))
                  : std::unexpected(number.error());
  }));
  auto const& covered = header.covered;
  bool const ascending =
      std::ranges::is_sorted(covered) && std::ranges::adjacent_find(covered) == covered.end();
  if (covered.empty() || covered.front() < 1 || !ascending)
    return shards.fail("are not told in order, each once, from 1");
  SC_CHECK(read_all(object, "sites", header.sites, read_text));
  bool const sorted = std::ranges::is_sorted(header.sites) &&
                      std::ranges::adjacent_find(header.sites) == header.sites.end();
  if (!sorted || header.sites.size() > header.in_all)
    return object.fail("lists sites out of order, twice, or more than there are");
  return {};
}

Result<AuditHeader> read_header(Member const& object) {
  SC_CHECK(expect_schema(object, "safeconduct.audit/1"));
  SC_CHECK(object.has_only({"schema", "tool", "as_of", "fail_on", "upcoming", "fleet", "shards",
                            "baseline", "policies", "ranges", "sites"}));
  AuditHeader header;
  SC_CHECK(read_asked(object, header));
  SC_CHECK(read_share(object, header));
  if (object.has("baseline")) {
    SC_TRY(baseline, object.at("baseline"));
    SC_CHECK(baseline.has_only({"sha256"}));
    SC_TRY(digest, digest_at(baseline, "sha256"));
    header.baseline = digest;
  }
  SC_CHECK(read_all(object, "policies", header.policies, read_policy_of));
  SC_CHECK(read_all(object, "ranges", header.ranges, read_ranges_of));
  return header;
}

template <class T>
Result<T> read_line_of(Location const& at, std::string_view line,
                       Result<T> (*read)(Member const&)) {
  json::parse_options options;
  options.max_depth = kDeepestAudit;
  json::error_code error;
  auto const value = json::parse(line, error, {}, options);
  if (error)
    return std::unexpected(Error{ErrorKind::syntax,
                                 at,
                                 "this is not JSON: " + error.message(),
                                 std::string(kAuditHint),
                                 {}});
  JsonDocument const document{at, "the line", std::string(kAuditHint)};
  SC_CHECK(refuse_doubles(document, line));
  return read(Member(document, value, ""));
}

}  // namespace

Result<AuditHeader> read_audit_header(Location const& at, std::string_view line) {
  return read_line_of(at, line, read_header);
}

Result<SiteAudit> read_site_audit(Location const& at, std::string_view line) {
  return read_line_of(at, line, read_site);
}

}  // namespace safeconduct
