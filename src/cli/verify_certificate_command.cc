// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "cli/certified_inputs.h"
#include "cli/commands.h"
#include "cli/option_values.h"
#include "report/certificate_json.h"

namespace safeconduct {
namespace {

// RULES stand in for the rule files of the certificate, in their order.
Result<std::map<std::string, std::string>> stand_ins(Certificate const& certificate,
                                                     std::vector<std::string> const& rules) {
  std::map<std::string, std::string> instead;
  std::size_t count = 0;
  for (auto const& input : certificate.inputs) {
    if (input.role != "rules") continue;
    if (count < rules.size()) instead[input.name] = rules[count];
    ++count;
  }
  if (!rules.empty() && count != rules.size())
    return std::unexpected(usage_error("the certificate rests on " + std::to_string(count) +
                                           " rule files, " + std::to_string(rules.size()) +
                                           " are named",
                                       "name all of them, in the order of its 'inputs', or none"));
  return instead;
}

// Files are held against the certificate in the order in which they were read.
std::vector<CertificateFault> differing(std::vector<CertifiedInput> const& certified,
                                        std::vector<CertifiedInput> const& read) {
  std::vector<CertificateFault> faults;
  for (std::size_t i = 0; i < std::min(certified.size(), read.size()); ++i)
    if (certified[i].sha256 != read[i].sha256 || certified[i].role != read[i].role)
      faults.push_back({certified[i].name, "is not the file that was checked: its SHA-256 is " +
                                               read[i].sha256 + ", the certificate says " +
                                               certified[i].sha256});
  return faults;
}

Result<CertificateCheck> checked_anew(VerifyOptions const& options, Certificate const& certificate,
                                      World const& world) {
  SC_TRY(instead, stand_ins(certificate, options.rules));
  SC_TRY(asked_anew, options_of(certificate.question, options.common));
  std::vector<RecordedFile> files;
  auto const seen = recorded(world, files, std::move(instead));
  SC_TRY(asked, asked_site(asked_anew, seen));
  SC_CHECK(refuse_uncertifiable(asked));
  auto const input = check_input(asked_anew, asked, seen);
  // A file that was changed may well be unreadable now: that it was changed comes first.
  CheckInput const none;
  auto read = certified_inputs(files, asked_anew, asked, input ? *input : none, world);
  if (!input)
    for (std::size_t i = 0; i < std::min(read.size(), certificate.inputs.size()); ++i)
      read[i].role = certificate.inputs[i].role;
  CertificateCheck check;
  check.faults = differing(certificate.inputs, read);
  if (!check.faults.empty()) return check;
  if (!input) return std::unexpected(input.error());
  if (read.size() != certificate.inputs.size()) {
    check.faults.push_back({"", "it names " + std::to_string(certificate.inputs.size()) +
                                    " inputs, its question leads to " +
                                    std::to_string(read.size())});
    return check;
  }
  return check_certificate(certificate, *input, options.seed);
}

}  // namespace

Result<int> verify_certificate_command(VerifyOptions const& options, World const& world) {
  SC_TRY(text, world.read(options.certificate));
  SC_TRY(certificate, read_certificate(options.certificate, *text));
  SC_TRY(check, checked_anew(options, certificate, world));
  bool const is_json = options.common.format != OutputFormat::text;
  auto const written =
      is_json ? json_certificate_check(check, certificate, SC_VERSION,
                                       options.common.format == OutputFormat::jsonl)
              : text_certificate_check(check, certificate, text_style(options.common, world));
  SC_CHECK(emit(written, options.common, world));
  return check.faults.empty() ? kHolds : kFindings;
}

}  // namespace safeconduct
