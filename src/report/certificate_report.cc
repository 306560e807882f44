// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/json.hpp>

#include "report/certificate_json.h"
#include "report/json_text.h"
#include "report/json_values.h"
#include "report/paper.h"

namespace safeconduct {
namespace {

namespace json = boost::json;

constexpr std::string_view kNotProven[] = {
    "that these files are what the devices run;",
    "packets between those that were walked: the boxes cover what was asked, but only their "
    "corners and a sample of them were walked;",
    "what 'check' and this walk share: the readers of the rules, and the order in which the "
    "kernel is taken to consult the chains;",
    "anything about parts that are undecided, except that they are; and source ports below 1024, "
    "which clients do not use.",
};

std::vector<std::string> not_proven_by(CertificateCheck const& check) {
  std::vector<std::string> lines;
  for (auto const& fact : check.taken) lines.push_back(fact + ';');
  lines.insert(lines.end(), std::begin(kNotProven), std::end(kNotProven));
  return lines;
}

std::string counted(std::size_t count, std::string const& one) {
  return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

}  // namespace

std::string text_certificate_check(CertificateCheck const& check, Certificate const& certificate,
                                   TextStyle const& style) {
  Paper paper(style.width, style.colour);
  bool const valid = check.faults.empty();
  paper.paragraph(0,
                  {{certificate.site + ": ", Ink::strong},
                   {valid ? "the certificate is valid" : "the certificate is not valid",
                    valid ? Ink::good : Ink::bad},
                   {valid ? ", it says '" + std::string(name(certificate.verdict)) + "'." : "."}});
  for (auto const& fault : check.faults)
    paper.paragraph(2, {{fault.where.empty() ? "" : fault.where + ": ", Ink::strong}},
                    {{fault.what}});
  if (style.detail == Detail::quiet) return std::move(paper).take();
  paper.blank();
  paper.paragraph(
      2, {{"checked     ", Ink::faint}},
      {{counted(certificate.inputs.size(), "input") + " by SHA-256; " +
        counted(check.requirements, "requirement") + ", " + counted(check.flows, "flow") + ", " +
        counted(check.parts, "part") + "; " + counted(check.packets, "conversation") + " walked, " +
        counted(check.walks, "packet") + " in them (seed " + std::to_string(check.seed) + ')'}});
  if (check.thinned > 0)
    paper.paragraph(2, {{"thinned     ", Ink::faint}},
                    {{counted(check.thinned, "part") +
                      " with more corners than were walked: some of them were drawn"}});
  if (check.unclaimed > 0)
    paper.paragraph(2, {{"no claim    ", Ink::faint}},
                    {{std::to_string(check.unclaimed) +
                      " flows or parts, undecided for a reason that no packet shows"}});
  for (auto const& line : not_proven_by(check))
    paper.paragraph(2, {{"not proven  ", Ink::faint}}, {{line}});
  return std::move(paper).take();
}

std::string json_certificate_check(CertificateCheck const& check, Certificate const& certificate,
                                   std::string const& version, bool on_one_line) {
  json::object object{{"schema", "safeconduct.verify-certificate/1"},
                      {"tool", {{"name", "safeconduct"}, {"version", version}}},
                      {"site", json_safe(certificate.site)},
                      {"valid", check.faults.empty()}};
  json::array faults;
  for (auto const& fault : check.faults)
    faults.push_back(
        json::object{{"where", json_safe(fault.where)}, {"what", json_safe(fault.what)}});
  object["faults"] = std::move(faults);
  object["checked"] = {{"inputs", certificate.inputs.size()},
                       {"requirements", check.requirements},
                       {"flows", check.flows},
                       {"parts", check.parts},
                       {"conversations", check.packets},
                       {"packets", check.walks},
                       {"thinned", check.thinned},
                       {"unclaimed", check.unclaimed},
                       {"seed", check.seed}};
  json::array not_proven;
  for (auto const& line : not_proven_by(check)) not_proven.emplace_back(json_safe(line));
  object["not_proven"] = std::move(not_proven);
  json::value const value(std::move(object));
  return on_one_line ? compact(value) : pretty(value);
}

}  // namespace safeconduct
