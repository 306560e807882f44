// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/certified_inputs.h"

#include <algorithm>

#include "base/sha256.h"
#include "cli/data.h"
#include "cli/option_values.h"

namespace safeconduct {
namespace {

bool names(std::vector<std::string> const& all, std::string const& one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

std::vector<CertifiedInput> certified_inputs(std::vector<RecordedFile> const& files,
                                             CheckOptions const& options, AskedSite const& asked,
                                             CheckInput const& input, World const& world) {
  std::optional<DataFolder> data;
  if (auto found = find_data(world, options.common.data)) data = std::move(*found);
  auto const is_rules = [&](std::string const& path) {
    return std::ranges::any_of(
        asked.devices, [&](DeviceFilesWanted const& device) { return names(device.files, path); });
  };
  // By rules: 'include "..."' of nft.
  auto const is_included = [&](std::string const& path) {
    return std::ranges::any_of(input.devices, [&](DeviceRules const& device) {
      return std::ranges::find(device.rules.files, path, &SourceFile::name) !=
             device.rules.files.end();
    });
  };
  std::vector<CertifiedInput> inputs;
  std::size_t policies = 0;
  for (auto const& file : files) {
    CertifiedInput one;
    if (is_rules(file.path)) {
      one.role = "rules";
    } else if (file.path == options.site || names(options.also, file.path)) {
      one.role = "site";
    } else if (is_included(file.path)) {
      one.role = "included";
    } else if (file.path == options.dialect || file.path.contains("policies/dialects/")) {
      one.role = "dialect";
    } else {
      one.role = policies++ < input.policies.size() ? "policy" : "ranges";
    }
    one.name = data ? shown_path(*data, file.path) : file.path;
    one.sha256 = sha256(*file.text);
    one.bytes = file.text->size();
    inputs.push_back(std::move(one));
  }
  return inputs;
}

Result<void> refuse_uncertifiable(AskedSite const& asked) {
  if (asked.paths.size() > 1)
    return std::unexpected(usage_error("a site of several paths cannot be certified",
                                       "make a site file of each path"));
  for (auto const& device : asked.devices)
    for (auto const& file : device.files)
      if (file.starts_with("kernel:"))
        return std::unexpected(
            usage_error("'" + file + "' cannot be certified: what runs is no file to be hashed",
                        "nft list ruleset > rules.nft, and name that file"));
  return {};
}

CertifiedQuestion certified_question(CheckOptions const& options, Date as_of) {
  CertifiedQuestion question;
  question.rules = options.rules;
  question.site = options.site;
  question.also = options.also;
  question.policies = options.policies;
  question.provider = options.provider;
  question.regions = options.regions;
  for (auto const& prefix : options.clients) question.clients.push_back(to_string(prefix));
  question.in = options.in;
  question.out = options.out;
  for (auto const& address : options.facts.masquerade_as)
    question.masquerade_as.push_back(to_string(address));
  question.symmetric_routes = options.facts.symmetric_routes;
  question.plain_interfaces = options.facts.plain_interfaces;
  question.known_neighbours = options.facts.known_neighbours;
  question.full_listing = options.facts.full_listing;
  question.hook = std::string(name(options.hook));
  question.as_of = to_string(as_of);
  question.dialect = options.dialect;
  if (options.input_format) question.input_format = std::string(name(*options.input_format));
  return question;
}

Result<CheckOptions> options_of(CertifiedQuestion const& question, CommonOptions const& common) {
  CheckOptions options;
  options.common = common;
  options.rules = question.rules;
  options.site = question.site;
  options.also = question.also;
  options.policies = question.policies;
  options.provider = question.provider;
  options.regions = question.regions;
  options.in = question.in;
  options.out = question.out;
  for (auto const& one : question.clients) {
    SC_TRY(prefix, option_prefix("clients", one));
    options.clients.push_back(prefix);
  }
  SC_TRY(masquerade_as, option_addresses("masquerade_as", question.masquerade_as));
  options.facts.masquerade_as = std::move(masquerade_as);
  options.facts.symmetric_routes = question.symmetric_routes;
  options.facts.plain_interfaces = question.plain_interfaces;
  options.facts.known_neighbours = question.known_neighbours;
  options.facts.full_listing = question.full_listing;
  SC_TRY(hook, option_hook(question.hook));
  options.hook = hook;
  options.dialect = question.dialect;
  SC_TRY(day, option_date("as_of", question.as_of));
  options.as_of = day;
  SC_TRY(format, option_input_format(question.input_format));
  options.input_format = format;
  return options;
}

}  // namespace safeconduct
