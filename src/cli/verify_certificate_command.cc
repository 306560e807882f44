// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>

#include "base/sha256.h"
#include "cli/certified_inputs.h"
#include "cli/commands.h"
#include "cli/option_values.h"
#include "report/certificate_json.h"

namespace safeconduct {
namespace {

// Files stand in for the certificate's: those that are one of its inputs, byte by byte, for that
// one; the others for the rule files that are left, in their order.
Result<std::map<std::string, std::string>> stand_ins(Certificate const& certificate,
                                                     std::vector<std::string> const& files,
                                                     World const& world) {
  std::map<std::string, std::string> instead;
  std::vector<std::string> others;
  for (auto const& file : files) {
    if (!world.is_file(file)) {  // a pipe gives its text once
      others.push_back(file);
      continue;
    }
    SC_TRY(text, world.read(file));
    auto const digest = sha256(*text);
    auto const same = std::ranges::find_if(certificate.inputs, [&](CertifiedInput const& input) {
      return input.sha256 == digest && !instead.contains(input.name);
    });
    if (same == certificate.inputs.end()) {
      others.push_back(file);
    } else {
      instead[same->name] = file;
    }
  }
  std::vector<std::string> left;
  for (auto const& input : certificate.inputs)
    if (input.role == "rules" && !instead.contains(input.name)) left.push_back(input.name);
  if (!others.empty() && others.size() != left.size())
    return std::unexpected(usage_error(
        "'" + others.front() + "' is none of the certificate's inputs",
        "they are told by their SHA-256; files of other bytes stand in for its rule files, one for "
        "each that is not named"));
  for (std::size_t i = 0; i < others.size(); ++i) instead[left[i]] = others[i];
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
  SC_TRY(instead, stand_ins(certificate, options.rules, world));
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
