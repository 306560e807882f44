// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "base/sha256.h"
#include "policy/vocabulary.h"
#include "report/certificate_json.h"
#include "report/certificate_parts.h"
#include "report/json_text.h"
#include "report/json_values.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

bool is_subject(CertifiedInput const& input) {
  return input.role == "rules" || input.role == "included";
}

json::object descriptor(CertifiedInput const& input) {
  return {{"name", json_safe(input.name)},
          {"digest", {{"sha256", input.sha256}}},
          {"annotations", {{"role", input.role}, {"bytes", input.bytes}}}};
}

// What was asked is no file: its digest is that of its annotations, as they stand here.
json::object descriptor(CertifiedQuestion const& question) {
  auto asked = json_question(question);
  auto const digest = sha256(json::serialize(asked));
  return {
      {"name", "question"}, {"digest", {{"sha256", digest}}}, {"annotations", std::move(asked)}};
}

json::object tool(std::string const& version) {
  return {{"name", "safeconduct"},
          {"uri", "pkg:generic/safeconduct@" + version},
          {"annotations", {{"version", version}}}};
}

}  // namespace

std::string json_statement(Certificate const& certificate) {
  json::array subject;
  json::array configuration{tool(certificate.version), descriptor(certificate.question)};
  for (auto const& input : certificate.inputs)
    (is_subject(input) ? subject : configuration).emplace_back(descriptor(input));
  json::array passed;
  json::array warned;
  json::array failed;
  for (auto const& one : certificate.requirements) {
    auto const& finding = one.finding;
    bool const required = finding.level == name(Level::required) && !finding.waived;
    auto& tests = finding.holds ? passed : required ? failed : warned;
    tests.emplace_back(json_safe(finding.requirement));
  }
  auto const* const result = certificate.verdict != Verdict::allowed ? "FAILED"
                             : warned.empty()                        ? "PASSED"
                                                                     : "WARNED";
  return pretty(json::object{{"_type", "https://in-toto.io/Statement/v1"},
                             {"subject", std::move(subject)},
                             {"predicateType", "https://in-toto.io/attestation/test-result/v0.1"},
                             {"predicate",
                              {{"result", result},
                               {"configuration", std::move(configuration)},
                               {"passedTests", std::move(passed)},
                               {"warnedTests", std::move(warned)},
                               {"failedTests", std::move(failed)}}}});
}

}  // namespace safeconduct
