// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/certificate_parts.h"

#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/json_values.h"

namespace safeconduct {

namespace json = boost::json;

json::object json_question(CertifiedQuestion const& question) {
  json::object object;
  auto const list = [&](std::string_view key, std::vector<std::string> const& values) {
    if (!values.empty()) object[key] = json_strings(values);
  };
  auto const text = [&](std::string_view key, std::string const& value) {
    if (!value.empty()) object[key] = json_safe(value);
  };
  list("rules", question.rules);
  text("site", question.site);
  list("also", question.also);
  list("policies", question.policies);
  text("provider", question.provider);
  list("regions", question.regions);
  list("clients", question.clients);
  text("in", question.in);
  text("out", question.out);
  list("masquerade_as", question.masquerade_as);
  if (question.symmetric_routes) object["symmetric_routes"] = true;
  if (question.plain_interfaces) object["plain_interfaces"] = true;
  if (question.known_neighbours) object["known_neighbours"] = true;
  if (question.full_listing) object["full_listing"] = true;
  text("hook", question.hook);
  text("as_of", question.as_of);
  text("input_format", question.input_format);
  text("dialect", question.dialect);
  return object;
}

}  // namespace safeconduct
